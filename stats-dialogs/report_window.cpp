#include "stats-dialogs/report_window.hpp"

#include <QGuiApplication>
#include <QScreen>

namespace mptcp::dialogs {

namespace {

/// A refresh that takes no longer than this, in ms, is not felt.
constexpr qint64 kUnfelt = 100;
/// Of the time of others, one that takes longer gets at most one part in so many.
constexpr qint64 kShare = 10;

} // namespace

ReportWindow::ReportWindow(Capture& capture, QWidget* parent)
    : QDialog(parent, Qt::Window), capture_(capture) {
    setAttribute(Qt::WA_DeleteOnClose);
    setSizeGripEnabled(true);
    // As much as there is room for beside Wireshark, in the font's own measure.
    const QSize wanted(fontMetrics().horizontalAdvance('0') * 150, fontMetrics().height() * 36);
    resize(wanted.boundedTo(QGuiApplication::primaryScreen()->availableSize() * 0.95));
    pause_.setSingleShot(true);
    connect(&pause_, &QTimer::timeout, this, &ReportWindow::take_anew);
    connect(&capture, &Capture::changed, this, &ReportWindow::follow_change);
    connect(&capture, &Capture::closed, this, [this] {
        pause_.stop();
        cost_ = 0;
        empty();
    });
}

void ReportWindow::follow_change() {
    const qint64 wait = cost_ > kUnfelt ? cost_ * kShare - since_.elapsed() : 0;
    if (wait <= 0) {
        take_anew();
    } else if (!pause_.isActive()) {
        pause_.start(static_cast<int>(wait));
    }
}

void ReportWindow::take_anew() {
    pause_.stop();
    since_.start();
    if (capture_.name().isEmpty()) {
        empty();
    } else {
        refresh();
    }
    cost_ = since_.restart();
}

void ReportWindow::set_subject(const QString& subject) {
    QStringList parts{"Wireshark", subject};
    if (!capture_.name().isEmpty()) {
        parts << capture_.name();
    }
    setWindowTitle(parts.join(" · "));
}

} // namespace mptcp::dialogs
