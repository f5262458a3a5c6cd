#pragma once
/// What all windows of Statistics > MPTCP have in common: a title with the capture's name, a size
/// that fits the screen, and contents taken anew when the capture changes and dropped when it is
/// closed. A capture that grows is followed less often the longer it takes to show it.

#include "stats-dialogs/capture.hpp"
#include "stats-dialogs/report_export.hpp"

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>

#include <functional>

class QDialogButtonBox;
class QPushButton;

namespace mptcp::dialogs {

class ReportWindow : public QDialog {
    Q_OBJECT
  public:
    ReportWindow(Capture& capture, QWidget* parent);

  protected:
    [[nodiscard]] Capture& capture() const { return capture_; }
    /// "Wireshark · <subject> · <file>".
    void set_subject(const QString& subject);

    /// A button that acts, with its mnemonic and its tooltip.
    QPushButton* add_button(QDialogButtonBox& box, const QString& text, const QString& tip,
                            std::function<void()> act);
    /// Copy, in each of the formats.
    QPushButton* add_copy_button(QDialogButtonBox& box, const QString& tip,
                                 const std::function<void(ExportFormat)>& copy);
    void add_close_button(QDialogButtonBox& box);
    /// Why there is no connection to show, in a sentence; empty if there is one.
    [[nodiscard]] QString nothing_to_show() const;

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
