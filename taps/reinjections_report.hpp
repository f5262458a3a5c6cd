#pragma once
/// The `reinjections` report: one row per reinjection event, then the matrix of who repeated whom.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_reinjections(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
