#include "data_direction.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mptcp {

namespace {

/// A DATA_ACK this far above everything seen acknowledges nothing of this connection.
constexpr std::uint64_t kFarthestAck = std::uint64_t{1} << 32;

} // namespace

void DataDirection::begin_at(Dsn first) {
    space.anchor(first);
    first_ = space.position(first);
    if (acked_) {
        acked_base_ = *first_;
        data_acked_bytes = acked_bytes_at(*acked_);
    }
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

void DataDirection::note_order(Nanoseconds time, FrameNumber frame) {
    const std::uint64_t before = next_expected_;
    next_expected_ = coverage_.contiguous_end(next_expected_);
    if (keeps_history_ && next_expected_ > before) {
        in_order_.add({next_expected_, time, frame});
    }
    const bool waiting = coverage_.highest() > next_expected_;
    if (waiting && !blocked_since_) {
        blocked_since_ = time;
    } else if (!waiting && blocked_since_) {
        blocked_before_ = longer_by(blocked_before_, elapsed(*blocked_since_, time));
        blocked_since_.reset();
    }
}

void DataDirection::settle_blocked(Nanoseconds time) {
    blocked = longer_by(blocked_before_, blocked_since_ ? elapsed(*blocked_since_, time) : 0);
}

bool DataDirection::finish(std::uint64_t position) {
    if (fin_position_) {
        return false;
    }
    fin_position_ = position;
    data_fin = true;
    space.advance(position + 1);
    if (acked_) {
        data_acked_bytes = acked_bytes_at(*acked_);
        data_fin_acked = *acked_ > position;
    }
    return data_fin_acked;
}

std::uint64_t DataDirection::acked_bytes_at(std::uint64_t position) const {
    const std::uint64_t end = fin_position_ ? std::min(position, *fin_position_) : position;
    return end > acked_base_ ? end - acked_base_ : 0;
}

DataAckResult DataDirection::acknowledge(std::uint64_t position, Nanoseconds time,
                                         FrameNumber frame) {
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
        const auto copy = first_copies_.find(newest);
        if (copy && time >= copy->time) {
            result.rtt = last_rtt_ = time - copy->time;
        }
    }
    sent_again_.remove_below(position);
    first_copies_.freeze(position);
    if (position > next_expected_) {
        // What the receiver acknowledges it had, whether it passed here or not.
        next_expected_ = position;
        if (keeps_history_) {
            in_order_.add({position, time, frame});
        }
    }
    note_order(time, frame);
    if (keeps_history_) {
        acks_.add({position, time, frame});
    }
    if (outstanding_ && position >= coverage_.highest()) {
        end_stall(time, frame, last_new_ ? last_new_->subflow : 0);
        outstanding_ = false;
    }
    return result;
}

void DataDirection::note_new_data(const FirstCopy& copy, CarryResult& result) {
    if (last_new_) {
        result.scheduler_switch = last_new_->subflow != copy.subflow;
        result.stall = end_stall(copy.time, copy.frame, copy.subflow);
    }
    last_new_ = copy;
    outstanding_ = data_is_outstanding();
}

std::optional<Nanoseconds> DataDirection::end_stall(Nanoseconds time, FrameNumber frame,
                                                    SubflowNumber subflow) {
    if (!outstanding_ || !last_new_) {
        return std::nullopt;
    }
    const Nanoseconds length = time - last_new_->time;
    if (length <= shortest_stall || (length - 1) / 4 < last_rtt_.value_or(0)) {
        return std::nullopt;
    }
    stalls.push_back({last_new_->time, length, last_new_->subflow, subflow, frame});
    return length;
}

std::optional<std::uint64_t> DataDirection::flight() const {
    if (!acked_ && !first_) {
        return std::nullopt;
    }
    const std::uint64_t base = acked_ ? *acked_ : *first_;
    return coverage_.highest() > base ? coverage_.highest() - base : 0;
}

std::uint64_t DataDirection::offer_window(std::uint64_t right_edge) {
    window_edge_ = std::max(window_edge_.value_or(0), right_edge);
    return acked_ && *window_edge_ > *acked_ ? *window_edge_ - *acked_ : 0;
}

bool DataDirection::window_limits(std::uint64_t bytes) const {
    return window_edge_ && coverage_.highest() + bytes > *window_edge_;
}

void DataDirection::keep_history(bool keep) {
    keeps_history_ = keep;
    if (!keep) {
        acks_.clear();
        in_order_.clear();
        released_.clear();
    }
}

IntervalSet& DataDirection::reinjected_by(SubflowNumber subflow) {
    if (reinjected_by_.size() <= subflow) {
        reinjected_by_.resize(subflow + 1);
    }
    return reinjected_by_[subflow];
}

// -- two records turn out to be of one connection -------------------------------------------------

Absorbed DataDirection::absorb(DataDirection& other, SubflowNumber first_subflow,
                               std::uint32_t first_reinjection) {
    dss_seen |= other.dss_seen;
    receiver_seen |= other.receiver_seen;
    if (!other.space.anchored()) {
        return {};
    }
    const WireDsn anchor{other.space.dsn(DataSequenceSpace::kOrigin),
                         other.space.high_half_known()};
    const std::uint64_t shift =
        space.place(anchor).value_or(DataSequenceSpace::kOrigin) - DataSequenceSpace::kOrigin;
    absorb_times(other, shift, first_subflow);
    Absorbed absorbed{shift, absorb_first_copies(other, shift, first_subflow)};
    note_repeated(absorbed.repeated);
    absorb_repetitions(other, shift, first_subflow, first_reinjection);
    if (other.fin_position_) {
        finish(*other.fin_position_ + shift);
    }
    AdvanceLog acks = std::move(acks_);
    acks.merge(other.acks_, shift);
    if (other.acked_) {
        acknowledge(*other.acked_ + shift, last_new_ ? last_new_->time : 0, 0);
    }
    acks_ = std::move(acks);
    outstanding_ = last_new_ && data_is_outstanding();
    return absorbed;
}

