#include "stats-dialogs/graph_plottable.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mptcp::dialogs {

namespace {

constexpr double kNear = 12;
constexpr double kDotSize = 5;
constexpr double kSmallDotSize = 2.5;
/// More dots are drawn smaller and without a shape.
constexpr std::size_t kManyDots = 2000;
constexpr int kManyCorners = 2000;
constexpr double kBarWidth = 2;
constexpr double kLetteredBarWidth = 3;
constexpr double kDashedLine = 1.5;
/// Of the whole connection, beside those of subflows.
constexpr double kWideLine = 2;
/// Painters take no coordinates beyond 16 bits or so.
constexpr double kFarAway = 30'000;

QColor colour_of(Hue hue, std::optional<SubflowNumber> subflow, const QPalette& palette) {
    switch (hue) {
    case Hue::data_ack:
        return data_ack_colour(palette);
    case Hue::window:
        return window_colour(palette);
    case Hue::subflow:
        if (subflow) {
            return look_of(*subflow, palette).colour;
        }
        break;
    case Hue::text:
        break;
    }
    return palette.color(QPalette::Text);
}

bool has_fill(const CurveLook& look) {
    return look.drawing == Drawing::stack && look.background.isValid();
}

} // namespace

// --- looks

CurveLook look_of(const PointKind& kind, const QPalette& palette) {
    const bool is_dashed = kind.hue == Hue::window;
    return {.drawing = kind.drawing,
            .colour = colour_of(kind.hue, std::nullopt, palette),
            .shape = kind.hue == Hue::text ? QCPScatterStyle::ssPlus : QCPScatterStyle::ssDisc,
            .line = is_dashed ? Qt::DashLine : Qt::SolidLine,
            .line_width = kind.hue == Hue::text ? kWideLine
                          : is_dashed           ? kDashedLine
                                                : 1,
            .letter = kind.letter,
            .lane_height = kind.lane_height,
            .background = {},
            .text = palette.color(QPalette::Text)};
}

CurveLook look_of(const Curve& curve, const QPalette& palette) {
    CurveLook look = look_of(*curve.kind, palette);
    if (curve.subflow) {
        const SubflowLook subflow = look_of(*curve.subflow, palette);
        look.colour = subflow.colour;
        look.shape = subflow.shape;
        // The order of a stack tells its areas apart, and dashes take time.
        look.line = look.drawing == Drawing::stack ? Qt::SolidLine : subflow.line;
        look.line_width = look.line == Qt::SolidLine ? 1 : kDashedLine;
        look.background = palette.color(QPalette::Base);
    }
    return look;
}

QPen CurveLook::pen() const {
    QPen pen(colour);
    pen.setStyle(line);
    switch (drawing) {
    case Drawing::bars:
        pen.setStyle(Qt::SolidLine);
        pen.setWidthF(letter != '\0' ? kLetteredBarWidth : kBarWidth);
        pen.setCapStyle(Qt::FlatCap);
        break;
    case Drawing::lanes:
        pen.setStyle(Qt::SolidLine);
        pen.setWidthF(1);
        pen.setCapStyle(Qt::FlatCap);
        break;
    default:
        pen.setWidthF(line_width);
    }
    return pen;
}

QCPScatterStyle CurveLook::scatter() const {
    return {shape, QPen(colour), QBrush(colour), kDotSize};
}

void CurveLook::draw_sample(QCPPainter& painter, const QRectF& rect) const {
    painter.setPen(pen());
    switch (drawing) {
    case Drawing::stack:
        if (has_fill(*this)) {
            painter.fillRect(rect, colour);
        } else {
            painter.drawLine(
                QLineF(rect.left(), rect.center().y(), rect.right(), rect.center().y()));
        }
        break;
    case Drawing::steps:
        painter.drawLine(QLineF(rect.left(), rect.center().y(), rect.right(), rect.center().y()));
        break;
    case Drawing::bars:
    case Drawing::lanes:
        painter.drawLine(QLineF(rect.center().x(), rect.top(), rect.center().x(), rect.bottom()));
        break;
    case Drawing::dots:
        if (letter == '\0') {
            scatter().drawShape(&painter, rect.center());
        }
        break;
    }
    if (letter != '\0') {
        painter.setPen(text);
        const QRectF beside =
            drawing == Drawing::dots ? rect : rect.translated(rect.width() / 3, 0);
        painter.drawText(beside, Qt::AlignCenter, QString(QChar(letter)));
    }
}

