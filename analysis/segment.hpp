#pragma once
/// One TCP segment as captured: what the engine is fed with.

#include "address.hpp"
#include "bytes.hpp"
#include "units.hpp"

#include <cstdint>

namespace mptcp {

/// TCP flag bits in their wire positions (RFC 9293 section 3.1).
namespace tcp_flag {
inline constexpr std::uint16_t fin = 0x01;
inline constexpr std::uint16_t syn = 0x02;
inline constexpr std::uint16_t rst = 0x04;
inline constexpr std::uint16_t ack = 0x10;
} // namespace tcp_flag

/// Where and how a packet was captured: tells two captures of one packet from two packets.
struct CapturePoint {
    std::uint32_t interface_id = 0;
    std::uint16_t vlan_id = 0;
    /// IPv4 TTL or IPv6 hop limit.
    std::uint8_t hop_limit = 0;

    friend bool operator==(const CapturePoint&, const CapturePoint&) = default;
};

/// All views are valid during Tracker::observe() only.
struct Segment {
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// kNoStream if unknown: then the last flow with the same endpoints takes it.
    StreamNumber stream = kNoStream;
    /// Wireshark's own `mptcp.stream`: handed on, never used.
    StreamNumber mptcp_stream = kNoStream;
    Endpoint source;
    Endpoint destination;

    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint16_t window = 0;
    std::uint16_t flags = 0;

    /// The TCP options as far as captured.
    ByteView options;
    /// The header says that there are more option bytes than were captured.
    bool options_cut = false;

    /// Bytes of payload on the wire (from the IP length, not from what was captured).
    std::uint32_t payload_length = 0;
    /// The packet is a first fragment that was not reassembled: payload_length is a lower bound.
    bool payload_length_uncertain = false;
    /// The payload as far as captured; may be shorter than payload_length.
    ByteView payload;

    /// IPv4 identification; 0 for IPv6.
    std::uint16_t ip_id = 0;
    CapturePoint capture_point;

    [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
};

} // namespace mptcp
