#include "conversation_table.hpp"

#include "analysis_session.hpp"
#include "endpoint_text.hpp"
#include "wireshark_address.hpp"
#include "wireshark_compat.hpp"

#include <epan/conversation_table.h>

#include <cstring>

namespace mptcp::plugin {

namespace {

/// A connection goes by the endpoints of its first subflow. As text, because a filter for addresses
/// and ports would miss its other subflows.
address name_of(const packet_info* pinfo, const Connection& connection, Side side) {
    const char* text = endpoint_text(pinfo->pool, connection.host(side).endpoint);
    address result;
    set_address(&result, AT_STRINGZ, static_cast<int>(std::strlen(text)) + 1, text);
    return result;
}

const char* connection_filter(conv_item_t* /*item*/, conv_filter_type_e type) {
    switch (type) {
    case CONV_FT_SRC_ADDRESS:
        return "mptcp_analysis.source";
    case CONV_FT_DST_ADDRESS:
        return "mptcp_analysis.destination";
    case CONV_FT_ANY_ADDRESS:
        return "mptcp_analysis.endpoint";
    default:
        return CONV_FILTER_INVALID;
    }
}

const char* address_filter(endpoint_item_t* item, conv_filter_type_e type) {
    const bool is_ipv6 = item != nullptr && item->myaddress.type == AT_IPv6;
    switch (type) {
    case CONV_FT_SRC_ADDRESS:
        return is_ipv6 ? "mptcp_analysis && ipv6.src" : "mptcp_analysis && ip.src";
    case CONV_FT_DST_ADDRESS:
        return is_ipv6 ? "mptcp_analysis && ipv6.dst" : "mptcp_analysis && ip.dst";
    case CONV_FT_ANY_ADDRESS:
        return is_ipv6 ? "mptcp_analysis && ipv6.addr" : "mptcp_analysis && ip.addr";
    default:
        return CONV_FILTER_INVALID;
    }
}

/// What both tables do with a segment: `add(conv_hash_t*, const SegmentFacts&, const Connection&)`
/// counts it, if there is something to count.
template <typename Add>
tap_packet_status count_segment(void* table, const void* data, tap_flags_t flags, Add&& add) {
    const auto& tapped = *static_cast<const SegmentFacts*>(data);
    auto* hash = static_cast<conv_hash_t*>(table);
    hash->flags = flags;
    AnalysisSession* session = AnalysisSession::current();
    if (session == nullptr || tapped.duplicate) {
        return TAP_PACKET_DONT_REDRAW;
    }
    const SegmentFacts facts = session->tracker().completed(tapped);
    const Connection* connection = session->tracker().connection(facts.connection);
    if (connection == nullptr || facts.subflow >= connection->subflows().size()) {
        return TAP_PACKET_DONT_REDRAW;
    }
    add(hash, facts, *connection);
    return TAP_PACKET_REDRAW;
}

tap_packet_status count_connection(void* table, packet_info* pinfo, epan_dissect_t* /*edt*/,
                                   const void* data, tap_flags_t flags) {
    static ct_dissector_info_t filters{connection_filter};
    return count_segment(
        table, data, flags,
        [pinfo](conv_hash_t* hash, const SegmentFacts& facts, const Connection& connection) {
            const address source = name_of(pinfo, connection, facts.sender);
            const address destination = name_of(pinfo, connection, opposite(facts.sender));
            add_conversation_table_data_with_conv_id(
                hash, &source, &destination, 0, 0, connection.number(), 1,
                static_cast<int>(pinfo->fd->pkt_len), &pinfo->rel_ts, &pinfo->abs_ts, &filters,
                CONVERSATION_NONE);
        });
}

tap_packet_status count_addresses(void* table, packet_info* pinfo, epan_dissect_t* /*edt*/,
                                  const void* data, tap_flags_t flags) {
    static et_dissector_info_t filters{address_filter};
    return count_segment(
        table, data, flags,
        [pinfo](conv_hash_t* hash, const SegmentFacts& facts, const Connection& connection) {
            const Subflow& subflow = *connection.subflows()[facts.subflow];
            for (const Side side : {facts.sender, opposite(facts.sender)}) {
                const address endpoint = to_wireshark(subflow.endpoints[index(side)].address);
                add_endpoint_table_data(hash, &endpoint, 0, side == facts.sender, 1,
                                        static_cast<int>(pinfo->fd->pkt_len), &filters,
                                        ENDPOINT_NONE);
            }
        });
}

} // namespace

void register_conversation_table(int analysis_protocol) {
    // The tap has the protocol's name, as Wireshark wants it; ports are in the connections' names.
    ::register_conversation_table(analysis_protocol, TRUE, count_connection, count_addresses);
}

} // namespace mptcp::plugin
