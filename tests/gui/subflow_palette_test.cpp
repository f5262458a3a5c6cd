#include "stats-dialogs/subflow_palette.hpp"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

using namespace mptcp::dialogs;

namespace {

QPalette theme(const QColor& background, const QColor& text) {
    QPalette palette;
    palette.setColor(QPalette::Base, background);
    palette.setColor(QPalette::Text, text);
    return palette;
}

std::vector<QPalette> themes() {
    return {theme(Qt::white, Qt::black), theme(QColor(0x23, 0x26, 0x29), QColor(0xef, 0xf0, 0xf1))};
}

} // namespace

class SubflowPaletteTest : public QObject {
    Q_OBJECT

  private slots:
    void every_subflow_of_a_connection_looks_different();
    void curves_can_be_seen();
    void subflows_are_no_data_acks_and_no_windows();
    void contrast_is_that_of_wcag();
};

void SubflowPaletteTest::every_subflow_of_a_connection_looks_different() {
    constexpr unsigned kSubflows = 32;
    for (const QPalette& palette : themes()) {
        std::set<std::tuple<QRgb, int>> looks;
        for (unsigned subflow = 0; subflow < kSubflows; ++subflow) {
            const SubflowLook look = look_of(subflow, palette);
            looks.emplace(look.colour.rgb(), static_cast<int>(look.shape));
        }
        QCOMPARE(looks.size(), std::size_t{kSubflows});
    }
    const SubflowLook first = look_of(0, themes().front());
    const SubflowLook again = look_of(kSubflowLooks, themes().front());
    QVERIFY(first.colour == again.colour && first.shape == again.shape);
}

void SubflowPaletteTest::curves_can_be_seen() {
    for (const QPalette& palette : themes()) {
        const QColor background = palette.color(QPalette::Base);
        for (unsigned subflow = 0; subflow < kSubflowLooks; ++subflow) {
            QVERIFY(contrast(look_of(subflow, palette).colour, background) >= 1.9);
        }
        QVERIFY(contrast(data_ack_colour(palette), background) >= 1.9);
        QVERIFY(contrast(window_colour(palette), background) >= 1.9);
    }
}

void SubflowPaletteTest::subflows_are_no_data_acks_and_no_windows() {
    constexpr int kApart = 25;
    for (const QPalette& palette : themes()) {
        for (unsigned subflow = 0; subflow < kSubflowLooks; ++subflow) {
            const int hue = look_of(subflow, palette).colour.hsvHue();
            if (hue < 0) {
                continue; // grey
            }
            for (const QColor& kept : {data_ack_colour(palette), window_colour(palette)}) {
                const int apart = std::abs(hue - kept.hsvHue());
                QVERIFY(std::min(apart, 360 - apart) >= kApart);
            }
        }
    }
}

void SubflowPaletteTest::contrast_is_that_of_wcag() {
    QCOMPARE(contrast(Qt::white, Qt::black), 21.0);
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::red, Qt::red), 1.0);
    // From WCAG's own understanding document: #767676 on white is just above 4.5.
    QVERIFY(std::abs(contrast(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.01);
}

QTEST_GUILESS_MAIN(SubflowPaletteTest)
#include "subflow_palette_test.moc"
