#include "stats-dialogs/connections_dialog.hpp"

#include "stats-dialogs/report_export.hpp"
#include "stats-dialogs/report_run.hpp"
#include "stats-dialogs/report_view.hpp"
#include "stats-dialogs/table_collector.hpp"
#include "taps/report.hpp"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace mptcp::dialogs {

namespace {

constexpr std::string_view kReport = "connections";

const std::vector<ReportTableModel::Heading>& headings() {
    static const std::vector<ReportTableModel::Heading> all = {
        {"connection", QT_TR_NOOP("#")},
        {"client_address", QT_TR_NOOP("Client")},
        {"client_port", QT_TR_NOOP("Port")},
        {"server_address", QT_TR_NOOP("Server")},
        {"server_port", QT_TR_NOOP("Port")},
        {"start", QT_TR_NOOP("Start")},
        {"duration", QT_TR_NOOP("Duration")},
        {"subflows", QT_TR_NOOP("Subflows")},
        {"subflows_with_data", QT_TR_NOOP("Used")},
        {"client_to_server_data_bytes", QT_TR_NOOP("Data →")},
        {"server_to_client_data_bytes", QT_TR_NOOP("Data ←")},
        {"client_to_server_overhead", QT_TR_NOOP("Repeated →")},
        {"server_to_client_overhead", QT_TR_NOOP("Repeated ←")},
        {"end", QT_TR_NOOP("End")},
        {"verdict", QT_TR_NOOP("Verdict")},
    };
    return all;
}

} // namespace

ConnectionsDialog::ConnectionsDialog(Capture& capture, QWidget* parent)
    : ReportWindow(capture, parent), headline_(new QLabel(this)),
      view_(new ReportView(capture, kReport, "", headings(), this)), verdict_(new QLabel(this)),
      limit_to_filter_(new QCheckBox(tr("&Limit to display filter"), this)),
      problem_(new QLabel(this)) {
    view_->setAccessibleName(tr("MPTCP connections"));
    limit_to_filter_->setToolTip(
        tr("Bytes, segments and reinjections of the packets that pass Wireshark's display filter "
           "only. All else is of the whole capture."));
    verdict_->setWordWrap(true);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* const buttons = new QDialogButtonBox(this);
    make_buttons(*buttons);

    auto* const options = new QHBoxLayout;
    options->addWidget(limit_to_filter_);
    options->addWidget(problem_, 1);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(headline_);
    layout->addWidget(view_, 1);
    layout->addWidget(verdict_);
    layout->addLayout(options);
    layout->addWidget(buttons);

    // Queued: the capture is read, and the box may be gone afterwards.
    connect(limit_to_filter_, &QCheckBox::toggled, this, &ConnectionsDialog::take_filter,
            Qt::QueuedConnection);
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ConnectionsDialog::follow_selection);
    take_anew();
    view_->selectRow(0);
    view_->setFocus();
}

void ConnectionsDialog::make_buttons(QDialogButtonBox& box) {
    const auto add = [&](const QString& text, const QString& tip, std::function<void()> act) {
        return add_button(box, text, tip, std::move(act));
    };
    row_buttons_ = {
        add(tr("&Analyze"), tr("Subflows, reinjections, events, mappings and checks"),
            [this] { emit analyze_requested(selected().front()); }),
        add(tr("&Graphs"), tr("Data sequence numbers, rates, round-trip times and more over time"),
            [this] { emit graphs_requested(selected().front()); }),
        add(tr("Apply as &Filter"), tr("Show this connection's packets only"),
            [this] { view_->apply_current_filter(); }),
        add(tr("Go to &Packet"), tr("Select the connection's first packet"),
            [this] { view_->go_to_current_packet(); }),
    };
    add_copy_button(box, tr("The connections selected, or all, with every figure"),
                    [this](ExportFormat format) {
                        problem_->setText(copy_report(this->capture(), kReport, scope(), format));
                    });
    add(tr("&Save As…"), tr("The connections selected, or all, as CSV, YAML or JSON"),
        [this] { save_report(this, this->capture(), kReport, scope()); });
    add(tr("&Refresh"), tr("Take the figures anew, with the display filter as it is now"),
        [this] { take_filter(); });
    add_close_button(box);
}

void ConnectionsDialog::take_filter() {
    if (limit_to_filter_->isChecked()) {
        const QPointer<ConnectionsDialog> alive(this);
        const QString problem = capture().load_filtered(capture().display_filter());
        if (alive.isNull()) {
            return;
        }
        problem_->setText(problem);
    } else {
        problem_->clear();
    }
    take_anew();
}

void ConnectionsDialog::refresh() {
    set_subject(tr("MPTCP Connections"));
    TableCollector collector;
    run_report(capture(), kReport, {{}, limit_to_filter_->isChecked()}, collector);
    view_->show_table(std::move(collector.tables().front()), taps::origin_of(capture().tracker()));
    headline_->setText(headline(view_->rows().rowCount()));
    follow_selection();
}

QString ConnectionsDialog::headline(int rows) const {
    switch (rows) {
    case 0:
        return nothing_to_show();
    case 1:
        return tr("1 connection or attempt");
    default:
        return tr("%1 connections and attempts").arg(rows);
    }
}

void ConnectionsDialog::empty() {
    set_subject(tr("MPTCP Connections"));
    view_->rows().clear();
    headline_->setText(tr("No capture file is open."));
    problem_->clear();
    follow_selection();
}

void ConnectionsDialog::follow_selection() {
    for (QPushButton* button : row_buttons_) {
        button->setEnabled(view_->selectionModel()->hasSelection());
    }
    const int row = view_->currentIndex().row();
    const taps::Value verdict = row >= 0 ? view_->rows().value(row, "verdict") : taps::Value();
    verdict_->setText(QString::fromStdString(taps::machine_text(verdict)));
}

std::vector<ConnectionNumber> ConnectionsDialog::selected() const {
    std::vector<ConnectionNumber> numbers;
    for (const QModelIndex& row : view_->selectionModel()->selectedRows()) {
        const taps::Value number = view_->rows().value(row.row(), "connection");
        numbers.push_back(static_cast<ConnectionNumber>(*number.get_if<std::uint64_t>()));
    }
    return numbers;
}

ReportScope ConnectionsDialog::scope() const {
    return {selected(), limit_to_filter_->isChecked()};
}

} // namespace mptcp::dialogs
