#include "fields.hpp"

#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

int protocol = -1;
int subtree = -1;

} // namespace

void register_fields(int analysis_protocol) {
    protocol = analysis_protocol;
    register_identity_fields(protocol);
    register_byte_fields(protocol);
    register_data_fields(protocol);
    register_reinjection_fields(protocol);
    register_timing_fields(protocol);
    register_event_fields(protocol);
    register_verification_fields(protocol);
    static std::array subtrees{&subtree};
    proto_register_subtree_array(subtrees.data(), static_cast<int>(subtrees.size()));
}

proto_item* add_segment_to_tree(tvbuff_t* tvb, proto_tree* tree, const SegmentView& view) {
    proto_item* item = proto_tree_add_item(tree, protocol, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    proto_item_append_text(item, ", Connection: %u, Subflow: %u%s", view.connection.number(),
                           view.facts.subflow, view.facts.duplicate ? ", Captured Twice" : "");
    const Place place{tvb, proto_item_add_subtree(item, subtree)};
    add_identity(place, view);
    // The second copy of a packet carries nothing.
    if (!view.facts.duplicate) {
        add_bytes(place, view);
        add_data(place, view);
        add_reinjections(place, view);
        add_timing(place, view);
        add_events(place, view);
        add_verification(place, view);
    }
    return item;
}

} // namespace mptcp::plugin
