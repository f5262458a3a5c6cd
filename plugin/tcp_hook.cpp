#include "tcp_hook.hpp"

#include "analysis_session.hpp"
#include "bulk_mode.hpp"
#include "capture_point.hpp"
#include "capture_time.hpp"
#include "captured_bytes.hpp"
#include "deferred_analysis.hpp"
#include "options_tap.hpp"
#include "post_dissector.hpp"
#include "stock_streams.hpp"
#include "tcp_segment.hpp"

#include <epan/ipproto.h>

extern "C" {
#include <epan/dissectors/packet-ip.h>
}

#include <new>
#include <optional>
#include <type_traits>
#include <utility>

// Wireshark's exceptions are longjmp: between a kept segment and stock TCP no destructor may be
// due.
static_assert(std::is_trivially_destructible_v<mptcp::plugin::CapturedSegment>);

namespace mptcp::plugin {

namespace {

constexpr const char* kIpProtocolTable = "ip.proto";

protocol_t* analysis_protocol_record = nullptr;
int hook_protocol = -1;
dissector_handle_t hook_handle = nullptr;
dissector_handle_t stock_tcp_handle = nullptr;

/// The segments of the frame at work, in packet scope: gone with the frame, so whoever takes them
/// takes them at its end.
CapturedSegment* first_segment = nullptr;
CapturedSegment* last_segment = nullptr;
FrameNumber frame_at_work = 0;

/// None if there is no segment in these bytes that could be analysed.
std::optional<TcpExtent> measure(tvbuff_t* tvb, const packet_info* pinfo) {
    // Like stock TCP, not from the IP header: its length is 0 where segmentation was offloaded.
    return measure_tcp(captured_bytes(tvb), tvb_reported_length(tvb), pinfo->fragmented != 0);
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

void read_addresses(const packet_info* pinfo, Segment& segment) {
    segment.source.address = to_address(pinfo->src);
    segment.destination.address = to_address(pinfo->dst);
}

/// All but the stream.
void read_segment(const packet_info* pinfo, const void* data, const TcpExtent& extent,
                  Segment& segment) {
    segment.frame = pinfo->num;
    segment.time = to_nanoseconds(pinfo->abs_ts);
    read_addresses(pinfo, segment);
    read_tcp_segment(extent, segment);
    segment.payload_length_uncertain = pinfo->fragmented;
    segment.capture_point = capture_point(pinfo);
    read_ip_header(pinfo, data, segment);
}

/// Has the segment analysed, now or later.
void pass_on(packet_info* pinfo, const proto_tree* tree, const void* data,
             const TcpExtent& extent) {
    if (!is_ip(pinfo->src) || !is_ip(pinfo->dst)) {
        return;
    }
    switch (analysis_of(pinfo, tree)) {
    case Analysed::in_its_frame:
        engage_post_dissector();
        read_segment(pinfo, data, extent, append_segment(pinfo)->segment);
        return;
    case Analysed::deferred: {
        Segment segment;
        read_segment(pinfo, data, extent, segment);
        defer(segment);
        return;
    }
    case Analysed::never:
        return;
    }
}

/// A SYN that is not analysed (quoted by an error, cut short) may begin a stream of stock TCP's,
/// too.
void note_other_segment(tvbuff_t* tvb, const packet_info* pinfo) {
    const ByteView bytes = captured_bytes(tvb);
    if (bytes.size() < kTcpPortsToWindow || (tcp_flags(bytes) & tcp_flag::syn) == 0 ||
        !is_ip(pinfo->src) || !is_ip(pinfo->dst)) {
        return;
    }
    finish_deferred();
    Segment segment;
    read_addresses(pinfo, segment);
    read_tcp_header(bytes, segment);
    forget_stock_stream(segment);
}

/// In the order in which most packets of most captures can be let go with the least work.
void look_at_segment(tvbuff_t* tvb, packet_info* pinfo, const proto_tree* tree, const void* data) {
    AnalysisSession* session = pinfo->fd->visited ? nullptr : AnalysisSession::current();
    if (session != nullptr) {
        serve_frame_statistics();
    } else if (!options_are_tapped()) {
        return;
    }
    const auto extent = pinfo->flags.in_error_pkt ? std::nullopt : measure(tvb, pinfo);
    if (!extent) {
        note_other_segment(tvb, pinfo);
        return;
    }
    const ByteView options = extent->captured_options();
    if (session != nullptr && !session->wants(options, extent->options_cut())) {
        return;
    }
    if (!proto_is_protocol_enabled(analysis_protocol_record)) {
        return;
    }
    if (options_are_tapped()) {
        tap_options(pinfo, options, tcp_flags(extent->bytes));
    }
    if (session != nullptr) {
        pass_on(pinfo, tree, data, *extent);
    }
}

/// See stock TCP's dissect_tcp().
StreamTable::Lesson lesson_of(tvbuff_t* tvb, const packet_info* pinfo, unsigned header_length) {
    const bool is_whole = !pinfo->fragmented && tvb_reported_length(tvb) >= header_length;
    return {.begins = !pinfo->flags.in_error_pkt && (is_whole || compat::kTcpStreamsEnd),
            .ends = header_length >= kTcpHeaderLength};
}

/// What stock TCP would have made of the segment's stream is made here: it looks for the stream as
/// soon as it has read the header.
void take_segment_in_bulk(tvbuff_t* tvb, packet_info* pinfo, const void* data) {
    const ByteView bytes = captured_bytes(tvb);
    if (bytes.size() < kTcpPortsToWindow || !is_ip(pinfo->src) || !is_ip(pinfo->dst)) {
        return;
    }
    const auto extent = pinfo->flags.in_error_pkt ? std::nullopt : measure(tvb, pinfo);
    BatchedSegment taken{.segment = {},
                         .lesson = lesson_of(tvb, pinfo, tcp_header_length(bytes)),
                         .is_analysed = extent.has_value()};
    if (extent) {
        read_segment(pinfo, data, *extent, taken.segment);
    } else {
        read_addresses(pinfo, taken.segment);
        read_tcp_header(bytes, taken.segment);
    }
    take_in_bulk(taken);
}

int dissect_hooked_tcp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
    if (bulk_mode_is_on()) {
        begin_frame_in_bulk(pinfo, tree);
        take_segment_in_bulk(tvb, pinfo, data);
        return static_cast<int>(tvb_captured_length(tvb));
    }
    look_at_segment(tvb, pinfo, tree, data);
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

int tcp_hook_protocol() {
    return hook_protocol;
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
