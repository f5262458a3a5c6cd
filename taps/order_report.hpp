#pragma once
/// `order`: data that came out of order, what waited behind holes and who filled them, stalls, and
/// how the sender scheduled its data over the subflows.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_order(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
