#include "taps/summary_records.hpp"

#include "taps/verdict.hpp"
#include "taps/wording.hpp"

#include <cmath>

namespace mptcp::taps {

namespace {

/// A port is unknown as long as its address is.
Value port(const Endpoint& endpoint) {
    return endpoint.address.empty() ? Value() : Value(endpoint.port);
}

Shape<RttStatistics> make_rtt_shape() {
    using S = RttStatistics;
    Shape<S> shape;
    shape.field("min", [](const S& s) { return seconds(s.min); })
        .field("mean", [](const S& s) { return seconds(s.mean); })
        .field("median", [](const S& s) { return seconds(s.median); })
        .field("p95", [](const S& s) { return seconds(s.p95); })
        .field("max", [](const S& s) { return seconds(s.max); })
        .field("stdev", [](const S& s) { return seconds(s.stdev); })
        .field("count", [](const S& s) { return s.count; });
    return shape;
}

Shape<ReinjectionFigures> reinjections_shape() {
    using R = ReinjectionFigures;
    using enum ReinjectionOutcome;
    Shape<R> shape;
    shape.field("count", [](const R& r) { return r.count(); })
        .field("useful", [](const R& r) { return r.of(useful).count; })
        .field("redundant", [](const R& r) { return r.of(redundant).count; })
        .field("unneeded", [](const R& r) { return r.of(unneeded).count; })
        .field("unknown", [](const R& r) { return r.of(unknown).count; })
        .field("useful_bytes", [](const R& r) { return r.of(useful).bytes; })
        .field("redundant_bytes", [](const R& r) { return r.of(redundant).bytes; })
        .field("unneeded_bytes", [](const R& r) { return r.of(unneeded).bytes; })
        .field("unknown_bytes", [](const R& r) { return r.of(unknown).bytes; });
    return shape;
}

template <typename Direction>
void add_class(Shape<Direction>& shape, const char* key, ByteClass byte_class) {
    shape.field(key, [byte_class](const Direction& d) { return d.totals.bytes[byte_class]; });
}

/// What the directions of connections and of subflows have in common.
template <typename Direction>
void add_totals(Shape<Direction>& shape) {
    shape.field("payload_bytes", [](const Direction& d) { return d.totals.payload_bytes(); });
    add_class(shape, "data_bytes", ByteClass::fresh);
    add_class(shape, "retransmitted_bytes", ByteClass::retransmitted);
    add_class(shape, "reinjected_other_subflow_bytes", ByteClass::reinjected_other_subflow);
    add_class(shape, "reinjected_same_subflow_bytes", ByteClass::reinjected_same_subflow);
    add_class(shape, "unmapped_bytes", ByteClass::unmapped);
    add_class(shape, "fallback_bytes", ByteClass::fallback);
    shape
        .field("duplicate_segments", [](const Direction& d) { return d.totals.duplicate_segments; })
        .field("segments", [](const Direction& d) { return d.totals.segments; })
        .field("option_bytes", [](const Direction& d) { return d.totals.option_bytes; })
        .field("out_of_order_segments",
               [](const Direction& d) { return d.totals.out_of_order_segments; })
        .field("throughput_bps", [](const Direction& d) { return Value(d.throughput_bps); });
}

template <typename Direction>
void add_rtt(Shape<Direction>& shape) {
    shape.record("rtt", rtt_shape(), [](const Direction& d) { return d.rtt ? &*d.rtt : nullptr; });
}

Shape<DirectionSummary> make_direction_shape() {
    using D = DirectionSummary;
    Shape<D> shape;
    add_totals(shape);
    shape.field("data_acked_bytes", [](const D& d) { return Value(d.data_acked_bytes); })
        .field("goodput_bps", [](const D& d) { return Value(d.goodput_bps); })
        .field("goodput_from_data_acks", [](const D& d) { return d.goodput_from_data_acks; })
        .field("overhead", [](const D& d) { return Value(d.overhead); })
        .record("reinjections", reinjections_shape(), [](const D& d) { return &d.reinjections; })
        .field("blocked_seconds", [](const D& d) { return Seconds{d.blocked}; });
    add_rtt(shape);
    return shape;
}

Shape<SubflowDirectionSummary> make_subflow_direction_shape() {
    using D = SubflowDirectionSummary;
    Shape<D> shape;
    add_totals(shape);
    shape.field("share_payload", [](const D& d) { return Value(d.share_payload); })
        .field("share_data", [](const D& d) { return Value(d.share_data); });
    add_rtt(shape);
    return shape;
}

Shape<Host> host_shape() {
    Shape<Host> shape;
    shape.field("address", [](const Host& h) { return text_or_null(h.endpoint.address.text()); })
        .field("port", [](const Host& h) { return port(h.endpoint); })
        .field("token", [](const Host& h) { return hex(h.token); })
        .field("idsn", [](const Host& h) { return hex(h.idsn); })
        .field("checksum_required", [](const Host& h) { return Value(h.checksum_required); })
        .field("vantage", [](const Host& h) { return text_or_null(word(h.vantage)); });
    return shape;
}

const Endpoint& endpoint(const SubflowSummary& s, Side side) {
    return s.subflow->endpoints[index(side)];
}

Value address(const SubflowSummary& s, Side side) {
    return text_or_null(endpoint(s, side).address.text());
}

Value initiator(const SubflowSummary& s) {
    if (!s.subflow->initiator) {
        return {};
    }
    return *s.subflow->initiator == s.client ? "client" : "server";
}

Shape<SubflowSummary> backup_shape() {
    using S = SubflowSummary;
    Shape<S> shape;
    shape.field("client", [](const S& s) { return s.subflow->backup[index(s.client)]; })
        .field("server", [](const S& s) { return s.subflow->backup[index(opposite(s.client))]; });
    return shape;
}

void add_identity(Shape<SubflowSummary>& shape) {
    using S = SubflowSummary;
    shape.field("tcp_stream", [](const S& s) { return stream_or_null(s.subflow->stream); })
        .field("role", [](const S& s) { return text_or_null(word(s.subflow->role)); })
        .field("initiator", initiator)
        .field("client_address", [](const S& s) { return address(s, s.client); })
        .field("client_port", [](const S& s) { return port(endpoint(s, s.client)); })
        .field("server_address", [](const S& s) { return address(s, opposite(s.client)); })
        .field("server_port", [](const S& s) { return port(endpoint(s, opposite(s.client))); })
        .field("client_address_id",
               [](const S& s) { return Value(s.subflow->address_ids[index(s.client)]); })
        .field("server_address_id",
               [](const S& s) { return Value(s.subflow->address_ids[index(opposite(s.client))]); })
        .record("backup", backup_shape(), [](const S& s) { return &s; });
}

Shape<SubflowSummary> make_subflow_head_shape() {
    using S = SubflowSummary;
    Shape<S> shape;
    add_identity(shape);
    shape.field("start", [](const S& s) { return Seconds{s.subflow->start}; })
        .field("first_frame", [](const S& s) { return frame_or_null(s.subflow->first_frame); })
        .field("duration", [](const S& s) { return Seconds{s.subflow->last - s.subflow->start}; })
        .field("handshake_rtt", [](const S& s) { return duration(s.subflow->handshake_rtt); })
        .field("end", [](const S& s) { return std::string(word(s.subflow->end)); })
        .field("reset_reason", [](const S& s) { return Value(s.subflow->reset_reason); });
    return shape;
}

Shape<SubflowSummary> subflow_shape() {
    using S = SubflowSummary;
    Shape<S> shape;
    shape.field("subflow", [](const S& s) { return s.subflow->number; })
        .include(
            subflow_head_shape(), [](const S& s) -> const auto& { return s; })
        .record("client_to_server", subflow_direction_shape(),
                [](const S& s) { return &s.client_to_server; })
        .record("server_to_client", subflow_direction_shape(),
                [](const S& s) { return &s.server_to_client; });
    return shape;
}

Shape<Fallback> fallback_shape() {
    Shape<Fallback> shape;
    shape.field("cause", [](const Fallback& f) { return std::string(word(f.cause)); })
        .field("frame", [](const Fallback& f) { return f.frame == 0 ? Value() : Value(f.frame); });
    return shape;
}

void add_identity(Shape<ConnectionSummary>& shape) {
    using C = ConnectionSummary;
    shape.field("connection", [](const C& c) { return c.connection->number(); })
        .field("mptcp_stream",
               [](const C& c) { return stream_or_null(c.connection->mptcp_stream()); })
        .field("association",
               [](const C& c) { return std::string(word(c.connection->association())); })
        .field("kind", [](const C& c) { return std::string(word(c.connection->kind())); })
        .field("version",
               [](const C& c) {
                   const std::optional<Version> version = c.connection->version();
                   return version ? Value(static_cast<unsigned>(*version)) : Value();
               })
        .field("handshake", [](const C& c) { return std::string(word(c.connection->handshake())); })
        .field("start", [](const C& c) { return Seconds{c.connection->start()}; })
        .field("first_frame", [](const C& c) { return frame_or_null(c.connection->first_frame()); })
        .field("duration",
               [](const C& c) { return Seconds{c.connection->last() - c.connection->start()}; })
        .field("end", [](const C& c) { return std::string(word(c.connection->end())); })
        .field("verdict", [](const C& c) { return verdict(*c.connection); });
}

Shape<ConnectionSummary> make_connection_head_shape() {
    using C = ConnectionSummary;
    Shape<C> shape;
    add_identity(shape);
    shape.record("fallback", fallback_shape(), [](const C& c) { return c.connection->fallback(); })
        .record("client", host_shape(), [](const C& c) { return &c.connection->host(c.client); })
        .record("server", host_shape(),
                [](const C& c) { return &c.connection->host(opposite(c.client)); });
    return shape;
}

Shape<ConnectionSummary> connection_shape() {
    using C = ConnectionSummary;
    Shape<C> shape;
    shape
        .include(
            connection_head_shape(), [](const C& c) -> const auto& { return c; })
        .record("client_to_server", direction_shape(),
                [](const C& c) { return &c.client_to_server; })
        .record("server_to_client", direction_shape(),
                [](const C& c) { return &c.server_to_client; })
        .list(
            "subflows", subflow_shape(), [](const C& c) -> const auto& { return c.subflows; });
    return shape;
}

} // namespace

const Shape<ConnectionSummary>& summary_shape() {
    static const Shape<ConnectionSummary> shape = connection_shape();
    return shape;
}

const Shape<ConnectionSummary>& connection_head_shape() {
    static const Shape<ConnectionSummary> shape = make_connection_head_shape();
    return shape;
}

const Shape<DirectionSummary>& direction_shape() {
    static const Shape<DirectionSummary> shape = make_direction_shape();
    return shape;
}

const Shape<SubflowSummary>& subflow_head_shape() {
    static const Shape<SubflowSummary> shape = make_subflow_head_shape();
    return shape;
}

const Shape<SubflowDirectionSummary>& subflow_direction_shape() {
    static const Shape<SubflowDirectionSummary> shape = make_subflow_direction_shape();
    return shape;
}

const Shape<RttStatistics>& rtt_shape() {
    static const Shape<RttStatistics> shape = make_rtt_shape();
    return shape;
}

Value seconds(double value) {
    return Seconds{static_cast<Nanoseconds>(std::llround(value * kNanosecondsPerSecond))};
}

} // namespace mptcp::taps
