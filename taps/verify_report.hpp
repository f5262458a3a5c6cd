#pragma once
/// `verify`: every check that was made, good, bad or unverified and why. For people how many there
/// were of each, and the bad ones.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_verify(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
