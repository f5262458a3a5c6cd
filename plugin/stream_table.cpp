#include "stream_table.hpp"

#include "flow_place.hpp"

namespace mptcp::plugin {

StreamTable::Recent& StreamTable::find(const Segment& segment) {
    Recent& recent = recent_[flow_place(segment) % kRecent];
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

void StreamTable::learn_beginnings(const Segment& segment, Stream& stream, unsigned side) {
    Begin& begin = stream.begins[side];
    if (!begin) {
        begin = segment.has(tcp_flag::syn) ? segment.sequence : segment.sequence - 1;
    }
    Begin& other = stream.begins[1 - side];
    if (!other && segment.has(tcp_flag::ack)) {
        other = segment.acknowledgment - 1;
    }
}

StreamNumber StreamTable::number(const Segment& segment, Lesson lesson) {
    const Recent& recent = find(segment);
    Stream& stream = *recent.stream;
    Begin& begin = stream.begins[recent.side];
    const bool ends_count = rules_ == Rules::ends_count;
    const bool has_syn = segment.has(tcp_flag::syn);
    const bool has_ack = segment.has(tcp_flag::ack);
    const bool begins_otherwise =
        has_syn && begin && (*begin != segment.sequence || (ends_count && stream.has_ended));
    if (stream.number == kNoStream || (begins_otherwise && (!has_ack || ends_count))) {
        stream = {.number = next_++, .begins = {}};
    } else if (begins_otherwise) {
        begin = segment.sequence;
    }
    if (lesson.ends) {
        const bool is_first_syn = has_syn && !has_ack && !begin;
        const bool is_end = segment.has(tcp_flag::rst) || (segment.has(tcp_flag::fin) && has_ack);
        stream.has_ended = is_end || (stream.has_ended && !is_first_syn);
    }
    if (lesson.begins) {
        learn_beginnings(segment, stream, recent.side);
    }
    return stream.number;
}

} // namespace mptcp::plugin
