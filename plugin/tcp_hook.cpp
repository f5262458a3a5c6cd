#include "tcp_hook.hpp"

#include "analysis_session.hpp"
#include "capture_point.hpp"
#include "capture_time.hpp"
#include "options_tap.hpp"
#include "post_dissector.hpp"

#include <epan/ipproto.h>

extern "C" {
#include <epan/dissectors/packet-ip.h>
}

#include <algorithm>
#include <new>
#include <type_traits>
#include <utility>

// Wireshark's exceptions are longjmp: between a kept segment and stock TCP no destructor may be
// due.
static_assert(std::is_trivially_destructible_v<mptcp::plugin::CapturedSegment>);

namespace mptcp::plugin {

namespace {

constexpr const char* kIpProtocolTable = "ip.proto";
constexpr unsigned kMinimumHeaderLength = 20;

protocol_t* analysis_protocol_record = nullptr;
int hook_protocol = -1;
dissector_handle_t hook_handle = nullptr;
dissector_handle_t stock_tcp_handle = nullptr;

/// The segments of the frame at work, in packet scope: gone with the frame, so whoever takes them
/// takes them at its end.
CapturedSegment* first_segment = nullptr;
CapturedSegment* last_segment = nullptr;
FrameNumber frame_at_work = 0;

/// One segment and its lengths, all read before anything is kept.
struct Extent {
    const std::uint8_t* bytes = nullptr;
    unsigned captured = 0;
    unsigned header = 0;
    unsigned payload = 0;

