#pragma once
/// The windows of Statistics > MPTCP that are open: one list of connections, one window for each
/// connection that is looked at.

#include "stats-dialogs/capture.hpp"
#include "stats-dialogs/module.hpp"

#include <QList>
#include <QObject>
#include <QPointer>

namespace mptcp::dialogs {

class AnalyzeDialog;
class ConnectionsDialog;
class GraphDialog;

class WindowSet : public QObject {
    Q_OBJECT
  public:
    explicit WindowSet(Capture& capture) : capture_(capture) {}
    /// Closes them all.
    ~WindowSet() override;

    /// Those of one connection show that of the selected packet, else the first.
    void open(Window window);

  private:
    /// That of the selected packet, else the first; kNoConnection if there is none.
    [[nodiscard]] ConnectionNumber wanted_connection();
    void open_connections();
    void open_analysis(ConnectionNumber connection);
    void open_graphs(ConnectionNumber connection);

    Capture& capture_;
    QPointer<ConnectionsDialog> connections_;
    QList<QPointer<AnalyzeDialog>> analyses_;
    QList<QPointer<GraphDialog>> graphs_;
};

} // namespace mptcp::dialogs
