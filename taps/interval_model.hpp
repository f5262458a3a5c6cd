#pragma once
/// The figures of a connection cut into intervals of one length, from its first segment on.
///
/// Intervals are told in the order of time as soon as they are complete, so that only those are
/// held that a segment may still fall into: usually one per connection.

#include "taps/report.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace mptcp::taps {

/// RTT samples of an interval.
struct RttInInterval {
    std::uint64_t count = 0;
    Nanoseconds sum = 0;
    Nanoseconds max = 0;

    void add(Nanoseconds sample);
    /// Rounded to the nanosecond.
    [[nodiscard]] Nanoseconds mean() const;
};

/// A level that segments tell: flight, window.
struct LevelInInterval {
    std::uint64_t max = 0;
    /// Of the latest segment.
    std::uint64_t last = 0;
    Nanoseconds last_time = kEarliestTime;

    void add(std::uint64_t level, Nanoseconds time);
};

/// One direction of a connection, or of one subflow, in one interval. What acknowledgments tell
/// (newly acknowledged bytes, RTTs, the window) stands with the data that they acknowledge.
struct FlowInterval {
    /// Of the segments sent in this direction.
    Totals sent;
    std::uint64_t newly_acked_bytes = 0;
    std::optional<RttInInterval> data_rtt;
    std::optional<RttInInterval> subflow_rtt;
    std::optional<LevelInInterval> flight;
    /// Of subflows only.
    std::optional<LevelInInterval> subflow_flight;
    std::optional<LevelInInterval> window;
};

struct IntervalRow {
    const Connection& connection;
    /// Null: all of the connection.
    const Subflow* subflow = nullptr;
    Side sender = Side::a;
    Nanoseconds start = 0;
    Nanoseconds length = 0;
    const FlowInterval& figures;
    /// Of a connection: what DATA_ACKs newly cover; of a subflow, and where there are no DATA_ACKs
    /// or a display filter is set: new data seen. None for plain TCP, which has no data level.
    std::optional<std::uint64_t> goodput_bytes;
    bool goodput_from_data_acks = false;
};

/// Of a silence of a connection (no segment at all), so many intervals are told, and the last one:
/// one packet with a wrong clock must not make rows of decades.
inline constexpr std::int64_t kLongestToldSilence = 100'000;
/// Of rows in which nothing was sent or acknowledged, so many are told of a capture, and so many
/// more for each segment: thousands of subflows that live for days must not make billions of them.
inline constexpr std::uint64_t kSilentRows = 1'000'000;
inline constexpr std::uint64_t kSilentRowsPerSegment = 16;

enum class Silence : std::uint8_t {
    told,
    left_out,
};

/// Calls `row` for each interval of the selected connections, for each direction first with the
/// whole connection, then with each subflow from its first to its last segment; if silence is left
/// out, only for intervals of a connection with segments, and with the subflows that had any. The
/// intervals of one connection come in order; those of several alternate. False if there was more
/// silence than is told.
bool for_each_interval(const ReportInput& input, Nanoseconds length, Silence silence,
                       const std::function<void(const IntervalRow&)>& row);

} // namespace mptcp::taps
