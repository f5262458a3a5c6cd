#pragma once
/// The packets at which something went wrong, for who wants to go from one to the next: data sent
/// again, stalls, subflows refused and reset, fallbacks, options that vanish, failed checks,
/// mappings that contradict each other or are missing. What Wireshark's expert information says of
/// packets, but for what is no problem of its own (a full window).

#include "taps/report.hpp"

#include <string>
#include <vector>

namespace mptcp::taps {

struct Problem {
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// "1400 bytes of subflow 0 sent again on subflow 1: useful".
    std::string text;
};

/// Of the selected connections, in the order of the frames; one frame may have several. What only
/// segments tell (failed checks, mappings) is among them if the input has segments.
std::vector<Problem> problems_of(const ReportInput& input);

} // namespace mptcp::taps
