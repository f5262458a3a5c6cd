#include "taps/rtt_report.hpp"

#include "taps/preface.hpp"
#include "taps/rtt_model.hpp"
#include "taps/summary_records.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace mptcp::taps {

namespace {

using R = RttRow;
using Statistic = double RttStatistics::*;

Shape<R>::Getter statistic(Statistic figure) {
    return [figure](const R& r) {
        const auto statistics = r.samples().statistics();
        return statistics ? seconds((*statistics).*figure) : Value();
    };
}

Shape<R>::Getter percentile(unsigned percent) {
    return [percent](const R& r) {
        const auto value = r.samples().percentile(percent);
        return value ? seconds(*value) : Value();
    };
}

Value subflow_number(const R& r) {
    return r.subflow == nullptr ? Value() : Value(r.subflow->number);
}

Value handshake_rtt(const R& r) {
    return r.subflow == nullptr ? Value() : duration(r.subflow->handshake_rtt);
}

Value sample_count(const R& r) {
    return r.samples().count();
}

Shape<R> machine_shape() {
    Shape<R> shape;
    shape.field("connection", [](const R& r) { return r.connection->number(); })
        .field("subflow", subflow_number)
        .field("direction", [](const R& r) { return direction_word(*r.connection, r.sender); })
        .field("level",
               [](const R& r) { return r.subflow == nullptr ? Value("data") : Value("subflow"); })
        .field("vantage", [](const R& r) { return text_or_null(word(r.vantage())); })
        .field("handshake_rtt", handshake_rtt)
        .field("min", statistic(&RttStatistics::min))
        .field("mean", statistic(&RttStatistics::mean))
        .field("median", statistic(&RttStatistics::median))
        .field("p95", statistic(&RttStatistics::p95))
        .field("max", statistic(&RttStatistics::max))
        .field("stdev", statistic(&RttStatistics::stdev))
        .field("count", sample_count);
    for (const unsigned percent : {25U, 75U, 90U, 97U, 98U, 99U}) {
        shape.field(fmt::format("p{}", percent), percentile(percent));
    }
    return shape;
}

void write_records(const std::vector<R>& rows, ReportWriter& writer) {
    const Shape<R> shape = machine_shape();
    writer.begin_table({.key = "rtt", .row_name = "rtt"}, shape.schema());
    for (const R& row : rows) {
        writer.row(shape.record(row));
    }
    writer.end_table();
}

std::string measured(const R& row) {
    switch (row.vantage()) {
    case Vantage::local:
        return "path";
    case Vantage::middle:
        return "part of the path";
    case Vantage::remote:
        return "receiver alone";
    case Vantage::unknown:
        break;
    }
    return "?";
}

Shape<R> people_shape() {
    Shape<R> shape;
    shape
        .column("connection", "Conn.", Unit::none,
                [](const R& r) { return r.connection->number(); })
        .column("subflow", "Subflow", Unit::none,
                [](const R& r) {
                    return r.subflow == nullptr ? "data level"
                                                : fmt::format("{}", r.subflow->number);
                })
        .column("arrow", "", Unit::none,
                [](const R& r) { return direction_arrow(*r.connection, r.sender); })
        .column("handshake_rtt", "Handshake", Unit::seconds, handshake_rtt)
        .column("count", "Samples", Unit::count, sample_count)
        .column("min", "Min", Unit::seconds, statistic(&RttStatistics::min))
        .column("median", "Median", Unit::seconds, statistic(&RttStatistics::median))
        .column("mean", "Mean", Unit::seconds, statistic(&RttStatistics::mean))
        .column("p95", "95 %", Unit::seconds, statistic(&RttStatistics::p95))
        .column("max", "Max", Unit::seconds, statistic(&RttStatistics::max))
        .column("stdev", "Std. dev.", Unit::seconds, statistic(&RttStatistics::stdev))
        .column("measured", "Measures", Unit::none, measured);
    return shape;
}

void write_text(const std::vector<R>& rows, ReportWriter& writer) {
    const Shape<R> shape = people_shape();
    writer.begin_table({.key = "rtt", .row_name = "rtt"}, shape.schema());
    for (const R& row : rows) {
        writer.row(shape.record(row));
    }
    writer.end_table();
    writer.text("");
    writer.text(
        "→ from client to server, ← back. Data level: from the first sending of a byte to the "
        "DATA_ACK that covers it; subflows: to the TCP acknowledgment. Bytes that were sent more "
        "than once give no sample.");
    if (std::any_of(rows.begin(), rows.end(),
                    [](const R& row) { return row.vantage() == Vantage::remote; })) {
        writer.text("Receiver alone: captured at the host that receives, so the round trips lead "
                    "through that host only, not over the path.");
    }
    writer.text("");
}

} // namespace

void write_rtt(const ReportInput& input, ReportWriter& writer) {
    const std::vector<R> rows = rtt_rows(input);
    writer.begin({.schema = "mptcp/rtt/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(rows, writer);
    } else if (write_preface(input, writer)) {
        write_text(rows, writer);
    }
    writer.end();
}

} // namespace mptcp::taps
