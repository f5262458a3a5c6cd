/// Feeds synthetic traffic to the engine alone. Run it under callgrind (bench/engine.sh) for
/// instructions per segment; by itself it prints the memory it took.
///
///   engine_bench SEGMENTS [CONNECTIONS [SUBFLOWS [none|track]]]
///
/// `none` makes the traffic only, so that its cost can be taken off.

#include "traffic.hpp"

#include "analysis/tracker.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>

int main(int argc, char** argv) {
    using namespace mptcp;
    if (argc < 2) {
        std::fprintf(stderr,
                     "usage: engine_bench SEGMENTS [CONNECTIONS [SUBFLOWS [none|track]]]\n");
        return 2;
    }
    const auto number = [&](int i, unsigned long otherwise) {
        return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
    };
    bench::TrafficShape shape;
    shape.segments = number(1, 0);
    shape.connections = static_cast<std::uint32_t>(number(2, 1));
    shape.subflows = static_cast<std::uint32_t>(number(3, 2));
    const bool track = argc <= 4 || std::strcmp(argv[4], "none") != 0;

    Tracker tracker;
    std::uint64_t payload = 0;
    bench::Traffic(shape).run([&](const Segment& segment) {
        payload += track ? tracker.observe(segment).payload_bytes : segment.payload_length;
    });
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("segments %lu, payload %lu bytes, peak memory %ld kB\n",
                static_cast<unsigned long>(shape.segments), static_cast<unsigned long>(payload),
                usage.ru_maxrss);
    return 0;
}
