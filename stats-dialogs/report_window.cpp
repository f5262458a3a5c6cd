#include "stats-dialogs/report_window.hpp"

#include <QGuiApplication>
#include <QScreen>

namespace mptcp::dialogs {

ReportWindow::ReportWindow(Capture& capture, QWidget* parent)
    : QDialog(parent, Qt::Window), capture_(capture) {
    setAttribute(Qt::WA_DeleteOnClose);
    setSizeGripEnabled(true);
    // As much as there is room for beside Wireshark, in the font's own measure.
    const QSize wanted(fontMetrics().horizontalAdvance('0') * 150, fontMetrics().height() * 36);
    resize(wanted.boundedTo(QGuiApplication::primaryScreen()->availableSize() * 0.95));
    connect(&capture, &Capture::changed, this, [this] { refresh(); });
    connect(&capture, &Capture::closed, this, [this] { empty(); });
}

void ReportWindow::set_subject(const QString& subject) {
    QStringList parts{"Wireshark", subject};
    if (!capture_.name().isEmpty()) {
        parts << capture_.name();
    }
    setWindowTitle(parts.join(" · "));
}

} // namespace mptcp::dialogs
