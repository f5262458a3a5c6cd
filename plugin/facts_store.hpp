#pragma once
/// What the first pass found, kept for later passes: the SegmentFacts of every MPTCP segment by
/// frame.
///
/// A record takes 24 bytes. Facts that do not fit one (bytes of two classes, reinjections) are kept
/// whole in a side table.

#include "analysis/facts.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace mptcp::plugin {

class FactsStore {
  public:
    /// Frames come in ascending order.
    void add(const SegmentFacts& facts);
    /// Forgets the frames from `frame` on: a read filter gives their numbers to other packets.
    void forget_from(FrameNumber frame);

    [[nodiscard]] std::size_t size() const { return records_.size(); }
    /// Index of the first record of `frame`, or of the next frame that has one.
    [[nodiscard]] std::size_t first_of(FrameNumber frame) const;
    [[nodiscard]] FrameNumber frame(std::size_t index) const { return records_[index].frame; }
    /// The facts as they were added, but for `time`, which is the frame's.
    [[nodiscard]] SegmentFacts facts(std::size_t index) const;

  private:
    struct Record {
        FrameNumber frame = 0;
        ConnectionNumber connection = 0;
        std::uint32_t id = 0;
        /// Payload, all of `byte_class`; or the index in `whole_`.
        std::uint32_t payload = 0;
        std::uint32_t newly_acked_bytes = 0;
        std::uint16_t subflow = 0;
        std::uint8_t option_bytes = 0;
        std::uint8_t byte_class : 3 = 0;
        std::uint8_t sender : 1 = 0;
        std::uint8_t duplicate : 1 = 0;
        std::uint8_t out_of_order : 1 = 0;
        std::uint8_t pending : 1 = 0;
        std::uint8_t is_whole : 1 = 0;
    };
    static_assert(sizeof(Record) == 24);

    static bool pack(const SegmentFacts& facts, Record& record);
    static SegmentFacts unpack(const Record& record);

    std::deque<Record> records_;
    std::deque<SegmentFacts> whole_;
};

} // namespace mptcp::plugin
