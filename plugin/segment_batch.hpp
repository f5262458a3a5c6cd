#pragma once
/// Segments with copies of their bytes, so that they can be looked at together, after their frames
/// are gone.
///
/// The engine works on a row of segments in about half the time that it takes with Wireshark's
/// dissection in between, which drives its code and data out of the processor's caches.
///
/// Free of Wireshark.

#include "stream_table.hpp"

#include "analysis/bytes.hpp"
#include "analysis/segment.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mptcp::plugin {

struct BatchedSegment {
    /// Without a stream.
    Segment segment;
    /// What its stream's number is to be found by.
    StreamTable::Lesson lesson;
    /// Not one that has a stream number and is nothing to the engine otherwise.
    bool is_analysed = true;
};

class SegmentBatch {
  public:
    SegmentBatch() { entries_.reserve(kMostSegments); }

    /// Copies the segment and its bytes. Not if it is full.
    void add(const BatchedSegment& added);
    /// It has taken a fair share of a processor's cache: take_each() it before the next is added.
    [[nodiscard]] bool is_full() const {
        return entries_.size() >= kMostSegments || bytes_.size() >= kManyBytes;
    }

    /// Calls take(BatchedSegment&) with one after the other, in the order in which they were added,
    /// and is empty then. The segment's views are valid during the call.
    template <typename Take>
    void take_each(Take&& take) {
        for (Entry& entry : entries_) {
            Segment& segment = entry.batched.segment;
            const ByteView bytes = ByteView(bytes_).subspan(entry.at);
            segment.options = bytes.first(entry.options);
            segment.payload = bytes.subspan(entry.options, entry.payload);
            take(entry.batched);
        }
        clear();
    }
    void clear();

  private:
    static constexpr std::size_t kMostSegments = 64;
    static constexpr std::size_t kManyBytes = 64 << 10;

    struct Entry {
        BatchedSegment batched;
        /// In bytes_: options, then payload.
        std::size_t at = 0;
        std::size_t options = 0;
        std::size_t payload = 0;
    };
    std::vector<Entry> entries_;
    std::vector<std::uint8_t> bytes_;
};

} // namespace mptcp::plugin
