#include "stats-dialogs/report_view.hpp"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

namespace mptcp::dialogs {

namespace {

/// Rows whose contents decide how wide the columns are.
constexpr int kMeasuredRows = 200;
/// Sentences do not push the other columns out of sight.
constexpr int kWidestColumnInDigits = 60;

} // namespace

ReportView::ReportView(Capture& capture, std::string_view report, std::string_view table,
                       const std::vector<ReportTableModel::Heading>& headings, QWidget* parent)
    : QTableView(parent), capture_(capture), headings_(headings),
      model_(new ReportTableModel(report, table, headings, this)) {
    setModel(model_);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 4);
    QHeaderView* const header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    // To the left: the middle of a wide column is out of sight.
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setResizeContentsPrecision(kMeasuredRows);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, &ReportView::choose_columns);
    connect(this, &QTableView::activated, this, [this] { go_to_current_packet(); });
    setSortingEnabled(true);
}

void ReportView::show_table(CollectedTable table, Nanoseconds origin) {
    const int row = currentIndex().row();
    model_->show(std::move(table), origin);
    if (!arranged_ && model_->columnCount() > 0) {
        arranged_ = true;
        arrange_columns();
    }
    if (row >= 0 && row < model_->rowCount()) {
        selectRow(row);
    }
}

void ReportView::arrange_columns() {
    QHeaderView* const header = horizontalHeader();
    for (int column = 0; column < model_->columnCount(); ++column) {
        setColumnHidden(column, true);
    }
    int place = 0;
    for (const ReportTableModel::Heading& heading : headings_) {
        if (const auto column = model_->column_of(heading.key)) {
            setColumnHidden(*column, false);
            header->moveSection(header->visualIndex(*column), place++);
        }
    }
    resizeColumnsToContents();
    const int widest = fontMetrics().horizontalAdvance('0') * kWidestColumnInDigits;
    for (int column = 0; column < model_->columnCount(); ++column) {
        if (!isColumnHidden(column) && columnWidth(column) > widest) {
            setColumnWidth(column, widest);
        }
    }
    // Words may use the room that is left; a lonely number at the far edge is hard to read.
    const int last = header->logicalIndex(place - 1);
    header->setStretchLastSection(model_->holds_text(last));
}

void ReportView::choose_columns(const QPoint& position) {
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    QHeaderView* const header = horizontalHeader();
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        QAction* const action =
            menu.addAction(model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setToolTip(model_->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            setColumnHidden(column, !shown);
            if (shown) {
                resizeColumnToContents(column);
            }
        });
    }
    menu.exec(header->mapToGlobal(position));
}

FrameNumber ReportView::current_frame() const {
    const int row = currentIndex().row();
    if (row < 0) {
        return 0;
    }
    for (const std::string_view key : {"frame", "first_frame"}) {
        const taps::Value value = model_->value(row, key);
        if (const auto* frame = value.get_if<std::uint64_t>()) {
            return static_cast<FrameNumber>(*frame);
        }
    }
    return 0;
}

QString ReportView::current_filter() const {
    const int row = currentIndex().row();
    if (row < 0) {
        return {};
    }
    QStringList terms;
    for (const std::string_view key : {"connection", "subflow"}) {
        const taps::Value value = model_->value(row, key);
        if (const auto* number = value.get_if<std::uint64_t>()) {
            terms << QString("mptcp_analysis.%1 == %2")
                         .arg(QString::fromUtf8(key.data(), int(key.size())))
                         .arg(*number);
        }
    }
    return terms.join(" && ");
}

void ReportView::go_to_current_packet() {
    if (const FrameNumber frame = current_frame(); frame != 0) {
        capture_.go_to_frame(frame);
    }
}

void ReportView::apply_current_filter() {
    if (const QString filter = current_filter(); !filter.isEmpty()) {
        capture_.apply_filter(filter);
    }
}

QString ReportView::selected_text() const {
    const QHeaderView* const header = horizontalHeader();
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int place = 0; place < header->count(); ++place) {
            const int column = header->logicalIndex(place);
            if (!isColumnHidden(column)) {
                cells << model_->index(row.row(), column).data().toString();
            }
        }
        lines << cells.join('\t');
    }
    return lines.join('\n');
}

void ReportView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        QApplication::clipboard()->setText(selected_text());
        return;
    }
    QTableView::keyPressEvent(event);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        event->accept(); // else it presses the window's default button as well
    }
}

void ReportView::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    QAction* const go =
        menu.addAction(tr("&Go to Packet"), this, &ReportView::go_to_current_packet);
    go->setEnabled(current_frame() != 0);
    QAction* const filter =
        menu.addAction(tr("&Apply as Filter"), this, &ReportView::apply_current_filter);
    filter->setEnabled(!current_filter().isEmpty());
    QAction* const copy = menu.addAction(
        tr("&Copy Rows"), this, [this] { QApplication::clipboard()->setText(selected_text()); });
    copy->setEnabled(selectionModel()->hasSelection());
    menu.exec(event->globalPos());
}

} // namespace mptcp::dialogs
