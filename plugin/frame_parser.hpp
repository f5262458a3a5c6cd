#pragma once
/// Reads a plain frame from its first byte to the end of its TCP segment, without Wireshark.
///
/// Plain is what most frames of most captures are: a known link layer, at most two VLAN tags, IPv4
/// that is neither a fragment nor has options, or IPv6 without extension headers, lengths that
/// agree with each other, TCP. Nothing else is read half: whatever is odd is left to Wireshark,
/// whose dissectors know all the cases.

#include "analysis/bytes.hpp"
#include "analysis/segment.hpp"

#include <cstdint>

namespace mptcp::plugin {

enum class LinkLayer : std::uint8_t {
    ethernet,
    /// Linux cooked capture.
    cooked_v1,
    cooked_v2,
    /// BSD loopback: the address family in the byte order of the host that captured.
    null,
    /// The same in network order (OpenBSD).
    loop,
    /// IPv4 or IPv6.
    raw_ip,
    raw_ipv4,
    raw_ipv6,
};

/// `frame` as captured, of a frame that was `reported` bytes long. Fills in all that the bytes say:
/// not the frame's number, time, interface and stream. False if the frame is not plain; then the
/// segment is of no use.
bool parse_frame(LinkLayer link, ByteView frame, unsigned reported, Segment& segment);

} // namespace mptcp::plugin
