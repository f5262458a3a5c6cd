#pragma once
/// Which segment first carried each data byte of a direction.
///
/// Ranges above the last freeze() lie in a tree. Frozen ones (acknowledged data: repeated rarely,
/// changed never) are packed in blocks of 64, about 10 bytes a segment, and are still found
/// exactly. Positions are those of DataSequenceSpace.

#include "facts.hpp"
#include "interval_map.hpp"
#include "units.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mptcp {

struct FirstCopy {
    FrameNumber frame = 0;
    SubflowNumber subflow = 0;
    Nanoseconds time = 0;
    /// Position in the subflow's TCP sequence space minus data position, modulo 2^64.
    std::uint64_t ssn_minus_dsn = 0;
    /// Of the segment: a frame may hold several.
    SegmentId id = 0;

    friend bool operator==(const FirstCopy&, const FirstCopy&) = default;
};

class FirstCopies {
  public:
    /// `range` must not hold any byte added before.
    void add(Interval range, const FirstCopy& copy);

    static constexpr std::size_t kAll = ~std::size_t{0};

    /// Calls `found(Interval, const FirstCopy&)` for each part of `range` that has a first copy;
    /// not in order where frozen, late and live parts mix. Of each of these three no more than the
    /// `most` lowest.
    template <typename Found>
    void visit(Interval range, Found&& found, std::size_t most = kAll) const;

    struct Part {
        Interval range;
        FirstCopy copy;
    };
    /// The parts of `range` that have a first copy, in order, each as long as can be. Where there
    /// are more than `most`, the last one stands for the rest of `range`.
    [[nodiscard]] std::vector<Part> parts_of(Interval range, std::size_t most = kAll) const;

    [[nodiscard]] std::optional<FirstCopy> find(std::uint64_t position) const;

    /// Packs what ends at or below `position`.
    void freeze(std::uint64_t position);

    void clear();

  private:
    struct Record {
        Interval range;
        FirstCopy copy;
    };
    /// Records in ascending order; `first` is kept whole, the others as differences from the one
    /// before.
    struct Block {
        Record first;
        std::uint64_t end = 0;
        std::unique_ptr<std::uint8_t[]> packed;
        std::uint16_t records = 0;
    };
    static constexpr std::uint16_t kRecordsPerBlock = 64;

    void append(const Record& record);
    void seal();
    [[nodiscard]] std::vector<Block>::const_iterator block_reaching(std::uint64_t position) const;
    template <typename Visit>
    static void unpack(const Block& block, const std::uint8_t* packed, Visit&& visit);
    static Record unpack_next(const Record& previous, const std::uint8_t*& cursor);

    IntervalMap<FirstCopy> live_;
    /// Ranges that turned up below the frozen edge.
    IntervalMap<FirstCopy> late_;
    std::vector<Block> blocks_;
    /// The bytes of the last block until it is sealed.
    std::vector<std::uint8_t> open_;
    Record last_;
    std::uint64_t frozen_end_ = 0;
};

template <typename Visit>
void FirstCopies::unpack(const Block& block, const std::uint8_t* packed, Visit&& visit) {
    Record record = block.first;
    visit(record);
    for (std::uint16_t i = 1; i < block.records; ++i) {
        record = unpack_next(record, packed);
        visit(record);
    }
}

template <typename Found>
void FirstCopies::visit(Interval range, Found&& found, std::size_t most) const {
    const auto no_gap = [](Interval) {};
    std::size_t frozen = 0;
    for (auto block = block_reaching(range.begin);
         block != blocks_.end() && block->first.range.begin < range.end && frozen < most; ++block) {
        const std::uint8_t* packed = block->packed ? block->packed.get() : open_.data();
        unpack(*block, packed, [&](const Record& record) {
            const Interval part{std::max(record.range.begin, range.begin),
                                std::min(record.range.end, range.end)};
            if (!part.empty() && frozen < most) {
                ++frozen;
                found(part, record.copy);
            }
        });
    }
    if (!late_.empty()) {
        late_.visit(range, found, no_gap, most);
    }
    live_.visit(range, found, no_gap, most);
}

} // namespace mptcp
