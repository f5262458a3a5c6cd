#include "analysis/rtt.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using mptcp::test::kMillisecond;

namespace {

/// The samples are kept as floats.
constexpr double kPrecision = 1e-6;

RttStatistics statistics_of(const std::vector<Nanoseconds>& samples) {
    RttSamples rtt;
    for (const Nanoseconds sample : samples) {
        rtt.add(sample);
    }
    assert_int_equal(rtt.count(), samples.size());
    const auto statistics = rtt.statistics();
    assert_true(statistics.has_value());
    assert_int_equal(statistics->count, samples.size());
    return *statistics;
}

void assert_near(double actual, double expected) {
    assert_true(actual >= expected - kPrecision && actual <= expected + kPrecision);
}

void none_without_samples(void** /*state*/) {
    const RttSamples rtt;
    assert_int_equal(rtt.count(), 0);
    assert_false(rtt.statistics().has_value());
    assert_false(rtt.percentile(50).has_value());
}

void one_sample_is_everything(void** /*state*/) {
    const RttStatistics s = statistics_of({25 * kMillisecond});
    for (const double value : {s.min, s.mean, s.median, s.p95, s.max}) {
        assert_near(value, 0.025);
    }
    assert_near(s.stdev, 0);
}

void known_values(void** /*state*/) {
    // 2 4 4 4 5 5 7 9: mean 5, standard deviation 2; nearest rank: 4th and 8th of 8.
    std::vector<Nanoseconds> samples;
    for (const int value : {9, 2, 5, 4, 7, 4, 5, 4}) {
        samples.push_back(value * kMillisecond);
    }
    const RttStatistics s = statistics_of(samples);
    assert_near(s.min, 0.002);
    assert_near(s.mean, 0.005);
    assert_near(s.median, 0.004);
    assert_near(s.p95, 0.009);
    assert_near(s.max, 0.009);
    assert_near(s.stdev, 0.002);
}

void nearest_ranks(void** /*state*/) {
    // Rank of a quantile q of n samples: q × n, rounded up.
    const struct {
        int count;
        int median;
        int p95;
        int p25;
    } cases[] = {{2, 1, 2, 1},    {3, 2, 3, 1},    {19, 10, 19, 5},
                 {20, 10, 19, 5}, {21, 11, 20, 6}, {100, 50, 95, 25}};
    std::mt19937 random{95};
    for (const auto& c : cases) {
        std::vector<Nanoseconds> samples;
        for (int i = 1; i <= c.count; ++i) {
            samples.push_back(i * kMillisecond);
        }
        std::shuffle(samples.begin(), samples.end(), random);
        const RttStatistics s = statistics_of(samples);
        assert_near(s.median, c.median / 1000.0);
        assert_near(s.p95, c.p95 / 1000.0);
        assert_near(s.min, 0.001);
        assert_near(s.max, c.count / 1000.0);
        RttSamples rtt;
        for (const Nanoseconds sample : samples) {
            rtt.add(sample);
        }
        assert_near(*rtt.percentile(25), c.p25 / 1000.0);
        assert_near(*rtt.percentile(95), c.p95 / 1000.0);
        assert_near(*rtt.percentile(1), 0.001);
        assert_near(*rtt.percentile(100), c.count / 1000.0);
    }
}

void microseconds_and_minutes(void** /*state*/) {
    const RttStatistics s = statistics_of({1000, 60'000 * kMillisecond});
    assert_near(s.min, 0.000001);
    assert_near(s.max, 60);
    assert_near(s.mean, 30.0000005);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(none_without_samples),
        cmocka_unit_test(one_sample_is_everything),
        cmocka_unit_test(known_values),
        cmocka_unit_test(nearest_ranks),
        cmocka_unit_test(microseconds_and_minutes),
    };
    return cmocka_run_group_tests_name("rtt", tests, nullptr, nullptr);
}
