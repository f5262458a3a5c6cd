#pragma once
/// Whom bulk mode would take stock TCP from.
///
/// What tshark was told is not told to a plugin, but it shows when the first frame is dissected: in
/// the tree and the columns that are asked for, in who listens to which tap, and in whether taps
/// are served at all.

#include "wireshark_compat.hpp"

#include <string>

namespace mptcp::plugin {

/// Why bulk mode must not be; empty if nobody minds. While the first frame is dissected.
/// `bulk_tap` may have listeners.
std::string why_not_in_bulk(packet_info* pinfo, const proto_tree* tree, int bulk_tap);

} // namespace mptcp::plugin
