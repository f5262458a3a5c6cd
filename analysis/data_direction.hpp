#pragma once
/// Data level of one direction of a connection: which data sequence numbers were carried, by whom
/// first, how often, what the other host acknowledged, and what had to wait for a hole to be
/// filled.
///
/// Positions are those of DataSequenceSpace.

#include "advance_log.hpp"
#include "connection.hpp"
#include "first_copies.hpp"
#include "interval_map.hpp"
#include "interval_set.hpp"
#include "sequence_space.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
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

/// What new bytes did to the order of the data.
struct CarryResult {
    bool any_new = false;
    bool out_of_order = false;
    std::uint64_t reorder_distance = 0;
    std::uint64_t hole_filled_bytes = 0;
    bool scheduler_switch = false;
    std::optional<Nanoseconds> stall;
};

/// What a DATA_ACK told.
struct DataAckResult {
    std::uint64_t newly_acked_bytes = 0;
    std::optional<Nanoseconds> rtt;
    bool fin_acked = false;
};

/// `copy` carries data that `first` had carried before: `piece`, in data positions.
struct RepeatedPiece {
    Interval piece;
    FirstCopy copy;
    FirstCopy first;
};

/// What it took to join two directions.
struct Absorbed {
    /// To be added to the absorbed direction's positions.
    std::uint64_t shift = 0;
    /// What both had carried, in the order of the copies' segments.
    std::vector<RepeatedPiece> repeated;
};

class DataDirection : public DataFlow {
  public:
    /// So many first copies of what one segment repeats are told apart: as many segments as make
    /// up the longest one there is, where they are not shorter than 1 KiB.
    static constexpr std::size_t kMostFirstCopies = 64;

    DataSequenceSpace space;

    /// The first byte of this direction has this DSN (IDSN + 1).
    void begin_at(Dsn first);
    /// Position of that byte; none if the IDSN is unknown.
    [[nodiscard]] std::optional<std::uint64_t> first_position() const { return first_; }

    /// Adds what a subflow carries. For each part, in ascending order: `fresh(Interval)` if nobody
    /// carried it before, `repeated(Interval, const FirstCopy&, bool same_subflow)` else; after
    /// release() the first copy may be forgotten (frame 0).
    template <typename Fresh, typename Repeated>
    CarryResult carry(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated);

    /// Bytes that TCP sends again: no data RTT from them.
    void sent_again(Interval range);

    [[nodiscard]] const FirstCopies& first_copies() const { return first_copies_; }
    [[nodiscard]] const IntervalSet& coverage() const { return coverage_; }
    IntervalMap<LatestCopy>& copies() { return copies_; }

    /// Bytes carried and not acknowledged; none if the first byte's DSN is unknown and no DATA_ACK
    /// came.
    [[nodiscard]] std::optional<std::uint64_t> flight() const;

    /// The receiver allows bytes below `right_edge`. Returns the room beyond the last DATA_ACK: the
    /// right edge never moves left.
    std::uint64_t offer_window(std::uint64_t right_edge);
    [[nodiscard]] bool window_known() const { return window_edge_.has_value(); }
    /// Data that ends at `position` is more than the receiver allowed.
    [[nodiscard]] bool exceeds_window(std::uint64_t position) const {
        return window_edge_ && position > *window_edge_;
    }
    /// There is no room for `bytes` more.
    [[nodiscard]] bool window_limits(std::uint64_t bytes) const;

    /// Keeps what acknowledged_at(), in_order_at() and DataOrder answer from.
    void keep_history(bool keep);
    [[nodiscard]] const AdvanceLog& acknowledgments() const { return acks_; }
    /// Calls `found(Interval, const FirstCopy&)` for all first copies, also those that release()
    /// took away; in no certain order.
    template <typename Found>
    void for_each_first_copy(Found&& found) const;
    /// When the bytes below `end` were first acknowledged, or first complete without a hole.
    [[nodiscard]] const AdvanceLog::Advance* acknowledged_at(std::uint64_t end) const {
        return acks_.covering(end);
    }
    [[nodiscard]] const AdvanceLog::Advance* in_order_at(std::uint64_t end) const {
        return in_order_.covering(end);
    }

    /// A DATA_FIN was seen at `position`. True if a DATA_ACK covers it already.
    bool finish(std::uint64_t position);
    [[nodiscard]] std::optional<std::uint64_t> fin_position() const { return fin_position_; }

    DataAckResult acknowledge(std::uint64_t position, Nanoseconds time, FrameNumber frame);
    [[nodiscard]] bool is_acknowledged(std::uint64_t position) const {
        return acked_ && position < *acked_;
    }

    /// Segments of the host that acknowledges this direction were captured: without any, nobody
    /// knows what is outstanding.
    bool receiver_seen = false;

    /// No time without new data is called a stall that is not longer than this.
    Nanoseconds shortest_stall = 200'000'000;

    /// Brings `blocked` up to `time`, counting data that still waits.
    void settle_blocked(Nanoseconds time);

