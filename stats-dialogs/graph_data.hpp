#pragma once
/// One graph of one direction of a connection: the points of its series, sorted into curves. It
/// points into nothing of the capture.

#include "stats-dialogs/graph_kinds.hpp"
#include "stats-dialogs/level_of_detail.hpp"
#include "taps/report.hpp"

#include <QString>

#include <optional>
#include <vector>

namespace mptcp::dialogs {

struct Curve {
    const PointKind* kind = nullptr;
    /// None: all of them.
    std::optional<SubflowNumber> subflow;
    /// Times count from the start of the connection, in seconds. The id of a mark is its frame; in
    /// a stack, where a point is of many frames, it is for own_value().
    LevelOfDetail marks;
};

struct SubflowLabel {
    SubflowNumber number = 0;
    /// "Subflow 1 (10.1.1.1)".
    QString text;
};

struct GraphData {
    GraphKind graph = GraphKind::sequence;
    /// "0 · 10.1.0.1:54086 → 10.1.100.1:5201".
    QString connection;
    /// "server → client".
    QString direction;
    /// In the order in which they are drawn; none is empty.
    std::vector<Curve> curves;
    /// Those that have a curve.
    std::vector<SubflowLabel> subflows;
    /// Start of the connection since that of the capture's first one.
    double start = 0;
    /// As on the wire, of relative data sequence number 0.
    Dsn base = 0;
    /// Why there are no curves; empty if there are.
    QString nothing;
};

/// `connection` is one of `input.tracker`; all of its segments are read. Without points it says why
/// there are none.
GraphData graph_data(const taps::ReportInput& input, const Connection& connection, Side sender,
                     GraphKind graph);

/// 0 if the mark is of many frames.
FrameNumber frame_of(const Curve& curve, const Mark& mark);

/// Of a mark in a stack: its value without those below it.
float own_value(const Mark& mark);

} // namespace mptcp::dialogs
