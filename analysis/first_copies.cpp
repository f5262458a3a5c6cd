#include "first_copies.hpp"

#include <algorithm>

namespace mptcp {

namespace {

void put_varint(std::vector<std::uint8_t>& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

std::uint64_t get_varint(const std::uint8_t*& cursor) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = *cursor++;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return value;
        }
    }
}

/// Differences modulo 2^64, small ones of either sign in few bytes.
void put_difference(std::vector<std::uint8_t>& out, std::uint64_t from, std::uint64_t to) {
    const auto difference = static_cast<std::int64_t>(to - from);
    put_varint(out, (static_cast<std::uint64_t>(difference) << 1) ^
                        static_cast<std::uint64_t>(difference >> 63));
}

std::uint64_t get_difference(const std::uint8_t*& cursor, std::uint64_t from) {
    const std::uint64_t folded = get_varint(cursor);
    return from + ((folded >> 1) ^ (~(folded & 1) + 1));
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
        put_varint(open_, record.range.begin - last_.range.end);
        put_varint(open_, record.range.size());
        put_difference(open_, last_.copy.frame, record.copy.frame);
        put_difference(open_, last_.copy.subflow, record.copy.subflow);
        put_difference(open_, static_cast<std::uint64_t>(last_.copy.time),
                       static_cast<std::uint64_t>(record.copy.time));
        put_difference(open_, last_.copy.ssn_minus_dsn, record.copy.ssn_minus_dsn);
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
    record.range.begin = previous.range.end + get_varint(cursor);
    record.range.end = record.range.begin + get_varint(cursor);
    record.copy.frame = static_cast<FrameNumber>(get_difference(cursor, previous.copy.frame));
    record.copy.subflow = static_cast<SubflowNumber>(get_difference(cursor, previous.copy.subflow));
    record.copy.time = static_cast<Nanoseconds>(
        get_difference(cursor, static_cast<std::uint64_t>(previous.copy.time)));
    record.copy.ssn_minus_dsn = get_difference(cursor, previous.copy.ssn_minus_dsn);
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
