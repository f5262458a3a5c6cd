#include "stats-dialogs/graph_ticker.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mptcp::dialogs {

namespace {

/// Steps of ticks divide it.
constexpr Dsn kRound = 1'000'000'000;
/// What has fewer than this of a prefix takes the next smaller one.
constexpr double kLeast = 1;

} // namespace

void GraphTicker::set_offset(double offset) {
    offset_ = offset;
    setTickOrigin(-offset);
}

void GraphTicker::set_base(Dsn base) {
    base_ = base;
    setTickOrigin(-static_cast<double>(base % kRound));
}

GraphTicker::Prefix GraphTicker::prefix_of(const QCPRange& range) const {
    static constexpr std::array<Prefix, 4> kLarge{{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}}};
    static constexpr std::array<Prefix, 4> kSmall{{{1, ""}, {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"}}};
    const bool has_prefixes = unit_ != AxisUnit::lanes && unit_ != AxisUnit::ratio && !base_;
    if (!has_prefixes) {
        return {};
    }
    const double most = std::max(std::abs(range.lower + offset_), std::abs(range.upper + offset_));
    const auto& prefixes = unit_ == AxisUnit::seconds ? kSmall : kLarge;
    const auto* const fits =
        std::find_if(prefixes.begin(), prefixes.end(),
                     [most](const Prefix& prefix) { return most >= prefix.factor * kLeast; });
    return fits != prefixes.end() ? *fits : prefixes.back();
}

QString GraphTicker::unit_text(const QCPRange& range) const {
    const QString prefix = QString::fromUtf8(prefix_of(range).text);
    switch (unit_) {
    case AxisUnit::bytes:
        return base_ ? QString() : prefix + "B";
    case AxisUnit::bits_per_second:
        return prefix + "bit/s";
    case AxisUnit::seconds:
        return prefix + "s";
    case AxisUnit::ratio:
        return "%";
    case AxisUnit::lanes:
        break;
    }
    return {};
}

double GraphTicker::getTickStep(const QCPRange& range) {
    double step = QCPAxisTicker::getTickStep(range);
    const bool is_whole = unit_ == AxisUnit::lanes || unit_ == AxisUnit::bytes;
    if (is_whole) {
        step = std::max(1.0, std::round(step));
    }
    factor_ = unit_ == AxisUnit::ratio ? 0.01 : prefix_of(range).factor;
    constexpr double kRounding = 1e-6;
    constexpr int kMostDecimals = 9;
    decimals_ = 0;
    for (double shown = step / factor_;
         decimals_ < kMostDecimals && std::abs(shown - std::round(shown)) > kRounding * shown;
         shown *= 10) {
        ++decimals_;
    }
    return step;
}

int GraphTicker::getSubTickCount(double tick_step) {
    return unit_ == AxisUnit::lanes ? 0 : QCPAxisTicker::getSubTickCount(tick_step);
}

QString GraphTicker::getTickLabel(double tick, const QLocale& locale, QChar /*format*/,
                                  int /*precision*/) {
    if (base_) {
        return QString::number(*base_ + static_cast<Dsn>(std::llround(tick)));
    }
    double shown = (tick + offset_) / factor_;
    // No "-0".
    if (std::abs(shown) < std::pow(10, -decimals_) / 2) {
        shown = 0;
    }
    return locale.toString(shown, 'f', decimals_);
}

} // namespace mptcp::dialogs
