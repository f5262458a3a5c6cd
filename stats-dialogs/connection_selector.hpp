#pragma once
/// The choice of one of the capture's connections, by name. It keeps the choice while the capture
/// changes, as long as there is a connection of that number.

#include "stats-dialogs/capture.hpp"

#include <QComboBox>

namespace mptcp::dialogs {

class ConnectionSelector final : public QComboBox {
    Q_OBJECT
  public:
    explicit ConnectionSelector(QWidget* parent);

    /// Takes the connections anew. The current one stays, else `wanted` is chosen, else the first.
    /// Emits nothing.
    void refresh(const Tracker* tracker, ConnectionNumber wanted = kNoConnection);
    /// kNoConnection if there is none.
    [[nodiscard]] ConnectionNumber current() const;
    /// Chooses the next connection, or the previous one for -1, if there is one.
    void step(int by);

  signals:
    void chosen(ConnectionNumber connection);
};

} // namespace mptcp::dialogs
