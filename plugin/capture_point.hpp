#pragma once
/// Where a packet was captured, as far as the file tells.

#include "wireshark_compat.hpp"

#include "analysis/segment.hpp"

namespace mptcp::plugin {

/// All but the hop limit. A capture on all interfaces ("any") is one interface to the file: there,
/// what the cooked header says of the real one goes into the interface number.
CapturePoint capture_point(const packet_info* pinfo);

} // namespace mptcp::plugin
