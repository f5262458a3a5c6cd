#pragma once
/// The display filter fields `mptcp_analysis.*` and their items in the packet tree.

#include "segment_view.hpp"

namespace mptcp::plugin {

void register_fields(int analysis_protocol);

/// Adds an item "Multipath TCP Analysis" for one segment of an MPTCP connection. Returns it, for
/// expert information.
proto_item* add_segment_to_tree(tvbuff_t* tvb, proto_tree* tree, const SegmentView& view);

} // namespace mptcp::plugin
