#pragma once
/// `mappings`: one row for each mapping that a segment announces.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_mappings(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
