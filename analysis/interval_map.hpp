#pragma once
/// Disjoint half-open intervals of 64-bit positions, each with a value.
///
/// A value must be true of every part of its interval, because intervals are split: store
/// differences ("DSN minus SSN"), not positions. Neighbours stay apart.
///
/// What is added above everything else, and removed below everything else, costs O(1) amortised and
/// allocates nothing; the rest costs O(log n) amortised plus the intervals that the range touches.

#include "interval_set.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp {

template <typename Value>
class IntervalMap {
  public:
    static constexpr std::size_t kAll = ~std::size_t{0};

    /// Gives `value` to the parts of `range` that have none yet. Calls `fresh(Interval)` for each
    /// such part, `known(Interval, const Value&)` for each other part, in ascending order. The
    /// callbacks must not touch this map. Stops after `most` parts that had one; returns where.
    template <typename Fresh, typename Known>
    std::uint64_t add(Interval range, const Value& value, Fresh&& fresh, Known&& known,
                      std::size_t most = kAll);
    void add(Interval range, const Value& value) {
        add(
            range, value, [](Interval) {}, [](Interval, const Value&) {});
    }

    /// Gives `value` to all of `range`, whatever it had.
    void assign(Interval range, const Value& value);

    /// Calls `gap(Interval)` and `found(Interval, const Value&)` for the parts of `range` in order.
    /// Stops after `most` parts that were found.
    template <typename Found, typename Gap>
    void visit(Interval range, Found&& found, Gap&& gap, std::size_t most = kAll) const;
    /// Calls `found(Interval, const Value&)` for every interval in order.
    template <typename Found>
    void visit(Found&& found) const;

    /// Removes `range` and calls `taken(Interval, const Value&)` for each part that had a value.
    template <typename Taken>
    void take(Interval range, Taken&& taken);

    /// Removes the intervals that end at or below `position`, calling `removed(Interval, const
    /// Value&)`.
    template <typename Removed>
    void remove_below(std::uint64_t position, Removed&& removed);
    void remove_below(std::uint64_t position) {
        remove_below(position, [](Interval, const Value&) {});
    }

    /// Removes the lowest interval, if there is one.
    void remove_first();

    /// Calls `change(Value&)` for every interval.
    template <typename Change>
    void for_each(Change&& change);

    /// The value at `position`, or null.
    [[nodiscard]] const Value* find(std::uint64_t position) const;
    /// Where the first interval begins that begins at `position` or above.
    [[nodiscard]] std::optional<std::uint64_t> first_from(std::uint64_t position) const;

    [[nodiscard]] bool empty() const { return row_.size() == row_begin_ && tree_.empty(); }
    /// Number of intervals.
    [[nodiscard]] std::size_t size() const { return tree_.size() + row_.size() - row_begin_; }
    void clear();

  private:
    struct Item {
        Interval range;
        Value value;
    };
    struct Rest {
        std::uint64_t end;
        Value value;
    };
    using Tree = std::map<std::uint64_t, Rest>;
    using Row = std::vector<Item>;

    [[nodiscard]] typename Row::const_iterator row_begin() const {
        return row_.begin() + static_cast<std::ptrdiff_t>(row_begin_);
    }
    /// The first item of the row that reaches beyond `position`.
    [[nodiscard]] typename Row::const_iterator row_reaching(std::uint64_t position) const;
    /// The first interval of the tree that reaches beyond `position`.
    [[nodiscard]] typename Tree::iterator tree_reaching(std::uint64_t position);
    [[nodiscard]] typename Tree::const_iterator tree_reaching(std::uint64_t position) const {
        return const_cast<IntervalMap*>(this)->tree_reaching(position);
    }
    void append(Interval range, const Value& value);
    /// Moves what begins below `position` from the row into the tree, where it can be changed.
    void plant_row(std::uint64_t position);
    /// Cuts an interval of the tree in two at `position`, if one spans it.
    void split(std::uint64_t position);

    Tree tree_;
    /// The intervals above the tree's, in order, from row_begin_ on.
    Row row_;
    std::size_t row_begin_ = 0;
};

template <typename Value>
typename IntervalMap<Value>::Row::const_iterator
IntervalMap<Value>::row_reaching(std::uint64_t position) const {
    // What is asked for is nearly always the newest or the oldest.
    if (row_begin_ == row_.size() || row_.back().range.end <= position) {
        return row_.end();
    }
    if (row_.back().range.begin <= position) {
        return row_.end() - 1;
    }
    if (row_[row_begin_].range.end > position) {
        return row_begin();
    }
    return std::partition_point(row_begin(), row_.end(),
                                [&](const Item& item) { return item.range.end <= position; });
}

template <typename Value>
typename IntervalMap<Value>::Tree::iterator
IntervalMap<Value>::tree_reaching(std::uint64_t position) {
    auto it = tree_.upper_bound(position);
    if (it != tree_.begin() && std::prev(it)->second.end > position) {
        --it;
    }
    return it;
}

template <typename Value>
void IntervalMap<Value>::append(Interval range, const Value& value) {
    if (row_.size() == row_.capacity() && row_begin_ > row_.size() / 2) {
        row_.erase(row_.begin(), row_.begin() + static_cast<std::ptrdiff_t>(row_begin_));
        row_begin_ = 0;
    }
    row_.push_back({range, value});
}

template <typename Value>
void IntervalMap<Value>::plant_row(std::uint64_t position) {
    for (; row_begin_ < row_.size() && row_[row_begin_].range.begin < position; ++row_begin_) {
        const Item& item = row_[row_begin_];
        tree_.emplace_hint(tree_.end(), item.range.begin, Rest{item.range.end, item.value});
    }
}

