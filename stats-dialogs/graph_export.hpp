#pragma once
/// Saves a graph: a picture of what is shown, or the points of its series.

#include "stats-dialogs/graph_view.hpp"
#include "stats-dialogs/report_run.hpp"

#include <QString>

namespace mptcp::dialogs {

/// The end of the name decides: .png, .pdf, or .csv with the whole series. Gives what went wrong,
/// or nothing.
QString save_graph(const QString& path, GraphView& view, Capture& capture,
                   ConnectionNumber connection);

/// Asks for a file first, and says what went wrong.
void save_graph_as(QWidget* parent, GraphView& view, Capture& capture, ConnectionNumber connection);

} // namespace mptcp::dialogs
