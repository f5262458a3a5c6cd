#pragma once
/// `segments`: one row per MPTCP segment with all that was computed of it, for pandas, DuckDB, R.
///
/// The keys are those of the display filter fields (docs/fields.md) without their prefix; of
/// several reinjections in one segment the first is shown. `time` is in seconds since the epoch.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_segments(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
