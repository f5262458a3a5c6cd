#pragma once
/// The checksum of a mapping is judged when its last byte has passed, often segments after the one
/// that announced it: this finds the result for the row of the announcement.
///
///   ChecksumResults results;
///   for_each_segment(input, … results.note(segment.facts));
///   for_each_segment(input, … results.next(segment.facts));    // in the same order
///
/// Takes a byte for each mapping with a checksum.

#include "analysis/facts.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace mptcp::taps {

class ChecksumResults {
  public:
    void note(const SegmentFacts& facts);
    /// The check of the mapping that this segment announces: absent if it was not made.
    Check next(const SegmentFacts& facts);

  private:
    struct Flow {
        std::vector<std::uint8_t> results;
        std::size_t told = 0;
        /// By the frame of the announcement: those without a result, as places in `results`.
        std::unordered_map<FrameNumber, std::size_t> open;
    };

    std::unordered_map<FlowId, Flow> flows_;
};

} // namespace mptcp::taps
