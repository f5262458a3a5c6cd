#pragma once
/// Disjoint half-open intervals of 64-bit positions, each with a value.
///
/// A value must be true of every part of its interval, because intervals are split: store
/// differences ("DSN minus SSN"), not positions. Costs as IntervalSet, but neighbours are merged
/// only where `Value` has a `bool continues(const Value& left) const` that says so.

#include "interval_set.hpp"

#include <concepts>
#include <map>
#include <utility>
#include <vector>

namespace mptcp {

template <typename Value>
class IntervalMap {
  public:
    struct Entry {
        std::uint64_t end = 0;
        Value value{};
    };
    using Map = std::map<std::uint64_t, Entry>;

    /// Gives `value` to the parts of `range` that have none yet. Calls `fresh(Interval)` for each
    /// such part, `known(Interval, const Value&)` for each other part, in ascending order. The
    /// callbacks must not touch this map.
    template <typename Fresh, typename Known>
    void add(Interval range, const Value& value, Fresh&& fresh, Known&& known);
    void add(Interval range, const Value& value) {
        add(
            range, value, [](Interval) {}, [](Interval, const Value&) {});
    }

    /// Gives `value` to all of `range`, whatever it had.
    void assign(Interval range, const Value& value);

    /// Calls `gap(Interval)` and `found(Interval, const Value&)` for the parts of `range` in order.
    template <typename Found, typename Gap>
    void visit(Interval range, Found&& found, Gap&& gap) const;

    /// Removes `range` and calls `taken(Interval, const Value&)` for each part that had a value.
    template <typename Taken>
    void take(Interval range, Taken&& taken);

    /// Calls `change(Value&)` for every entry.
    template <typename Change>
    void for_each(Change&& change) {
        for (auto& [begin, entry] : entries_) {
            change(entry.value);
        }
    }

