#include "stats-dialogs/window_set.hpp"

#include "stats-dialogs/analyze_dialog.hpp"
#include "stats-dialogs/connections_dialog.hpp"

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

} // namespace

WindowSet::~WindowSet() {
    delete connections_;
    qDeleteAll(analyses_);
}

void WindowSet::open(Window window) {
    switch (window) {
    case Window::connections:
        return open_connections();
    case Window::analysis:
    case Window::graphs:
        return open_analysis(capture_.selected_connection());
    }
}

void WindowSet::open_connections() {
    if (connections_.isNull()) {
        connections_ = new ConnectionsDialog(capture_, main_window());
        connect(connections_, &ConnectionsDialog::analyze_requested, this,
                &WindowSet::open_analysis);
    }
    bring_up(*connections_);
}

void WindowSet::open_analysis(ConnectionNumber connection) {
    analyses_.removeAll(nullptr);
    for (const QPointer<AnalyzeDialog>& open : analyses_) {
        if (open->connection() == connection) {
            return bring_up(*open);
        }
    }
    analyses_ << new AnalyzeDialog(capture_, connection, main_window());
    bring_up(*analyses_.back());
}

} // namespace mptcp::dialogs
