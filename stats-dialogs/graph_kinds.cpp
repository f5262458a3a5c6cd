#include "stats-dialogs/graph_kinds.hpp"

#include <QtGlobal>

#include <array>

namespace mptcp::dialogs {

namespace {

constexpr std::array<PointKind, 5> kSequence{{
    {.kind = "window_edge",
     .name = QT_TRANSLATE_NOOP("mptcp", "Window edge"),
     .drawing = Drawing::steps,
     .hue = Hue::window,
     .is_framed = false},
    {.kind = "new", .name = QT_TRANSLATE_NOOP("mptcp", "New data"), .drawing = Drawing::bars},
    {.kind = "data_ack",
     .name = QT_TRANSLATE_NOOP("mptcp", "DATA_ACK"),
     .drawing = Drawing::steps,
     .hue = Hue::data_ack},
    {.kind = "reinjected",
     .name = QT_TRANSLATE_NOOP("mptcp", "Reinjected"),
     .drawing = Drawing::bars,
     .letter = 'R'},
    {.kind = "retransmitted",
     .name = QT_TRANSLATE_NOOP("mptcp", "Retransmitted by TCP"),
     .drawing = Drawing::bars,
     .letter = 'T'},
}};
constexpr std::array<PointKind, 1> kGoodput{{
    {.kind = "goodput",
     .name = QT_TRANSLATE_NOOP("mptcp", "Acknowledged, all subflows"),
     .drawing = Drawing::stack},
}};
constexpr std::array<PointKind, 1> kThroughput{{
    {.kind = "throughput",
     .name = QT_TRANSLATE_NOOP("mptcp", "All subflows"),
     .drawing = Drawing::stack},
}};
constexpr std::array<PointKind, 2> kRtt{{
    {.kind = "subflow_rtt", .name = QT_TRANSLATE_NOOP("mptcp", "Subflow RTT")},
    {.kind = "data_rtt", .name = QT_TRANSLATE_NOOP("mptcp", "Data RTT"), .hue = Hue::text},
}};
constexpr std::array<PointKind, 3> kFlight{{
    {.kind = "window",
     .name = QT_TRANSLATE_NOOP("mptcp", "Window"),
     .drawing = Drawing::steps,
     .hue = Hue::window},
    {.kind = "subflow_flight",
     .name = QT_TRANSLATE_NOOP("mptcp", "In flight on a subflow"),
     .drawing = Drawing::steps},
    {.kind = "flight",
     .name = QT_TRANSLATE_NOOP("mptcp", "Data in flight"),
     .drawing = Drawing::steps,
     .hue = Hue::text},
}};
constexpr std::array<PointKind, 1> kShare{{
    {.kind = "share",
     .name = QT_TRANSLATE_NOOP("mptcp", "Share of new data"),
     .drawing = Drawing::stack},
}};
constexpr std::array<PointKind, 2> kScheduler{{
    {.kind = "stay",
     .name = QT_TRANSLATE_NOOP("mptcp", "Same subflow as before"),
     .drawing = Drawing::lanes,
     .lane_height = 0.5},
    {.kind = "switch",
     .name = QT_TRANSLATE_NOOP("mptcp", "Switch to this subflow"),
     .drawing = Drawing::lanes,
     .lane_height = 0.8},
}};
constexpr std::array<PointKind, 1> kInterarrival{{
    {.kind = "interarrival", .name = QT_TRANSLATE_NOOP("mptcp", "Since the new data before")},
}};
constexpr std::array<PointKind, 4> kDelay{{
    {.kind = "unknown", .name = QT_TRANSLATE_NOOP("mptcp", "Outcome unknown"), .letter = '?'},
    {.kind = "unneeded", .name = QT_TRANSLATE_NOOP("mptcp", "Unneeded"), .letter = 'n'},
    {.kind = "redundant", .name = QT_TRANSLATE_NOOP("mptcp", "Redundant"), .letter = 'r'},
    {.kind = "useful", .name = QT_TRANSLATE_NOOP("mptcp", "Useful"), .letter = 'u'},
}};

constexpr const char* kNoData = QT_TRANSLATE_NOOP(
    "mptcp", "No segment of this direction carries data of which the analysis knows the data "
             "sequence numbers.");
constexpr const char* kNoSamples = QT_TRANSLATE_NOOP(
    "mptcp", "No round-trip time could be measured: no data of this direction that was sent once "
             "is acknowledged in the capture.");
constexpr const char* kNoReinjection =
    QT_TRANSLATE_NOOP("mptcp", "Nothing was reinjected in this direction.");

constexpr std::array<GraphInfo, 9> kGraphs{{
    {GraphKind::sequence, taps::Graph::dsn, QT_TRANSLATE_NOOP("mptcp", "Time / Sequence (DSN)"),
     QT_TRANSLATE_NOOP("mptcp", "Data sequence number"), AxisUnit::bytes, kNoData, kSequence},
    {GraphKind::goodput, taps::Graph::goodput, QT_TRANSLATE_NOOP("mptcp", "Goodput"),
     QT_TRANSLATE_NOOP("mptcp", "Goodput"), AxisUnit::bits_per_second, kNoData, kGoodput},
    {GraphKind::throughput, taps::Graph::throughput, QT_TRANSLATE_NOOP("mptcp", "Throughput"),
     QT_TRANSLATE_NOOP("mptcp", "Throughput"), AxisUnit::bits_per_second,
     QT_TRANSLATE_NOOP("mptcp", "No segment of this direction carries payload."), kThroughput},
    {GraphKind::rtt, taps::Graph::rtt, QT_TRANSLATE_NOOP("mptcp", "Round-Trip Time"),
     QT_TRANSLATE_NOOP("mptcp", "Round-trip time"), AxisUnit::seconds, kNoSamples, kRtt},
    {GraphKind::flight, taps::Graph::flight,
     QT_TRANSLATE_NOOP("mptcp", "Bytes in Flight and Window"), QT_TRANSLATE_NOOP("mptcp", "Bytes"),
     AxisUnit::bytes, kNoData, kFlight},
    {GraphKind::share, taps::Graph::share, QT_TRANSLATE_NOOP("mptcp", "Share of Subflows"),
     QT_TRANSLATE_NOOP("mptcp", "Share of new data"), AxisUnit::ratio, kNoData, kShare},
    {GraphKind::scheduler, taps::Graph::scheduler, QT_TRANSLATE_NOOP("mptcp", "Scheduler"),
     QT_TRANSLATE_NOOP("mptcp", "Subflow"), AxisUnit::lanes, kNoData, kScheduler},
    {GraphKind::interarrival, taps::Graph::interarrival,
     QT_TRANSLATE_NOOP("mptcp", "Inter-Arrival Time"),
     QT_TRANSLATE_NOOP("mptcp", "Time since the new data before"), AxisUnit::seconds,
     QT_TRANSLATE_NOOP("mptcp", "Fewer than two segments of this direction carry new data."),
     kInterarrival},
    {GraphKind::delay, taps::Graph::delay, QT_TRANSLATE_NOOP("mptcp", "Reinjection Delay"),
     QT_TRANSLATE_NOOP("mptcp", "Time since the first copy"), AxisUnit::seconds, kNoReinjection,
     kDelay},
}};

} // namespace

std::span<const GraphInfo> graph_list() {
    return kGraphs;
}

const GraphInfo& info_of(GraphKind graph) {
    return kGraphs[static_cast<std::size_t>(graph)];
}

} // namespace mptcp::dialogs
