#include "facts_store.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace mptcp::plugin {

namespace {

template <typename T>
bool fits(std::uint64_t value) {
    return value <= std::numeric_limits<T>::max();
}

/// The class of all the bytes; none if there are two.
std::optional<ByteClass> only_class(const ByteCounts& counts) {
    std::optional<ByteClass> found = ByteClass::fresh;
    bool any = false;
    for (std::size_t i = 0; i < kByteClasses; ++i) {
        if (counts.bytes[i] == 0) {
            continue;
        }
        if (any) {
            return std::nullopt;
        }
        any = true;
        found = static_cast<ByteClass>(i);
    }
    return found;
}

} // namespace

bool FactsStore::pack(const SegmentFacts& facts, Record& record) {
    const auto byte_class = only_class(facts.bytes);
    const bool all_pending = facts.pending_bytes == facts.bytes[ByteClass::unmapped];
    if (!byte_class || (facts.pending_bytes != 0 && !all_pending) ||
        facts.reinjections_begin != facts.reinjections_end || !fits<std::uint32_t>(facts.id) ||
        !fits<std::uint32_t>(facts.newly_acked_bytes) || !fits<std::uint16_t>(facts.subflow) ||
        !fits<std::uint8_t>(facts.option_bytes)) {
        return false;
    }
    record.id = static_cast<std::uint32_t>(facts.id);
    record.payload = facts.payload_bytes;
    record.newly_acked_bytes = static_cast<std::uint32_t>(facts.newly_acked_bytes);
    record.subflow = static_cast<std::uint16_t>(facts.subflow);
    record.option_bytes = static_cast<std::uint8_t>(facts.option_bytes);
    record.byte_class = static_cast<std::uint8_t>(*byte_class) & 0x7;
    record.pending = facts.pending_bytes != 0;
    return true;
}

SegmentFacts FactsStore::unpack(const Record& record) {
    SegmentFacts facts;
    facts.id = record.id;
    facts.frame = record.frame;
    facts.connection = record.connection;
    facts.subflow = record.subflow;
    facts.sender = static_cast<Side>(record.sender);
    facts.duplicate = record.duplicate != 0;
    facts.out_of_order = record.out_of_order != 0;
    facts.payload_bytes = record.payload;
    if (!facts.duplicate) {
        facts.bytes[static_cast<ByteClass>(record.byte_class)] = record.payload;
    }
    facts.pending_bytes = record.pending != 0 ? record.payload : 0;
    facts.newly_acked_bytes = record.newly_acked_bytes;
    facts.option_bytes = record.option_bytes;
    return facts;
}

void FactsStore::add(const SegmentFacts& facts) {
    Record record;
    record.frame = facts.frame;
    record.connection = facts.connection;
    record.sender = static_cast<std::uint8_t>(facts.sender) & 0x1;
    record.duplicate = facts.duplicate;
    record.out_of_order = facts.out_of_order;
    if (!pack(facts, record)) {
        record.is_whole = 1;
        record.payload = static_cast<std::uint32_t>(whole_.size());
        whole_.push_back(facts);
    }
    records_.push_back(record);
}

void FactsStore::forget_from(FrameNumber frame) {
    while (!records_.empty() && records_.back().frame >= frame) {
        if (records_.back().is_whole != 0) {
            whole_.pop_back();
        }
        records_.pop_back();
    }
}

std::size_t FactsStore::first_of(FrameNumber frame) const {
    const auto found = std::lower_bound(
        records_.begin(), records_.end(), frame,
        [](const Record& record, FrameNumber number) { return record.frame < number; });
    return static_cast<std::size_t>(found - records_.begin());
}

SegmentFacts FactsStore::facts(std::size_t index) const {
    const Record& record = records_[index];
    return record.is_whole != 0 ? whole_[record.payload] : unpack(record);
}

} // namespace mptcp::plugin
