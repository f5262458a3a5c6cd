#pragma once
/// Whom bulk mode would take stock TCP from.
///
/// See onlookers.hpp for how that shows when the first frame is dissected.

#include "wireshark_compat.hpp"

#include <string>

namespace mptcp::plugin {

/// Why bulk mode must not be; empty if nobody minds. While the first frame is dissected.
std::string why_not_in_bulk(packet_info* pinfo, const proto_tree* tree);

} // namespace mptcp::plugin
