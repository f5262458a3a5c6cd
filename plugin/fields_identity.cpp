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

std::array<Field<SegmentView>, 6> fields{{
    {{"mptcp_analysis.connection", "Connection", FieldKind::number},
     [](const SegmentView& view) -> FieldValue { return view.connection.number(); }},
    {{"mptcp_analysis.subflow", "Subflow", FieldKind::number},
     [](const SegmentView& view) -> FieldValue { return view.facts.subflow; }},
    {{"mptcp_analysis.role", "Role", FieldKind::word, kRoles.data()}, role},
    {{"mptcp_analysis.direction", "Direction", FieldKind::word, kDirections.data()},
     [](const SegmentView& view) -> FieldValue { return view.is_from_client() ? 0 : 1; }},
    {{"mptcp_analysis.tcp_stream", "TCP Stream", FieldKind::number}, stream},
    {{"mptcp_analysis.duplicate", "Captured Twice", FieldKind::flag},
     [](const SegmentView& view) { return if_true(view.facts.duplicate); }},
}};

} // namespace

void register_identity_fields(int protocol) {
    register_table(protocol, fields);
}

void add_identity(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
