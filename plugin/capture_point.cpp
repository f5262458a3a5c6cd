#include "capture_point.hpp"

#include "analysis/bytes.hpp"

namespace mptcp::plugin {

namespace {

/// Bytes of a link-layer header, [begin, end).
struct HeaderPart {
    unsigned begin = 0;
    unsigned end = 0;
};

/// The part of a cooked header that differs between interfaces.
HeaderPart interface_part(int encapsulation) {
    switch (encapsulation) {
    case WTAP_ENCAP_SLL2:
        // Interface index, ARPHRD type, packet type.
        return {4, 11};
    case WTAP_ENCAP_SLL:
        // Packet type, ARPHRD type, length and value of the link-layer address.
        return {0, 14};
    default:
        return {};
    }
}

/// FNV-1a.
std::uint32_t mix(std::uint32_t hash, ByteView bytes) {
    for (const std::uint8_t byte : bytes) {
        hash = (hash ^ byte) * 16777619U;
    }
    return hash;
}

std::uint32_t with_cooked_interface(std::uint32_t interface_id, const packet_info* pinfo) {
    const HeaderPart part = interface_part(pinfo->rec->rec_header.packet_header.pkt_encap);
    if (part.end == 0 || pinfo->data_src == nullptr) {
        return interface_id;
    }
    tvbuff_t* frame = get_data_source_tvb(static_cast<const data_source*>(pinfo->data_src->data));
    if (tvb_captured_length(frame) < part.end) {
        return interface_id;
    }
    const unsigned length = part.end - part.begin;
    const std::uint8_t* bytes =
        tvb_get_ptr(frame, static_cast<int>(part.begin), static_cast<int>(length));
    return mix(interface_id, {bytes, length});
}

} // namespace

CapturePoint capture_point(const packet_info* pinfo) {
    CapturePoint point;
    point.vlan_id = static_cast<std::uint16_t>(pinfo->vlan_id);
    const wtap_rec* record = pinfo->rec;
    if (record != nullptr && record->rec_type == REC_TYPE_PACKET) {
        if ((record->presence_flags & WTAP_HAS_INTERFACE_ID) != 0) {
            point.interface_id = record->rec_header.packet_header.interface_id;
        }
        point.interface_id = with_cooked_interface(point.interface_id, pinfo);
    }
    return point;
}

} // namespace mptcp::plugin
