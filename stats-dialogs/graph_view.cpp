#include "stats-dialogs/graph_view.hpp"

#include "stats-dialogs/graph_legend.hpp"
#include "stats-dialogs/graph_ticker.hpp"
#include "stats-dialogs/graph_words.hpp"

#include <QApplication>

#include <algorithm>
#include <utility>

namespace mptcp::dialogs {

namespace {

/// Of the range of an axis, on each side of what it shows.
constexpr double kMargin = 0.02;
constexpr double kRingSize = 16;
/// QCustomPlot's own layer for what changes often.
constexpr const char* kOverlay = "overlay";
/// A legend of more rows has two columns.
constexpr int kLegendRows = 24;

/// With room on both sides, and never empty.
QCPRange framed(double low, double high, double least) {
    const double middle = (low + high) / 2;
    const double half = std::max(high - low, least) / 2 * (1 + 2 * kMargin);
    return {middle - half, middle + half};
}

} // namespace

GraphView::GraphView(QWidget* parent)
    : QCustomPlot(parent), title_(new QCPTextElement(this)), names_(new QCPLegend),
      sentence_(new QCPItemText(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setNoAntialiasingOnDrag(true);
    plotLayout()->insertRow(0);
    plotLayout()->addElement(0, 0, title_);
    // The rest of the column is empty: items of a legend would spread over all of it.
    auto* const beside = new QCPLayoutGrid;
    plotLayout()->addElement(1, 1, beside);
    beside->addElement(0, 0, names_);
    beside->addElement(1, 0, new QCPLayoutElement(this));
    names_->setLayer(QStringLiteral("legend"));
    names_->setBorderPen(Qt::NoPen);
    names_->setFillOrder(QCPLegend::foRowsFirst);
    names_->setWrap(kLegendRows);
    constexpr double kNarrow = 0.001;
    plotLayout()->setColumnStretchFactor(1, kNarrow);
    beside->setRowStretchFactor(0, kNarrow);
    sentence_->setClipToAxisRect(false);
    sentence_->position->setType(QCPItemPosition::ptAxisRectRatio);
    sentence_->position->setCoords(0.5, 0.4);
    make_overlay();
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        connect(axis, QOverload<const QCPRange&>::of(&QCPAxis::rangeChanged), this,
                &GraphView::label_axes);
    }
    connect(this, &QCustomPlot::beforeReplot, this, [this] { letters_.clear(); });
    show_sentence({});
}

/// What follows the mouse is drawn apart from the graph: a move of it must not draw that anew.
void GraphView::make_overlay() {
    const auto add = [this](QCPItemTracer::TracerStyle style, double size) {
        auto* const tracer = new QCPItemTracer(this);
        tracer->setLayer(kOverlay);
        tracer->setStyle(style);
        tracer->setSize(size);
        tracer->setVisible(false);
        return tracer;
    };
    crosshairs_ = add(QCPItemTracer::tsCrosshair, 0);
    pointed_ = add(QCPItemTracer::tsCircle, kRingSize / 2);
    ring_ = add(QCPItemTracer::tsCircle, kRingSize);
    selected_time_ = new QCPItemStraightLine(this);
    selected_time_->setLayer(kOverlay);
    selected_time_->setVisible(false);
}

// --- what is shown

void GraphView::clear_graph() {
    clearPlottables();
    curves_.clear();
    names_->clearItems();
    for (QCPItemTracer* tracer : {crosshairs_, pointed_, ring_}) {
        tracer->setVisible(false);
    }
    selected_time_->setVisible(false);
}

void GraphView::show_data(GraphData data, Frame frame) {
    const bool keeps = frame == Frame::kept && framed_by_user_ && data.graph == data_.graph;
    clear_graph();
    data_ = std::move(data);
    for (const Curve& curve : data_.curves) {
        curves_.push_back(new GraphPlottable(xAxis, yAxis, curve, letters_));
    }
    const GraphInfo& info = info_of(data_.graph);
    title_->setText(QStringLiteral("%1 · %2 · %3")
                        .arg(QObject::tr(info.name), data_.connection, data_.direction));
    sentence_->setText(data_.nothing);
    set_axes();
    paint_anew();
    if (keeps) {
        replot();
    } else {
        show_all();
    }
}

void GraphView::show_sentence(const QString& sentence) {
    clear_graph();
    data_ = {};
    data_.nothing = sentence;
    title_->setText({});
    sentence_->setText(sentence);
    set_axes();
    paint_anew();
    replot();
}

void GraphView::draw(QCPPainter* painter) {
    letters_.clear();
    QCustomPlot::draw(painter);
}

void GraphView::set_axes() {
    const bool is_empty = curves_.empty();
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setVisible(!is_empty);
        axis->grid()->setVisible(!is_empty);
    }
    sentence_->setVisible(is_empty);
    names_->setVisible(!is_empty);
    const GraphInfo& info = info_of(data_.graph);
    times_ = QSharedPointer<GraphTicker>::create(AxisUnit::seconds);
    times_->set_offset(has_capture_times_ ? data_.start : 0);
    values_ = QSharedPointer<GraphTicker>::create(info.unit);
    if (data_.graph == GraphKind::sequence && has_raw_numbers_) {
        values_->set_base(data_.base);
    }
    xAxis->setTicker(times_);
    yAxis->setTicker(values_);
    // The first subflow's lane is the uppermost.
    yAxis->setRangeReversed(info.unit == AxisUnit::lanes);
    label_axes();
}

