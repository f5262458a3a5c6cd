#include "stats-dialogs/window_set.hpp"

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
}

void WindowSet::open(Window /*window*/) {
    open_connections();
}

void WindowSet::open_connections() {
    if (connections_.isNull()) {
        connections_ = new ConnectionsDialog(capture_, main_window());
    }
    bring_up(*connections_);
}

} // namespace mptcp::dialogs
