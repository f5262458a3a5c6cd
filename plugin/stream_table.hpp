#pragma once
/// Numbers TCP streams as stock TCP does (`tcp.stream`), for segments that it does not see.
///
/// All segments between two endpoints, in both directions, are one stream until a SYN without ACK
/// comes whose sequence number is not the one its sender's direction began with: that SYN begins
/// another one. A direction that begins without a SYN is taken to begin one before the first
/// sequence number that is seen, or that the other side acknowledges. So, as in stock TCP, a SYN
/// sent again stays in its stream. What else begins a stream depends on the version: see Rules.

#include "analysis/segment.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace mptcp::plugin {

class StreamTable {
  public:
    enum class Rules : std::uint8_t {
        /// Wireshark 4.0: neither FIN nor RST ends a stream, and no SYN with ACK begins one.
        only_syn_begins,
        /// Wireshark 4.4: after FIN or RST the same SYN begins another stream, too, and so does
        /// each time a SYN with ACK for which a SYN without it would.
        ends_count,
    };
    /// What stock TCP learns from a segment, other than that it is there: not all from fragments,
    /// headers quoted by an ICMP error and segments shorter than their header.
    struct Lesson {
        /// Where the sequence numbers of the directions begin.
        bool begins = true;
        /// That the stream has come to its end.
        bool ends = true;
    };

    explicit StreamTable(Rules rules) : rules_(rules) {}

    /// The stream of the next segment of the capture. Looks at endpoints, numbers and flags.
    StreamNumber number(const Segment& segment, Lesson lesson);

  private:
    /// Where the sequence numbers of a direction begin, if known.
    using Begin = std::optional<std::uint32_t>;

    struct Stream {
        StreamNumber number = kNoStream;
        /// By side: that of the lesser endpoint first.
        std::array<Begin, 2> begins;
        bool has_ended = false;
    };

    /// One direction of a flow that came lately.
    struct Recent {
        Flow flow;
        Stream* stream = nullptr;
        unsigned side = 0;
    };
    static constexpr std::size_t kRecent = 256;

    Recent& find(const Segment& segment);
    void learn_beginnings(const Segment& segment, Stream& stream, unsigned side);

    Rules rules_;
    /// By the lesser endpoint first. The latest stream between the two.
    std::unordered_map<Flow, Stream, FlowHash> streams_;
    /// Segments come in runs of few flows.
    std::array<Recent, kRecent> recent_;
    StreamNumber next_ = 0;
};

} // namespace mptcp::plugin
