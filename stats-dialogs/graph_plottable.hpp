#pragma once
/// Draws a curve as far as the pixels can show it.

#include "stats-dialogs/graph_data.hpp"
#include "stats-dialogs/graph_letters.hpp"
#include "stats-dialogs/subflow_palette.hpp"

#include <qcustomplot.h>

namespace mptcp::dialogs {

/// How a curve, or its sample in the legend, is drawn.
struct CurveLook {
    Drawing drawing = Drawing::dots;
    QColor colour;
    QCPScatterStyle::ScatterShape shape = QCPScatterStyle::ssDisc;
    Qt::PenStyle line = Qt::SolidLine;
    double line_width = 1;
    char letter = '\0';
    double lane_height = 0;
    /// Behind the areas of a stack.
    QColor background;
    /// Of letters.
    QColor text;

    [[nodiscard]] QPen pen() const;
    [[nodiscard]] QCPScatterStyle scatter() const;
    /// Fills `rect`.
    void draw_sample(QCPPainter& painter, const QRectF& rect) const;
};

CurveLook look_of(const Curve& curve, const QPalette& palette);
/// Of a kind of point, whatever the subflow.
CurveLook look_of(const PointKind& kind, const QPalette& palette);

class GraphPlottable final : public QCPAbstractPlottable {
    Q_OBJECT
  public:
    /// `curve`, and `letters`, which all curves of a graph share, live as long as this.
    GraphPlottable(QCPAxis* time, QCPAxis* value, const Curve& curve, LetterPlaces& letters);

    [[nodiscard]] const Curve& curve() const { return curve_; }
    void set_look(const CurveLook& look) { look_ = look; }

    struct Hit {
        const Mark* mark = nullptr;
        double pixels = 0;
    };
    /// The mark that is nearest to a place in the plot, if it is near.
    [[nodiscard]] std::optional<Hit> near(const QPointF& place) const;

    /// Lines, dots, letters and corners of lines that the last draw() handed to the painter.
    [[nodiscard]] std::size_t drawn() const { return drawn_; }

    double selectTest(const QPointF& pos, bool onlySelectable,
                      QVariant* details = nullptr) const override;
    QCPRange getKeyRange(bool& foundRange, QCP::SignDomain inSignDomain) const override;
    QCPRange getValueRange(bool& foundRange, QCP::SignDomain inSignDomain,
                           const QCPRange& inKeyRange) const override;

  protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

  private:
    [[nodiscard]] View view() const;
    [[nodiscard]] QPointF pixel(double x, double y) const;
    void draw_bars(QCPPainter& painter);
    void draw_dots(QCPPainter& painter);
    void draw_curve(QCPPainter& painter);
    void draw_letters(QCPPainter& painter, const std::vector<Span>& spans);
    [[nodiscard]] QPolygonF polyline() const;

    const Curve& curve_;
    LetterPlaces& letters_;
    CurveLook look_;
    std::size_t drawn_ = 0;
};

} // namespace mptcp::dialogs
