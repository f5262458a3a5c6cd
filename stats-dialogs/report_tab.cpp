#include "stats-dialogs/report_tab.hpp"

#include "stats-dialogs/memory_stream.hpp"
#include "stats-dialogs/report_run.hpp"
#include "stats-dialogs/report_view.hpp"
#include "stats-dialogs/table_collector.hpp"
#include "taps/report.hpp"
#include "taps/text_writer.hpp"

#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QVBoxLayout>

namespace mptcp::dialogs {

namespace {

QPlainTextEdit* make_text(const QString& label, QWidget* parent) {
    auto* const text = new QPlainTextEdit(parent);
    text->setReadOnly(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    // Selectable by keyboard as well; Tab moves on.
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setTabChangesFocus(true);
    text->setAccessibleName(label);
    return text;
}

} // namespace

ReportTab::ReportTab(Capture& capture, std::string_view report, const QString& label,
                     bool with_text, const std::vector<Table>& tables, QWidget* parent)
    : QWidget(parent), capture_(capture), report_(report), note_(new QLabel(this)) {
    note_->setWordWrap(true);
    note_->hide();
    auto* const parts = new QSplitter(Qt::Vertical, this);
    parts->setChildrenCollapsible(false);
    if (with_text) {
        text_ = make_text(label, parts);
        parts->addWidget(text_);
    }
    for (const Table& table : tables) {
        auto* const part = new QWidget(parts);
        auto* const layout = new QVBoxLayout(part);
        layout->setContentsMargins(0, 0, 0, 0);
        auto* const view = new ReportView(capture, report, table.name, table.headings, part);
        const QString caption = table.caption != nullptr ? tr(table.caption) : QString();
        view->setAccessibleName(caption.isEmpty() ? label : caption);
        if (!caption.isEmpty()) {
            auto* const heading = new QLabel(caption, part);
            heading->setBuddy(view);
            layout->addWidget(heading);
        }
        layout->addWidget(view);
        parts->addWidget(part);
        views_.push_back(view);
    }
    // The table that a tab is about gets the room that is left.
    parts->setStretchFactor(tables.empty() ? 0 : (with_text ? 1 : 0), 1);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(note_);
    layout->addWidget(parts, 1);
}

void ReportTab::show_connection(ConnectionNumber connection) {
    is_current_ = true;
    note_->hide();
    const ReportScope scope{{connection}, false};
    if (text_ != nullptr) {
        const MemoryStream memory;
        taps::TextWriter writer(memory.stream(), {});
        run_report(capture_, report_, scope, writer);
        text_->setPlainText(QString::fromUtf8(memory.content()));
    }
    if (!views_.empty()) {
        TableCollector collector;
        const QString problem = run_report(capture_, report_, scope, collector);
        const Nanoseconds origin = taps::origin_of(capture_.tracker());
        for (std::size_t i = 0; i < views_.size(); ++i) {
            views_[i]->show_table(std::move(collector.tables()[i]), origin);
        }
        if (!problem.isEmpty()) {
            say(problem);
        }
    }
}

void ReportTab::clear() {
    is_current_ = false;
    note_->hide();
    if (text_ != nullptr) {
        text_->clear();
    }
    for (ReportView* view : views_) {
        view->rows().clear();
    }
}

void ReportTab::say(const QString& why) {
    note_->setText(why);
    note_->show();
}

ReportView* ReportTab::view() const {
    for (ReportView* view : views_) {
        if (view->hasFocus()) {
            return view;
        }
    }
    return views_.empty() ? nullptr : views_.front();
}

} // namespace mptcp::dialogs
