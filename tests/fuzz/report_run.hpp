#pragma once
/// Reports, into nothing.

#include "taps/report.hpp"

#include <cstdint>
#include <string>

namespace mptcp::fuzz {

/// Writes one report. The lower two bits of `choice` choose the format, as far as the report has
/// it, the upper five the report and, of `series`, the graph. Empty if it was written, else what
/// kept it from being so.
std::string write_report(const taps::ReportInput& input, std::uint8_t choice);

} // namespace mptcp::fuzz
