#pragma once
/// The graphs there are, and how each kind of point of their series is drawn.

#include "taps/arguments.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace mptcp::dialogs {

enum class GraphKind : std::uint8_t {
    sequence,
    goodput,
    throughput,
    rtt,
    flight,
    share,
    scheduler,
    interarrival,
    delay,
};

enum class Drawing : std::uint8_t {
    dots,
    bars,
    /// A value holds until the next one.
    steps,
    /// The subflows' values on top of each other.
    stack,
    /// A lane for each subflow.
    lanes,
};

/// Whose colour a curve has.
enum class Hue : std::uint8_t {
    subflow,
    text,
    data_ack,
    window,
};

enum class AxisUnit : std::uint8_t {
    bytes,
    bits_per_second,
    seconds,
    /// 0 to 1, shown in percent.
    ratio,
    /// Numbers of subflows.
    lanes,
};

struct PointKind {
    /// As in `series`.
    std::string_view kind;
    /// For the legend; for kinds that all subflows have, without a subflow.
    const char* name = nullptr;
    Drawing drawing = Drawing::dots;
    Hue hue = Hue::subflow;
    /// Written beside a mark.
    char letter = '\0';
    /// How much of a lane it fills.
    double lane_height = 0;
    /// Whether the whole graph is to hold it, too.
    bool is_framed = true;
};

struct GraphInfo {
    GraphKind graph = GraphKind::sequence;
    taps::Graph series = taps::Graph::dsn;
    /// For the list of graphs, and for titles.
    const char* name = nullptr;
    const char* axis = nullptr;
    AxisUnit unit = AxisUnit::bytes;
    /// Why there may be no points although there is data.
    const char* nothing = nullptr;
    /// In the order in which they are drawn.
    std::span<const PointKind> kinds;
};

/// In the order of the keys 1 to 9.
std::span<const GraphInfo> graph_list();
const GraphInfo& info_of(GraphKind graph);

} // namespace mptcp::dialogs
