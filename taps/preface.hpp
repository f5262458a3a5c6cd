#pragma once
/// What every report for people says first where there is something to say: that there is nothing
/// to show, or that the capture hides a part.

#include "taps/report.hpp"

namespace mptcp::taps {

/// False if no connection is selected, and nothing more is to be said.
bool write_preface(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
