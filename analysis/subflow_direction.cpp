#include "subflow_direction.hpp"

#include <algorithm>

namespace mptcp {

void SubflowDirection::synchronize(std::uint32_t isn, std::uint32_t tfo_bytes) {
    isn_ = isn;
    const std::uint64_t position = space_.place(isn);
    space_.advance(position + 1);
    if (tfo_bytes == 0) {
        base_ = isn;
        return;
    }
    tfo_ = {position + 1, position + 1 + tfo_bytes};
}

bool SubflowDirection::is_tfo(std::uint64_t position) const {
    return tfo_.begin <= position && position < tfo_.end;
}

std::optional<std::uint64_t> SubflowDirection::first_position() const {
    if (!isn_) {
        return std::nullopt;
    }
    return tfo_.empty() ? space_.near(*isn_) + 1 : tfo_.end;
}

Interval SubflowDirection::place_payload(std::uint32_t sequence, bool syn, std::uint32_t length) {
    const std::uint64_t begin = space_.place(sequence) + (syn ? 1 : 0);
    return {begin, begin + length};
}

bool SubflowDirection::find_base(const AnnouncedMapping& mapping, Interval payload) {
    if (payload.empty()) {
        return false;
    }
    // base + ssn <= payload.begin and payload.end <= base + ssn + length
    const std::uint64_t highest = payload.begin - mapping.ssn;
    const std::uint64_t lowest = payload.end - mapping.ssn - mapping.length;
    if (lowest > highest) {
        return false;
    }
    if (!tfo_.empty()) {
        return choose_tfo_base(lowest, highest);
    }
    const Interval both{std::max(base_bounds_.begin, lowest),
                        std::min(base_bounds_.end, highest + 1)};
    base_bounds_ = base_bounds_.empty() || both.empty() ? Interval{lowest, highest + 1} : both;
    if (base_bounds_.size() == 1) {
        base_ = static_cast<std::uint32_t>(base_bounds_.begin);
    }
    return base_.has_value();
}

bool SubflowDirection::choose_tfo_base(std::uint64_t lowest, std::uint64_t highest) {
    const std::uint64_t counting_syn_data = tfo_.begin - 1;
    const std::uint64_t after_syn_data = tfo_.end - 1;
    const bool first_fits = lowest <= counting_syn_data && counting_syn_data <= highest;
    const bool second_fits = lowest <= after_syn_data && after_syn_data <= highest;
    if (first_fits != second_fits) {
        base_ = static_cast<std::uint32_t>(first_fits ? counting_syn_data : after_syn_data);
    }
    return base_.has_value();
}

void SubflowDirection::forget_old_mappings() {
    constexpr std::uint32_t kOften = 64;
    if (++mappings_since_forgetting_ < kOften) {
        return;
    }
    mappings_since_forgetting_ = 0;
    // Carried bytes are never mapped again. What a late retransmission may still ask for is kept.
    constexpr std::uint64_t kBehindAck = std::uint64_t{64} << 10;
    constexpr std::uint64_t kBehindCarried = std::uint64_t{16} << 20;
    const std::uint64_t carried = carried_.contiguous_end(carried_.lowest());
    const std::uint64_t acked = std::min(acked_, carried);
    const std::uint64_t edge =
        std::max(acked - std::min(acked, kBehindAck), carried - std::min(carried, kBehindCarried));
    mappings_.remove_below(edge);
}

void SubflowDirection::sent(Interval range, Nanoseconds time) {
    constexpr std::size_t kMostInFlight = 1 << 16;
    if (in_flight_.size() == kMostInFlight) {
        in_flight_.remove_first();
    }
    in_flight_.add(range, time);
}

void SubflowDirection::sent_again(Interval range) {
    if (range.end > acked_) {
        sent_again_.add(range);
    }
}

std::optional<Nanoseconds> SubflowDirection::rtt_at(std::uint64_t acked, Nanoseconds time) {
    std::uint64_t newest_end = 0;
    Nanoseconds sent = 0;
    in_flight_.remove_below(acked, [&](Interval range, Nanoseconds when) {
        newest_end = range.end;
        sent = when;
    });
    if (newest_end != acked) {
        if (const Nanoseconds* part_of_it = in_flight_.find(acked - 1)) {
            newest_end = acked;
            sent = *part_of_it;
        }
    }
    // The newest byte itself, which a FIN may follow, not one before a hole in the capture.
    const bool seen = newest_end == acked || (fin_end != 0 && newest_end + 1 == acked);
    std::optional<Nanoseconds> sample;
    if (seen && time >= sent && !sent_again_.contains(newest_end - 1)) {
        sample = time - sent;
    }
    sent_again_.remove_below(acked);
    return sample;
}

bool SubflowDirection::is_acknowledged(Interval range) const {
    return range.end <= acked_ || sacked_.covers({std::max(range.begin, acked_), range.end});
}

std::optional<std::uint64_t> SubflowDirection::flight() const {
    if (acked_ == 0) {
        return std::nullopt;
    }
    return carried_.highest() > acked_ ? carried_.highest() - acked_ : 0;
}

bool SubflowDirection::unacknowledged() const {
    return std::max(carried_.highest(), fin_end) > acked_;
}

void SubflowDirection::renumber(std::uint32_t first_reinjection, std::uint64_t data_shift) {
    for (auto& [end, watch] : watches_) {
        watch.reinjection += first_reinjection;
    }
    for (AnnouncedMapping& mapping : unplaced_) {
        mapping.data_position += data_shift;
    }
    mappings_.for_each([&](Mapping& mapping) { mapping.dsn_minus_ssn += data_shift; });
}

void SubflowDirection::release() {
    mappings_.clear();
    in_flight_.clear();
    sent_again_.clear();
    sacked_.clear();
    watches_.clear();
    unplaced_ = {};
    pending_sent_again_.clear();
    captured_twice_ = {};
    checksums.clear();
}

} // namespace mptcp
