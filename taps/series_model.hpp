#pragma once
/// The points of the graphs of `series`, one after the other as the segments are read back.

#include "taps/report.hpp"
#include "taps/value.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace mptcp::taps {

/// What acknowledgments tell (data acks, RTTs, windows) is a point of the direction of the data,
/// on the subflow that carried the acknowledgment.
struct SeriesPoint {
    const Connection& connection;
    Side sender = Side::a;
    /// None: all of the connection.
    std::optional<SubflowNumber> subflow;
    /// Inter-arrival times and the scheduler: where the new data before was carried; reinjections:
    /// where the data was carried first.
    std::optional<SubflowNumber> previous_subflow;
    /// None for a rate or a share, which are of many frames.
    std::optional<FrameNumber> frame;
    Nanoseconds time = 0;
    std::string_view kind;
    Value value;
    Value value_end;
};

using PointSink = std::function<void(const SeriesPoint&)>;

/// Rates and shares are those of the time of this length before a point.
inline constexpr Nanoseconds kRateWindow = 1'000'000'000;
/// And there is one point per this time.
inline constexpr Nanoseconds kRateStep = 10'000'000;

/// Those of one connection come in capture order, those of several may alternate.
void for_each_point(const ReportInput& input, Graph graph, const PointSink& point);

} // namespace mptcp::taps
