#include "stats-dialogs/subflow_palette.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mptcp::dialogs {

namespace {

/// Orange is too near to the yellow of windows: grey stands for it.
constexpr std::array<QRgb, 5> kColours{0x0072b2, 0xd55e00, 0xcc79a7, 0x56b4e9, 0x8a8a8a};
constexpr std::array<QCPScatterStyle::ScatterShape, 7> kShapes{
    QCPScatterStyle::ssDisc,      QCPScatterStyle::ssSquare,           QCPScatterStyle::ssTriangle,
    QCPScatterStyle::ssDiamond,   QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCross,
    QCPScatterStyle::ssPlusCircle};
constexpr std::array<Qt::PenStyle, 4> kLines{Qt::SolidLine, Qt::DashLine, Qt::DotLine,
                                             Qt::DashDotLine};
constexpr QRgb kDataAck = 0x009e73;
constexpr QRgb kWindow = 0xf0e442;
static_assert(kSubflowLooks == kColours.size() * kShapes.size());

/// Lines are legible from about here on.
constexpr double kLeastContrast = 1.9;

double luminance(const QColor& colour) {
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

/// The colour, a little nearer to that of text if the background swallows it.
QColor legible(QRgb rgb, const QPalette& palette) {
    constexpr double kStep = 0.1;
    const QColor background = palette.color(QPalette::Base);
    QColor colour(rgb);
    for (double part = 1; contrast(colour, background) < kLeastContrast && part > 0;
         part -= kStep) {
        colour = mixed(QColor(rgb), palette.color(QPalette::Text), part);
    }
    return colour;
}

} // namespace

QColor mixed(const QColor& colour, const QColor& other, double part) {
    const auto mix = [part](int a, int b) { return qRound(a * part + b * (1 - part)); };
    return {mix(colour.red(), other.red()), mix(colour.green(), other.green()),
            mix(colour.blue(), other.blue())};
}

double contrast(const QColor& a, const QColor& b) {
    constexpr double kFlare = 0.05;
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + kFlare) / (darker + kFlare);
}

SubflowLook look_of(SubflowNumber subflow, const QPalette& palette) {
    const std::size_t round = subflow / kColours.size();
    return {.colour = legible(kColours[subflow % kColours.size()], palette),
            .shape = kShapes[round % kShapes.size()],
            .line = kLines[round % kLines.size()]};
}

QColor data_ack_colour(const QPalette& palette) {
    return legible(kDataAck, palette);
}

QColor window_colour(const QPalette& palette) {
    return legible(kWindow, palette);
}

} // namespace mptcp::dialogs
