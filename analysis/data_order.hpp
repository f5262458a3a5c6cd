#pragma once
/// In which order the new data of one direction came: how its sender scheduled it over the
/// subflows, and what waited behind holes ("head-of-line blocking").
///
/// Nothing of this is kept while segments pass. Who asks has it worked out from the first copies
/// and the DATA_ACKs, so that mappings and mergers that came late have their place in the capture's
/// order. That needs DataDirection::keep_history().

#include "interval_set.hpp"
#include "scheduling.hpp"
#include "units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp {

class DataDirection;

/// New data left a gap above all that was carried before.
struct Hole {
    /// Of the gap's first byte, and how long the gap was.
    Dsn dsn = 0;
    std::uint64_t bytes = 0;
    /// The segment that left it.
    Nanoseconds start = 0;
    FrameNumber frame = 0;
    SubflowNumber subflow = 0;
    /// The segment that carried the last byte of it, or the DATA_ACK that covered it; 0 if none
    /// did.
    FrameNumber filled_frame = 0;
    Nanoseconds filled = 0;
    /// None if a DATA_ACK covered bytes that never passed here.
    std::optional<SubflowNumber> filled_by;
};

/// What one subflow did to the holes before data that had arrived.
struct HoleFiller {
    /// New bytes below the highest one carried before.
    std::uint64_t bytes = 0;
    /// Waiting for them: time until the data in order grew by them.
    Nanoseconds waited = 0;
};

class DataOrder {
  public:
    DataOrder() = default;
    /// The order of a direction's data up to `end`: what still waits then has waited until then.
    DataOrder(const DataDirection& direction, Nanoseconds end);

    [[nodiscard]] const Scheduling& scheduling() const { return scheduling_; }
    /// In the order in which they came to be.
    [[nodiscard]] const std::vector<Hole>& holes() const { return holes_; }
    /// By subflow number; may be shorter than the list of subflows.
    [[nodiscard]] const std::vector<HoleFiller>& fillers() const { return fillers_; }
    /// Total time in which data above a hole had arrived, and the longest such time.
    [[nodiscard]] Nanoseconds blocked() const { return blocked_; }
    [[nodiscard]] Nanoseconds longest_blocked() const { return longest_blocked_; }
    /// Data above a hole, at most.
    [[nodiscard]] std::uint64_t most_held_bytes() const { return most_held_bytes_; }
    /// New data that came out of order.
    [[nodiscard]] std::uint64_t out_of_order_bytes() const { return out_of_order_bytes_; }
    /// How far above the next expected byte, at most.
    [[nodiscard]] std::uint64_t greatest_distance() const { return greatest_distance_; }
    /// Of each segment out of order: time until the hole before it was filled; none for those that
    /// still waited at the end.
    [[nodiscard]] const std::vector<Nanoseconds>& reorder_delays() const { return delays_; }

  private:
    /// New bytes of one segment that are next to each other.
    struct Step {
        Interval range;
        Nanoseconds time = 0;
        FrameNumber frame = 0;
        SubflowNumber subflow = 0;
    };

    struct OpenHole {
        std::size_t index = 0;
        std::uint64_t end = 0;
        std::uint64_t missing = 0;
    };
    /// By their first position.
    using OpenHoles = std::map<std::uint64_t, OpenHole>;

    static std::vector<Step> steps_of(const DataDirection& direction);
    void carry(const Step& step);
    void leave_hole(std::uint64_t begin, const Step& step);
    void fill(const Step& step);
    Hole& close(OpenHoles::iterator open, Nanoseconds time, FrameNumber frame);
    void acknowledge(std::uint64_t position, Nanoseconds time, FrameNumber frame);
    void advance(Nanoseconds time, std::optional<SubflowNumber> by);
    void wait_until(Nanoseconds time);
    HoleFiller& filler(SubflowNumber subflow);

    Scheduling scheduling_;
    std::vector<Hole> holes_;
    std::vector<HoleFiller> fillers_;
    Nanoseconds blocked_ = 0;
    Nanoseconds longest_blocked_ = 0;
    std::uint64_t most_held_bytes_ = 0;
    std::uint64_t out_of_order_bytes_ = 0;
    std::uint64_t greatest_distance_ = 0;
    std::vector<Nanoseconds> delays_;

    IntervalSet coverage_;
    bool beginning_known_ = false;
    std::uint64_t next_expected_ = 0;
    std::uint64_t held_bytes_ = 0;
    std::optional<Nanoseconds> blocked_since_;
    /// When the data in order grew last while data above it waited.
    Nanoseconds grew_ = 0;
    OpenHoles open_;
    /// Segments that wait behind a hole: first new position → time.
    std::multimap<std::uint64_t, Nanoseconds> waiting_;
    FrameNumber last_frame_ = 0;
    bool out_of_order_ = false;
};

} // namespace mptcp
