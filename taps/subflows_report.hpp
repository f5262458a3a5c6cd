#pragma once
/// `subflows`: one row per subflow and direction, with the figures that `summary` nests in its
/// connections.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_subflows(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
