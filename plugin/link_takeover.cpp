#include "link_takeover.hpp"

#include "bulk_mode.hpp"
#include "capture_point.hpp"
#include "capture_time.hpp"
#include "captured_bytes.hpp"
#include "frame_parser.hpp"
#include "tcp_hook.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace mptcp::plugin {

namespace {

constexpr const char* kEncapsulationTable = "wtap_encap";

struct Takeover {
    dissector_handle_t stock = nullptr;
    /// If plain frames are parsed here.
    std::optional<LinkLayer> link;
};
/// By encapsulation.
std::vector<Takeover> takeovers;

std::optional<LinkLayer> link_layer(int encapsulation) {
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return LinkLayer::ethernet;
    case WTAP_ENCAP_SLL:
        return LinkLayer::cooked_v1;
    case WTAP_ENCAP_SLL2:
        return LinkLayer::cooked_v2;
    case WTAP_ENCAP_NULL:
        return LinkLayer::null;
    case WTAP_ENCAP_LOOP:
        return LinkLayer::loop;
    case WTAP_ENCAP_RAW_IP:
        return LinkLayer::raw_ip;
    case WTAP_ENCAP_RAW_IP4:
        return LinkLayer::raw_ipv4;
    case WTAP_ENCAP_RAW_IP6:
        return LinkLayer::raw_ipv6;
    default:
        return std::nullopt;
    }
}

guint is_changed(pref_t* preference, void* /*data*/) {
    return compat::is_setting(preference) && !prefs_pref_is_default(preference) ? 1 : 0;
}

/// Switched on, and with the preferences that the frame parser takes for granted.
bool protocol_is_as_delivered(const char* name) {
    const protocol_t* protocol = find_protocol_by_id(proto_get_id_by_filter_name(name));
    module_t* const preferences = prefs_find_module(name);
    return (protocol == nullptr || proto_is_protocol_enabled(protocol)) &&
           (preferences == nullptr || prefs_pref_foreach(preferences, is_changed, nullptr) == 0);
}

bool entry_is_as_delivered(const char* table, guint32 value) {
    return dissector_get_uint_handle(find_dissector_table(table), value) ==
           dissector_get_default_uint_handle(table, value);
}

/// Nobody told Wireshark to read plain frames otherwise than the frame parser does.
bool plain_frames_are_read_as_delivered() {
    constexpr std::array protocols = {"eth",  "vlan", "ieee8021ad", "sll",
                                      "null", "raw",  "ip",         "ipv6"};
    constexpr std::array<guint32, 4> ethertypes = {0x0800, 0x86dd, 0x8100, 0x88a8};
    constexpr std::array<guint32, 4> families = {2, 24, 28, 30};
    return std::all_of(protocols.begin(), protocols.end(), protocol_is_as_delivered) &&
           std::all_of(ethertypes.begin(), ethertypes.end(),
                       [](guint32 type) { return entry_is_as_delivered("ethertype", type); }) &&
           std::all_of(families.begin(), families.end(),
                       [](guint32 family) { return entry_is_as_delivered("null.type", family); });
}

/// Not a frame inside another (a capture of a capture, a tunnel of whole frames).
bool is_frame_itself(const tvbuff_t* tvb, const packet_info* pinfo) {
    return pinfo->data_src != nullptr &&
           get_data_source_tvb(static_cast<const data_source*>(pinfo->data_src->data)) == tvb;
}

/// False if it is none that could be taken.
bool take_plain_frame(LinkLayer link, tvbuff_t* tvb, packet_info* pinfo) {
    BatchedSegment taken;
    Segment& segment = taken.segment;
    if (!parse_frame(link, captured_bytes(tvb), tvb_reported_length(tvb), segment)) {
        return false;
    }
    segment.frame = pinfo->num;
    segment.time = to_nanoseconds(pinfo->abs_ts);
    segment.capture_point.interface_id = capture_point(pinfo).interface_id;
    take_in_bulk(taken);
    return true;
}

int dissect_link_layer(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    begin_frame_in_bulk(pinfo, tree);
    const Takeover& takeover = takeovers[pinfo->match_uint];
    if (takeover.link && is_frame_itself(tvb, pinfo) &&
        take_plain_frame(*takeover.link, tvb, pinfo)) {
        return static_cast<int>(tvb_captured_length(tvb));
    }
    return call_dissector_only(takeover.stock, tvb, pinfo, tree, data);
}

} // namespace

void take_link_layers_over() {
    if (!takeovers.empty()) {
        return;
    }
    dissector_table_t table = find_dissector_table(kEncapsulationTable);
    const bool takes_plain_frames = plain_frames_are_read_as_delivered();
    dissector_handle_t ours = create_dissector_handle(dissect_link_layer, tcp_hook_protocol());
    takeovers.resize(static_cast<std::size_t>(wtap_get_num_encap_types()));
    for (std::size_t i = 0; i < takeovers.size(); ++i) {
        const auto encapsulation = static_cast<guint32>(i);
        Takeover& takeover = takeovers[i];
        takeover.stock = dissector_get_uint_handle(table, encapsulation);
        if (takeover.stock == nullptr) {
            continue;
        }
        if (takes_plain_frames && entry_is_as_delivered(kEncapsulationTable, encapsulation)) {
            takeover.link = link_layer(static_cast<int>(i));
        }
        dissector_add_uint(kEncapsulationTable, encapsulation, ours);
    }
}

} // namespace mptcp::plugin