    [[nodiscard]] ByteView captured_header() const { return {bytes, std::min(captured, header)}; }
    [[nodiscard]] ByteView captured_options() const {
        return captured_header().subspan(kMinimumHeaderLength);
    }
    [[nodiscard]] ByteView captured_payload() const {
        return captured > header ? ByteView{bytes + header, std::min(captured - header, payload)}
                                 : ByteView{};
    }
    [[nodiscard]] bool options_cut() const { return captured < header; }
};

/// Fills `extent`; false if there is no segment in these bytes that could be analysed.
bool measure(tvbuff_t* tvb, const packet_info* pinfo, Extent& extent) {
    extent.captured = tvb_captured_length(tvb);
    if (extent.captured < kMinimumHeaderLength) {
        return false;
    }
    extent.bytes = tvb_get_ptr(tvb, 0, static_cast<int>(extent.captured));
    extent.header = (extent.bytes[12] >> 4U) * 4U;
    if (extent.header < kMinimumHeaderLength) {
        return false;
    }
    // Like stock TCP, not from the IP header: its length is 0 where segmentation was offloaded.
    const unsigned reported = tvb_reported_length(tvb);
    if (reported < extent.header) {
        extent.payload = 0;
        return pinfo->fragmented;
    }
    extent.payload = reported - extent.header;
    return true;
}

bool is_ip(const address& address) {
    return (address.type == AT_IPv4 && address.len == 4) ||
           (address.type == AT_IPv6 && address.len == 16);
}

Address to_address(const address& address) {
    return Address::from(
        {static_cast<const std::uint8_t*>(address.data), static_cast<std::size_t>(address.len)});
}

/// IP gives its header to the dissectors of its table, other callers of the table give nothing:
/// take it for a header only if its source is the packet's.
void read_ip_header(const packet_info* pinfo, const void* data, Segment& segment) {
    if (data == nullptr) {
        return;
    }
    const auto* ipv4 = static_cast<const ws_ip4*>(data);
    const auto* ipv6 = static_cast<const ws_ip6*>(data);
    if (ipv4->ip_ver == 4 && pinfo->src.type == AT_IPv4 &&
        addresses_equal(&ipv4->ip_src, &pinfo->src)) {
        segment.ip_id = ipv4->ip_id;
        segment.capture_point.hop_limit = ipv4->ip_ttl;
    } else if (ipv6->ip6_ver == 6 && pinfo->src.type == AT_IPv6 &&
               addresses_equal(&ipv6->ip6_src, &pinfo->src)) {
        segment.capture_point.hop_limit = ipv6->ip6_hop;
    }
}

std::uint16_t flags_of(ByteView header) {
    return load_be<std::uint16_t>(header, 12) & 0x0fff;
}

void read_tcp_header(ByteView header, Segment& segment) {
    segment.source.port = load_be<std::uint16_t>(header, 0);
    segment.destination.port = load_be<std::uint16_t>(header, 2);
    segment.sequence = load_be<std::uint32_t>(header, 4);
    segment.acknowledgment = load_be<std::uint32_t>(header, 8);
    segment.flags = flags_of(header);
    segment.window = load_be<std::uint16_t>(header, 14);
}

CapturedSegment* append_segment(packet_info* pinfo) {
    if (pinfo->num != frame_at_work) {
        take_captured_segments();
        frame_at_work = pinfo->num;
    }
    auto* added = new (wmem_alloc(pinfo->pool, sizeof(CapturedSegment))) CapturedSegment;
    (last_segment != nullptr ? last_segment->next : first_segment) = added;
    last_segment = added;
    return added;
}

void keep_segment(packet_info* pinfo, const void* data, const Extent& extent) {
    if (!is_ip(pinfo->src) || !is_ip(pinfo->dst)) {
        return;
    }
    Segment& segment = append_segment(pinfo)->segment;
    segment.frame = pinfo->num;
    segment.time = to_nanoseconds(pinfo->abs_ts);
    segment.source.address = to_address(pinfo->src);
    segment.destination.address = to_address(pinfo->dst);
    read_tcp_header(extent.captured_header(), segment);
    segment.options = extent.captured_options();
    segment.options_cut = extent.options_cut();
    segment.payload_length = extent.payload;
    segment.payload_length_uncertain = pinfo->fragmented;
    segment.payload = extent.captured_payload();
    segment.capture_point = capture_point(pinfo);
    read_ip_header(pinfo, data, segment);
}

/// In the order in which most packets of most captures can be let go with the least work.
void look_at_segment(tvbuff_t* tvb, packet_info* pinfo, const void* data) {
    AnalysisSession* session = pinfo->fd->visited ? nullptr : AnalysisSession::current();
    if (session != nullptr) {
        serve_frame_statistics();
    } else if (!options_are_tapped()) {
        return;
    }
    Extent extent;
    if (pinfo->flags.in_error_pkt || !measure(tvb, pinfo, extent)) {
        return;
    }
    const ByteView options = extent.captured_options();
    if (session != nullptr && !session->wants(options, extent.options_cut())) {
        return;
    }
    if (!proto_is_protocol_enabled(analysis_protocol_record)) {
        return;
    }
    if (options_are_tapped()) {
        tap_options(pinfo, options, flags_of(extent.captured_header()));
    }
    if (session != nullptr) {
        engage_post_dissector();
        keep_segment(pinfo, data, extent);
    }
}

int dissect_hooked_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    look_at_segment(tvb, pinfo, data);
    return call_dissector_only(stock_tcp_handle, tvb, pinfo, tree, data);
}

} // namespace

void register_tcp_hook(int analysis_protocol) {
    analysis_protocol_record = find_protocol_by_id(analysis_protocol);
    // In name only, below TCP: so it adds no layer, and is enabled and disabled with TCP itself.
    hook_protocol = proto_register_protocol_in_name_only(
        "TCP, watched for Multipath TCP", "TCP (MPTCP analysis)", "mptcp_analysis.tcp",
        proto_get_id_by_filter_name("tcp"), FT_BYTES);
}

void chain_tcp_hook() {
    dissector_table_t table = find_dissector_table(kIpProtocolTable);
    stock_tcp_handle = dissector_get_uint_handle(table, IP_PROTO_TCP);
    hook_handle = create_dissector_handle(dissect_hooked_tcp, hook_protocol);
    dissector_add_uint(kIpProtocolTable, IP_PROTO_TCP, hook_handle);
}

bool tcp_hook_is_in_place() {
    dissector_table_t table = find_dissector_table(kIpProtocolTable);
    return dissector_get_uint_handle(table, IP_PROTO_TCP) == hook_handle;
}

CapturedSegment* take_captured_segments() {
    last_segment = nullptr;
    return std::exchange(first_segment, nullptr);
}

} // namespace mptcp::plugin
