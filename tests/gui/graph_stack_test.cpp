#include "stats-dialogs/graph_stack.hpp"

#include "stats-dialogs/graph_data.hpp"
#include "taps/series_model.hpp"

#include <QtTest>

using namespace mptcp;
using namespace mptcp::dialogs;

namespace {

constexpr Nanoseconds kStart = 1'000'000'000'000;

Nanoseconds at_step(int step) {
    return kStart + step * taps::kRateStep;
}

} // namespace

class GraphStackTest : public QObject {
    Q_OBJECT

  private slots:
    void sums_up_from_below();
    void who_has_no_value_has_zero();
    void a_pause_is_at_zero();
    void marks_are_of_those_that_have_values();
};

void GraphStackTest::sums_up_from_below() {
    GraphStack stack;
    stack.add(0, at_step(1), 10);
    stack.add(2, at_step(1), 5);
    stack.add(0, at_step(2), 20);
    stack.add(2, at_step(2), 7);
    const auto layers = stack.take(kStart);
    QCOMPARE(layers.size(), std::size_t{2});
    // From above.
    QCOMPARE(layers[0].first, SubflowNumber{2});
    QCOMPARE(layers[0].second[0].low, 15.0);
    QCOMPARE(layers[0].second[1].low, 27.0);
    QCOMPARE(own_value(layers[0].second[1]), 7.0F);
    QCOMPARE(layers[1].first, SubflowNumber{0});
    QCOMPARE(layers[1].second[1].low, 20.0);
    QCOMPARE(layers[1].second[1].x, 0.02);
}

void GraphStackTest::who_has_no_value_has_zero() {
    GraphStack stack;
    stack.add(0, at_step(1), 10);
    stack.add(1, at_step(1), 5);
    stack.add(0, at_step(2), 10);
    const auto layers = stack.take(kStart);
    QCOMPARE(layers[0].second[1].low, 10.0);
    QCOMPARE(own_value(layers[0].second[1]), 0.0F);
}

void GraphStackTest::a_pause_is_at_zero() {
    GraphStack stack;
    stack.add(0, at_step(1), 10);
    stack.add(0, at_step(50), 20);
    const auto layers = stack.take(kStart);
    const std::vector<Mark>& marks = layers[0].second;
    QCOMPARE(marks.size(), std::size_t{4});
    QCOMPARE(marks[1].x, 0.02);
    QCOMPARE(marks[1].low, 0.0);
    QCOMPARE(marks[2].x, 0.49);
    QCOMPARE(marks[2].low, 0.0);
    QCOMPARE(marks[3].low, 20.0);
}

void GraphStackTest::marks_are_of_those_that_have_values() {
    GraphStack stack;
    constexpr int kSteps = 1000;
    for (int step = 0; step < kSteps; ++step) {
        stack.add(0, at_step(step), 10);
    }
    // Each of them for two steps.
    constexpr SubflowNumber kOthers = 50;
    for (SubflowNumber other = 1; other <= kOthers; ++other) {
        stack.add(other, at_step(static_cast<int>(other) * 4), 5);
        stack.add(other, at_step(static_cast<int>(other) * 4 + 1), 6);
    }
    const auto layers = stack.take(kStart);
    QCOMPARE(layers.size(), std::size_t{kOthers + 1});
    QCOMPARE(layers.back().second.size(), std::size_t{kSteps});
    const std::vector<Mark>& second = layers[kOthers - 1].second;
    const std::vector<std::pair<double, double>> wanted{{0.03, 0},  {0.03, 10}, {0.04, 15},
                                                        {0.05, 16}, {0.06, 10}, {0.06, 0}};
    QCOMPARE(second.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        QCOMPARE(second[i].x, wanted[i].first);
        QCOMPARE(second[i].low, wanted[i].second);
    }
}

QTEST_APPLESS_MAIN(GraphStackTest)
#include "graph_stack_test.moc"
