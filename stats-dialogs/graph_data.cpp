#include "stats-dialogs/graph_data.hpp"

#include "stats-dialogs/connection_name.hpp"
#include "stats-dialogs/graph_stack.hpp"
#include "taps/perspective.hpp"
#include "taps/series_model.hpp"

#include <QObject>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

namespace mptcp::dialogs {

namespace {

using taps::SeriesPoint;

double number_of(const taps::Value& value) {
    return std::visit(
        [](const auto& held) -> double {
            using Held = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, taps::Seconds>) {
                return to_seconds(held.nanoseconds);
            } else if constexpr (std::is_arithmetic_v<Held>) {
                return static_cast<double>(held);
            } else {
                return 0;
            }
        },
        value.variant());
}

/// The curves in the making.
class Collector {
  public:
    explicit Collector(const GraphInfo& info) : info_(info) {}

    void add(const SeriesPoint& point, double x) {
        const auto kind =
            std::find_if(info_.kinds.begin(), info_.kinds.end(),
                         [&](const PointKind& one) { return one.kind == point.kind; });
        if (kind == info_.kinds.end()) {
            return;
        }
        const auto order = static_cast<std::size_t>(kind - info_.kinds.begin());
        if (kind->drawing == Drawing::stack && point.subflow) {
            stack_.add(*point.subflow, point.time, number_of(point.value));
            return;
        }
        std::optional<SubflowNumber> subflow = point.subflow;
        if (kind->hue != Hue::subflow) {
            subflow.reset();
        }
        marks_[{order, subflow}].push_back(mark_of(point, *kind, x));
    }

    std::vector<Curve> curves(Nanoseconds start) {
        std::vector<Curve> curves;
        // A stack is drawn from above: each of its areas reaches down to zero.
        for (auto& [subflow, marks] : stack_.take(start)) {
            curves.push_back({&info_.kinds.front(), subflow, LevelOfDetail(std::move(marks))});
        }
        for (auto& [place, marks] : marks_) {
            curves.push_back(
                {&info_.kinds[place.first], place.second, LevelOfDetail(std::move(marks))});
        }
        return curves;
    }

  private:
    static Mark mark_of(const SeriesPoint& point, const PointKind& kind, double x) {
        Mark mark{
            .x = x, .low = number_of(point.value), .height = 0, .id = point.frame.value_or(0)};
        if (kind.drawing == Drawing::bars) {
            mark.height = static_cast<float>(number_of(point.value_end) - mark.low);
        } else if (kind.drawing == Drawing::lanes) {
            mark.low = point.subflow.value_or(0) - kind.lane_height / 2;
            mark.height = static_cast<float>(kind.lane_height);
        } else if (kind.drawing == Drawing::stack) {
            mark.id = std::bit_cast<std::uint32_t>(static_cast<float>(mark.low));
        }
        return mark;
    }

    const GraphInfo& info_;
    GraphStack stack_;
    std::map<std::pair<std::size_t, std::optional<SubflowNumber>>, std::vector<Mark>> marks_;
};

std::vector<SubflowLabel> labels_of(const Connection& connection,
                                    const std::vector<Curve>& curves) {
    std::set<SubflowNumber> drawn;
    for (const Curve& curve : curves) {
        if (curve.subflow) {
            drawn.insert(*curve.subflow);
        }
    }
    const taps::Perspective perspective(connection);
    std::vector<SubflowLabel> labels;
    for (const SubflowNumber number : drawn) {
        labels.push_back({number, QObject::tr("Subflow %1 (%2)")
                                      .arg(number)
                                      .arg(QString::fromStdString(
                                          perspective.address(*connection.subflows()[number])))});
    }
    return labels;
}

QString why_nothing(const Connection& connection, Side sender, const GraphInfo& info) {
    if (connection.kind() == ConnectionKind::attempt) {
        return QObject::tr("This attempt did not become MPTCP: there is nothing to draw.");
    }
    if (connection.totals(sender).payload_bytes() == 0) {
        return QObject::tr("No payload was sent in this direction. D shows the other one.");
    }
    return QObject::tr(info.nothing);
}

} // namespace

GraphData graph_data(const taps::ReportInput& input, const Connection& connection, Side sender,
                     GraphKind graph) {
    const GraphInfo& info = info_of(graph);
    const std::string_view direction = taps::Perspective(connection).direction(sender);
    GraphData data{.graph = graph,
                   .connection = connection_name(connection),
                   .direction = QString::fromUtf8(direction.data(), int(direction.size())),
                   .curves = {},
                   .subflows = {},
                   .start = to_seconds(connection.start() - taps::origin_of(input.tracker)),
                   .base = static_cast<Dsn>(-connection.relative_dsn(sender, 0)),
                   .nothing = {}};
    if (connection.kind() == ConnectionKind::connection) {
        Collector collector(info);
        taps::for_each_point(input, info.series, [&](const SeriesPoint& point) {
            if (&point.connection == &connection && point.sender == sender) {
                collector.add(point, to_seconds(point.time - connection.start()));
            }
        });
        data.curves = collector.curves(connection.start());
    }
    data.subflows = labels_of(connection, data.curves);
    if (data.curves.empty()) {
        data.nothing = why_nothing(connection, sender, info);
    }
    return data;
}

FrameNumber frame_of(const Curve& curve, const Mark& mark) {
    return curve.kind->drawing == Drawing::stack ? 0 : mark.id;
}

float own_value(const Mark& mark) {
    return std::bit_cast<float>(mark.id);
}

} // namespace mptcp::dialogs
