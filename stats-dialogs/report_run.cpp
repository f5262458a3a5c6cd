#include "stats-dialogs/report_run.hpp"

#include "taps/report.hpp"

namespace mptcp::dialogs {

QString run_report(Capture& capture, std::string_view report, const ReportScope& scope,
                   taps::ReportWriter& writer, const taps::ReportOptions& options) {
    taps::Selection selection = scope.is_filtered ? capture.filtered() : taps::Selection();
    selection.connections = scope.connections;
    const taps::ReportType* const type = taps::find_report_type(report);
    type->write({capture.tracker(), selection, options, capture.segments()}, writer);
    const std::string problem = writer.problem();
    return QString::fromStdString(
        problem.empty() && reads_segments(report) ? capture.segments().problem() : problem);
}

bool reads_segments(std::string_view report) {
    return taps::find_report_type(report)->reads == taps::Reads::segments;
}

} // namespace mptcp::dialogs