std::vector<Nanoseconds> DataDirection::times_of_new_data() const {
    std::vector<Nanoseconds> times;
    for_each_first_copy([&](Interval, const FirstCopy& copy) { times.push_back(copy.time); });
    std::sort(times.begin(), times.end());
    return times;
}

void DataDirection::absorb_times(DataDirection& other, std::uint64_t shift,
                                 SubflowNumber first_subflow) {
    rtt.add(other.rtt);
    if (other.window_edge_) {
        offer_window(*other.window_edge_ + shift);
    }
    if (other.last_new_) {
        other.last_new_->subflow += first_subflow;
        if (!last_new_ || last_new_->time < other.last_new_->time) {
            last_new_ = other.last_new_;
            last_rtt_ = other.last_rtt_ ? other.last_rtt_ : last_rtt_;
        }
    }
    for (Stall& stall : other.stalls) {
        stall.silent += first_subflow;
        stall.resumed += first_subflow;
    }
    // New data of the other record shows that there was none.
    const auto drop_broken = [](std::vector<Stall>& all, const DataDirection& by) {
        if (all.empty()) {
            return;
        }
        const std::vector<Nanoseconds> times = by.times_of_new_data();
        std::erase_if(all, [&](const Stall& stall) {
            const auto next = std::upper_bound(times.begin(), times.end(), stall.start);
            return next != times.end() && *next < stall.start + stall.length;
        });
    };
    drop_broken(stalls, other);
    drop_broken(other.stalls, *this);
    stalls.insert(stalls.end(), other.stalls.begin(), other.stalls.end());
    std::stable_sort(stalls.begin(), stalls.end(),
                     [](const Stall& x, const Stall& y) { return x.start < y.start; });
}

std::vector<RepeatedPiece> DataDirection::absorb_first_copies(DataDirection& other,
                                                              std::uint64_t shift,
                                                              SubflowNumber first_subflow) {
    restore_first_copies();
    other.restore_first_copies();
    std::vector<RepeatedPiece> repeated;
    for (auto [range, copy] : other.first_copies_.parts_of({0, ~std::uint64_t{0}})) {
        copy.subflow += first_subflow;
        copy.ssn_minus_dsn -= shift;
        cover(
            {shifted(range, shift), copy}, [](Interval) {},
            [&, &copy = copy](Interval piece, const FirstCopy& own, bool) {
                const bool own_first = own.id < copy.id;
                repeated.push_back({piece, own_first ? copy : own, own_first ? own : copy});
            });
        note_order(copy.time, copy.frame);
        freeze_unacknowledged();
    }
    for (const auto& [begin, end] : other.coverage_.intervals()) {
        coverage_.add(shifted({begin, end}, shift));
    }
    std::sort(repeated.begin(), repeated.end(), [](const auto& x, const auto& y) {
        return std::tie(x.copy.id, x.piece.begin) < std::tie(y.copy.id, y.piece.begin);
    });
    return repeated;
}

void DataDirection::note_repeated(const std::vector<RepeatedPiece>& repeated) {
    if (repeated.empty()) {
        return;
    }
    IntervalMap<FirstCopy> all;
    first_copies_.visit({0, ~std::uint64_t{0}},
                        [&](Interval range, const FirstCopy& copy) { all.add(range, copy); });
    for (const RepeatedPiece& each : repeated) {
        reinjected_by(each.copy.subflow).add(each.piece);
        if (each.first.frame != 0) {
            all.assign(each.piece, each.first);
        }
    }
    replace_first_copies(all);
}

void DataDirection::restore_first_copies() {
    if (!released_.empty()) {
        IntervalMap<FirstCopy> all;
        for_each_first_copy([&](Interval range, const FirstCopy& copy) { all.add(range, copy); });
        released_.clear();
        replace_first_copies(all);
    }
}

void DataDirection::replace_first_copies(const IntervalMap<FirstCopy>& all) {
    first_copies_ = {};
    all.visit([&](Interval range, const FirstCopy& copy) { first_copies_.add(range, copy); });
    if (acked_) {
        first_copies_.freeze(*acked_);
    }
    freeze_unacknowledged();
}

void DataDirection::absorb_repetitions(const DataDirection& other, std::uint64_t shift,
                                       SubflowNumber first_subflow,
                                       std::uint32_t first_reinjection) {
    for (SubflowNumber i = 0; i < other.reinjected_by_.size(); ++i) {
        for (const auto& [begin, end] : other.reinjected_by_[i].intervals()) {
            reinjected_by(first_subflow + i).add(shifted({begin, end}, shift));
        }
    }
    for (const auto& [begin, end] : other.sent_again_.intervals()) {
        sent_again(shifted({begin, end}, shift));
    }
    other.copies_.visit([&](Interval range, const LatestCopy& latest) {
        copies_.assign(shifted(range, shift),
                       {latest.reinjection + first_reinjection, latest.copy});
    });
}

void DataDirection::release() {
    if (keeps_history_) {
        released_.push_back(std::move(first_copies_));
    }
    first_copies_ = {};
    copies_.clear();
    reinjected_by_ = {};
    sent_again_.clear();
}

} // namespace mptcp
