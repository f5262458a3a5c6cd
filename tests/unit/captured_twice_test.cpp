#include "analysis/captured_twice.hpp"

#include <vector>

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using mptcp::test::kMillisecond;

namespace {

constexpr CapturePoint kHere{1, 0, 64};
constexpr CapturePoint kThere{2, 0, 64};

const std::vector<std::uint8_t> kOptions{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
const std::vector<std::uint8_t> kPayload(32, 0x55);

/// The n-th packet of a flow, 0.1 ms after the one before.
Segment packet(std::uint32_t n, CapturePoint point = kHere, Nanoseconds delay = 0) {
    Segment segment;
    segment.time = n * kMillisecond / 10 + delay;
    segment.sequence = 1000 + n * 100;
    segment.acknowledgment = 7;
    segment.window = 500;
    segment.flags = tcp_flag::ack;
    segment.options = kOptions;
    segment.payload_length = 100;
    segment.payload = kPayload;
    segment.ip_id = static_cast<std::uint16_t>(n);
    segment.capture_point = point;
    return segment;
}

void one_point_never_sees_twice(void** /*state*/) {
    CapturedTwice direction;
    for (std::uint32_t n = 0; n < 1000; ++n) {
        assert_false(direction.is_second_copy(packet(n)));
        // The same bytes at the same point are a packet sent twice.
        assert_false(direction.is_second_copy(packet(n)));
    }
}

void each_difference_of_point_counts(void** /*state*/) {
    const CapturePoint others[] = {{2, 0, 64}, {1, 5, 64}, {1, 0, 63}};
    for (const CapturePoint& other : others) {
        CapturedTwice direction;
        assert_false(direction.is_second_copy(packet(0)));
        assert_true(direction.is_second_copy(packet(0, other)));
        assert_false(direction.is_second_copy(packet(1, other)));
        assert_true(direction.is_second_copy(packet(1)));
    }
}

void a_long_capture_at_two_points(void** /*state*/) {
    CapturedTwice direction;
    for (std::uint32_t n = 0; n < 2000; ++n) {
        assert_false(direction.is_second_copy(packet(n)));
        assert_true(direction.is_second_copy(packet(n, kThere, 1000)));
    }
}

void copies_may_lag_by_many_packets(void** /*state*/) {
    CapturedTwice direction;
    assert_false(direction.is_second_copy(packet(0)));
    assert_true(direction.is_second_copy(packet(0, kThere)));
    for (std::uint32_t n = 1; n <= 90; ++n) {
        assert_false(direction.is_second_copy(packet(n)));
    }
    for (std::uint32_t n = 1; n <= 90; ++n) {
        assert_true(direction.is_second_copy(packet(n, kThere, 9 * kMillisecond)));
    }
}

void within_ten_milliseconds_either_way(void** /*state*/) {
    const struct {
        Nanoseconds delay;
        bool same;
    } cases[] = {
        {0, true},
        {10 * kMillisecond, true},
        {10 * kMillisecond + 1, false},
        {-10 * kMillisecond, true},
        {-10 * kMillisecond - 1, false},
    };
    for (const auto& c : cases) {
        CapturedTwice direction;
        assert_false(direction.is_second_copy(packet(0)));
        assert_int_equal(direction.is_second_copy(packet(0, kThere, c.delay)), c.same);
    }
}

void other_bytes_are_another_packet(void** /*state*/) {
    const std::vector<std::uint8_t> options{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 3};
    std::vector<std::uint8_t> payload = kPayload;
    payload[3] = 0x56;
    std::vector<Segment> others(8, packet(0, kThere));
    others[0].sequence += 1;
    others[1].acknowledgment += 1;
    others[2].window += 1;
    others[3].flags |= tcp_flag::fin;
    others[4].options = options;
    others[5].payload_length += 1;
    others[6].payload = payload;
    others[7].ip_id = 77;
    for (const Segment& other : others) {
        CapturedTwice direction;
        assert_false(direction.is_second_copy(packet(0)));
        assert_false(direction.is_second_copy(other));
    }
}

void three_points_give_two_copies(void** /*state*/) {
    CapturedTwice direction;
    const CapturePoint third{3, 0, 63};
    for (std::uint32_t n = 0; n < 50; ++n) {
        assert_false(direction.is_second_copy(packet(n)));
        assert_true(direction.is_second_copy(packet(n, kThere)));
        assert_true(direction.is_second_copy(packet(n, third)));
        // A second one at a point that had it is a packet of its own, and again seen everywhere.
        assert_false(direction.is_second_copy(packet(n, kThere)));
        assert_true(direction.is_second_copy(packet(n)));
    }
}

void as_many_copies_as_there_are_points(void** /*state*/) {
    CapturedTwice direction;
    for (std::uint32_t n = 0; n < 50; ++n) {
        assert_false(direction.is_second_copy(packet(n)));
        for (std::uint8_t point = 1; point < 8; ++point) {
            assert_true(
                direction.is_second_copy(packet(n, {1, 0, static_cast<std::uint8_t>(64 - point)})));
        }
    }
}

void a_route_that_changes_is_no_second_capture(void** /*state*/) {
    CapturedTwice direction;
    for (std::uint32_t n = 0; n < 500; ++n) {
        assert_false(
            direction.is_second_copy(packet(n, {1, 0, static_cast<std::uint8_t>(60 + n % 3)})));
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(one_point_never_sees_twice),
        cmocka_unit_test(each_difference_of_point_counts),
        cmocka_unit_test(a_long_capture_at_two_points),
        cmocka_unit_test(copies_may_lag_by_many_packets),
        cmocka_unit_test(within_ten_milliseconds_either_way),
        cmocka_unit_test(other_bytes_are_another_packet),
        cmocka_unit_test(three_points_give_two_copies),
        cmocka_unit_test(as_many_copies_as_there_are_points),
        cmocka_unit_test(a_route_that_changes_is_no_second_capture),
    };
    return cmocka_run_group_tests_name("captured_twice", tests, nullptr, nullptr);
}
