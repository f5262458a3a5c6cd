#include "taps/segment_place.hpp"

#include "taps/wording.hpp"

namespace mptcp::taps {

using S = LoggedSegment;

const Shape<S>& segment_place_shape() {
    static const Shape<S> shape = [] {
        Shape<S> all;
        all.field("connection", [](const S& s) { return s.connection.number(); })
            .field("subflow", [](const S& s) { return s.subflow.number; })
            .field("tcp_stream", [](const S& s) { return stream_or_null(s.subflow.stream); })
            .field("direction",
                   [](const S& s) { return direction_word(s.connection, s.facts.sender); })
            .field("frame", [](const S& s) { return s.facts.frame; })
            .field("time", [](const S& s) { return Seconds{s.facts.time}; });
        return all;
    }();
    return shape;
}

Shape<S> short_segment_place_shape(Nanoseconds origin) {
    Shape<S> shape;
    shape
        .column("time", "Time", Unit::seconds,
                [origin](const S& s) { return Seconds{s.facts.time - origin}; })
        .column("frame", "Frame", Unit::count, [](const S& s) { return s.facts.frame; })
        .column("connection", "Conn.", Unit::count,
                [](const S& s) { return s.connection.number(); })
        .column("subflow", "Subflow", Unit::count, [](const S& s) { return s.subflow.number; })
        .column("direction", "From", Unit::none,
                [](const S& s) { return host_word(s.connection, s.facts.sender); });
    return shape;
}

} // namespace mptcp::taps
