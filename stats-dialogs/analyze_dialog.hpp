#pragma once
/// Statistics > MPTCP > Analyze: one connection, report by report. Every row leads to its packet.

#include "stats-dialogs/problem_walk.hpp"
#include "stats-dialogs/report_window.hpp"

#include <vector>

class QDialogButtonBox;
class QLabel;
class QPushButton;
class QTabWidget;

namespace mptcp::dialogs {

class ConnectionSelector;
class ReportTab;

class AnalyzeDialog final : public ReportWindow {
    Q_OBJECT
  public:
    /// kNoConnection: the first one.
    AnalyzeDialog(Capture& capture, ConnectionNumber connection, QWidget* parent);

    [[nodiscard]] ConnectionNumber connection() const;

  signals:
    void graphs_requested(ConnectionNumber connection);

  protected:
    void refresh() override;
    void empty() override;

  private:
    void add_tabs();
    void make_buttons(QDialogButtonBox& box);
    /// Another connection was chosen, or what it holds has changed.
    void outdate();
    /// Fills the tab in front. `may_read`: also if the capture has to be read again for it.
    void fill_current(bool may_read);
    void read_segments();
    void go_to_next_problem();
    [[nodiscard]] ReportTab* current_tab() const;

    ConnectionSelector* selector_;
    QTabWidget* tabs_;
    QLabel* message_;
    std::vector<QPushButton*> connection_buttons_;
    ProblemWalk problems_;
};

} // namespace mptcp::dialogs
