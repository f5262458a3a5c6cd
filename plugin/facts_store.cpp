#include "facts_store.hpp"

#include <algorithm>

namespace mptcp::plugin {

std::uint8_t* FactsStore::at(std::uint32_t position) const {
    return (*blocks_[position / kUnitsOfBlock])[position % kUnitsOfBlock].data();
}

void FactsStore::add(const SegmentFacts& facts) {
    encoded_.clear();
    codec_.encode(facts, encoded_);
    const std::size_t units = (encoded_.size() + sizeof(Unit) - 1) / sizeof(Unit);
    const std::size_t left = blocks_.size() * kUnitsOfBlock - end_;
    if (left < units) {
        end_ += static_cast<std::uint32_t>(left);
        blocks_.push_back(std::make_unique<Block>());
    }
    std::copy(encoded_.begin(), encoded_.end(), at(end_));
    entries_.push_back({facts.frame, end_});
    end_ += static_cast<std::uint32_t>(units);
}

void FactsStore::begin_frame(FrameNumber frame) {
    while (!entries_.empty() && entries_.back().frame >= frame) {
        end_ = entries_.back().position;
        entries_.pop_back();
    }
    blocks_.resize((end_ + kUnitsOfBlock - 1) / kUnitsOfBlock);
}

std::size_t FactsStore::first_from(FrameNumber frame) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), frame,
        [](const Entry& entry, FrameNumber number) { return entry.frame < number; });
    return static_cast<std::size_t>(found - entries_.begin());
}

FactsStore::Segments FactsStore::of_frame(FrameNumber frame) const {
    std::size_t end = first_from(frame);
    const std::size_t begin = end;
    while (end < entries_.size() && entries_[end].frame == frame) {
        ++end;
    }
    return {Iterator(*this, begin), Iterator(*this, end)};
}

SegmentFacts FactsStore::facts(std::size_t index) const {
    const std::uint8_t* cursor = at(entries_[index].position);
    return codec_.decode(entries_[index].frame, cursor);
}

std::size_t FactsStore::memory() const {
    return entries_.size() * sizeof(Entry) + blocks_.size() * sizeof(Block);
}

} // namespace mptcp::plugin
