#include "fields.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

int protocol = -1;
int subtree = -1;

int field_connection = -1;
int field_subflow = -1;
int field_direction = -1;
int field_payload_bytes = -1;
/// In the order of ByteClass.
std::array<int, kByteClasses> field_bytes_of_class{-1, -1, -1, -1, -1, -1};

constexpr std::uint8_t kClientToServer = 0;
constexpr std::uint8_t kServerToClient = 1;

constexpr std::array kDirections{
    value_string{kClientToServer, "client to server"},
    value_string{kServerToClient, "server to client"},
    value_string{0, nullptr},
};

hf_register_info count_field(int* id, const char* name, const char* filter_name) {
    return {id, {name, filter_name, FT_UINT32, BASE_DEC, nullptr, 0, nullptr, HFILL}};
}

hf_register_info byte_class_field(ByteClass byte_class, const char* name, const char* filter_name) {
    return count_field(&field_bytes_of_class[static_cast<std::size_t>(byte_class)], name,
                       filter_name);
}

void add_uint(tvbuff_t* tvb, proto_tree* tree, int field, std::uint64_t value) {
    proto_item_set_generated(
        proto_tree_add_uint(tree, field, tvb, 0, 0, static_cast<std::uint32_t>(value)));
}

void add_identity(tvbuff_t* tvb, proto_tree* tree, const Connection& connection,
                  const SegmentFacts& facts) {
    const bool from_client = facts.sender == connection.client_side();
    add_uint(tvb, tree, field_connection, connection.number());
    add_uint(tvb, tree, field_subflow, facts.subflow);
    add_uint(tvb, tree, field_direction, from_client ? kClientToServer : kServerToClient);
}

/// A class without bytes has no field, so that naming the field in a filter finds the bytes. Not
/// for the second copy of a packet: it carries nothing.
void add_byte_classes(tvbuff_t* tvb, proto_tree* tree, const SegmentFacts& facts) {
    add_uint(tvb, tree, field_payload_bytes, facts.payload_bytes);
    for (std::size_t i = 0; i < kByteClasses; ++i) {
        if (facts.bytes.bytes[i] != 0) {
            add_uint(tvb, tree, field_bytes_of_class[i], facts.bytes.bytes[i]);
        }
    }
}

} // namespace

void register_fields(int analysis_protocol) {
    protocol = analysis_protocol;
    static std::array fields{
        count_field(&field_connection, "Connection", "mptcp_analysis.connection"),
        count_field(&field_subflow, "Subflow", "mptcp_analysis.subflow"),
        hf_register_info{&field_direction,
                         {"Direction", "mptcp_analysis.direction", FT_UINT8, BASE_DEC,
                          VALS(kDirections.data()), 0, nullptr, HFILL}},
        count_field(&field_payload_bytes, "Payload Bytes", "mptcp_analysis.payload_bytes"),
        byte_class_field(ByteClass::fresh, "New Bytes", "mptcp_analysis.new_bytes"),
        byte_class_field(ByteClass::retransmitted, "Retransmitted Bytes",
                         "mptcp_analysis.retransmitted_bytes"),
        byte_class_field(ByteClass::reinjected_other_subflow, "Bytes Reinjected from Other Subflow",
                         "mptcp_analysis.reinjected_other_subflow_bytes"),
        byte_class_field(ByteClass::reinjected_same_subflow, "Bytes Reinjected on Same Subflow",
                         "mptcp_analysis.reinjected_same_subflow_bytes"),
        byte_class_field(ByteClass::unmapped, "Unmapped Bytes", "mptcp_analysis.unmapped_bytes"),
        byte_class_field(ByteClass::fallback, "Fallback Bytes", "mptcp_analysis.fallback_bytes"),
    };
    static std::array subtrees{&subtree};
    proto_register_field_array(protocol, fields.data(), static_cast<int>(fields.size()));
    proto_register_subtree_array(subtrees.data(), static_cast<int>(subtrees.size()));
}

void add_facts_to_tree(tvbuff_t* tvb, proto_tree* tree, const Tracker& tracker,
                       const SegmentFacts& facts) {
    // By number, not from the facts alone: it may have been merged into another one since.
    const Connection* connection = tracker.connection(facts.connection);
    if (connection == nullptr) {
        return;
    }
    proto_item* item = proto_tree_add_item(tree, protocol, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    proto_item_append_text(item, ", Connection: %u, Subflow: %u", connection->number(),
                           facts.subflow);
    proto_tree* details = proto_item_add_subtree(item, subtree);
    add_identity(tvb, details, *connection, facts);
    if (facts.duplicate) {
        proto_item_append_text(item, ", Captured Twice");
    } else {
        add_byte_classes(tvb, details, facts);
    }
}

} // namespace mptcp::plugin
