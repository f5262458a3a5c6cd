#pragma once
/// Reports, into nothing: for fuzzers, and for what attacks cost.

#include "taps/report.hpp"

#include <cstddef>
#include <string>

namespace mptcp::bench {

/// Every report is one, and `series` is another one for each of its graphs.
std::size_t report_kinds();

/// Writes a report, in the `format`th of its formats; both wrap around. Empty if it was written,
/// else what kept it from being so.
std::string write_report(const taps::ReportInput& input, std::size_t kind, std::size_t format);

} // namespace mptcp::bench
