#include "first_copies.hpp"

#include "varint.hpp"

#include <algorithm>

namespace mptcp {

namespace {

/// Frames and segments are mostly counted at the same pace: one number tells both then.
void put_place(std::vector<std::uint8_t>& out, const FirstCopy& last, const FirstCopy& copy) {
    const std::uint64_t frames = varint::folded(last.frame, copy.frame);
    const std::uint64_t expected = last.id + copy.frame - last.frame;
    varint::put(out, frames << 1 | (copy.id == expected ? 0U : 1U));
    if (copy.id != expected) {
        varint::put_difference(out, expected, copy.id);
    }
}

void get_place(const std::uint8_t*& cursor, const FirstCopy& last, FirstCopy& copy) {
    const std::uint64_t frames = varint::get(cursor);
    copy.frame = static_cast<FrameNumber>(varint::unfolded(last.frame, frames >> 1));
    const std::uint64_t expected = last.id + copy.frame - last.frame;
    copy.id = (frames & 1) != 0 ? varint::get_difference(cursor, expected) : expected;
}

} // namespace

void FirstCopies::add(Interval range, const FirstCopy& copy) {
    if (range.begin < frozen_end_) {
        const std::uint64_t end = std::min(range.end, frozen_end_);
        late_.add({range.begin, end}, copy);
        range.begin = end;
    }
    live_.add(range, copy);
}

std::optional<FirstCopy> FirstCopies::find(std::uint64_t position) const {
    std::optional<FirstCopy> result;
    visit({position, position + 1}, [&](Interval, const FirstCopy& copy) { result = copy; });
    return result;
}

std::vector<FirstCopies::Part> FirstCopies::parts_of(Interval range, std::size_t most) const {
    std::vector<Part> found;
    visit(
        range,
        [&](Interval part, const FirstCopy& copy) {
            found.push_back({part, copy});
        },
        most);
    std::sort(found.begin(), found.end(),
              [](const Part& x, const Part& y) { return x.range.begin < y.range.begin; });
    if (found.size() >= most) {
        found.resize(most);
        found.back().range.end = range.end;
    }
    std::vector<Part> joined;
    for (const Part& part : found) {
        if (!joined.empty() && joined.back().range.end == part.range.begin &&
            joined.back().copy == part.copy) {
            joined.back().range.end = part.range.end;
        } else {
            joined.push_back(part);
        }
    }
    return joined;
}

void FirstCopies::freeze(std::uint64_t position) {
    live_.remove_below(position, [&](Interval range, const FirstCopy& copy) {
        append({range, copy});
        frozen_end_ = range.end;
    });
}

void FirstCopies::append(const Record& record) {
    if (blocks_.empty() || blocks_.back().records == kRecordsPerBlock) {
        seal();
        blocks_.push_back({record, record.range.end, nullptr, 1});
    } else {
        varint::put(open_, record.range.begin - last_.range.end);
        varint::put(open_, record.range.size());
        put_place(open_, last_.copy, record.copy);
        varint::put_difference(open_, last_.copy.subflow, record.copy.subflow);
        varint::put_difference(open_, static_cast<std::uint64_t>(last_.copy.time),
                               static_cast<std::uint64_t>(record.copy.time));
        varint::put_difference(open_, last_.copy.ssn_minus_dsn, record.copy.ssn_minus_dsn);
        blocks_.back().end = record.range.end;
        ++blocks_.back().records;
    }
    last_ = record;
}

void FirstCopies::seal() {
    if (blocks_.empty()) {
        return;
    }
    Block& block = blocks_.back();
    block.packed = std::make_unique<std::uint8_t[]>(open_.size());
    std::copy(open_.begin(), open_.end(), block.packed.get());
    open_.clear();
}

FirstCopies::Record FirstCopies::unpack_next(const Record& previous, const std::uint8_t*& cursor) {
    Record record;
    record.range.begin = previous.range.end + varint::get(cursor);
    record.range.end = record.range.begin + varint::get(cursor);
    get_place(cursor, previous.copy, record.copy);
    record.copy.subflow =
        static_cast<SubflowNumber>(varint::get_difference(cursor, previous.copy.subflow));
    record.copy.time = static_cast<Nanoseconds>(
        varint::get_difference(cursor, static_cast<std::uint64_t>(previous.copy.time)));
    record.copy.ssn_minus_dsn = varint::get_difference(cursor, previous.copy.ssn_minus_dsn);
    return record;
}

std::vector<FirstCopies::Block>::const_iterator
FirstCopies::block_reaching(std::uint64_t position) const {
    return std::partition_point(blocks_.begin(), blocks_.end(),
                                [&](const Block& block) { return block.end <= position; });
}

void FirstCopies::clear() {
    live_.clear();
    late_.clear();
    blocks_.clear();
    open_.clear();
    frozen_end_ = 0;
}

} // namespace mptcp
