#include "taps/rate_series.hpp"

#include <optional>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::taps;
using namespace mptcp::test;

namespace {

struct Point {
    /// Since the start of the connection.
    Nanoseconds time;
    double value;
};

using Points = void (*)(const ReportInput& input, const PointSink& point);

/// What the server sent on one path; none: on all.
std::vector<Point> points_of(Points make, const Tracker& tracker, const SegmentLog& log,
                             std::optional<SubflowNumber> subflow) {
    const Selection selection;
    const ReportOptions options;
    std::vector<Point> points;
    Nanoseconds before = kEarliestTime;
    make({&tracker, selection, options, log}, [&](const SeriesPoint& point) {
        assert_true(point.time >= before - kRateStep);
        before = point.time;
        if (point.sender != point.connection.client_side() && point.subflow == subflow) {
            points.push_back(
                {point.time - point.connection.start(), *point.value.get_if<double>()});
        }
    });
    return points;
}

/// Data on both paths, then on the first one only, for three seconds.
struct PathThatEnds : TwoPaths {
    SegmentLog log;

    PathThatEnds() {
        log.add(data(lte, server, {.ssn = 1, .offset = 0, .length = 100}));
        for (std::uint32_t i = 0; i < 7; ++i) {
            log.add(data(0, server, {.ssn = 1 + i * 100, .offset = 100 + i * 100, .length = 100}));
            capture.wait(kSecond / 2);
        }
    }
};

void rates_of_a_path_that_ended_fall_to_zero(void** /*state*/) {
    PathThatEnds s;
    const auto points = points_of(for_each_throughput, s.capture.tracker, s.log, 1);
    // A zero before the first step, a point for each step of the second after it, a zero.
    assert_int_equal(points.size(), 1 + kRateWindow / kRateStep + 1);
    assert_true(points.front().value == 0);
    assert_true(points[1].value == 100 * 8);
    assert_true(points[points.size() - 2].value == 100 * 8);
    assert_true(points.back().value == 0);
    assert_int_equal(points.back().time - points[1].time, kRateWindow);
}

void rates_end_with_the_connection(void** /*state*/) {
    PathThatEnds s;
    const Nanoseconds last = s.capture.connection().last() - s.capture.connection().start();
    const auto points = points_of(for_each_throughput, s.capture.tracker, s.log, std::nullopt);
    assert_true(points.back().value == 2 * 100 * 8);
    assert_true(points.back().time > last && points.back().time <= last + kRateStep);
}

void shares_add_up_to_one(void** /*state*/) {
    PathThatEnds s;
    const auto first = points_of(for_each_share, s.capture.tracker, s.log, 0);
    const auto second = points_of(for_each_share, s.capture.tracker, s.log, 1);
    assert_true(second.front().value == 1 || first.front().time == second.front().time);
    unsigned together = 0;
    for (const Point& point : second) {
        for (const Point& other : first) {
            if (other.time == point.time && point.time > second.front().time) {
                ++together;
                assert_true(point.value + other.value == 1);
            }
        }
    }
    assert_int_equal(together, kRateWindow / kRateStep);
    assert_true(second.back().value == 0);
    assert_true(first.back().value == 1);
}

void a_silence_of_decades_is_passed_over(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(1'000'000'000 * kSecond);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 50}));
    const auto points = points_of(for_each_throughput, s.capture.tracker, log, 0);
    assert_int_equal(points.size(), 1 + kRateWindow / kRateStep + 1 + 2);
    assert_true(points.back().value == 50 * 8);
    assert_true(points[points.size() - 2].value == 0);
    assert_int_equal(points.back().time - points[points.size() - 2].time, kRateStep);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(rates_of_a_path_that_ended_fall_to_zero),
        cmocka_unit_test(rates_end_with_the_connection),
        cmocka_unit_test(shares_add_up_to_one),
        cmocka_unit_test(a_silence_of_decades_is_passed_over),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
