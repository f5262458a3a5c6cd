/// Feeds an attack to the engine alone, and prints the memory it took. attacks.py counts its
/// instructions.
///
///   attack_bench                                 what attacks there are
///   attack_bench ATTACK PACKETS [none|track]
///
/// `none` makes the packets only, so that their cost can be taken off.

#include "attacks.hpp"
#include "peak_memory.hpp"

#include "analysis/tracker.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using mptcp::bench::Attack;

/// What is allocated now.
std::size_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// As a session in Wireshark has it, which keeps what reports ask for.
constexpr mptcp::Settings kSettings{.verify_checksums = true, .keep_history = true};

void run(const Attack& attack, std::uint64_t packets, bool track) {
    mptcp::Tracker tracker(kSettings);
    std::uint64_t payload = 0;
    const std::size_t before = allocated_bytes();
    mptcp::bench::Attacker attacker(packets, [&](const mptcp::Segment& segment) {
        payload += track ? tracker.observe(segment).payload_bytes : segment.payload_length;
    });
    attack.run(attacker);
    tracker.settle();
    const std::size_t after = allocated_bytes();
    std::printf("payload %llu bytes, allocated %zu bytes, peak %llu bytes\n",
                static_cast<unsigned long long>(payload), after - std::min(before, after),
                static_cast<unsigned long long>(mptcp::bench::peak_memory_bytes()));
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<Attack> all = mptcp::bench::all_attacks();
    if (argc < 3) {
        for (const Attack& attack : all) {
            std::printf("%s\t%s\n", attack.name.c_str(), attack.what.c_str());
        }
        return argc == 1 ? 0 : 2;
    }
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Attack& attack) { return attack.name == argv[1]; });
    if (found == all.end()) {
        std::fprintf(stderr, "attack_bench: there is no attack %s\n", argv[1]);
        return 2;
    }
    run(*found, std::strtoull(argv[2], nullptr, 10), argc < 4 || std::strcmp(argv[3], "none") != 0);
    return 0;
}
