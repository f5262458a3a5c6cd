#pragma once
/// The `summary` report for people: a heading, the verdict, and a table of subflows per connection.

#include "taps/report_writer.hpp"
#include "taps/summary_model.hpp"

#include <vector>

namespace mptcp::taps {

/// Starts count from `origin`.
void write_summary_text(const std::vector<ConnectionSummary>& connections, Nanoseconds origin,
                        ReportWriter& writer);

} // namespace mptcp::taps
