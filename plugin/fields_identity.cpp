#include "endpoint_text.hpp"
#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

constexpr std::array kRoles{
    value_string{static_cast<std::uint32_t>(SubflowRole::initial), "initial"},
    value_string{static_cast<std::uint32_t>(SubflowRole::join), "join"},
    value_string{0, nullptr},
};

constexpr std::array kDirections{
    value_string{0, "client to server"},
    value_string{1, "server to client"},
    value_string{0, nullptr},
};

FieldValue role(const SegmentView& view) {
    const SubflowRole role = view.subflow.role;
    return role == SubflowRole::unknown ? std::nullopt
                                        : FieldValue(static_cast<std::uint64_t>(role));
}

FieldValue stream(const SegmentView& view) {
    return view.subflow.stream == kNoStream ? std::nullopt : FieldValue(view.subflow.stream);
}

/// The name of a host on all subflows: its endpoint on the first one.
FieldValue name_of(const SegmentView& view, Side side) {
    const Endpoint& endpoint = view.connection.host(side).endpoint;
    return reinterpret_cast<std::uintptr_t>(endpoint_text(view.packet_scope, endpoint));
}

FieldValue source(const SegmentView& view) {
    return name_of(view, view.facts.sender);
}

FieldValue destination(const SegmentView& view) {
    return name_of(view, opposite(view.facts.sender));
}

std::array<Field<SegmentView>, 8> fields{{
    {{"mptcp_analysis.connection", "Connection", FieldKind::number},
     [](const SegmentView& view) -> FieldValue { return view.connection.number(); }},
    {{"mptcp_analysis.subflow", "Subflow", FieldKind::number},
     [](const SegmentView& view) -> FieldValue { return view.facts.subflow; }},
    {{"mptcp_analysis.role", "Role", FieldKind::word, kRoles.data()}, role},
    {{"mptcp_analysis.direction", "Direction", FieldKind::word, kDirections.data()},
     [](const SegmentView& view) -> FieldValue { return view.is_from_client() ? 0 : 1; }},
    {{"mptcp_analysis.tcp_stream", "TCP Stream", FieldKind::number}, stream},
    {{"mptcp_analysis.source", "Connection Source", FieldKind::text}, source},
    {{"mptcp_analysis.destination", "Connection Destination", FieldKind::text}, destination},
    {{"mptcp_analysis.duplicate", "Captured Twice", FieldKind::flag},
     [](const SegmentView& view) { return if_true(view.facts.duplicate); }},
}};

/// Source and destination, as `tcp.port` is both ports.
FieldInfo endpoint_field{"mptcp_analysis.endpoint", "Connection Endpoint", FieldKind::text};

} // namespace

void register_identity_fields(int protocol) {
    register_table(protocol, fields);
    register_field(protocol, endpoint_field);
}

void add_identity(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
    if (proto_field_is_referenced(place.tree, endpoint_field.id)) {
        proto_item_set_hidden(add_field(place, endpoint_field, *source(view)));
        proto_item_set_hidden(add_field(place, endpoint_field, *destination(view)));
    }
}

} // namespace mptcp::plugin