// --- the plottable

GraphPlottable::GraphPlottable(QCPAxis* time, QCPAxis* value, const Curve& curve,
                               LetterPlaces& letters)
    : QCPAbstractPlottable(time, value), curve_(curve), letters_(letters) {
    setSelectable(QCP::stNone);
}

View GraphPlottable::view() const {
    const QRect rect = keyAxis()->axisRect()->rect();
    const double scale = parentPlot()->bufferDevicePixelRatio();
    return {.left = keyAxis()->range().lower,
            .right = keyAxis()->range().upper,
            .bottom = valueAxis()->range().lower,
            .top = valueAxis()->range().upper,
            .columns = static_cast<unsigned>(std::max(1.0, rect.width() * scale)),
            .rows = static_cast<unsigned>(std::max(1.0, rect.height() * scale))};
}

QPointF GraphPlottable::pixel(double x, double y) const {
    return {std::clamp(keyAxis()->coordToPixel(x), -kFarAway, kFarAway),
            std::clamp(valueAxis()->coordToPixel(y), -kFarAway, kFarAway)};
}

void GraphPlottable::draw(QCPPainter* painter) {
    drawn_ = 0;
    switch (curve_.kind->drawing) {
    case Drawing::dots:
        return draw_dots(*painter);
    case Drawing::bars:
    case Drawing::lanes:
        return draw_bars(*painter);
    case Drawing::steps:
    case Drawing::stack:
        return draw_curve(*painter);
    }
}

void GraphPlottable::draw_bars(QCPPainter& painter) {
    const std::vector<Span> spans = curve_.marks.spans(view());
    QVector<QLineF> lines;
    lines.reserve(static_cast<int>(spans.size()));
    for (const Span& span : spans) {
        const QPointF top = pixel(span.x, span.high);
        QPointF bottom = pixel(span.x, span.low);
        // Two pixels at least: a shorter line may be none.
        if (std::abs(bottom.y() - top.y()) < 2) {
            bottom.setY(top.y() + 2);
        }
        lines.append(QLineF(top, bottom));
    }
    painter.setAntialiasing(false);
    painter.setPen(look_.pen());
    painter.drawLines(lines);
    drawn_ = spans.size();
    if (look_.letter != '\0') {
        draw_letters(painter, spans);
    }
}

void GraphPlottable::draw_letters(QCPPainter& painter, const std::vector<Span>& spans) {
    painter.setPen(look_.drawing == Drawing::dots ? look_.colour : look_.text);
    QFont font = parentPlot()->font();
    font.setBold(look_.drawing == Drawing::dots);
    painter.setFont(font);
    for (const Span& span : spans) {
        const QPointF place = pixel(span.x, span.high);
        if (!letters_.take(place)) {
            continue;
        }
        const double middle = look_.drawing == Drawing::dots ? 0 : -LetterPlaces::kSpacing * 0.7;
        const QRectF box(place.x() - LetterPlaces::kSpacing,
                         place.y() + middle - LetterPlaces::kSpacing, 2 * LetterPlaces::kSpacing,
                         2 * LetterPlaces::kSpacing);
        painter.drawText(box, Qt::AlignCenter, QString(QChar(look_.letter)));
        ++drawn_;
    }
}