void GraphView::label_axes() {
    const auto with_unit = [](const QString& name, const QString& unit) {
        return unit.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, unit);
    };
    const QString origin = has_capture_times_ ? tr("Time since the capture's first connection")
                                              : tr("Time since the start of the connection");
    xAxis->setLabel(with_unit(origin, times_->unit_text(xAxis->range())));
    yAxis->setLabel(
        with_unit(QObject::tr(info_of(data_.graph).axis), values_->unit_text(yAxis->range())));
}

void GraphView::paint_anew() {
    set_colours();
    for (GraphPlottable* curve : curves_) {
        curve->set_look(look_of(curve->curve(), palette()));
    }
    set_legend();
}

void GraphView::set_colours() {
    const QColor text = palette().color(QPalette::Text);
    const QColor base = palette().color(QPalette::Base);
    constexpr double kGridPart = 0.15;
    setBackground(base);
    title_->setTextColor(text);
    title_->setFont(font());
    sentence_->setColor(text);
    sentence_->setFont(font());
    names_->setBrush(base);
    names_->setTextColor(text);
    names_->setFont(font());
    const QPen pen(text);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setBasePen(pen);
        axis->setTickPen(pen);
        axis->setSubTickPen(pen);
        axis->setLabelColor(text);
        axis->setTickLabelColor(text);
        axis->setLabelFont(font());
        axis->setTickLabelFont(font());
        axis->grid()->setPen(QPen(mixed(text, base, kGridPart), 1));
        axis->grid()->setZeroLinePen(QPen(mixed(text, base, kGridPart), 1));
    }
    constexpr double kCrosshairPart = 0.5;
    crosshairs_->setPen(QPen(mixed(text, base, kCrosshairPart)));
    pointed_->setPen(QPen(text));
    const QPen selection(text, 2);
    ring_->setPen(selection);
    selected_time_->setPen(QPen(text, 1, Qt::DashLine));
}

void GraphView::set_legend() {
    names_->clearItems();
    add_legend_items(*names_, data_, palette());
}

// --- what part is shown

void GraphView::show_all() {
    framed_by_user_ = false;
    const GraphInfo& info = info_of(data_.graph);
    std::optional<LevelOfDetail::Bounds> all;
    for (const GraphPlottable* curve : curves_) {
        if (curve->curve().kind->is_framed) {
            const LevelOfDetail::Bounds one = curve->curve().marks.bounds();
            const LevelOfDetail::Bounds so_far = all.value_or(one);
            all = {.left = std::min(so_far.left, one.left),
                   .right = std::max(so_far.right, one.right),
                   .bottom = std::min(so_far.bottom, one.bottom),
                   .top = std::max(so_far.top, one.top)};
        }
    }
    if (all) {
        const bool has_zero = info.graph != GraphKind::sequence && info.unit != AxisUnit::lanes;
        if (has_zero) {
            all->bottom = std::min(all->bottom, 0.0);
        }
        constexpr double kShortest = 1e-6;
        xAxis->setRange(framed(all->left, all->right, kShortest));
        const double least = info.unit == AxisUnit::seconds ? kShortest : 1;
        yAxis->setRange(framed(all->bottom, all->top, least));
    }
    replot();
}

void GraphView::zoom(Axes axes, bool in) {
    framed_by_user_ = true;
    const auto scale = [in](QCPAxis& axis, Qt::Orientation orientation) {
        const double factor = axis.axisRect()->rangeZoomFactor(orientation);
        axis.scaleRange(in ? factor : 1 / factor, axis.range().center());
    };
    if (axes != Axes::value) {
        scale(*xAxis, Qt::Horizontal);
    }
    if (axes != Axes::time) {
        scale(*yAxis, Qt::Vertical);
    }
    replot();
}

void GraphView::pan(int pixels_right, int pixels_up) {
    framed_by_user_ = true;
    const auto move = [](QCPAxis& axis, int pixels, int size) {
        const int sign = axis.rangeReversed() ? -1 : 1;
        axis.moveRange(axis.range().size() * sign * pixels / std::max(1, size));
    };
    move(*xAxis, pixels_right, axisRect()->width());
    move(*yAxis, pixels_up, axisRect()->height());
    replot();
}

void GraphView::bring_into_view(QCPAxis& axis, double low, double high) {
    if (low < axis.range().lower || high > axis.range().upper) {
        framed_by_user_ = true;
        axis.moveRange((low + high) / 2 - axis.range().center());
    }
}

// --- how it is shown

void GraphView::set_capture_times(bool on) {
    has_capture_times_ = on;
    set_axes();
    replot();
}

void GraphView::set_raw_sequence_numbers(bool on) {
    has_raw_numbers_ = on;
    set_axes();
    replot();
}

