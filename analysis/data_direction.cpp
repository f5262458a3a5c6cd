#include "data_direction.hpp"

#include <algorithm>

namespace mptcp {

namespace {

/// A DATA_ACK this far above everything seen acknowledges nothing of this connection.
constexpr std::uint64_t kFarthestAck = std::uint64_t{1} << 32;

} // namespace

void DataDirection::begin_at(Dsn first) {
    space.anchor(first);
    first_ = space.position(first);
}

void DataDirection::freeze_unacknowledged() {
    constexpr std::uint64_t kMostInFlight = std::uint64_t{64} << 20;
    if (!acked_) {
        first_copies_.freeze(space.highest() - kMostInFlight);
    }
}

void DataDirection::sent_again(Interval range) {
    if (!acked_ || range.end > *acked_) {
        sent_again_.add(range);
    }
}

void DataDirection::note_order(Nanoseconds time) {
    next_expected_ = coverage_.contiguous_end(next_expected_);
    const bool waiting = coverage_.highest() > next_expected_;
    if (waiting && !blocked_since_) {
        blocked_since_ = time;
    } else if (!waiting && blocked_since_) {
        blocked_before_ += std::max<Nanoseconds>(0, time - *blocked_since_);
        blocked_since_.reset();
    }
}

void DataDirection::settle_blocked(Nanoseconds time) {
    blocked =
        blocked_before_ + (blocked_since_ ? std::max<Nanoseconds>(0, time - *blocked_since_) : 0);
}

void DataDirection::finish(std::uint64_t position) {
    if (!fin_position_) {
        fin_position_ = position;
        data_fin = true;
        space.advance(position + 1);
    }
}

std::uint64_t DataDirection::acked_bytes_at(std::uint64_t position) const {
    const std::uint64_t end = fin_position_ ? std::min(position, *fin_position_) : position;
    return end > acked_base_ ? end - acked_base_ : 0;
}

DataAckResult DataDirection::acknowledge(std::uint64_t position, Nanoseconds time) {
    DataAckResult result;
    if ((acked_ && position <= *acked_) || position > space.highest() + kFarthestAck) {
        return result;
    }
    if (!acked_) {
        acked_base_ = first_.value_or(position);
    }
    acked_ = position;
    space.advance(position);
    const std::uint64_t total = acked_bytes_at(position);
    const std::uint64_t before = data_acked_bytes.value_or(0);
    result.newly_acked_bytes = total > before ? total - before : 0;
    data_acked_bytes = std::max(total, before);

    if (fin_position_ && position > *fin_position_ && !data_fin_acked) {
        data_fin_acked = true;
        result.fin_acked = true;
    }
    const std::uint64_t newest = (result.fin_acked ? *fin_position_ : position) - 1;
    if (result.newly_acked_bytes > 0 && !sent_again_.contains(newest)) {
        if (const auto copy = first_copies_.find(newest)) {
            result.rtt = time - copy->time;
        }
    }
    sent_again_.remove_below(position);
    first_copies_.freeze(position);
    next_expected_ = std::max(next_expected_, position);
    note_order(time);
    return result;
}

void DataDirection::release() {
    first_copies_.clear();
    copies_.clear();
    reinjected_by_ = {};
    sent_again_.clear();
}

} // namespace mptcp
