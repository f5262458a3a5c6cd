#pragma once
/// A TCP segment's own bytes: where its header and payload are, and what they say.
///
/// Free of Wireshark: the hook gives it what IP hands on, the frame parser what it found itself.

#include "analysis/bytes.hpp"
#include "analysis/segment.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mptcp::plugin {

/// Of a TCP header, without options.
inline constexpr unsigned kTcpHeaderLength = 20;
/// Up to the window: so much of a header lets stock TCP find the segment's stream.
inline constexpr unsigned kTcpPortsToWindow = 16;

/// The lengths of one segment, all read before anything else is.
struct TcpExtent {
    /// As captured, from the ports on; 20 bytes at least.
    ByteView bytes;
    /// As the header states it, 20 bytes at least.
    unsigned header = 0;
    /// On the wire.
    unsigned payload = 0;

    [[nodiscard]] ByteView captured_header() const {
        return bytes.first(std::min<std::size_t>(bytes.size(), header));
    }
    [[nodiscard]] ByteView captured_options() const {
        return captured_header().subspan(kTcpHeaderLength);
    }
    [[nodiscard]] ByteView captured_payload() const {
        return bytes.size() > header
                   ? bytes.subspan(header, std::min<std::size_t>(bytes.size() - header, payload))
                   : ByteView{};
    }
    [[nodiscard]] bool options_cut() const { return bytes.size() < header; }
};

/// `bytes` as captured, of a segment of `reported` bytes. None if there is no segment in them that
/// could be analysed. A first fragment may end before its header does.
std::optional<TcpExtent> measure_tcp(ByteView bytes, unsigned reported, bool is_fragment);

/// As the header states it. Needs 13 bytes.
inline unsigned tcp_header_length(ByteView bytes) {
    return (bytes[12] >> 4U) * 4U;
}
/// The twelve lowest bits of the fourth word. Needs 14 bytes.
inline std::uint16_t tcp_flags(ByteView bytes) {
    return load_be<std::uint16_t>(bytes, 12) & 0x0fff;
}

/// Takes ports, numbers, flags and window. Needs kTcpPortsToWindow bytes.
void read_tcp_header(ByteView bytes, Segment& segment);
/// Takes all that the segment's bytes say, header included.
void read_tcp_segment(const TcpExtent& extent, Segment& segment);

} // namespace mptcp::plugin
