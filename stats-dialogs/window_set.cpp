#include "stats-dialogs/window_set.hpp"

#include "stats-dialogs/analyze_dialog.hpp"
#include "stats-dialogs/connections_dialog.hpp"
#include "stats-dialogs/graph_dialog.hpp"

#include <QApplication>
#include <QMainWindow>

namespace mptcp::dialogs {

namespace {

/// Windows belong to Wireshark's own: they end with it.
QWidget* main_window() {
    for (QWidget* widget : QApplication::topLevelWidgets()) {
        if (qobject_cast<QMainWindow*>(widget) != nullptr && widget->isVisible()) {
            return widget;
        }
    }
    return nullptr;
}

void bring_up(QWidget& window) {
    window.show();
    window.raise();
    window.activateWindow();
}

/// The window that shows a connection; a new one if there is none.
template <typename Dialog>
Dialog& window_of(QList<QPointer<Dialog>>& dialogs, ConnectionNumber connection, Capture& capture) {
    dialogs.removeAll(nullptr);
    for (const QPointer<Dialog>& open : dialogs) {
        if (open->connection() == connection) {
            return *open;
        }
    }
    dialogs << new Dialog(capture, connection, main_window());
    return *dialogs.back();
}

} // namespace

WindowSet::~WindowSet() {
    delete connections_;
    qDeleteAll(analyses_);
    qDeleteAll(graphs_);
}

void WindowSet::open(Window window) {
    switch (window) {
    case Window::connections:
        return open_connections();
    case Window::analysis:
        return open_analysis(wanted_connection());
    case Window::graphs:
        return open_graphs(wanted_connection());
    }
}

ConnectionNumber WindowSet::wanted_connection() {
    const ConnectionNumber selected = capture_.selected_connection();
    const Tracker* const tracker = capture_.tracker();
    if (selected != kNoConnection || tracker == nullptr) {
        return selected;
    }
    const std::vector<const Connection*> all = tracker->connections();
    return all.empty() ? kNoConnection : all.front()->number();
}

void WindowSet::open_connections() {
    if (connections_.isNull()) {
        connections_ = new ConnectionsDialog(capture_, main_window());
        connect(connections_, &ConnectionsDialog::analyze_requested, this,
                &WindowSet::open_analysis);
        connect(connections_, &ConnectionsDialog::graphs_requested, this, &WindowSet::open_graphs);
    }
    bring_up(*connections_);
}

void WindowSet::open_analysis(ConnectionNumber connection) {
    AnalyzeDialog& dialog = window_of(analyses_, connection, capture_);
    connect(&dialog, &AnalyzeDialog::graphs_requested, this, &WindowSet::open_graphs,
            Qt::UniqueConnection);
    bring_up(dialog);
}

void WindowSet::open_graphs(ConnectionNumber connection) {
    bring_up(window_of(graphs_, connection, capture_));
}

} // namespace mptcp::dialogs
