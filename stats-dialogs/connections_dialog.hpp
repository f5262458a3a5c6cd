#pragma once
/// Statistics > MPTCP > Connections: connections and attempts with their verdicts.

#include "stats-dialogs/report_window.hpp"

#include <vector>

class QCheckBox;
class QDialogButtonBox;
class QLabel;
class QPushButton;

namespace mptcp::dialogs {

class ReportView;

class ConnectionsDialog final : public ReportWindow {
    Q_OBJECT
  public:
    ConnectionsDialog(Capture& capture, QWidget* parent);

  signals:
    void analyze_requested(ConnectionNumber connection);
    void graphs_requested(ConnectionNumber connection);

  protected:
    void refresh() override;
    void empty() override;

  private:
    void make_buttons(QDialogButtonBox& box);
    void take_filter();
    void follow_selection();
    [[nodiscard]] QString headline(int rows) const;
    /// Those selected; empty for none, which means all where a scope is asked for.
    [[nodiscard]] std::vector<ConnectionNumber> selected() const;
    [[nodiscard]] ReportScope scope() const;

    QLabel* headline_;
    ReportView* view_;
    /// Of the current row: too long for a cell.
    QLabel* verdict_;
    QCheckBox* limit_to_filter_;
    QLabel* problem_;
    /// Those that need a row.
    std::vector<QPushButton*> row_buttons_;
};

} // namespace mptcp::dialogs
