#pragma once
/// One graph on the screen: axes, legend, marks, and what the mouse does with them.

#include "stats-dialogs/graph_plottable.hpp"

#include <qcustomplot.h>

#include <optional>
#include <vector>

namespace mptcp::dialogs {

class GraphTicker;

class GraphView final : public QCustomPlot {
    Q_OBJECT
  public:
    explicit GraphView(QWidget* parent);

    enum class Frame : std::uint8_t {
        /// All of the graph is shown.
        whole,
        /// The part that is shown stays, if the user chose it.
        kept,
    };
    void show_data(GraphData data, Frame frame);
    /// Nothing but a sentence.
    void show_sentence(const QString& sentence);

    [[nodiscard]] const GraphData& data() const { return data_; }
    [[nodiscard]] const std::vector<GraphPlottable*>& curves() const { return curves_; }

    // -- what part is shown

    void show_all();
    enum class Axes : std::uint8_t {
        both,
        time,
        value,
    };
    void zoom(Axes axes, bool in);
    void pan(int pixels_right, int pixels_up);

    // -- how it is shown

    void set_capture_times(bool on);
    [[nodiscard]] bool has_capture_times() const { return has_capture_times_; }
    void set_raw_sequence_numbers(bool on);
    [[nodiscard]] bool has_raw_sequence_numbers() const { return has_raw_numbers_; }
    void set_crosshairs(bool on);
    [[nodiscard]] bool has_crosshairs() const { return has_crosshairs_; }
    /// The mouse draws a rectangle to zoom into; else it drags the graph.
    void set_mouse_zooms(bool on);
    [[nodiscard]] bool mouse_zooms() const { return mouse_zooms_; }

    // -- marks

    struct Place {
        const Curve* curve = nullptr;
        const Mark* mark = nullptr;
    };
    /// The mark that is nearest to a place in the widget, if one is near.
    [[nodiscard]] std::optional<Place> mark_at(const QPointF& place) const;
    [[nodiscard]] std::optional<Place> mark_under_mouse() const;
    /// The mark of a frame, whose time is known.
    [[nodiscard]] std::optional<Place> mark_of(FrameNumber frame, double time) const;
    /// A ring around a mark that is brought into view.
    void select(const Place& place);
    /// The same, without a mark: a line at a time.
    void select_time(double time);
    [[nodiscard]] QString words_of(const Place& place) const;

  signals:
    /// Empty words where there is nothing.
    void hovered(const QString& words);
    void clicked(FrameNumber frame);

  protected:
    /// Also for pictures that are saved.
    void draw(QCPPainter* painter) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void make_overlay();
    void clear_graph();
    void paint_anew();
    void set_colours();
    void set_axes();
    void label_axes();
    void set_legend();
    void set_cursor(bool is_pressed);
    /// None: the mouse is elsewhere.
    void point_at(const std::optional<QPointF>& place);
    void bring_into_view(QCPAxis& axis, double low, double high);

    GraphData data_;
    LetterPlaces letters_;
    std::vector<GraphPlottable*> curves_;
    QSharedPointer<GraphTicker> times_;
    QSharedPointer<GraphTicker> values_;
    QCPTextElement* title_;
    QCPLegend* names_;
    QCPItemText* sentence_;
    QCPItemTracer* crosshairs_ = nullptr;
    QCPItemTracer* pointed_ = nullptr;
    QCPItemTracer* ring_ = nullptr;
    QCPItemStraightLine* selected_time_ = nullptr;
    QPoint pressed_at_;
    /// Where the mouse is, if it is over the graph.
    std::optional<QPointF> mouse_;
    bool framed_by_user_ = false;
    bool has_capture_times_ = false;
    bool has_raw_numbers_ = false;
    bool has_crosshairs_ = false;
    bool mouse_zooms_ = false;
};

} // namespace mptcp::dialogs
