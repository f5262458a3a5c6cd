#include "taps/interval_model.hpp"

#include <array>
#include <functional>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::taps;
using namespace mptcp::test;

namespace {

struct Told {
    Nanoseconds start;
    std::uint64_t payload_bytes;
};

bool for_each_row(const Tracker& tracker, const SegmentLog& log, Nanoseconds length,
                  Silence silence, const std::function<void(const IntervalRow&)>& row) {
    const Selection everything;
    const ReportOptions options;
    return for_each_interval({&tracker, everything, options, log}, length, silence, row);
}

/// Of the server's direction of the only connection.
std::vector<Told> told(const Tracker& tracker, const SegmentLog& log, Nanoseconds length) {
    std::vector<Told> rows;
    for_each_row(tracker, log, length, Silence::told, [&](const IntervalRow& row) {
        if (row.subflow == nullptr && row.sender != row.connection.client_side()) {
            rows.push_back({row.start - row.connection.start(), row.figures.sent.payload_bytes()});
        }
    });
    return rows;
}

void a_silence_has_a_row_for_each_interval(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(10 * kSecond);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 50}));
    const std::vector<Told> rows = told(s.capture.tracker, log, kSecond);
    assert_int_equal(rows.size(), 11);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        assert_int_equal(rows[i].start, static_cast<Nanoseconds>(i) * kSecond);
        assert_int_equal(rows[i].payload_bytes, i == 0 ? 100 : i == 10 ? 50 : 0);
    }
}

void decades_of_silence_are_cut_short(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    constexpr Nanoseconds kDecades = 1'000'000'000 * kSecond;
    s.capture.wait(kDecades);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 50}));
    const std::vector<Told> rows = told(s.capture.tracker, log, kSecond);
    // The first interval, the silence, its last interval, and the interval of the last segment.
    assert_int_equal(rows.size(), 1 + kLongestToldSilence + 2);
    assert_int_equal(rows.back().start, kDecades);
    assert_int_equal(rows[rows.size() - 2].start, kDecades - kSecond);
    assert_int_equal(rows[rows.size() - 3].start, kLongestToldSilence * kSecond);
}

void rows_of_silence_are_counted_over_the_whole_capture(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    constexpr std::uint64_t kSegments = 8;
    for (std::uint32_t i = 0; i < kSegments; ++i) {
        // Both paths live through all of it.
        log.add(s.data(i % 2, server, {.ssn = 1 + i / 2 * 100, .offset = i * 100, .length = 100}));
        s.capture.wait(2 * kLongestToldSilence * kSecond);
    }
    std::uint64_t silent = 0;
    std::uint64_t payload = 0;
    const auto count = [&](const IntervalRow& row) {
        silent += row.figures.sent.segments == 0 ? 1 : 0;
        payload += row.subflow == nullptr ? row.figures.sent.payload_bytes() : 0;
    };
    assert_false(for_each_row(s.capture.tracker, log, kSecond, Silence::told, count));
    assert_true(silent > kSilentRows / 2);
    // Of intervals with a segment, the other direction and the other path have a row as well.
    assert_true(silent <= kSilentRows + kSegments * (kSilentRowsPerSegment + 8));
    assert_int_equal(payload, kSegments * 100);
}

void silence_may_be_left_out(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(10 * kSecond);
    log.add(s.data(s.lte, server, {.ssn = 1, .offset = 100, .length = 50}));
    std::vector<SubflowNumber> subflows;
    std::size_t rows = 0;
    for_each_row(s.capture.tracker, log, kSecond, Silence::left_out, [&](const IntervalRow& row) {
        ++rows;
        if (row.subflow != nullptr && row.sender != row.connection.client_side()) {
            subflows.push_back(row.subflow->number);
        }
    });
    // Of two intervals: two directions of all, and of one subflow.
    assert_int_equal(rows, 8);
    assert_true((subflows == std::vector<SubflowNumber>{0, 1}));
}

void subflows_have_rows_from_their_first_to_their_last_segment(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(3 * kSecond);
    log.add(s.data(s.lte, server, {.ssn = 1, .offset = 100, .length = 50}));
    s.capture.wait(3 * kSecond);
    log.add(s.data(0, server, {.ssn = 101, .offset = 150, .length = 10}));
    std::array<std::vector<Nanoseconds>, 2> starts;
    const auto note = [&](const IntervalRow& row) {
        if (row.subflow != nullptr && row.sender == row.connection.client_side()) {
            starts[row.subflow->number].push_back((row.start - row.connection.start()) / kSecond);
        }
    };
    assert_true(for_each_row(s.capture.tracker, log, kSecond, Silence::told, note));
    assert_true((starts[0] == std::vector<Nanoseconds>{0, 1, 2, 3, 4, 5, 6}));
    assert_true((starts[1] == std::vector<Nanoseconds>{0, 1, 2, 3}));
}

void segments_out_of_the_order_of_time_find_their_interval(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(2 * kSecond);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 50}));
    s.capture.wait(-kSecond);
    log.add(s.data(0, server, {.ssn = 151, .offset = 150, .length = 20}));
    s.capture.wait(-5 * kSecond);
    log.add(s.data(0, server, {.ssn = 171, .offset = 170, .length = 10}));
    std::uint64_t sum = 0;
    Nanoseconds before = -10 * kSecond;
    for (const Told& row : told(s.capture.tracker, log, kSecond)) {
        sum += row.payload_bytes;
        assert_true(row.start > before);
        before = row.start;
        const Nanoseconds second = row.start / kSecond;
        assert_int_equal(row.payload_bytes, second == -4  ? 10
                                            : second == 0 ? 100
                                            : second == 1 ? 20
                                            : second == 2 ? 50
                                                          : 0);
    }
    assert_int_equal(sum, 180);
}

/// From one end of time to the other and back.
void the_clock_may_jump_as_far_as_there_is_time(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    s.capture.wait(kLatestTime - s.capture.now() - kSecond);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 50}));
    s.capture.wait(kEarliestTime - s.capture.now());
    log.add(s.data(0, server, {.ssn = 151, .offset = 150, .length = 20}));
    std::uint64_t sum = 0;
    for (const Told& row : told(s.capture.tracker, log, 3'000'000 * kSecond)) {
        sum += row.payload_bytes;
    }
    assert_int_equal(sum, 170);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(a_silence_has_a_row_for_each_interval),
        cmocka_unit_test(decades_of_silence_are_cut_short),
        cmocka_unit_test(rows_of_silence_are_counted_over_the_whole_capture),
        cmocka_unit_test(silence_may_be_left_out),
        cmocka_unit_test(subflows_have_rows_from_their_first_to_their_last_segment),
        cmocka_unit_test(segments_out_of_the_order_of_time_find_their_interval),
        cmocka_unit_test(the_clock_may_jump_as_far_as_there_is_time),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
