#include "taps/series_report.hpp"

#include "taps/series_model.hpp"
#include "taps/wording.hpp"

namespace mptcp::taps {

namespace {

using P = SeriesPoint;

const Shape<P>& point_shape() {
    static const Shape<P> shape = [] {
        Shape<P> all;
        all.field("connection", [](const P& p) { return p.connection.number(); })
            .field("subflow", [](const P& p) { return Value(p.subflow); })
            .field("direction", [](const P& p) { return direction_word(p.connection, p.sender); })
            .field("previous_subflow", [](const P& p) { return Value(p.previous_subflow); })
            .field("frame", [](const P& p) { return Value(p.frame); })
            .field("time", [](const P& p) { return Seconds{p.time}; })
            .field("elapsed", [](const P& p) { return Seconds{p.time - p.connection.start()}; })
            .field("kind", [](const P& p) { return std::string(p.kind); })
            .field("value", [](const P& p) { return p.value; })
            .field("value_end", [](const P& p) { return p.value_end; });
        return all;
    }();
    return shape;
}

Drawing drawing_of(Graph graph) {
    switch (graph) {
    case Graph::dsn:
        return {.title = "Data sequence numbers",
                .y_label = "relative DSN (bytes)",
                .kinds = {{.kind = "new", .mark = Mark::bar},
                          {.kind = "retransmitted", .mark = Mark::bar, .label = "T"},
                          {.kind = "reinjected", .mark = Mark::bar, .label = "R"},
                          {.kind = "data_ack", .mark = Mark::steps, .colour = Colour::green},
                          {.kind = "window_edge", .mark = Mark::steps, .colour = Colour::yellow}}};
    case Graph::rtt:
        return {.title = "Round-trip times",
                .y_label = "seconds",
                .kinds = {{.kind = "data_rtt", .colour = Colour::white}, {.kind = "subflow_rtt"}}};
    case Graph::flight:
        return {.title = "Bytes in flight",
                .y_label = "bytes",
                .kinds = {{.kind = "flight", .mark = Mark::steps, .colour = Colour::white},
                          {.kind = "subflow_flight", .mark = Mark::line},
                          {.kind = "window", .mark = Mark::steps, .colour = Colour::yellow}}};
    case Graph::goodput:
        return {.title = "Goodput",
                .y_label = "bit/s",
                .kinds = {{.kind = "goodput", .mark = Mark::line}}};
    case Graph::throughput:
        return {.title = "Throughput",
                .y_label = "bit/s",
                .kinds = {{.kind = "throughput", .mark = Mark::line}}};
    case Graph::acksize:
        return {.title = "Newly acknowledged bytes per DATA_ACK",
                .y_label = "bytes",
                .kinds = {{.kind = "newly_acked"}}};
    case Graph::interarrival:
        return {.title = "Time since the new data before",
                .y_label = "seconds",
                .kinds = {{.kind = "interarrival"}}};
    case Graph::window:
        return {.title = "Receive window",
                .y_label = "bytes",
                .kinds = {{.kind = "window", .mark = Mark::steps, .colour = Colour::yellow},
                          {.kind = "window_limited"}}};
    case Graph::share:
        return {.title = "Share of the new data",
                .y_label = "part of all subflows",
                .kinds = {{.kind = "share", .mark = Mark::line}}};
    case Graph::scheduler:
        return {.title = "New data, by the subflow that carries it",
                .y_label = "bytes",
                .kinds = {{.kind = "stay"}, {.kind = "switch"}}};
    case Graph::delay:
        return {.title = "Delay of reinjections since the first copy",
                .y_label = "seconds",
                .kinds = {{.kind = "useful", .label = "u"},
                          {.kind = "redundant", .label = "r"},
                          {.kind = "unneeded", .label = "n"},
                          {.kind = "unknown", .label = "?"}}};
    }
    return {};
}

} // namespace

void write_series(const ReportInput& input, ReportWriter& writer) {
    const Shape<P>& shape = point_shape();
    writer.begin({.schema = "mptcp/series/1", .filter = input.selection.filter});
    writer.begin_table(
        {.key = "points", .row_name = "point", .drawing = drawing_of(input.options.graph)},
        shape.schema());
    for_each_point(input, input.options.graph,
                   [&](const P& point) { writer.row(shape.record(point)); });
    writer.end_table();
    writer.end();
}

} // namespace mptcp::taps
