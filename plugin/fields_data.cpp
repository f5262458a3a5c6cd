#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

FieldValue relative(const SegmentView& view, Side sender, std::optional<Dsn> dsn) {
    return dsn ? signed_value(view.connection.relative_dsn(sender, *dsn)) : std::nullopt;
}

FieldValue first_dsn(const SegmentView& view) {
    const auto& dsn = view.facts.dsn;
    return dsn ? relative(view, view.facts.sender, dsn->begin) : std::nullopt;
}

FieldValue next_dsn(const SegmentView& view) {
    const auto& dsn = view.facts.dsn;
    return dsn ? relative(view, view.facts.sender, dsn->end) : std::nullopt;
}

FieldValue raw_dsn(const SegmentView& view) {
    return view.facts.dsn ? FieldValue(view.facts.dsn->begin) : std::nullopt;
}

FieldValue data_ack(const SegmentView& view) {
    return relative(view, opposite(view.facts.sender), view.facts.data_ack);
}

FieldValue mapping_dsn(const SegmentView& view) {
    const auto& mapping = view.facts.mapping;
    return mapping ? relative(view, view.facts.sender, mapping->dsn) : std::nullopt;
}

template <auto member>
FieldValue of_mapping(const SegmentView& view) {
    const auto& mapping = view.facts.mapping;
    return mapping ? FieldValue((*mapping).*member) : std::nullopt;
}

std::array<Field<SegmentView>, 13> fields{{
    {{"mptcp_analysis.dsn", "Data Sequence Number", FieldKind::relative_dsn}, first_dsn},
    {{"mptcp_analysis.dsn_end", "Next Data Sequence Number", FieldKind::relative_dsn}, next_dsn},
    {{"mptcp_analysis.dsn_raw", "Data Sequence Number (raw)", FieldKind::raw_dsn}, raw_dsn},
    {{"mptcp_analysis.data_ack", "Data ACK", FieldKind::relative_dsn}, data_ack},
    {{"mptcp_analysis.data_ack_raw", "Data ACK (raw)", FieldKind::raw_dsn},
     [](const SegmentView& view) -> FieldValue { return view.facts.data_ack; }},
    {{"mptcp_analysis.mapping.dsn", "Mapping DSN", FieldKind::relative_dsn}, mapping_dsn},
    {{"mptcp_analysis.mapping.ssn", "Mapping SSN", FieldKind::number},
     of_mapping<&MappingFacts::ssn>},
    {{"mptcp_analysis.mapping.length", "Mapping Length", FieldKind::number},
     of_mapping<&MappingFacts::length>},
    {{"mptcp_analysis.mapping.frame", "Mapping Announced in Frame", FieldKind::frame},
     of_mapping<&MappingFacts::frame>},
    {{"mptcp_analysis.flight", "Data in Flight", FieldKind::bytes},
     [](const SegmentView& view) -> FieldValue { return view.facts.flight; }},
    {{"mptcp_analysis.subflow_flight", "Subflow Data in Flight", FieldKind::bytes},
     [](const SegmentView& view) -> FieldValue { return view.facts.subflow_flight; }},
    {{"mptcp_analysis.window", "Window beyond Data ACK", FieldKind::bytes},
     [](const SegmentView& view) -> FieldValue { return view.facts.window; }},
    {{"mptcp_analysis.window_limited", "Limited by Window", FieldKind::flag},
     [](const SegmentView& view) { return if_true(view.facts.window_limited); }},
}};

} // namespace

void register_data_fields(int protocol) {
    register_table(protocol, fields);
}

void add_data(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
