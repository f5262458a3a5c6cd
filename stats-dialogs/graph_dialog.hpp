#pragma once
/// Statistics > MPTCP > Graphs: the graphs of one direction of a connection, one at a time.

#include "stats-dialogs/graph_keys.hpp"
#include "stats-dialogs/graph_view.hpp"
#include "stats-dialogs/problem_walk.hpp"
#include "stats-dialogs/report_window.hpp"

class QComboBox;
class QDialogButtonBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QRadioButton;

namespace mptcp::dialogs {

class ConnectionSelector;

class GraphDialog final : public ReportWindow {
    Q_OBJECT
  public:
    /// kNoConnection: the first one. Nothing is read before it is shown.
    GraphDialog(Capture& capture, ConnectionNumber connection, QWidget* parent);

    [[nodiscard]] ConnectionNumber connection() const;
    [[nodiscard]] const GraphView& view() const { return *view_; }

  protected:
    void refresh() override;
    void empty() override;
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void make_choices(QHBoxLayout& row);
    void make_mouse_modes(QHBoxLayout& row);
    void make_buttons(QDialogButtonBox& box);
    void make_menu();
    void run(GraphKey key);
    void run_view(GraphKey key);

    /// The chosen connection; null if the capture has none.
    [[nodiscard]] const Connection* shown() const;
    /// Reads the capture. False if not all of it was read, or this window is gone.
    bool load();
    /// What the choices say; reads the capture first if need be.
    void draw(GraphView::Frame frame);
    /// Instead of a graph.
    void say_instead(const QString& sentence);
    /// The direction with more data.
    void choose_direction();
    void show_graph(GraphKind graph);
    void point(const QString& words);
    void go_to_packet();
    void go_to_next_problem();

    ConnectionSelector* selector_;
    QComboBox* graphs_;
    QComboBox* directions_;
    GraphView* view_;
    QLabel* hint_;
    QRadioButton* drags_;
    QRadioButton* zooms_;
    QMenu* menu_;
    /// Those of the keys, in the menu and below it.
    QList<QAction*> actions_;
    std::vector<QPushButton*> data_buttons_;
    ProblemWalk problems_;
    bool is_loading_ = false;
};

} // namespace mptcp::dialogs
