#include "stats-dialogs/analyze_dialog.hpp"

#include "stats-dialogs/analyze_tables.hpp"
#include "stats-dialogs/connection_selector.hpp"
#include "stats-dialogs/report_run.hpp"
#include "stats-dialogs/report_tab.hpp"
#include "stats-dialogs/report_view.hpp"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace mptcp::dialogs {

AnalyzeDialog::AnalyzeDialog(Capture& capture, ConnectionNumber connection, QWidget* parent)
    : ReportWindow(capture, parent), selector_(new ConnectionSelector(this)),
      tabs_(new QTabWidget(this)), message_(new QLabel(this)), problems_(capture) {
    auto* const label = new QLabel(tr("Connect&ion:"), this);
    label->setBuddy(selector_);
    auto* const choice = new QHBoxLayout;
    choice->addWidget(label);
    choice->addWidget(selector_);
    choice->addStretch(1);
    message_->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(this);
    make_buttons(*buttons);
    auto* const layout = new QVBoxLayout(this);
    layout->addLayout(choice);
    layout->addWidget(tabs_, 1);
    layout->addWidget(message_);
    layout->addWidget(buttons);

    add_tabs();
    selector_->want(connection);
    selector_->refresh(capture.tracker());
    connect(selector_, &ConnectionSelector::chosen, this, [this] {
        outdate();
        fill_current(true);
    });
    connect(tabs_, &QTabWidget::currentChanged, this, [this] { fill_current(true); });
    take_anew();
    tabs_->setFocus();
}

void AnalyzeDialog::add_tabs() {
    for (const AnalyzeTable& one : analyze_tables()) {
        const QString label = tr(one.label);
        tabs_->addTab(new ReportTab(capture(), one.report, QString(label).remove('&'),
                                    one.with_text, one.tables, this),
                      label);
    }
}

void AnalyzeDialog::make_buttons(QDialogButtonBox& box) {
    const auto add = [&](const QString& text, const QString& tip, std::function<void()> act) {
        connection_buttons_.push_back(add_button(box, text, tip, std::move(act)));
    };
    add(tr("&Next Problem (N)"),
        tr("Go to the next packet at which data was sent again, a subflow was refused or reset, a "
           "check failed…"),
        [this] { go_to_next_problem(); });
    // Not the button's own: that would miss a key pressed again at once.
    connect(new QShortcut(Qt::Key_N, this), &QShortcut::activated, this,
            [this] { go_to_next_problem(); });
    add(tr("Go to &Packet"), tr("Select the packet of the current row"), [this] {
        if (ReportView* view = current_tab()->view()) {
            view->go_to_current_packet();
        }
    });
    add(tr("Apply as &Filter"), tr("Show the packets of this connection only"), [this] {
        this->capture().apply_filter(
            QString("mptcp_analysis.connection == %1").arg(selector_->current()));
    });
    add(tr("&Graphs"), tr("Data sequence numbers, rates, round-trip times and more over time"),
        [this] { emit graphs_requested(selector_->current()); });
    connection_buttons_.push_back(add_copy_button(
        box, tr("The report of this tab, with every figure"), [this](ExportFormat format) {
            message_->setText(copy_report(this->capture(), current_tab()->report(),
                                          {{selector_->current()}, false}, format));
        }));
    add(tr("&Save As…"), tr("The report of this tab as CSV, YAML or JSON"), [this] {
        save_report(this, this->capture(), current_tab()->report(),
                    {{selector_->current()}, false});
    });
    add_close_button(box);
}

ConnectionNumber AnalyzeDialog::connection() const {
    return selector_->current();
}

ReportTab* AnalyzeDialog::current_tab() const {
    return static_cast<ReportTab*>(tabs_->currentWidget());
}

void AnalyzeDialog::outdate() {
    message_->clear();
    for (int i = 0; i < tabs_->count(); ++i) {
        static_cast<ReportTab*>(tabs_->widget(i))->outdate();
    }
}

void AnalyzeDialog::refresh() {
    selector_->refresh(capture().tracker());
    set_subject(tr("MPTCP Connection %1").arg(selector_->currentText()));
    const bool is_empty = selector_->current() == kNoConnection;
    for (QPushButton* button : connection_buttons_) {
        button->setEnabled(!is_empty);
    }
    if (is_empty) {
        empty();
        message_->setText(nothing_to_show());
        return;
    }
    outdate();
    fill_current(false);
}

void AnalyzeDialog::empty() {
    selector_->refresh(nullptr);
    set_subject(tr("MPTCP Connection"));
    for (int i = 0; i < tabs_->count(); ++i) {
        static_cast<ReportTab*>(tabs_->widget(i))->clear();
    }
    for (QPushButton* button : connection_buttons_) {
        button->setEnabled(false);
    }
    message_->setText(tr("No capture file is open."));
}

void AnalyzeDialog::fill_current(bool may_read) {
    const ConnectionNumber connection = selector_->current();
    ReportTab* const tab = current_tab();
    if (connection == kNoConnection || tab->is_current()) {
        return;
    }
    set_subject(tr("MPTCP Connection %1").arg(selector_->currentText()));
    if (!reads_segments(tab->report()) || capture().has_segments()) {
        tab->show_connection(connection);
    } else if (may_read) {
        // Not from within the signal of a widget that may be gone afterwards.
        QTimer::singleShot(0, this, &AnalyzeDialog::read_segments);
    }
}

void AnalyzeDialog::read_segments() {
    const QPointer<AnalyzeDialog> alive(this);
    const bool all = capture().load_segments();
    if (alive.isNull()) {
        return;
    }
    if (all) {
        fill_current(false);
    } else {
        current_tab()->say(
            tr("Not all packets were read again. Choose this tab once more to try again."));
    }
}

void AnalyzeDialog::go_to_next_problem() {
    const QPointer<AnalyzeDialog> alive(this);
    capture().load_segments();
    if (!alive.isNull() && selector_->current() != kNoConnection) {
        message_->setText(problems_.go_on(selector_->current()));
    }
}

} // namespace mptcp::dialogs
