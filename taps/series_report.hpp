#pragma once
/// `series`: every point of one graph, for gnuplot, pandas, R and xplot. The columns are the same
/// for every graph; `kind` says what a point is.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_series(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
