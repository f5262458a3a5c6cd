#include "taps/subflows_report.hpp"

#include "taps/preface.hpp"
#include "taps/subflow_lines.hpp"
#include "taps/summary_records.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <utility>

namespace mptcp::taps {

namespace {

/// One direction of a subflow.
struct Row {
    const Connection& connection;
    const SubflowSummary& subflow;
    Side sender;

    [[nodiscard]] const SubflowDirectionSummary& direction() const {
        return sender == subflow.client ? subflow.client_to_server : subflow.server_to_client;
    }
};

Shape<Row> machine_shape() {
    Shape<Row> shape;
    shape.field("connection", [](const Row& r) { return r.connection.number(); })
        .field("subflow", [](const Row& r) { return r.subflow.subflow->number; })
        .field("direction", [](const Row& r) { return direction_word(r.connection, r.sender); })
        .include(
            subflow_head_shape(), [](const Row& r) -> const auto& { return r.subflow; })
        .field("established", [](const Row& r) { return r.subflow.subflow->established; })
        .include(
            subflow_direction_shape(), [](const Row& r) -> const auto& { return r.direction(); });
    return shape;
}

void write_records(const std::vector<ConnectionSummary>& connections, ReportWriter& writer) {
    const Shape<Row> shape = machine_shape();
    writer.begin_table({.key = "subflows", .row_name = "subflow"}, shape.schema());
    for (const ConnectionSummary& connection : connections) {
        for (const SubflowSummary& subflow : connection.subflows) {
            for (const Side sender : {connection.client, opposite(connection.client)}) {
                writer.row(shape.record({*connection.connection, subflow, sender}));
            }
        }
    }
    writer.end_table();
}

void write_text(const std::vector<ConnectionSummary>& connections, Nanoseconds origin,
                ReportWriter& writer) {
    SubflowLines all;
    for (const ConnectionSummary& connection : connections) {
        SubflowLines lines = lines_of_subflows(connection, origin);
        for (SubflowLine& line : lines) {
            if (!line.number.empty()) {
                line.number = fmt::format("{}.{}", connection.connection->number(), line.number);
            }
            all.push_back(std::move(line));
        }
    }
    write_table(all, writer);
    writer.text("");
    writer.text("#: connection.subflow.");
    RttNotes notes;
    notes.add(all);
    notes.write(writer);
    writer.text("");
}

} // namespace

void write_subflows(const ReportInput& input, ReportWriter& writer) {
    const std::vector<ConnectionSummary> connections = summarize(input.tracker, input.selection);
    writer.begin({.schema = "mptcp/subflows/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(connections, writer);
    } else if (write_preface(input, writer)) {
        write_text(connections, origin_of(input.tracker), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
