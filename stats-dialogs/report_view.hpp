#pragma once
/// A table of a report: sorted by a click, columns chosen by a right click on the headings, rows
/// that lead to their packet.

#include "stats-dialogs/capture.hpp"
#include "stats-dialogs/report_table_model.hpp"

#include <QTableView>

#include <string_view>
#include <vector>

class QMenu;

namespace mptcp::dialogs {

class ReportView : public QTableView {
    Q_OBJECT
  public:
    /// Shows the columns with a heading, in their order; the others can be chosen.
    ReportView(Capture& capture, std::string_view report, std::string_view table,
               const std::vector<ReportTableModel::Heading>& headings, QWidget* parent);

    [[nodiscard]] ReportTableModel& rows() { return *model_; }

    void show_table(CollectedTable table, Nanoseconds origin);

    /// The frame that the current row is of; 0 if there is none.
    [[nodiscard]] FrameNumber current_frame() const;
    /// A display filter for the connection, or the subflow, of the current row; empty if it has
    /// none.
    [[nodiscard]] QString current_filter() const;
    void go_to_current_packet();
    void apply_current_filter();
    /// The selected cells as they are shown, with tabs between them.
    [[nodiscard]] QString selected_text() const;

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    void arrange_columns();
    void choose_columns(const QPoint& position);

    Capture& capture_;
    std::vector<ReportTableModel::Heading> headings_;
    ReportTableModel* model_;
    /// Columns are arranged as soon as they are known, and then are the user's.
    bool arranged_ = false;
};

} // namespace mptcp::dialogs
