#include "stats-dialogs/report_window.hpp"

#include "taps/report.hpp"

#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>
#include <QScreen>

#include <utility>

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

QPushButton* ReportWindow::add_button(QDialogButtonBox& box, const QString& text,
                                      const QString& tip, std::function<void()> act) {
    QPushButton* const button = box.addButton(text, QDialogButtonBox::ActionRole);
    button->setToolTip(tip);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, std::move(act));
    return button;
}

QPushButton* ReportWindow::add_copy_button(QDialogButtonBox& box, const QString& tip,
                                           const std::function<void(ExportFormat)>& copy) {
    QPushButton* const button = add_button(box, tr("&Copy"), tip, [] {});
    auto* const menu = new QMenu(button);
    for (const ExportFormatInfo& info : kExportFormats) {
        menu->addAction(tr(info.menu_text), this, [copy, &info] { copy(info.format); });
    }
    button->setMenu(menu);
    return button;
}

void ReportWindow::add_close_button(QDialogButtonBox& box) {
    QPushButton* const button = box.addButton(QDialogButtonBox::Close);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, &QWidget::close);
}

QString ReportWindow::nothing_to_show() const {
    const taps::Selection everything;
    return QString::fromStdString(
        taps::nothing_selected({capture_.tracker(), everything, {}, capture_.segments()}));
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
