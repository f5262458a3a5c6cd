#include "segment_batch.hpp"

namespace mptcp::plugin {

void SegmentBatch::add(const BatchedSegment& added) {
    const Segment& segment = added.segment;
    entries_.push_back({.batched = added,
                        .at = bytes_.size(),
                        .options = segment.options.size(),
                        .payload = segment.payload.size()});
    bytes_.insert(bytes_.end(), segment.options.begin(), segment.options.end());
    bytes_.insert(bytes_.end(), segment.payload.begin(), segment.payload.end());
}

void SegmentBatch::clear() {
    entries_.clear();
    bytes_.clear();
}

} // namespace mptcp::plugin