void GraphView::set_crosshairs(bool on) {
    has_crosshairs_ = on;
    point_at(mouse_);
}

void GraphView::set_mouse_zooms(bool on) {
    mouse_zooms_ = on;
    setSelectionRectMode(on ? QCP::srmZoom : QCP::srmNone);
    setInteractions(on ? QCP::Interactions(QCP::iRangeZoom) : QCP::iRangeDrag | QCP::iRangeZoom);
    set_cursor(false);
}

void GraphView::set_cursor(bool is_pressed) {
    const Qt::CursorShape hand = is_pressed ? Qt::ClosedHandCursor : Qt::OpenHandCursor;
    setCursor(curves_.empty() ? Qt::ArrowCursor : mouse_zooms_ ? Qt::CrossCursor : hand);
}

void GraphView::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    const bool is_look =
        event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange;
    if (is_look && selected_time_ != nullptr) {
        paint_anew();
        replot(rpQueuedReplot);
    }
}

// --- marks

std::optional<GraphView::Place> GraphView::mark_at(const QPointF& place) const {
    if (!axisRect()->rect().contains(place.toPoint())) {
        return std::nullopt;
    }
    std::optional<Place> nearest;
    double pixels = 0;
    for (const GraphPlottable* curve : curves_) {
        // Of marks equally near, the last one is drawn on top.
        const std::optional<GraphPlottable::Hit> hit = curve->near(place);
        if (hit && (!nearest || hit->pixels <= pixels)) {
            nearest = Place{&curve->curve(), hit->mark};
            pixels = hit->pixels;
        }
    }
    return nearest;
}

std::optional<GraphView::Place> GraphView::mark_of(FrameNumber frame, double time) const {
    // From above: what was sent again lies over what was sent first.
    for (auto curve = data_.curves.rbegin(); curve != data_.curves.rend(); ++curve) {
        for (std::size_t i = curve->marks.first_from(time);
             i < curve->marks.size() && curve->marks[i].x == time; ++i) {
            if (frame_of(*curve, curve->marks[i]) == frame) {
                return Place{&*curve, &curve->marks[i]};
            }
        }
    }
    return std::nullopt;
}

void GraphView::select(const Place& place) {
    const Mark& mark = *place.mark;
    bring_into_view(*xAxis, mark.x, mark.x);
    bring_into_view(*yAxis, mark.low, mark.high());
    selected_time_->setVisible(false);
    ring_->position->setCoords(mark.x, (mark.low + mark.high()) / 2);
    ring_->setVisible(true);
    replot();
}

void GraphView::select_time(double time) {
    bring_into_view(*xAxis, time, time);
    ring_->setVisible(false);
    selected_time_->point1->setCoords(time, 0);
    selected_time_->point2->setCoords(time, 1);
    selected_time_->setVisible(!curves_.empty());
    replot();
}

QString GraphView::words_of(const Place& place) const {
    return mark_words(
        data_, *place.curve, *place.mark,
        {.has_capture_times = has_capture_times_, .has_raw_numbers = has_raw_numbers_});
}

// --- the mouse

std::optional<GraphView::Place> GraphView::mark_under_mouse() const {
    return mouse_ ? mark_at(*mouse_) : std::nullopt;
}

void GraphView::point_at(const std::optional<QPointF>& place) {
    mouse_ = place;
    const QPointF at = place.value_or(QPointF());
    const bool is_inside = place && !curves_.empty() && axisRect()->rect().contains(at.toPoint());
    crosshairs_->setVisible(has_crosshairs_ && is_inside);
    crosshairs_->position->setCoords(xAxis->pixelToCoord(at.x()), yAxis->pixelToCoord(at.y()));
    const std::optional<Place> found = mark_under_mouse();
    pointed_->setVisible(found.has_value());
    if (found) {
        const double y =
            std::clamp(yAxis->pixelToCoord(at.y()), found->mark->low, found->mark->high());
        pointed_->position->setCoords(found->mark->x, y);
    }
    layer(kOverlay)->replot();
    emit hovered(found ? words_of(*found) : QString());
}

void GraphView::mousePressEvent(QMouseEvent* event) {
    setFocus();
    pressed_at_ = event->pos();
    QCustomPlot::mousePressEvent(event);
    set_cursor(true);
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    const bool is_pressed = event->buttons().testFlag(Qt::LeftButton);
    set_cursor(is_pressed);
    if (!is_pressed) {
        point_at(event->pos());
    }
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    QCustomPlot::mouseReleaseEvent(event);
    set_cursor(false);
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const int moved = (event->pos() - pressed_at_).manhattanLength();
    if (moved >= QApplication::startDragDistance()) {
        framed_by_user_ = true;
        return;
    }
    const std::optional<Place> found = mark_at(event->pos());
    const FrameNumber frame = found ? frame_of(*found->curve, *found->mark) : 0;
    if (frame != 0) {
        select(*found);
        emit clicked(frame);
    }
}

void GraphView::wheelEvent(QWheelEvent* event) {
    framed_by_user_ = true;
    QCustomPlot::wheelEvent(event);
}

void GraphView::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    point_at(std::nullopt);
}

} // namespace mptcp::dialogs
