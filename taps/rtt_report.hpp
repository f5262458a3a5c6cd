#pragma once
/// `rtt`: round-trip times at data level and of each subflow.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_rtt(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
