#pragma once
/// Tap `mptcp_options`: the MPTCP options as they are on the wire, on every pass over the file.
///
/// Its data is a `const mptcp::TcpOptions*`, queued once for each segment with an option of kind
/// 30. Nothing is left out: a packet captured twice is queued twice.

#include "wireshark_compat.hpp"

#include "analysis/bytes.hpp"

#include <cstdint>

namespace mptcp::plugin {

void register_options_tap();

/// Does anybody listen?
bool options_are_tapped();

/// `options` is the option area of a segment with these TCP flags.
void tap_options(packet_info* pinfo, ByteView options, std::uint16_t flags);

} // namespace mptcp::plugin
