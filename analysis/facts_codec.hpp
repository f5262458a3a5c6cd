#pragma once
/// SegmentFacts in few bytes: a bit for every fact says whether it is there, numbers have variable
/// lengths, and sequence numbers are differences to the first ones of their flow.
///
/// Left out is what the reader has from elsewhere: frame and time (the packet's), and connection,
/// subflow and sender (Tracker::completed() gives the present ones by the flow).

#include "facts.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mptcp {

class FactsCodec {
  public:
    /// Writes to the end of `bytes`.
    void encode(const SegmentFacts& facts, std::vector<std::uint8_t>& bytes);
    /// Reads what encode() wrote for a segment of this frame and moves `cursor` behind it.
    SegmentFacts decode(FrameNumber frame, const std::uint8_t*& cursor) const;

    /// The first numbers of a flow, from which the differences are short.
    struct Origin {
        std::optional<Dsn> dsn;
        std::optional<Dsn> data_ack;
        std::optional<std::uint32_t> ssn;
        /// TCP position of that SSN.
        std::optional<std::uint64_t> position;
    };

  private:
    std::unordered_map<FlowId, Origin> origins_;
    std::vector<std::uint8_t> values_;
};

} // namespace mptcp
