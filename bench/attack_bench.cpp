/// Feeds an attack to the engine, and prints the memory it took. attacks.py counts its
/// instructions.
///
///   attack_bench                                 what attacks there are
///   attack_bench ATTACK PACKETS [none|track|reports]
///
/// `none` makes the packets only, so that their cost can be taken off; `reports` writes all reports
/// as well.

#include "attacks.hpp"
#include "peak_memory.hpp"
#include "report_run.hpp"

#include "analysis/tracker.hpp"
#include "taps/segment_log.hpp"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using mptcp::bench::Attack;

/// What is allocated now.
std::size_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// As a session in Wireshark has it, which keeps what reports ask for.
constexpr mptcp::Settings kSettings{.verify_checksums = true, .keep_history = true};

enum class Mode : std::uint8_t {
    none,
    track,
    reports,
};

std::optional<Mode> mode_of(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, Mode>, 3> words{
        {{"none", Mode::none}, {"track", Mode::track}, {"reports", Mode::reports}}};
    const auto* const found = std::find_if(
        words.begin(), words.end(), [word](const auto& known) { return known.first == word; });
    return found == words.end() ? std::nullopt : std::optional(found->second);
}

/// Returns the payload of what it is given.
std::uint64_t take(const mptcp::Segment& segment, Mode mode, mptcp::Tracker& tracker,
                   mptcp::taps::SegmentLog& log) {
    if (mode == Mode::none) {
        return segment.payload_length;
    }
    const mptcp::SegmentFacts& facts = tracker.observe(segment);
    if (mode == Mode::reports && facts.is_mptcp()) {
        log.add(facts);
    }
    return facts.payload_bytes;
}

/// Empty if all could be written.
std::string write_reports(const mptcp::Tracker& tracker, const mptcp::taps::SegmentLog& log) {
    const mptcp::taps::Selection everything;
    const mptcp::taps::ReportOptions options;
    std::string problem;
    for (std::size_t kind = 0; kind < mptcp::bench::report_kinds() && problem.empty(); ++kind) {
        problem = mptcp::bench::write_report({&tracker, everything, options, log}, kind, 0);
    }
    return problem;
}

/// Empty if it worked.
std::string run(const Attack& attack, std::uint64_t packets, Mode mode) {
    mptcp::Tracker tracker(kSettings);
    mptcp::taps::SegmentLog log;
    std::uint64_t payload = 0;
    const std::size_t before = allocated_bytes();
    mptcp::bench::Attacker attacker(packets, [&](const mptcp::Segment& segment) {
        payload += take(segment, mode, tracker, log);
    });
    attack.run(attacker);
    tracker.settle();
    const std::size_t after = allocated_bytes();
    const std::string problem = mode == Mode::reports ? write_reports(tracker, log) : "";
    std::printf("payload %llu bytes, allocated %zu bytes, peak %llu bytes\n",
                static_cast<unsigned long long>(payload), after - std::min(before, after),
                static_cast<unsigned long long>(mptcp::bench::peak_memory_bytes()));
    return problem;
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
    const auto mode = mode_of(argc < 4 ? "track" : argv[3]);
    if (!mode) {
        std::fprintf(stderr, "attack_bench: none, track or reports, not %s\n", argv[3]);
        return 2;
    }
    const std::string problem = run(*found, std::strtoull(argv[2], nullptr, 10), *mode);
    if (!problem.empty()) {
        std::fprintf(stderr, "attack_bench: %s\n", problem.c_str());
        return 1;
    }
    return 0;
}
