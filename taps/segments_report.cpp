#include "taps/segments_report.hpp"

#include "taps/preface.hpp"
#include "taps/wording.hpp"

namespace mptcp::taps {

namespace {

using S = LoggedSegment;

Value relative(const S& s, Side sender, const std::optional<Dsn>& dsn) {
    return dsn ? Value(s.connection.relative_dsn(sender, *dsn)) : Value();
}

std::optional<Dsn> first_dsn(const S& s) {
    return s.facts.dsn ? std::optional(s.facts.dsn->begin) : std::nullopt;
}

std::optional<Dsn> end_dsn(const S& s) {
    return s.facts.dsn ? std::optional(s.facts.dsn->end) : std::nullopt;
}

/// The first reinjection event of the segment; null if it repeats nothing.
const Reinjection* reinjection(const S& s) {
    const std::vector<const Reinjection*> events = s.connection.reinjections_of(s.facts.id);
    return events.empty() ? nullptr : events.front();
}

template <typename Get>
Shape<S>::Getter of_reinjection(Get get) {
    return [get](const S& s) {
        const Reinjection* event = reinjection(s);
        return event != nullptr ? Value(get(*event)) : Value();
    };
}

template <typename Get>
Shape<S>::Getter of_mapping(Get get) {
    return
        [get](const S& s) { return s.facts.mapping ? Value(get(s, *s.facts.mapping)) : Value(); };
}

Shape<S>::Getter bytes_of(ByteClass byte_class) {
    return [byte_class](const S& s) { return s.facts.bytes[byte_class]; };
}

Shape<S>::Getter result_of(Check SegmentFacts::*check) {
    return [check](const S& s) { return text_or_null(word((s.facts.*check).result)); };
}

void add_identity(Shape<S>& shape) {
    shape.column("frame", "Frame", Unit::count, [](const S& s) { return s.facts.frame; })
        .field("time", [](const S& s) { return Seconds{s.facts.time}; })
        .field("connection", [](const S& s) { return s.connection.number(); })
        .field("subflow", [](const S& s) { return s.subflow.number; })
        .field("tcp_stream", [](const S& s) { return stream_or_null(s.subflow.stream); })
        .field("direction", [](const S& s) { return direction_word(s.connection, s.facts.sender); })
        .field("duplicate", [](const S& s) { return s.facts.duplicate; });
}

void add_bytes(Shape<S>& shape) {
    shape.field("payload_bytes", [](const S& s) { return s.facts.payload_bytes; })
        .field("new_bytes", bytes_of(ByteClass::fresh))
        .field("retransmitted_bytes", bytes_of(ByteClass::retransmitted))
        .field("reinjected_other_subflow_bytes", bytes_of(ByteClass::reinjected_other_subflow))
        .field("reinjected_same_subflow_bytes", bytes_of(ByteClass::reinjected_same_subflow))
        .field("unmapped_bytes", bytes_of(ByteClass::unmapped))
        .field("fallback_bytes", bytes_of(ByteClass::fallback))
        .field("option_bytes", [](const S& s) { return s.facts.option_bytes; });
}

void add_data_level(Shape<S>& shape) {
    shape.field("dsn", [](const S& s) { return relative(s, s.facts.sender, first_dsn(s)); })
        .field("dsn_end", [](const S& s) { return relative(s, s.facts.sender, end_dsn(s)); })
        .field("dsn_raw", [](const S& s) { return hex(first_dsn(s)); })
        .field("data_ack",
               [](const S& s) { return relative(s, opposite(s.facts.sender), s.facts.data_ack); })
        .field("data_ack_raw", [](const S& s) { return hex(s.facts.data_ack); })
        .field("mapping_dsn", of_mapping([](const S& s, const MappingFacts& mapping) {
                   return s.connection.relative_dsn(s.facts.sender, mapping.dsn);
               }))
        .field("mapping_ssn", of_mapping([](const S&, const MappingFacts& m) { return m.ssn; }))
        .field("mapping_length",
               of_mapping([](const S&, const MappingFacts& m) { return m.length; }))
        .field("mapping_frame",
               of_mapping([](const S&, const MappingFacts& m) { return m.frame; }));
}

void add_reinjection(Shape<S>& shape) {
    using R = Reinjection;
    shape.field("reinjection_bytes", of_reinjection([](const R& r) { return r.bytes; }))
        .field("reinjection_of", of_reinjection([](const R& r) { return r.first_frame; }))
        .field("reinjection_from_subflow",
               of_reinjection([](const R& r) { return r.first_subflow; }))
        .field("reinjection_delay", of_reinjection([](const R& r) { return Seconds{r.delay}; }))
        .field("reinjection_copy", of_reinjection([](const R& r) { return r.copy; }))
        .field("reinjection_outcome",
               of_reinjection([](const R& r) { return std::string(word(r.outcome)); }))
        .field("reinjection_in", [](const S& s) { return frame_or_null(s.later.reinjected_in); });
}

void add_order(Shape<S>& shape) {
    shape.field("out_of_order", [](const S& s) { return s.facts.out_of_order; })
        .field("reorder_distance", [](const S& s) { return s.facts.reorder_distance; })
        .field("reorder_delay", [](const S& s) { return duration(s.later.reorder_delay); })
        .field("hole_filled_bytes", [](const S& s) { return s.facts.hole_filled_bytes; })
        .field("stall", [](const S& s) { return duration(s.facts.stall); })
        .field("switch", [](const S& s) { return s.facts.scheduler_switch; });
}

void add_acknowledgments(Shape<S>& shape) {
    shape.field("acked_in", [](const S& s) { return frame_or_null(s.later.acked_in); })
        .field("newly_acked_bytes", [](const S& s) { return s.facts.newly_acked_bytes; })
        .field("data_rtt", [](const S& s) { return duration(s.facts.data_rtt); })
        .field("subflow_rtt", [](const S& s) { return duration(s.facts.subflow_rtt); })
        .field("flight", [](const S& s) { return Value(s.facts.flight); })
        .field("subflow_flight", [](const S& s) { return Value(s.facts.subflow_flight); })
        .field("window", [](const S& s) { return Value(s.facts.window); })
        .field("window_limited", [](const S& s) { return s.facts.window_limited; });
}

void add_checks(Shape<S>& shape) {
    shape.field("verify_hmac", result_of(&SegmentFacts::hmac))
        .field("verify_add_addr", result_of(&SegmentFacts::add_addr))
        .field("verify_checksum", result_of(&SegmentFacts::checksum))
        .field("verify_token", result_of(&SegmentFacts::token))
        .field("verify_idsn", result_of(&SegmentFacts::idsn))
        .field("mapping_conflict", [](const S& s) { return s.facts.mapping_conflict; })
        .field("bad_option_length", [](const S& s) { return s.facts.bad_option_length; });
}

const Shape<S>& machine_shape() {
    static const Shape<S> shape = [] {
        Shape<S> all;
        add_identity(all);
        add_bytes(all);
        add_data_level(all);
        add_reinjection(all);
        add_order(all);
        add_acknowledgments(all);
        add_checks(all);
        return all;
    }();
    return shape;
}

Value repeated_bytes(const S& s) {
    return s.facts.bytes[ByteClass::retransmitted] +
           s.facts.bytes[ByteClass::reinjected_same_subflow] +
           s.facts.bytes[ByteClass::reinjected_other_subflow];
}

/// Times count from `origin`.
Shape<S> people_shape(Nanoseconds origin) {
    Shape<S> shape;
    shape.column("frame", "Frame", Unit::count, [](const S& s) { return s.facts.frame; })
        .column("time", "Time", Unit::seconds,
                [origin](const S& s) { return Seconds{s.facts.time - origin}; })
        .column("connection", "Conn.", Unit::count,
                [](const S& s) { return s.connection.number(); })
        .column("subflow", "Subflow", Unit::count, [](const S& s) { return s.subflow.number; })
        .column("direction", "From", Unit::none,
                [](const S& s) { return host_word(s.connection, s.facts.sender); })
        .column("dsn", "DSN", Unit::count,
                [](const S& s) { return relative(s, s.facts.sender, first_dsn(s)); })
        .column("payload_bytes", "Payload", Unit::bytes,
                [](const S& s) { return s.facts.payload_bytes; })
        .column("new_bytes", "New", Unit::bytes, bytes_of(ByteClass::fresh))
        .column("repeated_bytes", "Repeated", Unit::bytes, repeated_bytes)
        .column("data_ack", "DATA_ACK", Unit::count,
                [](const S& s) { return relative(s, opposite(s.facts.sender), s.facts.data_ack); })
        .column("flight", "In flight", Unit::bytes,
                [](const S& s) { return Value(s.facts.flight); })
        .column("acked_in", "Acked in", Unit::count,
                [](const S& s) { return frame_or_null(s.later.acked_in); });
    return shape;
}

void write_rows(const ReportInput& input, const Shape<S>& shape, ReportWriter& writer) {
    writer.begin_table({.key = "segments", .row_name = "segment"}, shape.schema());
    for_each_segment(input, [&](const S& s) { writer.row(shape.record(s)); });
    writer.end_table();
}

} // namespace

void write_segments(const ReportInput& input, ReportWriter& writer) {
    writer.begin({.schema = "mptcp/segments/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_rows(input, machine_shape(), writer);
    } else if (write_preface(input, writer)) {
        write_rows(input, people_shape(origin_of(input.tracker)), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