template <typename Value>
template <typename Fresh, typename Known>
std::uint64_t IntervalMap<Value>::add(Interval range, const Value& value, Fresh&& fresh,
                                      Known&& known, std::size_t most) {
    if (range.empty()) {
        return range.end;
    }
    const auto reaching = row_reaching(range.begin);
    if (reaching != row_.end() && reaching->range.begin <= range.begin &&
        range.end <= reaching->range.end) {
        known(range, reaching->value);
        return range.end;
    }
    if (reaching == row_.end() &&
        (tree_.empty() || std::prev(tree_.end())->second.end <= range.begin)) {
        fresh(range);
        append(range, value);
        return range.end;
    }
    plant_row(range.end);
    auto it = tree_reaching(range.begin);
    std::uint64_t cursor = range.begin;
    while (cursor < range.end && most > 0) {
        const std::uint64_t next =
            it == tree_.end() || it->first > range.end ? range.end : it->first;
        if (cursor < next) {
            fresh(Interval{cursor, next});
            tree_.emplace_hint(it, cursor, Rest{next, value});
            cursor = next;
        }
        if (cursor < range.end) {
            const std::uint64_t end = std::min(it->second.end, range.end);
            known(Interval{cursor, end}, std::as_const(it->second.value));
            cursor = end;
            ++it;
            --most;
        }
    }
    return cursor;
}

template <typename Value>
template <typename Found, typename Gap>
void IntervalMap<Value>::visit(Interval range, Found&& found, Gap&& gap, std::size_t most) const {
    if (range.empty()) {
        return;
    }
    std::uint64_t cursor = range.begin;
    const auto tell = [&](Interval interval, const Value& value) {
        if (cursor < interval.begin) {
            gap(Interval{cursor, interval.begin});
            cursor = interval.begin;
        }
        const std::uint64_t end = std::min(interval.end, range.end);
        found(Interval{cursor, end}, value);
        cursor = end;
    };
    if (!tree_.empty()) {
        for (auto it = tree_reaching(cursor);
             it != tree_.end() && it->first < range.end && most > 0; ++it, --most) {
            tell({it->first, it->second.end}, it->second.value);
        }
    }
    for (auto it = row_reaching(cursor);
         it != row_.end() && it->range.begin < range.end && most > 0; ++it, --most) {
        tell(it->range, it->value);
    }
    if (cursor < range.end && most > 0) {
        gap(Interval{cursor, range.end});
    }
}

template <typename Value>
template <typename Found>
void IntervalMap<Value>::visit(Found&& found) const {
    visit({0, ~std::uint64_t{0}}, found, [](Interval) {});
}

template <typename Value>
void IntervalMap<Value>::split(std::uint64_t position) {
    auto it = tree_reaching(position);
    if (it != tree_.end() && it->first < position) {
        const Rest right = it->second;
        it->second.end = position;
        tree_.emplace_hint(std::next(it), position, right);
    }
}

template <typename Value>
template <typename Taken>
void IntervalMap<Value>::take(Interval range, Taken&& taken) {
    if (range.empty() || empty()) {
        return;
    }
    plant_row(range.end);
    split(range.begin);
    split(range.end);
    auto it = tree_.lower_bound(range.begin);
    while (it != tree_.end() && it->first < range.end) {
        taken(Interval{it->first, it->second.end}, std::as_const(it->second.value));
        it = tree_.erase(it);
    }
}

template <typename Value>
void IntervalMap<Value>::assign(Interval range, const Value& value) {
    take(range, [](Interval, const Value&) {});
    add(range, value);
}

template <typename Value>
template <typename Removed>
void IntervalMap<Value>::remove_below(std::uint64_t position, Removed&& removed) {
    auto it = tree_.begin();
    while (it != tree_.end() && it->second.end <= position) {
        removed(Interval{it->first, it->second.end}, std::as_const(it->second.value));
        it = tree_.erase(it);
    }
    for (; row_begin_ < row_.size() && row_[row_begin_].range.end <= position; ++row_begin_) {
        const Item& item = row_[row_begin_];
        removed(item.range, item.value);
    }
}

template <typename Value>
void IntervalMap<Value>::remove_first() {
    if (!tree_.empty()) {
        tree_.erase(tree_.begin());
    } else if (row_begin_ < row_.size()) {
        ++row_begin_;
    }
}

template <typename Value>
template <typename Change>
void IntervalMap<Value>::for_each(Change&& change) {
    for (auto& [begin, rest] : tree_) {
        change(rest.value);
    }
    for (std::size_t i = row_begin_; i < row_.size(); ++i) {
        change(row_[i].value);
    }
}

template <typename Value>
const Value* IntervalMap<Value>::find(std::uint64_t position) const {
    const auto in_row = row_reaching(position);
    if (in_row != row_.end() && in_row->range.begin <= position) {
        return &in_row->value;
    }
    const auto in_tree = tree_reaching(position);
    return in_tree != tree_.end() && in_tree->first <= position ? &in_tree->second.value : nullptr;
}

template <typename Value>
std::optional<std::uint64_t> IntervalMap<Value>::first_from(std::uint64_t position) const {
    const auto in_tree = tree_.lower_bound(position);
    if (in_tree != tree_.end()) {
        return in_tree->first;
    }
    const auto in_row = std::partition_point(
        row_begin(), row_.end(), [&](const Item& item) { return item.range.begin < position; });
    return in_row != row_.end() ? std::optional(in_row->range.begin) : std::nullopt;
}

template <typename Value>
void IntervalMap<Value>::clear() {
    tree_.clear();
    row_ = {};
    row_begin_ = 0;
}

} // namespace mptcp
