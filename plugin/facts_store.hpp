#pragma once
/// What the first pass found, kept for later passes: the SegmentFacts of every MPTCP segment by
/// frame.
///
/// Encoded (see FactsCodec) into large blocks: about 40 bytes for a segment, its index entry
/// included.

#include "analysis/facts.hpp"
#include "analysis/facts_codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace mptcp::plugin {

class FactsStore {
  public:
    class Iterator {
      public:
        Iterator(const FactsStore& store, std::size_t index) : store_(&store), index_(index) {}
        /// The facts as they were added, but for what FactsCodec leaves out.
        SegmentFacts operator*() const { return store_->facts(index_); }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;

      private:
        const FactsStore* store_;
        std::size_t index_;
    };
    /// The segments of one frame. It decodes on the way and owns nothing: Wireshark's exceptions,
    /// which run no destructors, may end the loop over it.
    class Segments {
      public:
        Segments(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
        [[nodiscard]] Iterator begin() const { return begin_; }
        [[nodiscard]] Iterator end() const { return end_; }

      private:
        Iterator begin_;
        Iterator end_;
    };

    /// The next facts are of this frame. Frames come in ascending order; a number that comes again
    /// replaces what came under it before (a read filter gives numbers to other packets).
    void begin_frame(FrameNumber frame);
    void add(const SegmentFacts& facts);

    [[nodiscard]] Segments of_frame(FrameNumber frame) const;

    /// Segments kept.
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// What it takes, in bytes.
    [[nodiscard]] std::size_t memory() const;

  private:
    struct Entry {
        FrameNumber frame = 0;
        /// In units, from the first block on.
        std::uint32_t position = 0;
    };
    /// 4 bytes, so that 32 bits of position reach 16 GiB.
    using Unit = std::array<std::uint8_t, 4>;
    static constexpr std::size_t kUnitsOfBlock = 1U << 16;
    using Block = std::array<Unit, kUnitsOfBlock>;

    /// The first entry of this frame or a later one.
    [[nodiscard]] std::size_t first_from(FrameNumber frame) const;
    [[nodiscard]] SegmentFacts facts(std::size_t index) const;
    [[nodiscard]] std::uint8_t* at(std::uint32_t position) const;

    FactsCodec codec_;
    std::vector<std::uint8_t> encoded_;
    std::deque<Entry> entries_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::uint32_t end_ = 0;
};

} // namespace mptcp::plugin
