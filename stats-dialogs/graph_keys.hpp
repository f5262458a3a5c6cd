#pragma once
/// The keys of the graphs: those of Wireshark's TCP stream graphs, and what there is more here.

#include <QKeySequence>
#include <QList>

#include <cstdint>
#include <span>
#include <vector>

class QAction;
class QKeyEvent;

namespace mptcp::dialogs {

enum class GraphKey : std::uint8_t {
    zoom_in,
    zoom_in_time,
    zoom_in_value,
    zoom_out,
    zoom_out_time,
    zoom_out_value,
    show_all,
    right,
    left,
    up,
    down,
    right_a_pixel,
    left_a_pixel,
    up_a_pixel,
    down_a_pixel,
    next_connection,
    previous_connection,
    direction,
    go_to_packet,
    next_problem,
    mouse_mode,
    sequence_numbers,
    time_origin,
    crosshairs,
};

struct GraphKeyInfo {
    GraphKey key = GraphKey::zoom_in;
    const char* text = nullptr;
    /// The first one is shown in the menu.
    std::vector<QKeySequence> sequences;
    /// It begins a group of the menu.
    bool begins_group = false;
};

/// In the order of the menu; graphs, which have the digits from 1 on, come behind them.
std::span<const GraphKeyInfo> graph_keys();

/// The action that a pressed key belongs to; null if there is none.
QAction* action_of(const QKeyEvent& event, const QList<QAction*>& actions);

} // namespace mptcp::dialogs
