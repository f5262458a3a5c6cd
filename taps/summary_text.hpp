#pragma once
/// The `summary` report for people: a heading, the verdict, and a table of subflows per connection.

#include "taps/report_writer.hpp"
#include "taps/summary_model.hpp"

namespace mptcp::taps {

void write_summary_text(const Summary& summary, ReportWriter& writer);

} // namespace mptcp::taps
