#pragma once
/// What all windows of Statistics > MPTCP have in common: a title with the capture's name, a size
/// that fits the screen, and contents taken anew when the capture changes and dropped when it is
/// closed.

#include "stats-dialogs/capture.hpp"

#include <QDialog>

namespace mptcp::dialogs {

class ReportWindow : public QDialog {
    Q_OBJECT
  public:
    ReportWindow(Capture& capture, QWidget* parent);

  protected:
    [[nodiscard]] Capture& capture() const { return capture_; }
    /// "Wireshark · <subject> · <file>".
    void set_subject(const QString& subject);

    /// Takes everything shown from the capture.
    virtual void refresh() = 0;
    /// There is no capture: shows nothing of it.
    virtual void empty() = 0;

  private:
    Capture& capture_;
};

} // namespace mptcp::dialogs
