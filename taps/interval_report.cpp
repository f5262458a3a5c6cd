#include "taps/interval_report.hpp"

#include "taps/interval_model.hpp"
#include "taps/perspective.hpp"
#include "taps/preface.hpp"
#include "taps/quantity.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace mptcp::taps {

namespace {

using R = IntervalRow;

constexpr const char* kTooMuchSilence =
    "more than a million rows in which nothing was sent: from there on they are left out (a longer "
    "interval= shows all)";

double rate(std::uint64_t bytes, const R& row) {
    return static_cast<double>(bytes) * 8 / to_seconds(row.length);
}

Value goodput(const R& row) {
    return row.goodput_bytes ? Value(rate(*row.goodput_bytes, row)) : Value();
}

Shape<R>::Getter bytes_of(ByteClass byte_class) {
    return [byte_class](const R& r) { return r.figures.sent.bytes[byte_class]; };
}

Shape<RttInInterval> rtt_shape() {
    using S = RttInInterval;
    Shape<S> shape;
    shape.field("count", [](const S& s) { return s.count; })
        .field("mean", [](const S& s) { return Seconds{s.mean()}; })
        .field("max", [](const S& s) { return Seconds{s.max}; });
    return shape;
}

Shape<LevelInInterval> level_shape() {
    using L = LevelInInterval;
    Shape<L> shape;
    shape.field("max", [](const L& l) { return l.max; }).field("last", [](const L& l) {
        return l.last;
    });
    return shape;
}

void add_identity(Shape<R>& shape) {
    shape.field("connection", [](const R& r) { return r.connection.number(); })
        .field("subflow",
               [](const R& r) { return r.subflow != nullptr ? Value(r.subflow->number) : Value(); })
        .field("direction", [](const R& r) { return direction_word(r.connection, r.sender); })
        .field("start", [](const R& r) { return Seconds{r.start}; })
        .field("elapsed", [](const R& r) { return Seconds{r.start - r.connection.start()}; });
}

void add_sums(Shape<R>& shape) {
    shape.field("segments", [](const R& r) { return r.figures.sent.segments; })
        .field("duplicate_segments", [](const R& r) { return r.figures.sent.duplicate_segments; })
        .field("payload_bytes", [](const R& r) { return r.figures.sent.payload_bytes(); })
        .field("new_bytes", bytes_of(ByteClass::fresh))
        .field("retransmitted_bytes", bytes_of(ByteClass::retransmitted))
        .field("reinjected_other_subflow_bytes", bytes_of(ByteClass::reinjected_other_subflow))
        .field("reinjected_same_subflow_bytes", bytes_of(ByteClass::reinjected_same_subflow))
        .field("unmapped_bytes", bytes_of(ByteClass::unmapped))
        .field("fallback_bytes", bytes_of(ByteClass::fallback))
        .field("newly_acked_bytes", [](const R& r) { return r.figures.newly_acked_bytes; });
}

void add_rates(Shape<R>& shape) {
    shape
        .field("throughput_bps", [](const R& r) { return rate(r.figures.sent.payload_bytes(), r); })
        .field("goodput_bps", goodput)
        .field("goodput_from_data_acks", [](const R& r) { return r.goodput_from_data_acks; });
}

void add_levels(Shape<R>& shape) {
    const auto rtt = [&shape](const char* key, std::optional<RttInInterval> FlowInterval::*member) {
        shape.record(key, rtt_shape(), [member](const R& r) { return r.figures.*member; });
    };
    const auto level = [&shape](const char* key,
                                std::optional<LevelInInterval> FlowInterval::*member) {
        shape.record(key, level_shape(), [member](const R& r) { return r.figures.*member; });
    };
    rtt("data_rtt", &FlowInterval::data_rtt);
    rtt("subflow_rtt", &FlowInterval::subflow_rtt);
    level("flight", &FlowInterval::flight);
    level("subflow_flight", &FlowInterval::subflow_flight);
    level("window", &FlowInterval::window);
}

Shape<R> machine_shape() {
    Shape<R> shape;
    add_identity(shape);
    add_sums(shape);
    add_rates(shape);
    add_levels(shape);
    return shape;
}

Value repeated(const R& r) {
    const ByteCounts& bytes = r.figures.sent.bytes;
    return bytes[ByteClass::retransmitted] + bytes[ByteClass::reinjected_same_subflow] +
           bytes[ByteClass::reinjected_other_subflow];
}

Value mean(const std::optional<RttInInterval>& rtt) {
    return rtt ? Value(Seconds{rtt->mean()}) : Value();
}

Value greatest(const std::optional<LevelInInterval>& level) {
    return level ? Value(level->max) : Value();
}

/// Times count from `origin`.
Shape<R> people_shape(Nanoseconds origin) {
    Shape<R> shape;
    shape
        .column("time", "Time", Unit::seconds,
                [origin](const R& r) { return Seconds{r.start - origin}; })
        .column("connection", "Conn.", Unit::count,
                [](const R& r) { return r.connection.number(); })
        .aligned("subflow", "Sub-\nflow", Unit::none, Align::right,
                 [](const R& r) {
                     return r.subflow != nullptr ? fmt::format("{}", r.subflow->number) : "all";
                 })
        .column("direction", "", Unit::none,
                [](const R& r) { return direction_arrow(r.connection, r.sender); })
        .column("payload", "Payload", Unit::bytes,
                [](const R& r) { return r.figures.sent.payload_bytes(); })
        .column("new", "New", Unit::bytes, bytes_of(ByteClass::fresh))
        .column("repeated", "Repeated", Unit::bytes, repeated)
        .column("throughput", "Through-\nput", Unit::bits_per_second,
                [](const R& r) { return rate(r.figures.sent.payload_bytes(), r); })
        .column("goodput", "Goodput", Unit::bits_per_second, goodput)
        .column("data_rtt", "Data\nRTT", Unit::seconds,
                [](const R& r) { return mean(r.figures.data_rtt); })
        .column("subflow_rtt", "Subfl.\nRTT", Unit::seconds,
                [](const R& r) { return mean(r.figures.subflow_rtt); })
        .column("flight", "Most in\nflight", Unit::bytes,
                [](const R& r) { return greatest(r.figures.flight); })
        .column("window", "Most\nwindow", Unit::bytes,
                [](const R& r) { return greatest(r.figures.window); });
    return shape;
}

void write_records(const ReportInput& input, ReportWriter& writer) {
    const Shape<R> shape = machine_shape();
    writer.begin_table({.key = "intervals", .row_name = "interval"}, shape.schema());
    const bool complete = for_each_interval(input, input.options.interval, Silence::told,
                                            [&](const R& row) { writer.row(shape.record(row)); });
    writer.end_table();
    if (!complete) {
        writer.remark(kTooMuchSilence);
    }
}

/// Directions that carry next to nothing beside the other one would double the table.
class Shown {
  public:
    bool operator()(const R& row) {
        const auto [found, added] = directions_.try_emplace(&row.connection);
        if (added) {
            found->second = Perspective(row.connection).main_directions();
        }
        const std::vector<Side>& shown = found->second;
        return shown.empty() || std::find(shown.begin(), shown.end(), row.sender) != shown.end();
    }

  private:
    std::unordered_map<const Connection*, std::vector<Side>> directions_;
};

void write_text(const ReportInput& input, ReportWriter& writer) {
    writer.text(fmt::format(
        "Intervals of {}; → client to server, ← server to client. A direction with less than a "
        "tenth of the other's data is left out.",
        duration_text(input.options.interval)));
    writer.text("");
    const Shape<R> shape = people_shape(origin_of(input.tracker));
    writer.begin_table({.key = "intervals", .row_name = "interval"}, shape.schema());
    Shown shown;
    const bool complete =
        for_each_interval(input, input.options.interval, Silence::told, [&](const R& row) {
            if (shown(row)) {
                writer.row(shape.record(row));
            }
        });
    writer.end_table();
    if (!complete) {
        writer.text("");
        writer.text(kTooMuchSilence);
    }
}

} // namespace

void write_interval(const ReportInput& input, ReportWriter& writer) {
    writer.begin({.schema = "mptcp/interval/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(input, writer);
    } else if (write_preface(input, writer)) {
        write_text(input, writer);
    }
    writer.end();
}

} // namespace mptcp::taps
