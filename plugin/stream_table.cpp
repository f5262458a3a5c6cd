#include "stream_table.hpp"

#include "analysis/hash.hpp"

#include <cstring>

namespace mptcp::plugin {

namespace {

std::uint64_t folded(const Address& address) {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof address.bytes);
    std::memcpy(halves, address.bytes.data(), sizeof halves);
    return halves[0] ^ halves[1];
}

std::size_t place_of(const Segment& segment) {
    const std::uint64_t ports =
        (std::uint64_t{segment.source.port} << 16) | segment.destination.port;
    const std::uint64_t mixed =
        hash::add(folded(segment.source.address) ^ ports, folded(segment.destination.address));
    return mixed >> 32;
}

} // namespace

StreamTable::Recent& StreamTable::find(const Segment& segment) {
    Recent& recent = recent_[place_of(segment) % kRecent];
    if (recent.stream == nullptr || recent.flow.source != segment.source ||
        recent.flow.destination != segment.destination) {
        const bool is_lesser = segment.source < segment.destination;
        const Flow key = is_lesser ? Flow{segment.source, segment.destination}
                                   : Flow{segment.destination, segment.source};
        recent = {.flow = {segment.source, segment.destination},
                  .stream = &streams_[key],
                  .side = is_lesser ? 0U : 1U};
    }
    return recent;
}

StreamNumber StreamTable::number(const Segment& segment, Length length) {
    const Recent& recent = find(segment);
    Stream& stream = *recent.stream;
    Begin& begin = stream.begins[recent.side];
    const bool has_syn = segment.has(tcp_flag::syn);
    const bool has_ack = segment.has(tcp_flag::ack);
    const bool begins_otherwise = has_syn && begin && *begin != segment.sequence;
    if (stream.number == kNoStream || (begins_otherwise && !has_ack)) {
        stream = {.number = next_++, .begins = {}};
    } else if (begins_otherwise) {
        begin = segment.sequence;
    }
    if (length == Length::known) {
        if (!begin) {
            begin = has_syn ? segment.sequence : segment.sequence - 1;
        }
        Begin& other = stream.begins[1 - recent.side];
        if (!other && has_ack) {
            other = segment.acknowledgment - 1;
        }
    }
    return stream.number;
}

} // namespace mptcp::plugin
