#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

constexpr value_string word_for(ByteClass byte_class, const char* word) {
    return {static_cast<std::uint32_t>(byte_class), word};
}

constexpr std::array kClasses{
    word_for(ByteClass::fresh, "new"),
    word_for(ByteClass::retransmitted, "retransmitted"),
    word_for(ByteClass::reinjected_other_subflow, "reinjected_other"),
    word_for(ByteClass::reinjected_same_subflow, "reinjected_same"),
    word_for(ByteClass::unmapped, "unmapped"),
    word_for(ByteClass::fallback, "fallback"),
    value_string{0, nullptr},
};

/// Once for each class that the payload has bytes of: for columns, which show words.
FieldInfo class_field{"mptcp_analysis.class", "Class", FieldKind::word, kClasses.data()};

/// A class without bytes has no field, so that naming the field in a filter finds the bytes.
template <ByteClass byte_class>
FieldValue bytes_of(const SegmentView& view) {
    return if_any(view.facts.bytes[byte_class]);
}

std::array<Field<SegmentView>, 8> fields{{
    {{"mptcp_analysis.payload_bytes", "Payload Bytes", FieldKind::number},
     [](const SegmentView& view) -> FieldValue { return view.facts.payload_bytes; }},
    {{"mptcp_analysis.new_bytes", "New Bytes", FieldKind::number}, bytes_of<ByteClass::fresh>},
    {{"mptcp_analysis.retransmitted_bytes", "Retransmitted Bytes", FieldKind::number},
     bytes_of<ByteClass::retransmitted>},
    {{"mptcp_analysis.reinjected_other_subflow_bytes", "Bytes Reinjected from Other Subflow",
      FieldKind::number},
     bytes_of<ByteClass::reinjected_other_subflow>},
    {{"mptcp_analysis.reinjected_same_subflow_bytes", "Bytes Reinjected on Same Subflow",
      FieldKind::number},
     bytes_of<ByteClass::reinjected_same_subflow>},
    {{"mptcp_analysis.unmapped_bytes", "Unmapped Bytes", FieldKind::number},
     bytes_of<ByteClass::unmapped>},
    {{"mptcp_analysis.fallback_bytes", "Fallback Bytes", FieldKind::number},
     bytes_of<ByteClass::fallback>},
    {{"mptcp_analysis.newly_acked_bytes", "Newly Acknowledged Bytes", FieldKind::bytes},
     [](const SegmentView& view) { return if_any(view.facts.newly_acked_bytes); }},
}};

} // namespace

void register_byte_fields(int protocol) {
    register_table(protocol, fields);
    register_field(protocol, class_field);
}

void add_bytes(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
    if (!proto_field_is_referenced(place.tree, class_field.id)) {
        return;
    }
    for (const value_string& one : kClasses) {
        if (one.strptr != nullptr && view.facts.bytes[static_cast<ByteClass>(one.value)] > 0) {
            add_field(place, class_field, one.value);
        }
    }
}

} // namespace mptcp::plugin
