#include "frame_parser.hpp"

#include "tcp_segment.hpp"

#include <algorithm>

namespace mptcp::plugin {

namespace {

constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
constexpr std::uint16_t kEthertypeVlan = 0x8100;
constexpr std::uint16_t kEthertypeServiceVlan = 0x88a8;
constexpr int kMostTags = 2;
constexpr unsigned kTagLength = 4;

constexpr unsigned kEthernetHeader = 14;
constexpr unsigned kCookedV1Header = 16;
constexpr unsigned kCookedV2Header = 20;
constexpr unsigned kNullHeader = 4;
constexpr unsigned kIpv4Header = 20;
constexpr unsigned kIpv6Header = 40;
constexpr std::uint8_t kTcp = 6;

// ARPHRD_ types with which the protocol of a cooked header is no EtherType.
constexpr std::uint16_t kHardwareGre = 778;
constexpr std::uint16_t kHardwareNetlink = 824;

/// Bytes not yet read: as captured, and how many there were.
struct Rest {
    ByteView bytes;
    unsigned reported = 0;

    [[nodiscard]] bool has(unsigned length) const {
        return bytes.size() >= length && reported >= length;
    }
    [[nodiscard]] Rest after(unsigned length) const {
        return {bytes.subspan(length), reported - length};
    }
};

/// `total` is what the IP header says of its packet's length; padding may follow it.
bool parse_tcp(const Rest& packet, unsigned header, unsigned total, Segment& segment) {
    if (total < header || total > packet.reported) {
        return false;
    }
    const std::size_t captured = std::min<std::size_t>(packet.bytes.size(), total);
    const auto extent =
        measure_tcp(packet.bytes.first(captured).subspan(header), total - header, false);
    if (!extent) {
        return false;
    }
    read_tcp_segment(*extent, segment);
    return true;
}

bool parse_ipv4(const Rest& packet, Segment& segment) {
    const ByteView bytes = packet.bytes;
    constexpr std::uint8_t version_and_length = 0x45;
    constexpr std::uint16_t more_fragments_and_offset = 0x3fff;
    if (!packet.has(kIpv4Header) || bytes[0] != version_and_length || bytes[9] != kTcp ||
        (load_be<std::uint16_t>(bytes, 6) & more_fragments_and_offset) != 0) {
        return false;
    }
    segment.ip_id = load_be<std::uint16_t>(bytes, 4);
    segment.capture_point.hop_limit = bytes[8];
    segment.source.address = Address::from(bytes.subspan(12, 4));
    segment.destination.address = Address::from(bytes.subspan(16, 4));
    return parse_tcp(packet, kIpv4Header, load_be<std::uint16_t>(bytes, 2), segment);
}

bool parse_ipv6(const Rest& packet, Segment& segment) {
    const ByteView bytes = packet.bytes;
    if (!packet.has(kIpv6Header) || bytes[0] >> 4 != 6 || bytes[6] != kTcp) {
        return false;
    }
    segment.capture_point.hop_limit = bytes[7];
    segment.source.address = Address::from(bytes.subspan(8, 16));
    segment.destination.address = Address::from(bytes.subspan(24, 16));
    return parse_tcp(packet, kIpv6Header, kIpv6Header + load_be<std::uint16_t>(bytes, 4), segment);
}

bool parse_ip(const Rest& packet, Segment& segment) {
    if (!packet.has(1)) {
        return false;
    }
    return packet.bytes[0] >> 4 == 6 ? parse_ipv6(packet, segment) : parse_ipv4(packet, segment);
}

/// Wireshark looks for PPP headers in raw IP; one of its patterns a packet of IPv4 may match.
bool parse_raw_ip(const Rest& packet, Segment& segment) {
    constexpr std::uint16_t ppp_address_and_control = 0xff03;
    return packet.has(3) && load_be<std::uint16_t>(packet.bytes, 1) != ppp_address_and_control &&
           parse_ip(packet, segment);
}

/// Like Wireshark, takes the first VLAN ID that is not 0, of tags of 802.1Q.
void read_tag(std::uint16_t ethertype, ByteView tag, Segment& segment) {
    if (ethertype == kEthertypeVlan && segment.capture_point.vlan_id == 0) {
        segment.capture_point.vlan_id = load_be<std::uint16_t>(tag, 0) & 0x0fff;
    }
}

bool parse_ethertype(std::uint16_t ethertype, Rest rest, Segment& segment) {
    for (int tags = 0; ethertype == kEthertypeVlan || ethertype == kEthertypeServiceVlan; ++tags) {
        if (tags == kMostTags || !rest.has(kTagLength)) {
            return false;
        }
        read_tag(ethertype, rest.bytes, segment);
        ethertype = load_be<std::uint16_t>(rest.bytes, 2);
        rest = rest.after(kTagLength);
    }
    switch (ethertype) {
    case kEthertypeIpv4:
        return parse_ipv4(rest, segment);
    case kEthertypeIpv6:
        return parse_ipv6(rest, segment);
    default:
        return false;
    }
}

bool parse_ethernet(const Rest& frame, Segment& segment) {
    return frame.has(kEthernetHeader) && parse_ethertype(load_be<std::uint16_t>(frame.bytes, 12),
                                                         frame.after(kEthernetHeader), segment);
}

struct CookedHeader {
    unsigned length;
    unsigned hardware_at;
    unsigned protocol_at;
};
constexpr CookedHeader kCookedV1{.length = kCookedV1Header, .hardware_at = 2, .protocol_at = 14};
constexpr CookedHeader kCookedV2{.length = kCookedV2Header, .hardware_at = 8, .protocol_at = 0};

bool parse_cooked(const CookedHeader& header, const Rest& frame, Segment& segment) {
    if (!frame.has(header.length)) {
        return false;
    }
    const auto hardware = load_be<std::uint16_t>(frame.bytes, header.hardware_at);
    return hardware != kHardwareGre && hardware != kHardwareNetlink &&
           parse_ethertype(load_be<std::uint16_t>(frame.bytes, header.protocol_at),
                           frame.after(header.length), segment);
}

bool parse_family(std::uint32_t family, const Rest& packet, Segment& segment) {
    switch (family) {
    case 2:
        return parse_ipv4(packet, segment);
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
        return parse_ipv6(packet, segment);
    default:
        return false;
    }
}

bool parse_null(LinkLayer link, const Rest& frame, Segment& segment) {
    if (!frame.has(kNullHeader)) {
        return false;
    }
    auto family = load_be<std::uint32_t>(frame.bytes, 0);
    constexpr std::uint32_t in_lowest_byte = 0xff;
    if (link == LinkLayer::null && family > in_lowest_byte) {
        family = __builtin_bswap32(family);
    }
    return parse_family(family, frame.after(kNullHeader), segment);
}

} // namespace

bool parse_frame(LinkLayer link, ByteView frame, unsigned reported, Segment& segment) {
    const Rest rest{frame, reported};
    switch (link) {
    case LinkLayer::ethernet:
        return parse_ethernet(rest, segment);
    case LinkLayer::cooked_v1:
        return parse_cooked(kCookedV1, rest, segment);
    case LinkLayer::cooked_v2:
        return parse_cooked(kCookedV2, rest, segment);
    case LinkLayer::null:
    case LinkLayer::loop:
        return parse_null(link, rest, segment);
    case LinkLayer::raw_ip:
        return parse_raw_ip(rest, segment);
    case LinkLayer::raw_ipv4:
        return parse_ipv4(rest, segment);
    case LinkLayer::raw_ipv6:
        return parse_ipv6(rest, segment);
    }
    return false;
}

} // namespace mptcp::plugin
