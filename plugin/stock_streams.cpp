#include "stock_streams.hpp"

#include "flow_place.hpp"
#include "wireshark_address.hpp"
#include "wireshark_compat.hpp"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include <array>
#include <unordered_map>

namespace mptcp::plugin {

namespace {

int tcp_protocol = -1;
/// In file scope, as stock TCP's records are.
std::unordered_map<Flow, const tcp_analysis*, FlowHash> known_flows;

/// Segments come in runs of a few flows: the flow last seen in each of these places.
struct RecentFlow {
    Flow flow;
    const tcp_analysis* analysis = nullptr;
};
constexpr std::size_t kRecentFlows = 64;
std::array<RecentFlow, kRecentFlows> recent_flows;

/// By the segment's own addresses: payload dissectors may have changed those in pinfo.
const tcp_analysis* find_flow(const Segment& segment) {
    const address source = to_wireshark(segment.source.address);
    const address destination = to_wireshark(segment.destination.address);
    const conversation_t* conversation =
        find_conversation(segment.frame, &source, &destination, CONVERSATION_TCP,
                          segment.source.port, segment.destination.port, 0);
    return conversation == nullptr ? nullptr
                                   : static_cast<const tcp_analysis*>(
                                         conversation_get_proto_data(conversation, tcp_protocol));
}

const tcp_analysis* known_flow(const Segment& segment) {
    const tcp_analysis*& flow = known_flows[{segment.source, segment.destination}];
    if (flow == nullptr) {
        flow = find_flow(segment);
    }
    return flow;
}

const tcp_analysis* flow_of(const Segment& segment) {
    if (segment.has(tcp_flag::syn)) {
        // A 4-tuple used again begins another stream.
        forget_stock_stream(segment);
        return find_flow(segment);
    }
    RecentFlow& recent = recent_flows[flow_place(segment) % kRecentFlows];
    if (recent.analysis == nullptr || recent.flow.source != segment.source ||
        recent.flow.destination != segment.destination) {
        recent = {{segment.source, segment.destination}, known_flow(segment)};
    }
    return recent.analysis;
}

} // namespace

void prepare_stock_streams() {
    tcp_protocol = proto_get_id_by_filter_name("tcp");
}

void forget_stock_streams() {
    known_flows.clear();
    recent_flows = {};
}

void forget_stock_stream(const Segment& segment) {
    known_flows.erase({segment.source, segment.destination});
    known_flows.erase({segment.destination, segment.source});
    recent_flows = {};
}

void take_stock_numbers(Segment& segment) {
    const tcp_analysis* flow = flow_of(segment);
    if (flow == nullptr) {
        return;
    }
    segment.stream = flow->stream;
    if (flow->mptcp_analysis != nullptr) {
        segment.mptcp_stream = flow->mptcp_analysis->stream;
    }
}

} // namespace mptcp::plugin
