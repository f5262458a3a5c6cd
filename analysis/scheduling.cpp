#include "scheduling.hpp"

namespace mptcp {

void Scheduling::count(const Block& block, Blocks& blocks) {
    if (block.bytes == 0) {
        return;
    }
    ++blocks.count;
    blocks.bytes += block.bytes;
    blocks.most_bytes = std::max(blocks.most_bytes, block.bytes);
    blocks.time = longer_by(blocks.time, block.last - block.first);
}

void Scheduling::close() {
    if (open_.bytes == 0) {
        return;
    }
    count(open_, closed_);
    if (exits_.size() <= open_.subflow) {
        exits_.resize(open_.subflow + 1);
    }
    exits_[open_.subflow] = Exit{open_.last, closed_.bytes};
}

Scheduling::Blocks Scheduling::blocks() const {
    Blocks all = closed_;
    count(open_, all);
    return all;
}

std::optional<Scheduling::Rest> Scheduling::rest_after(SubflowNumber subflow) const {
    if (open_.bytes > 0 && open_.subflow == subflow) {
        return Rest{};
    }
    if (subflow >= exits_.size() || !exits_[subflow]) {
        return std::nullopt;
    }
    const Exit& exit = *exits_[subflow];
    return Rest{closed_.bytes + open_.bytes - exit.bytes, elapsed(exit.time, open_.last)};
}

} // namespace mptcp
