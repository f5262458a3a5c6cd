#pragma once
/// A set of 64-bit positions, kept as disjoint half-open intervals.
///
/// In-order growth (each range begins where the last one ended) costs O(1); everything else O(log
/// n) plus the intervals that the range touches, and those are merged away. Positions do not wrap:
/// the owners place their sequence numbers far from both ends of the 64-bit range.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace mptcp {

struct Interval {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    [[nodiscard]] std::uint64_t size() const { return end - begin; }
    [[nodiscard]] bool empty() const { return begin >= end; }
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// In numbers that are `by` higher, modulo 2^64.
inline Interval shifted(Interval range, std::uint64_t by) {
    return {range.begin + by, range.end + by};
}

class IntervalSet {
  public:
    /// Adds `range`. Before the set changes, calls `fresh(Interval)` for each part that was not in
    /// the set and `known(Interval)` for each that was, in ascending order. The callbacks must not
    /// touch this set.
    template <typename Fresh, typename Known>
    void add(Interval range, Fresh&& fresh, Known&& known);
    void add(Interval range) {
        add(
            range, [](Interval) {}, [](Interval) {});
    }

    /// Removes everything below `position`.
    void remove_below(std::uint64_t position);

    [[nodiscard]] bool contains(std::uint64_t position) const;
    [[nodiscard]] bool covers(Interval range) const;
    [[nodiscard]] bool overlaps(Interval range) const;
    /// End of the interval that holds `position`, or `position` itself if none does.
    [[nodiscard]] std::uint64_t contiguous_end(std::uint64_t position) const;
    /// The interval that holds `position`; empty if none does.
    [[nodiscard]] Interval interval_at(std::uint64_t position) const;

    [[nodiscard]] bool empty() const { return intervals_.empty(); }
    [[nodiscard]] std::size_t interval_count() const { return intervals_.size(); }
    /// Lowest and highest bound; 0 if empty.
    [[nodiscard]] std::uint64_t lowest() const { return empty() ? 0 : intervals_.begin()->first; }
    [[nodiscard]] std::uint64_t highest() const {
        return empty() ? 0 : intervals_.rbegin()->second;
    }
    /// Sum of the sizes; linear in the number of intervals.
    [[nodiscard]] std::uint64_t size() const;
    /// How many positions of `range` are in the set.
    [[nodiscard]] std::uint64_t size_within(Interval range) const;
    void clear() { intervals_.clear(); }

    /// begin → end, ascending.
    [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& intervals() const {
        return intervals_;
    }

  private:
    using Map = std::map<std::uint64_t, std::uint64_t>;

    /// First interval that overlaps or touches a range beginning at `begin`.
    [[nodiscard]] Map::iterator first_reaching(std::uint64_t begin);
    /// The interval that holds `position`, or end().
    [[nodiscard]] Map::const_iterator holding(std::uint64_t position) const;

    Map intervals_;
};

template <typename Fresh, typename Known>
void IntervalSet::add(Interval range, Fresh&& fresh, Known&& known) {
    if (range.empty()) {
        return;
    }
    if (!intervals_.empty()) {
        auto last = std::prev(intervals_.end());
        if (last->second == range.begin) {
            fresh(range);
            last->second = range.end;
            return;
        }
    }
    auto it = first_reaching(range.begin);
    Interval merged = range;
    std::uint64_t cursor = range.begin;
    while (it != intervals_.end() && it->first <= range.end) {
        if (cursor < it->first) {
            fresh(Interval{cursor, it->first});
            cursor = it->first;
        }
        const std::uint64_t known_end = it->second < range.end ? it->second : range.end;
        if (cursor < known_end) {
            known(Interval{cursor, known_end});
            cursor = known_end;
        }
        merged.begin = it->first < merged.begin ? it->first : merged.begin;
        merged.end = it->second > merged.end ? it->second : merged.end;
        it = intervals_.erase(it);
    }
    if (cursor < range.end) {
        fresh(Interval{cursor, range.end});
    }
    intervals_.emplace_hint(it, merged.begin, merged.end);
}

inline IntervalSet::Map::iterator IntervalSet::first_reaching(std::uint64_t begin) {
    auto it = intervals_.upper_bound(begin);
    if (it != intervals_.begin()) {
        auto before = std::prev(it);
        if (before->second >= begin) {
            return before;
        }
    }
    return it;
}

inline IntervalSet::Map::const_iterator IntervalSet::holding(std::uint64_t position) const {
    auto it = intervals_.upper_bound(position);
    if (it == intervals_.begin()) {
        return intervals_.end();
    }
    --it;
    return position < it->second ? it : intervals_.end();
}

inline void IntervalSet::remove_below(std::uint64_t position) {
    auto it = intervals_.begin();
    while (it != intervals_.end() && it->second <= position) {
        it = intervals_.erase(it);
    }
    if (it != intervals_.end() && it->first < position) {
        auto node = intervals_.extract(it);
        node.key() = position;
        intervals_.insert(std::move(node));
    }
}

inline bool IntervalSet::contains(std::uint64_t position) const {
    return holding(position) != intervals_.end();
}

inline Interval IntervalSet::interval_at(std::uint64_t position) const {
    const auto it = holding(position);
    return it == intervals_.end() ? Interval{} : Interval{it->first, it->second};
}

inline bool IntervalSet::covers(Interval range) const {
    return range.empty() || contiguous_end(range.begin) >= range.end;
}

inline bool IntervalSet::overlaps(Interval range) const {
    if (range.empty() || intervals_.empty()) {
        return false;
    }
    const auto it = intervals_.lower_bound(range.begin);
    return (it != intervals_.end() && it->first < range.end) || contains(range.begin);
}

inline std::uint64_t IntervalSet::contiguous_end(std::uint64_t position) const {
    const auto it = holding(position);
    return it == intervals_.end() ? position : it->second;
}

inline std::uint64_t IntervalSet::size() const {
    std::uint64_t sum = 0;
    for (const auto& [begin, end] : intervals_) {
        sum += end - begin;
    }
    return sum;
}

inline std::uint64_t IntervalSet::size_within(Interval range) const {
    std::uint64_t sum = 0;
    auto it = intervals_.upper_bound(range.begin);
    if (it != intervals_.begin()) {
        --it;
    }
    for (; it != intervals_.end() && it->first < range.end; ++it) {
        const Interval part{std::max(it->first, range.begin), std::min(it->second, range.end)};
        sum += part.empty() ? 0 : part.size();
    }
    return sum;
}

} // namespace mptcp
