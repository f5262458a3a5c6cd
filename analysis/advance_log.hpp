#pragma once
/// When a position that only grows got where: the advances of a DATA_ACK, or of the end of the data
/// in order. Answers "which frame first covered this byte" for any byte, without an entry per
/// segment.

#include "units.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace mptcp {

class AdvanceLog {
  public:
    struct Advance {
        /// Everything below is covered from now on.
        std::uint64_t position = 0;
        Nanoseconds time = 0;
        FrameNumber frame = 0;
    };

    /// `position` is higher than all before.
    void add(const Advance& advance) { advances_.push_back(advance); }

    /// The advance that first covered the byte before `end`; null if none did.
    [[nodiscard]] const Advance* covering(std::uint64_t end) const {
        const auto it = std::partition_point(advances_.begin(), advances_.end(),
                                             [&](const Advance& a) { return a.position < end; });
        return it == advances_.end() ? nullptr : &*it;
    }

    /// In the order in which they came.
    [[nodiscard]] const std::vector<Advance>& all() const { return advances_; }

    /// Puts the advances of another log in their places; its positions are lower by `shift`. What
    /// was covered before is no advance any more.
    void merge(const AdvanceLog& other, std::uint64_t shift) {
        std::vector<Advance> both = std::move(advances_);
        for (Advance advance : other.advances_) {
            advance.position += shift;
            both.push_back(advance);
        }
        std::stable_sort(both.begin(), both.end(),
                         [](const Advance& x, const Advance& y) { return x.frame < y.frame; });
        advances_.clear();
        for (const Advance& advance : both) {
            if (advances_.empty() || advance.position > advances_.back().position) {
                advances_.push_back(advance);
            }
        }
    }

    void clear() { advances_ = {}; }

  private:
    std::vector<Advance> advances_;
};

} // namespace mptcp