void GraphPlottable::draw_dots(QCPPainter& painter) {
    const std::vector<Span> spans = curve_.marks.spans(view());
    painter.setAntialiasing(false);
    if (look_.letter != '\0' && spans.size() <= kManyDots) {
        draw_letters(painter, spans);
        return;
    }
    const bool has_shapes = spans.size() <= kManyDots;
    const QCPScatterStyle scatter = look_.scatter();
    // Rectangles are much faster than lines with wide pens.
    QVector<QRectF> boxes;
    for (const Span& span : spans) {
        const QRectF box = QRectF(pixel(span.x, span.high), pixel(span.x, span.low)).normalized();
        if (!has_shapes || box.height() >= 1) {
            boxes.append(box.adjusted(-kSmallDotSize / 2, -kSmallDotSize / 2, kSmallDotSize / 2,
                                      kSmallDotSize / 2));
        }
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(look_.colour);
    painter.drawRects(boxes.constData(), static_cast<int>(boxes.size()));
    painter.setBrush(Qt::NoBrush);
    if (has_shapes) {
        scatter.applyTo(&painter, QPen(look_.colour));
        for (const Span& span : spans) {
            scatter.drawShape(&painter, pixel(span.x, span.high));
        }
    }
    drawn_ = spans.size();
}

QPolygonF GraphPlottable::polyline() const {
    const bool has_steps = curve_.kind->drawing == Drawing::steps;
    QPolygonF polygon;
    for (const Corner& corner : curve_.marks.corners(view())) {
        const QPointF place = pixel(corner.x, corner.y);
        if (has_steps && !polygon.isEmpty()) {
            polygon.append(QPointF(place.x(), polygon.last().y()));
        }
        polygon.append(place);
    }
    return polygon;
}

void GraphPlottable::draw_curve(QCPPainter& painter) {
    QPolygonF polygon = polyline();
    if (polygon.isEmpty()) {
        return;
    }
    painter.setAntialiasing(false);
    if (has_fill(look_)) {
        QPolygonF area = polygon;
        const double zero = pixel(0, 0).y();
        area.append(QPointF(polygon.last().x(), zero));
        area.append(QPointF(polygon.first().x(), zero));
        painter.setPen(Qt::NoPen);
        constexpr double kFill = 0.55;
        painter.setBrush(mixed(look_.colour, look_.background, kFill));
        painter.drawPolygon(area);
        painter.setBrush(Qt::NoBrush);
    }
    QPen pen = look_.pen();
    if (polygon.size() > kManyCorners) {
        // Wide lines take a painter many times as long.
        pen.setWidthF(1);
    }
    painter.setPen(pen);
    painter.drawPolyline(polygon);
    drawn_ = static_cast<std::size_t>(polygon.size());
}

std::optional<GraphPlottable::Hit> GraphPlottable::near(const QPointF& place) const {
    const View shown = view();
    const double scale = parentPlot()->bufferDevicePixelRatio();
    const auto found = curve_.marks.nearest(shown, keyAxis()->pixelToCoord(place.x()),
                                            valueAxis()->pixelToCoord(place.y()), kNear * scale);
    if (!found) {
        return std::nullopt;
    }
    const Mark& mark = curve_.marks[*found];
    const double top = valueAxis()->coordToPixel(mark.high());
    const double bottom = valueAxis()->coordToPixel(mark.low);
    const double beside =
        std::max({std::min(top, bottom) - place.y(), place.y() - std::max(top, bottom), 0.0});
    return Hit{&mark, std::hypot(keyAxis()->coordToPixel(mark.x) - place.x(), beside)};
}

double GraphPlottable::selectTest(const QPointF& pos, bool /*onlySelectable*/,
                                  QVariant* /*details*/) const {
    const std::optional<Hit> hit = near(pos);
    return hit ? hit->pixels : -1;
}

QCPRange GraphPlottable::getKeyRange(bool& foundRange, QCP::SignDomain /*inSignDomain*/) const {
    const LevelOfDetail::Bounds bounds = curve_.marks.bounds();
    foundRange = true;
    return {bounds.left, bounds.right};
}

QCPRange GraphPlottable::getValueRange(bool& foundRange, QCP::SignDomain /*inSignDomain*/,
                                       const QCPRange& /*inKeyRange*/) const {
    const LevelOfDetail::Bounds bounds = curve_.marks.bounds();
    foundRange = true;
    return {bounds.bottom, bounds.top};
}

void GraphPlottable::drawLegendIcon(QCPPainter* painter, const QRectF& rect) const {
    look_.draw_sample(*painter, rect);
}

} // namespace mptcp::dialogs
