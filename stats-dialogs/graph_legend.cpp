#include "stats-dialogs/graph_legend.hpp"

#include <algorithm>

namespace mptcp::dialogs {

namespace {

constexpr double kIconMargin = 2;

/// A swatch: the subflow's colour, and its dot on it.
CurveLook subflow_sample(SubflowNumber subflow, const QPalette& palette) {
    const SubflowLook look = look_of(subflow, palette);
    return {.drawing = Drawing::dots,
            .colour = look.colour,
            .shape = look.shape,
            .line = look.line,
            .line_width = 1,
            .letter = '\0',
            .lane_height = 0,
            .background = {},
            .text = palette.color(QPalette::Text)};
}

} // namespace

GraphLegendItem::GraphLegendItem(QCPLegend* legend, const CurveLook& look, const QString& text)
    : QCPAbstractLegendItem(legend), look_(look), text_(text) {
    setSelectable(false);
}

QSize GraphLegendItem::text_size() const {
    return QFontMetrics(mFont).size(0, text_);
}

void GraphLegendItem::draw(QCPPainter* painter) {
    const QSizeF icon = mParentLegend->iconSize();
    const QRectF place(mRect.left(), mRect.center().y() - icon.height() / 2, icon.width(),
                       icon.height());
    painter->setFont(mFont);
    look_.draw_sample(*painter,
                      place.adjusted(kIconMargin, kIconMargin, -kIconMargin, -kIconMargin));
    painter->setPen(mTextColor);
    const QRectF beside(place.right() + mParentLegend->iconTextPadding(), mRect.top(),
                        text_size().width() + 1, mRect.height());
    painter->drawText(beside, Qt::AlignLeft | Qt::AlignVCenter, text_);
}

QSize GraphLegendItem::minimumOuterSizeHint() const {
    const QSize icon = mParentLegend->iconSize();
    const QSize text = text_size();
    return {icon.width() + mParentLegend->iconTextPadding() + text.width() + mMargins.left() +
                mMargins.right(),
            std::max(icon.height(), text.height()) + mMargins.top() + mMargins.bottom()};
}

void add_legend_items(QCPLegend& legend, const GraphData& data, const QPalette& palette) {
    // One more takes the room of the line that would count it.
    const std::size_t named =
        data.subflows.size() <= kMostNamedSubflows + 1 ? data.subflows.size() : kMostNamedSubflows;
    for (std::size_t i = 0; i < named; ++i) {
        const SubflowLabel& subflow = data.subflows[i];
        legend.addItem(
            new GraphLegendItem(&legend, subflow_sample(subflow.number, palette), subflow.text));
    }
    if (named < data.subflows.size()) {
        CurveLook others = subflow_sample(0, palette);
        others.colour = palette.color(QPalette::Mid);
        legend.addItem(new GraphLegendItem(
            &legend, others, QObject::tr("%1 more subflows").arg(data.subflows.size() - named)));
    }
    for (const PointKind& kind : info_of(data.graph).kinds) {
        const bool is_drawn =
            std::any_of(data.curves.begin(), data.curves.end(), [&kind](const Curve& curve) {
                const bool names_itself = kind.drawing == Drawing::stack && curve.subflow;
                return curve.kind == &kind && !names_itself;
            });
        if (is_drawn) {
            legend.addItem(
                new GraphLegendItem(&legend, look_of(kind, palette), QObject::tr(kind.name)));
        }
    }
}

} // namespace mptcp::dialogs
