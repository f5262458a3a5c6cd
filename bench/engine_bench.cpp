/// Feeds synthetic traffic to the engine alone, and prints the memory it took. bench/run.sh counts
/// its instructions.
///
///   engine_bench SEGMENTS [CONNECTIONS [SUBFLOWS [none|track]]]
///
/// `none` makes the traffic only, so that its cost can be taken off.

#include "peak_memory.hpp"
#include "traffic.hpp"

#include "analysis/tracker.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// Returns the bytes of payload that went through.
std::uint64_t run(const mptcp::bench::TrafficShape& shape, bool track) {
    mptcp::Tracker tracker;
    std::uint64_t payload = 0;
    mptcp::bench::Traffic(shape).run([&](const mptcp::Segment& segment) {
        payload += track ? tracker.observe(segment).payload_bytes : segment.payload_length;
    });
    return payload;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr,
                     "usage: engine_bench SEGMENTS [CONNECTIONS [SUBFLOWS [none|track]]]\n");
        return 2;
    }
    const auto number = [&](int i, unsigned long otherwise) {
        return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
    };
    mptcp::bench::TrafficShape shape;
    shape.segments = number(1, 0);
    shape.connections = static_cast<std::uint32_t>(number(2, 1));
    shape.subflows = static_cast<std::uint32_t>(number(3, 2));
    const bool track = argc <= 4 || std::strcmp(argv[4], "none") != 0;

    const std::uint64_t payload = run(shape, track);
    std::printf("segments %lu, payload %lu bytes, peak memory %lu KiB\n",
                static_cast<unsigned long>(shape.segments), static_cast<unsigned long>(payload),
                static_cast<unsigned long>(mptcp::bench::peak_memory_bytes() / 1024));
    return 0;
}
