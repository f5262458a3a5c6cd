#pragma once
/// The display filter fields `mptcp_analysis.*` and their items in the packet tree.

#include "wireshark_compat.hpp"

#include "analysis/facts.hpp"
#include "analysis/tracker.hpp"

namespace mptcp::plugin {

void register_fields(int analysis_protocol);

/// Adds an item "Multipath TCP Analysis" for one segment of an MPTCP connection.
void add_facts_to_tree(tvbuff_t* tvb, proto_tree* tree, const Tracker& tracker,
                       const SegmentFacts& facts);

} // namespace mptcp::plugin
