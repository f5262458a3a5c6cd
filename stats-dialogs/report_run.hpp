#pragma once
/// Runs a report on the capture that Wireshark shows.

#include "stats-dialogs/capture.hpp"
#include "taps/arguments.hpp"
#include "taps/report_writer.hpp"

#include <QString>

#include <string_view>
#include <vector>

namespace mptcp::dialogs {

struct ReportScope {
    /// Empty for all.
    std::vector<ConnectionNumber> connections;
    /// Additive figures are those of Capture::filtered(), which is loaded.
    bool is_filtered = false;
};

/// `report` is the name of one of taps/report.hpp. One that reads segments needs them loaded. Gives
/// why the report is not whole, or nothing.
QString run_report(Capture& capture, std::string_view report, const ReportScope& scope,
                   taps::ReportWriter& writer, const taps::ReportOptions& options = {});

/// Whether the report needs Capture::load_segments() first.
bool reads_segments(std::string_view report);

} // namespace mptcp::dialogs
