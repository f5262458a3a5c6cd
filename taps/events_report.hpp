#pragma once
/// The `events` report: the timeline of connections and subflows, for people in the layout of
/// `ip mptcp monitor` (iproute2, ip/ipmptcp.c).

#include "taps/report.hpp"

namespace mptcp::taps {

void write_events(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
