#pragma once
/// Expert information: what is worth a look, filed under our protocol.

#include "segment_view.hpp"

namespace mptcp::plugin {

void register_experts(int analysis_protocol);

/// Whether anybody would see them although no tree is built.
bool experts_are_wanted();

/// `item` may be null.
void add_experts(packet_info* pinfo, proto_item* item, const SegmentView& view);

} // namespace mptcp::plugin
