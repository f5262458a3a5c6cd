#include "taps/reinjections_report.hpp"

#include "taps/preface.hpp"
#include "taps/quantity.hpp"
#include "taps/reinjections_model.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

namespace mptcp::taps {

namespace {

using E = ReinjectionEvent;
using C = ReinjectionMatrixCell;

std::int64_t relative_dsn(const E& e) {
    return e.connection->relative_dsn(e.reinjection->sender, e.reinjection->dsn);
}

const Shape<E>& machine_shape() {
    static const Shape<E> shape = [] {
        Shape<E> all;
        all.field("connection", [](const E& e) { return e.connection->number(); })
            .field("direction",
                   [](const E& e) { return direction_word(*e.connection, e.reinjection->sender); })
            .field("frame", [](const E& e) { return e.reinjection->frame; })
            .field("time", [](const E& e) { return Seconds{e.reinjection->time}; })
            .field("subflow", [](const E& e) { return e.reinjection->subflow; })
            .field("first_subflow", [](const E& e) { return e.reinjection->first_subflow; })
            .field("first_frame", [](const E& e) { return e.reinjection->first_frame; })
            .field("dsn", relative_dsn)
            .field("dsn_raw", [](const E& e) { return Hex{.value = e.reinjection->dsn}; })
            .field("bytes", [](const E& e) { return e.reinjection->bytes; })
            .field("delay", [](const E& e) { return Seconds{e.reinjection->delay}; })
            .field("copy", [](const E& e) { return e.reinjection->copy; })
            .field("copies", [](const E& e) { return e.copies; })
            .field("same_subflow", [](const E& e) { return e.reinjection->same_subflow; })
            .field("outcome", [](const E& e) { return std::string(word(e.reinjection->outcome)); })
            .field("next_frame",
                   [](const E& e) { return frame_or_null(e.reinjection->next_frame); });
        return all;
    }();
    return shape;
}

/// Times count from `origin`.
Shape<E> people_shape(Nanoseconds origin) {
    Shape<E> shape;
    shape.column("frame", "Frame", Unit::count, [](const E& e) { return e.reinjection->frame; })
        .column("time", "Time", Unit::seconds,
                [origin](const E& e) { return Seconds{e.reinjection->time - origin}; })
        .column("connection", "Conn.", Unit::count,
                [](const E& e) { return e.connection->number(); })
        .column("direction", "From", Unit::none,
                [](const E& e) { return host_word(*e.connection, e.reinjection->sender); })
        .column("subflow", "On\nsubflow", Unit::count,
                [](const E& e) { return e.reinjection->subflow; })
        .column("first_subflow", "First on\nsubflow", Unit::count,
                [](const E& e) { return e.reinjection->first_subflow; })
        .column("first_frame", "In\nframe", Unit::count,
                [](const E& e) { return e.reinjection->first_frame; })
        .column("delay", "Delay", Unit::seconds,
                [](const E& e) { return Seconds{e.reinjection->delay}; })
        .column("dsn", "DSN", Unit::count, relative_dsn)
        .column("bytes", "Bytes", Unit::bytes, [](const E& e) { return e.reinjection->bytes; })
        .aligned("copy", "Copy", Unit::none, Align::right,
                 [](const E& e) { return fmt::format("{} of {}", e.reinjection->copy, e.copies); })
        .column("outcome", "Outcome", Unit::none,
                [](const E& e) { return std::string(word(e.reinjection->outcome)); });
    return shape;
}

Shape<C> matrix_shape(Audience audience) {
    using enum ReinjectionOutcome;
    Shape<C> shape;
    shape.column("connection", "Conn.", Unit::count,
                 [](const C& c) { return c.connection->number(); });
    if (audience == Audience::machines) {
        shape.field("direction",
                    [](const C& c) { return direction_word(*c.connection, c.sender); });
    } else {
        shape.column("direction", "From", Unit::none,
                     [](const C& c) { return host_word(*c.connection, c.sender); });
    }
    shape
        .column("first_subflow", "First on\nsubflow", Unit::count,
                [](const C& c) { return c.first_subflow; })
        .column("subflow", "Again on\nsubflow", Unit::count, [](const C& c) { return c.subflow; })
        .column("count", "Events", Unit::count, [](const C& c) { return c.figures.count(); })
        .column("bytes", "Bytes", Unit::bytes, [](const C& c) { return c.figures.bytes(); });
    for (const auto& [outcome, heading] : {std::pair{useful, "Useful"},
                                           {redundant, "Redundant"},
                                           {unneeded, "Unneeded"},
                                           {unknown, "Unknown"}}) {
        shape.column(fmt::format("{}_bytes", word(outcome)), heading, Unit::bytes,
                     [outcome = outcome](const C& c) { return c.figures.of(outcome).bytes; });
    }
    return shape;
}

void write_events(const ReinjectionsModel& model, const Shape<E>& shape, ReportWriter& writer) {
    writer.begin_table({.key = "reinjections", .row_name = "reinjection"}, shape.schema());
    for (const E& event : model.events) {
        writer.row(shape.record(event));
    }
    writer.end_table();
}

void write_matrix(const ReinjectionsModel& model, ReportWriter& writer) {
    const Shape<C> shape = matrix_shape(writer.audience());
    writer.begin_table({.key = "matrix", .row_name = "cell"}, shape.schema());
    for (const C& cell : model.matrix) {
        writer.row(shape.record(cell));
    }
    writer.end_table();
}

void write_text(const ReinjectionsModel& model, Nanoseconds origin, ReportWriter& writer) {
    if (model.events.empty()) {
        writer.text("No data was sent again under other subflow sequence numbers, as far as the "
                    "capture shows.");
        return;
    }
    write_events(model, people_shape(origin), writer);
    writer.text("");
    writer.text("By the subflow that carried the data first and the one that sent it again:");
    writer.text("");
    write_matrix(model, writer);
    writer.text("");
    writer.text("Useful: the copy was acknowledged and the original was not, or only later. "
                "Redundant: the original was acknowledged first. Unneeded: a DATA_ACK had covered "
                "the data before it was sent again. Unknown: the capture does not tell.");
}

} // namespace

void write_reinjections(const ReportInput& input, ReportWriter& writer) {
    const ReinjectionsModel model = reinjections_of(input.tracker, input.selection);
    writer.begin({.schema = "mptcp/reinjections/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_events(model, machine_shape(), writer);
        write_matrix(model, writer);
    } else if (write_preface(input, writer)) {
        write_text(model, origin_of(input.tracker), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
