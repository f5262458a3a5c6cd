#pragma once
/// Data level of one direction of a connection: which data sequence numbers were carried, by whom
/// first, how often, what the other host acknowledged, and what had to wait for a hole to be
/// filled.
///
/// Positions are those of DataSequenceSpace.

#include "connection.hpp"
#include "first_copies.hpp"
#include "interval_map.hpp"
#include "interval_set.hpp"
#include "sequence_space.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp {

/// The latest reinjection of a range.
struct LatestCopy {
    std::uint32_t reinjection = 0;
    std::uint32_t copy = 2;
};

/// A range of data positions as one subflow sends it.
struct CarriedRange {
    Interval range;
    FirstCopy copy;
};

/// What a DATA_ACK told.
struct DataAckResult {
    std::uint64_t newly_acked_bytes = 0;
    std::optional<Nanoseconds> rtt;
    bool fin_acked = false;
};

class DataDirection : public DataFlow {
  public:
    DataSequenceSpace space;

    /// The first byte of this direction has this DSN (IDSN + 1).
    void begin_at(Dsn first);
    /// Position of that byte; none if the IDSN is unknown.
    [[nodiscard]] std::optional<std::uint64_t> first_position() const { return first_; }

    /// Adds what a subflow carries. For each part, in ascending order: `fresh(Interval)` if nobody
    /// carried it before, `repeated(Interval, const FirstCopy&, bool same_subflow)` else.
    template <typename Fresh, typename Repeated>
    void carry(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated);

    /// Bytes that TCP sends again: no data RTT from them.
    void sent_again(Interval range);

    [[nodiscard]] const FirstCopies& first_copies() const { return first_copies_; }
    [[nodiscard]] const IntervalSet& coverage() const { return coverage_; }
    IntervalMap<LatestCopy>& copies() { return copies_; }

    /// Position after the last byte in order: everything below was carried or acknowledged.
    [[nodiscard]] std::uint64_t next_expected() const { return next_expected_; }

    /// A DATA_FIN was seen at `position`.
    void finish(std::uint64_t position);
    [[nodiscard]] std::optional<std::uint64_t> fin_position() const { return fin_position_; }

    DataAckResult acknowledge(std::uint64_t position, Nanoseconds time);
    [[nodiscard]] bool is_acknowledged(std::uint64_t position) const {
        return acked_ && position < *acked_;
    }

    /// Brings `blocked` up to `time`, counting data that still waits.
    void settle_blocked(Nanoseconds time);

    /// Takes over the data of a direction that turned out to be the same one. Its subflow n becomes
    /// n + `first_subflow`. Calls `repeated(SubflowNumber in other, bytes)` for what both carried.
    /// Returns what to add to the other's positions to get positions in this space.
    template <typename Repeated>
    std::uint64_t absorb(DataDirection& other, SubflowNumber first_subflow, Repeated&& repeated);

    /// Frees what only a living connection needs.
    void release();

    /// From this TCP position of the only subflow on, this direction is plain TCP.
    std::optional<std::uint64_t> fallback_from;
    /// Data came without options where that means a fallback, if no mapping turns up.
    std::optional<Fallback> suspected_fallback;
    std::uint32_t suspect_segments = 0;

  private:
    void note_order(Nanoseconds time);
    void freeze_unacknowledged();
    [[nodiscard]] std::uint64_t acked_bytes_at(std::uint64_t position) const;

    IntervalSet coverage_;
    FirstCopies first_copies_;
    IntervalMap<LatestCopy> copies_;
    /// By subflow number: what it sent although another subflow had carried it first.
    std::vector<IntervalSet> reinjected_by_;
    /// Unacknowledged positions that were sent more than once.
    IntervalSet sent_again_;

    std::optional<std::uint64_t> acked_;
    /// What `data_acked_bytes` counts from: the first byte, or the first DATA_ACK seen.
    std::uint64_t acked_base_ = 0;
    std::optional<std::uint64_t> fin_position_;

    std::optional<std::uint64_t> first_;
    bool started_ = false;
    std::uint64_t next_expected_ = 0;
    std::optional<Nanoseconds> blocked_since_;
    /// Of the waits that are over.
    Nanoseconds blocked_before_ = 0;
};

template <typename Fresh, typename Repeated>
void DataDirection::carry(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated) {
    const SubflowNumber subflow = carried.copy.subflow;
    const Interval range = carried.range;
    if (!started_) {
        started_ = true;
        next_expected_ = first_ ? *first_ : range.begin;
    }
    space.advance(range.end);
    coverage_.add(
        range,
        [&](Interval part) {
            fresh(part);
            first_copies_.add(part, carried.copy);
        },
        [&](Interval part) {
            sent_again(part);
            if (reinjected_by_.size() <= subflow) {
                reinjected_by_.resize(subflow + 1);
            }
            IntervalSet& own = reinjected_by_[subflow];
            first_copies_.visit(part, [&](Interval piece, const FirstCopy& first) {
                if (first.subflow == subflow) {
                    repeated(piece, first, true);
                    return;
                }
                own.add(
                    piece, [&](Interval other) { repeated(other, first, false); },
                    [&](Interval again) { repeated(again, first, true); });
            });
        });
    note_order(carried.copy.time);
    freeze_unacknowledged();
}

template <typename Repeated>
std::uint64_t DataDirection::absorb(DataDirection& other, SubflowNumber first_subflow,
                                    Repeated&& repeated) {
    dss_seen |= other.dss_seen;
    if (!other.space.anchored()) {
        return 0;
    }
    const WireDsn anchor{other.space.dsn(DataSequenceSpace::kOrigin),
                         other.space.high_half_known()};
    const std::uint64_t shift =
        space.place(anchor).value_or(DataSequenceSpace::kOrigin) - DataSequenceSpace::kOrigin;
    other.first_copies_.visit({0, ~std::uint64_t{0}}, [&](Interval range, FirstCopy copy) {
        const SubflowNumber subflow = copy.subflow;
        copy.subflow += first_subflow;
        copy.ssn_minus_dsn -= shift;
        carry(
            {{range.begin + shift, range.end + shift}, copy}, [](Interval) {},
            [&](Interval part, const FirstCopy&, bool) { repeated(subflow, part.size()); });
    });
    if (other.fin_position_) {
        finish(*other.fin_position_ + shift);
    }
    if (other.acked_) {
        acknowledge(*other.acked_ + shift, 0);
    }
    return shift;
}

} // namespace mptcp