    /// Takes over the data of a direction that turned out to be the same one. Its subflow n becomes
    /// n + `first_subflow`, its reinjection n becomes n + `first_reinjection`.
    Absorbed absorb(DataDirection& other, SubflowNumber first_subflow,
                    std::uint32_t first_reinjection);

    /// Frees what only a living connection needs, and what no history is kept of.
    void release();

    /// From this TCP position of the only subflow on, this direction is plain TCP.
    std::optional<std::uint64_t> fallback_from;
    /// Data came without options where that means a fallback, if no mapping turns up.
    std::optional<Fallback> suspected_fallback;
    std::uint32_t suspect_segments = 0;
    /// The first mapping of the initial subflow was compared with the IDSN.
    bool idsn_checked = false;

  private:
    /// What is new of `carried`, and what is not.
    template <typename Fresh, typename Repeated>
    CarryResult cover(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated);
    void note_order(Nanoseconds time, FrameNumber frame);
    void note_new_data(const FirstCopy& copy, CarryResult& result);
    /// Data stops being outstanding, or new data comes: ends a stall, if there was one.
    std::optional<Nanoseconds> end_stall(Nanoseconds time, FrameNumber frame,
                                         SubflowNumber subflow);
    void freeze_unacknowledged();
    /// Says anew which copies were first.
    void replace_first_copies(const IntervalMap<FirstCopy>& all);
    /// Takes back what release() put away.
    void restore_first_copies();
    [[nodiscard]] std::vector<RepeatedPiece>
    absorb_first_copies(DataDirection& other, std::uint64_t shift, SubflowNumber first_subflow);
    void note_repeated(const std::vector<RepeatedPiece>& repeated);
    void absorb_times(DataDirection& other, std::uint64_t shift, SubflowNumber first_subflow);
    /// Sorted: of the segments that carried new data.
    [[nodiscard]] std::vector<Nanoseconds> times_of_new_data() const;
    [[nodiscard]] bool data_is_outstanding() const {
        return acked_ ? coverage_.highest() > *acked_ : receiver_seen;
    }
    void absorb_repetitions(const DataDirection& other, std::uint64_t shift,
                            SubflowNumber first_subflow, std::uint32_t first_reinjection);
    IntervalSet& reinjected_by(SubflowNumber subflow);
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
    AdvanceLog acks_;
    AdvanceLog in_order_;
    std::vector<FirstCopies> released_;
    bool keeps_history_ = false;

    std::optional<std::uint64_t> window_edge_;
    std::optional<FirstCopy> last_new_;
    bool outstanding_ = false;
    std::optional<Nanoseconds> last_rtt_;
    /// Of the waits that are over.
    Nanoseconds blocked_before_ = 0;
};

template <typename Found>
void DataDirection::for_each_first_copy(Found&& found) const {
    constexpr Interval kAll{0, ~std::uint64_t{0}};
    for (const FirstCopies& copies : released_) {
        copies.visit(kAll, found);
    }
    first_copies_.visit(kAll, found);
}

template <typename Fresh, typename Repeated>
CarryResult DataDirection::carry(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated) {
    CarryResult result =
        cover(carried, std::forward<Fresh>(fresh), std::forward<Repeated>(repeated));
    if (result.any_new) {
        note_new_data(carried.copy, result);
    }
    note_order(carried.copy.time, carried.copy.frame);
    freeze_unacknowledged();
    return result;
}

template <typename Fresh, typename Repeated>
CarryResult DataDirection::cover(const CarriedRange& carried, Fresh&& fresh, Repeated&& repeated) {
    const SubflowNumber subflow = carried.copy.subflow;
    const Interval range = carried.range;
    if (!started_) {
        started_ = true;
        next_expected_ = std::max(next_expected_, first_.value_or(range.begin));
    }
    space.advance(range.end);
    CarryResult result;
    const std::uint64_t highest = coverage_.highest();
    coverage_.add(
        range,
        [&](Interval part) {
            fresh(part);
            first_copies_.add(part, carried.copy);
            if (!result.any_new && part.begin > next_expected_) {
                result.out_of_order = true;
                result.reorder_distance = part.begin - next_expected_;
            }
            result.any_new = true;
            result.hole_filled_bytes +=
                part.begin < highest ? std::min(part.end, highest) - part.begin : 0;
        },
        [&](Interval part) {
            sent_again(part);
            IntervalSet& own = reinjected_by(subflow);
            std::uint64_t cursor = part.begin;
            const auto forgotten_until = [&](std::uint64_t end) {
                if (cursor < end) {
                    repeated(Interval{cursor, end}, FirstCopy{}, false);
                }
            };
            for (const auto& [piece, first] : first_copies_.parts_of(part, kMostFirstCopies)) {
                forgotten_until(piece.begin);
                cursor = piece.end;
                if (first.subflow == subflow) {
                    repeated(piece, first, true);
                    continue;
                }
                own.add(
                    piece, [&, &copy = first](Interval other) { repeated(other, copy, false); },
                    [&, &copy = first](Interval again) { repeated(again, copy, true); });
            }
            forgotten_until(part.end);
        });
    return result;
}

} // namespace mptcp
