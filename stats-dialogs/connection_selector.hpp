#pragma once
/// The choice of one of the capture's connections, by name. It keeps the choice while the capture
/// changes or is loaded anew, where there is a connection of that number.

#include "stats-dialogs/capture.hpp"

#include <QComboBox>

namespace mptcp::dialogs {

class ConnectionSelector final : public QComboBox {
    Q_OBJECT
  public:
    explicit ConnectionSelector(QWidget* parent);

    /// Wants a connection from the next refresh() on.
    void want(ConnectionNumber connection) { wanted_ = connection; }
    /// Takes the connections anew, and of them the one that was wanted or chosen last, else the
    /// first. Emits nothing.
    void refresh(const Tracker* tracker);
    /// kNoConnection if there is none.
    [[nodiscard]] ConnectionNumber current() const;
    /// Chooses the next connection, or the previous one for -1, if there is one.
    void step(int by);

  signals:
    void chosen(ConnectionNumber connection);

  private:
    ConnectionNumber wanted_ = kNoConnection;
};

} // namespace mptcp::dialogs
