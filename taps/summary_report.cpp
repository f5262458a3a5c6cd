#include "taps/summary_report.hpp"

#include "taps/preface.hpp"
#include "taps/summary_model.hpp"
#include "taps/summary_records.hpp"
#include "taps/summary_text.hpp"

namespace mptcp::taps {

namespace {

void write_records(const std::vector<ConnectionSummary>& connections, ReportWriter& writer) {
    const Shape<ConnectionSummary>& shape = summary_shape();
    writer.begin_table({.key = "connections", .row_name = "connection"}, shape.schema());
    for (const ConnectionSummary& connection : connections) {
        writer.row(shape.record(connection));
    }
    writer.end_table();
}

} // namespace

void write_summary(const ReportInput& input, ReportWriter& writer) {
    const std::vector<ConnectionSummary> connections = summarize(input.tracker, input.selection);
    writer.begin({.schema = "mptcp/summary/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(connections, writer);
    } else if (write_preface(input, writer)) {
        write_summary_text(connections, origin_of(input.tracker), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
