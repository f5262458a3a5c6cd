#include "stats-dialogs/graph_words.hpp"

#include "taps/quantity.hpp"

#include <QObject>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace mptcp::dialogs {

namespace {

QString sequence_text(const GraphData& data, double relative, const WordChoice& choice) {
    const auto number = static_cast<std::int64_t>(std::llround(relative));
    return choice.has_raw_numbers ? QString::number(data.base + static_cast<Dsn>(number))
                                  : QString::number(number);
}

QString sequence_words(const GraphData& data, const Curve& curve, const Mark& mark,
                       const WordChoice& choice) {
    const QString first = sequence_text(data, mark.low, choice);
    if (curve.kind->drawing != Drawing::bars) {
        return QObject::tr("up to DSN %1").arg(first);
    }
    return QObject::tr("DSN %1–%2 (%3 bytes)")
        .arg(first, sequence_text(data, mark.high() - 1, choice))
        .arg(std::llround(mark.high() - mark.low));
}

QString value_words(const GraphData& data, const Curve& curve, const Mark& mark,
                    const WordChoice& choice) {
    const bool is_stacked = curve.kind->drawing == Drawing::stack;
    const double value = is_stacked ? static_cast<double>(own_value(mark)) : mark.low;
    switch (info_of(data.graph).unit) {
    case AxisUnit::bytes:
        return data.graph == GraphKind::sequence ? sequence_words(data, curve, mark, choice)
                                                 : QObject::tr("%1 bytes").arg(std::llround(value));
    case AxisUnit::bits_per_second:
        return QString::fromStdString(taps::rate_text(value));
    case AxisUnit::seconds:
        return QString::fromStdString(
            taps::duration_text(std::llround(value * kNanosecondsPerSecond)));
    case AxisUnit::ratio:
        return QString::fromStdString(taps::percent_text(value));
    case AxisUnit::lanes:
        break;
    }
    return {};
}

} // namespace

QString mark_words(const GraphData& data, const Curve& curve, const Mark& mark,
                   const WordChoice& choice) {
    QStringList words;
    if (curve.kind->drawing != Drawing::stack) {
        words << QObject::tr("Packet %1").arg(mark.id);
    }
    if (curve.subflow) {
        const auto label =
            std::find_if(data.subflows.begin(), data.subflows.end(),
                         [&](const SubflowLabel& one) { return one.number == *curve.subflow; });
        words << label->text;
    }
    if (curve.kind->drawing != Drawing::stack || !curve.subflow) {
        words << QObject::tr(curve.kind->name);
    }
    words << value_words(data, curve, mark, choice);
    words << QObject::tr("%1 s").arg(mark.x + (choice.has_capture_times ? data.start : 0), 0, 'f',
                                     6);
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

} // namespace mptcp::dialogs
