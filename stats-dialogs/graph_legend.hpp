#pragma once
/// The legend beside a graph: its subflows, then its kinds of points.

#include "stats-dialogs/graph_plottable.hpp"

#include <qcustomplot.h>

namespace mptcp::dialogs {

class GraphLegendItem final : public QCPAbstractLegendItem {
    Q_OBJECT
  public:
    GraphLegendItem(QCPLegend* legend, const CurveLook& look, const QString& text);

    [[nodiscard]] const QString& text() const { return text_; }

  protected:
    void draw(QCPPainter* painter) override;
    QSize minimumOuterSizeHint() const override;

  private:
    [[nodiscard]] QSize text_size() const;

    CurveLook look_;
    QString text_;
};

/// Where there are more subflows, a legend says how many: the plot needs room beside it.
inline constexpr std::size_t kMostNamedSubflows = 40;

/// Fills an empty legend.
void add_legend_items(QCPLegend& legend, const GraphData& data, const QPalette& palette);

} // namespace mptcp::dialogs
