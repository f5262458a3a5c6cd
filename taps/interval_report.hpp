#pragma once
/// `interval`: what each subflow and each connection carried in intervals of one length, for
/// graphs.
///
/// A row with `subflow` null is of the whole connection. Rates are over the whole interval, the
/// last one too, although the connection ends in it.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_interval(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