    /// The entry that holds `position`, or end().
    [[nodiscard]] typename Map::const_iterator find(std::uint64_t position) const;
    [[nodiscard]] const Map& entries() const { return entries_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    void clear() {
        entries_.clear();
        spare_.clear();
        spare_.shrink_to_fit();
    }

    /// Removes the entries that end at or below `position`, calling `removed(Interval, const
    /// Value&)`.
    template <typename Removed>
    void remove_below(std::uint64_t position, Removed&& removed);
    void remove_below(std::uint64_t position) {
        remove_below(position, [](Interval, const Value&) {});
    }

  private:
    [[nodiscard]] typename Map::iterator first_overlapping(std::uint64_t begin);
    /// Cuts an entry in two at `position`, if one spans it.
    void split(std::uint64_t position);
    void insert(typename Map::iterator hint, Interval range, const Value& value);

    static constexpr std::size_t kMostSpare = 64;

    Map entries_;
    /// Nodes of removed entries, for new ones: what comes and goes in turn allocates nothing.
    std::vector<typename Map::node_type> spare_;
};

template <typename Value>
void IntervalMap<Value>::insert(typename Map::iterator hint, Interval range, const Value& value) {
    if constexpr (requires(const Value& v) {
                      { v.continues(v) } -> std::same_as<bool>;
                  }) {
        if (hint != entries_.begin()) {
            auto& left = *std::prev(hint);
            if (left.second.end == range.begin && value.continues(left.second.value)) {
                left.second.end = range.end;
                return;
            }
        }
    }
    if (spare_.empty()) {
        entries_.emplace_hint(hint, range.begin, Entry{range.end, value});
        return;
    }
    spare_.back().key() = range.begin;
    spare_.back().mapped() = Entry{range.end, value};
    entries_.insert(hint, std::move(spare_.back()));
    spare_.pop_back();
}

template <typename Value>
typename IntervalMap<Value>::Map::iterator
IntervalMap<Value>::first_overlapping(std::uint64_t begin) {
    // What is asked for is nearly always the newest.
    if (!entries_.empty() && std::prev(entries_.end())->first <= begin) {
        const auto last = std::prev(entries_.end());
        return last->second.end > begin ? last : entries_.end();
    }
    auto it = entries_.upper_bound(begin);
    if (it != entries_.begin() && std::prev(it)->second.end > begin) {
        --it;
    }
    return it;
}

template <typename Value>
template <typename Fresh, typename Known>
void IntervalMap<Value>::add(Interval range, const Value& value, Fresh&& fresh, Known&& known) {
    if (range.empty()) {
        return;
    }
    if (entries_.empty() || std::prev(entries_.end())->second.end <= range.begin) {
        fresh(range);
        insert(entries_.end(), range, value);
        return;
    }
    auto it = first_overlapping(range.begin);
    std::uint64_t cursor = range.begin;
    while (cursor < range.end) {
        const std::uint64_t next =
            it == entries_.end() || it->first > range.end ? range.end : it->first;
        if (cursor < next) {
            fresh(Interval{cursor, next});
            insert(it, Interval{cursor, next}, value);
            cursor = next;
        }
        if (cursor < range.end) {
            const std::uint64_t end = it->second.end < range.end ? it->second.end : range.end;
            known(Interval{cursor, end}, it->second.value);
            cursor = end;
            ++it;
        }
    }
}

template <typename Value>
template <typename Found, typename Gap>
void IntervalMap<Value>::visit(Interval range, Found&& found, Gap&& gap) const {
    if (range.empty()) {
        return;
    }
    auto it = const_cast<IntervalMap*>(this)->first_overlapping(range.begin);
    std::uint64_t cursor = range.begin;
    for (; it != entries_.end() && it->first < range.end; ++it) {
        if (cursor < it->first) {
            gap(Interval{cursor, it->first});
            cursor = it->first;
        }
        const std::uint64_t end = it->second.end < range.end ? it->second.end : range.end;
        found(Interval{cursor, end}, std::as_const(it->second.value));
        cursor = end;
    }
    if (cursor < range.end) {
        gap(Interval{cursor, range.end});
    }
}

template <typename Value>
void IntervalMap<Value>::split(std::uint64_t position) {
    auto it = first_overlapping(position);
    if (it != entries_.end() && it->first < position) {
        const Entry right{it->second.end, it->second.value};
        it->second.end = position;
        entries_.emplace_hint(std::next(it), position, right);
    }
}

template <typename Value>
template <typename Taken>
void IntervalMap<Value>::take(Interval range, Taken&& taken) {
    if (range.empty() || entries_.empty()) {
        return;
    }
    split(range.begin);
    split(range.end);
    auto it = entries_.lower_bound(range.begin);
    while (it != entries_.end() && it->first < range.end) {
        taken(Interval{it->first, it->second.end}, std::as_const(it->second.value));
        it = entries_.erase(it);
    }
}

template <typename Value>
void IntervalMap<Value>::assign(Interval range, const Value& value) {
    if (range.empty()) {
        return;
    }
    take(range, [](Interval, const Value&) {});
    insert(entries_.lower_bound(range.begin), range, value);
}

template <typename Value>
typename IntervalMap<Value>::Map::const_iterator
IntervalMap<Value>::find(std::uint64_t position) const {
    auto it = const_cast<IntervalMap*>(this)->first_overlapping(position);
    return it != entries_.end() && it->first <= position ? typename Map::const_iterator(it)
                                                         : entries_.end();
}

template <typename Value>
template <typename Removed>
void IntervalMap<Value>::remove_below(std::uint64_t position, Removed&& removed) {
    auto it = entries_.begin();
    while (it != entries_.end() && it->second.end <= position) {
        removed(Interval{it->first, it->second.end}, std::as_const(it->second.value));
        const auto done = it++;
        if (spare_.size() < kMostSpare) {
            spare_.push_back(entries_.extract(done));
        } else {
            entries_.erase(done);
        }
    }
}

} // namespace mptcp
