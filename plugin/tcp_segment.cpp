#include "tcp_segment.hpp"

namespace mptcp::plugin {

std::optional<TcpExtent> measure_tcp(ByteView bytes, unsigned reported, bool is_fragment) {
    if (bytes.size() < kTcpHeaderLength) {
        return std::nullopt;
    }
    TcpExtent extent{.bytes = bytes, .header = tcp_header_length(bytes)};
    if (extent.header < kTcpHeaderLength || (reported < extent.header && !is_fragment)) {
        return std::nullopt;
    }
    extent.payload = reported < extent.header ? 0 : reported - extent.header;
    return extent;
}

void read_tcp_header(ByteView bytes, Segment& segment) {
    segment.source.port = load_be<std::uint16_t>(bytes, 0);
    segment.destination.port = load_be<std::uint16_t>(bytes, 2);
    segment.sequence = load_be<std::uint32_t>(bytes, 4);
    segment.acknowledgment = load_be<std::uint32_t>(bytes, 8);
    segment.flags = tcp_flags(bytes);
    segment.window = load_be<std::uint16_t>(bytes, 14);
}

void read_tcp_segment(const TcpExtent& extent, Segment& segment) {
    read_tcp_header(extent.bytes, segment);
    segment.options = extent.captured_options();
    segment.options_cut = extent.options_cut();
    segment.payload_length = extent.payload;
    segment.payload = extent.captured_payload();
}

} // namespace mptcp::plugin
