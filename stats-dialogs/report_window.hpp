#pragma once
/// What all windows of Statistics > MPTCP have in common: a title with the capture's name, a size
/// that fits the screen, and contents taken anew when the capture changes and dropped when it is
/// closed. A capture that grows is followed less often the longer it takes to show it.

#include "stats-dialogs/capture.hpp"

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>

namespace mptcp::dialogs {

class ReportWindow : public QDialog {
    Q_OBJECT
  public:
    ReportWindow(Capture& capture, QWidget* parent);

  protected:
    [[nodiscard]] Capture& capture() const { return capture_; }
    /// "Wireshark · <subject> · <file>".
    void set_subject(const QString& subject);

    /// Shows the capture as it is now, or that there is none.
    void take_anew();

    /// Takes everything shown from the capture.
    virtual void refresh() = 0;
    /// There is no capture: shows nothing of it.
    virtual void empty() = 0;

  private:
    void follow_change();

    Capture& capture_;
    /// How long the last refresh() took, and how long ago that was.
    qint64 cost_ = 0;
    QElapsedTimer since_;
    /// Runs while a change waits for its refresh.
    QTimer pause_;
};

} // namespace mptcp::dialogs
