#pragma once
/// Numbers TCP streams as stock TCP does (`tcp.stream`), for segments that it does not see.
///
/// All segments between two endpoints, in both directions, are one stream until a SYN without ACK
/// comes whose sequence number is not the one its sender's direction began with: that SYN begins
/// another one. A direction that begins without a SYN is taken to begin one before the first
/// sequence number that is seen, or that the other side acknowledges. So, as in stock TCP, neither
/// FIN nor RST ends a stream, and a SYN sent again stays in its stream.

#include "analysis/segment.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace mptcp::plugin {

class StreamTable {
  public:
    enum class Length : std::uint8_t {
        known,
        /// Fragments, headers quoted by an ICMP error, segments shorter than their header: stock
        /// TCP gives them a stream and learns nothing else from them.
        unknown,
    };

    /// The stream of the next segment of the capture. Looks at endpoints, numbers and flags.
    StreamNumber number(const Segment& segment, Length length);

  private:
    /// Where the sequence numbers of a direction begin, if known.
    using Begin = std::optional<std::uint32_t>;

    struct Stream {
        StreamNumber number = kNoStream;
        /// By side: that of the lesser endpoint first.
        std::array<Begin, 2> begins;
    };

    /// One direction of a flow that came lately.
    struct Recent {
        Flow flow;
        Stream* stream = nullptr;
        unsigned side = 0;
    };
    static constexpr std::size_t kRecent = 256;

    Recent& find(const Segment& segment);

    /// By the lesser endpoint first. The latest stream between the two.
    std::unordered_map<Flow, Stream, FlowHash> streams_;
    /// Segments come in runs of few flows.
    std::array<Recent, kRecent> recent_;
    StreamNumber next_ = 0;
};

} // namespace mptcp::plugin
