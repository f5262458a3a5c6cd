#include "analysis/data_order.hpp"

#include "analysis/data_direction.hpp"

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

struct Recorder {
    DataDirection data;
    FrameNumber frame = 0;

    explicit Recorder(Dsn first) {
        data.keep_history(true);
        data.begin_at(first);
    }

    /// `length` bytes at `offset` behind the first byte.
    void carry(std::uint64_t offset, std::uint64_t length, SubflowNumber subflow,
               Nanoseconds time) {
        carry_in(++frame, offset, length, subflow, time);
    }

    void carry_in(FrameNumber in, std::uint64_t offset, std::uint64_t length, SubflowNumber subflow,
                  Nanoseconds time) {
        const std::uint64_t begin = *data.first_position() + offset;
        data.carry(
            {{begin, begin + length}, {in, subflow, time, 0}}, [](Interval) {},
            [](Interval, const FirstCopy&, bool) {});
    }

    void acknowledge(std::uint64_t offset, Nanoseconds time) {
        data.acknowledge(*data.first_position() + offset, time, ++frame);
    }
};

void nothing_carried(void** /*state*/) {
    const Recorder recorder(1);
    const DataOrder order(recorder.data, 10 * kMillisecond);
    assert_true(order.holes().empty());
    assert_int_equal(order.blocked(), 0);
    assert_int_equal(order.scheduling().blocks().count, 0);
}

void holes_and_who_fills_them(void** /*state*/) {
    Recorder recorder(0xffffffff);
    recorder.carry(0, 100, 0, 0);
    recorder.carry(200, 100, 1, 10 * kMillisecond);
    recorder.carry(400, 100, 1, 20 * kMillisecond);
    // Repetitions hold nothing more, and fill nothing.
    recorder.carry(250, 50, 2, 25 * kMillisecond);
    // Splits the second hole.
    recorder.carry(330, 10, 2, 30 * kMillisecond);
    recorder.carry(100, 100, 0, 40 * kMillisecond);
    recorder.carry(300, 100, 2, 60 * kMillisecond);
    // In order again, until the next hole; nobody fills that one.
    recorder.carry(500, 100, 0, 90 * kMillisecond);
    recorder.carry(700, 20, 0, 95 * kMillisecond);
    const DataOrder order(recorder.data, 100 * kMillisecond);

    assert_int_equal(order.blocked(), (50 + 5) * kMillisecond);
    assert_int_equal(order.longest_blocked(), 50 * kMillisecond);
    assert_int_equal(order.most_held_bytes(), 210);
    assert_int_equal(order.out_of_order_bytes(), 100 + 100 + 10 + 20);
    assert_int_equal(order.greatest_distance(), 300);
    const std::vector<Nanoseconds> delays = {30 * kMillisecond, 30 * kMillisecond,
                                             40 * kMillisecond};
    assert_true(order.reorder_delays() == delays);

    assert_int_equal(order.holes().size(), 3);
    const Hole& second = order.holes()[1];
    assert_true(second.dsn == Dsn{0xffffffff} + 300);
    assert_int_equal(second.bytes, 100);
    assert_int_equal(second.start, 20 * kMillisecond);
    assert_int_equal(second.frame, 3);
    assert_int_equal(second.subflow, 1);
    assert_int_equal(second.filled, 60 * kMillisecond);
    assert_int_equal(second.filled_frame, 7);
    assert_int_equal(*second.filled_by, 2);
    assert_int_equal(order.holes()[2].filled_frame, 0);
    assert_false(order.holes()[2].filled_by.has_value());

    assert_int_equal(order.fillers().size(), 3);
    assert_int_equal(order.fillers()[0].bytes, 100);
    assert_int_equal(order.fillers()[0].waited, 30 * kMillisecond);
    assert_int_equal(order.fillers()[1].bytes, 0);
    assert_int_equal(order.fillers()[2].bytes, 100);
    assert_int_equal(order.fillers()[2].waited, 20 * kMillisecond);
}

void what_is_acknowledged_waits_for_nobody(void** /*state*/) {
    Recorder recorder(1);
    recorder.carry(100, 100, 0, 0);
    recorder.carry(300, 100, 0, 0);
    recorder.acknowledge(250, 10 * kMillisecond);
    // Seen only after its acknowledgment.
    recorder.carry(0, 100, 1, 20 * kMillisecond);
    recorder.carry(250, 50, 1, 50 * kMillisecond);
    const DataOrder order(recorder.data, 100 * kMillisecond);
    assert_int_equal(order.blocked(), 50 * kMillisecond);
    assert_int_equal(order.most_held_bytes(), 200);
    assert_int_equal(order.fillers()[1].bytes, 150);
    assert_int_equal(order.fillers()[1].waited, 40 * kMillisecond);
    assert_int_equal(order.holes().size(), 2);
    assert_int_equal(order.holes()[0].filled_frame, 3);
    assert_false(order.holes()[0].filled_by.has_value());
    assert_int_equal(order.holes()[1].filled_frame, 5);
    assert_int_equal(*order.holes()[1].filled_by, 1);
}

void no_time_passes_while_the_clock_goes_back(void** /*state*/) {
    Recorder recorder(1);
    recorder.carry(0, 100, 0, 0);
    recorder.carry(200, 100, 0, 50 * kMillisecond);
    recorder.carry(100, 100, 1, 10 * kMillisecond);
    recorder.carry(400, 100, 0, 60 * kMillisecond);
    recorder.carry(300, 100, 1, 90 * kMillisecond);
    const DataOrder order(recorder.data, 100 * kMillisecond);
    assert_int_equal(order.blocked(), 30 * kMillisecond);
    assert_int_equal(order.longest_blocked(), 30 * kMillisecond);
    assert_int_equal(order.fillers()[1].waited, 30 * kMillisecond);
    assert_int_equal(order.reorder_delays().size(), 2);
    assert_int_equal(order.reorder_delays()[0], 0);
}

/// What a mapping that came late says of earlier frames has its place among them.
void capture_order_counts(void** /*state*/) {
    Recorder recorder(1);
    recorder.carry_in(1, 0, 100, 0, 0);
    recorder.carry_in(4, 200, 100, 0, 30 * kMillisecond);
    recorder.carry_in(2, 100, 100, 1, 10 * kMillisecond);
    const DataOrder order(recorder.data, 50 * kMillisecond);
    assert_true(order.holes().empty());
    assert_int_equal(order.scheduling().blocks().count, 3);
}

/// Two records that become one have the order of the capture.
void order_of_absorbed_data(void** /*state*/) {
    Recorder first(1);
    first.carry_in(1, 0, 100, 0, 0);
    first.carry_in(4, 300, 100, 0, 30 * kMillisecond);
    first.data.acknowledge(*first.data.first_position() + 100, 35 * kMillisecond, 5);
    Recorder second(1);
    second.carry_in(2, 200, 100, 0, 10 * kMillisecond);
    second.carry_in(3, 100, 100, 1, 20 * kMillisecond);
    second.data.acknowledge(*second.data.first_position() + 400, 40 * kMillisecond, 6);
    first.data.absorb(second.data, 1, 0);
    first.carry_in(7, 500, 10, 1, 45 * kMillisecond);
    const DataOrder order(first.data, 50 * kMillisecond);
    assert_int_equal(order.scheduling().blocks().count, 5);
    assert_int_equal(order.scheduling().rest_after(0)->bytes, 10);
    assert_int_equal(order.holes().size(), 2);
    assert_int_equal(*order.holes()[0].filled_by, 2);
    assert_int_equal(order.blocked(), (10 + 5) * kMillisecond);
    assert_int_equal(order.fillers()[2].bytes, 100);
}

void released_data_keeps_its_order(void** /*state*/) {
    Recorder recorder(1);
    recorder.carry(100, 100, 0, 0);
    recorder.carry(0, 100, 1, 10 * kMillisecond);
    recorder.data.release();
    recorder.carry(200, 100, 0, 20 * kMillisecond);
    const DataOrder order(recorder.data, 20 * kMillisecond);
    assert_int_equal(order.holes().size(), 1);
    assert_int_equal(order.scheduling().blocks().count, 3);
    assert_int_equal(order.blocked(), 10 * kMillisecond);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(nothing_carried),
        cmocka_unit_test(holes_and_who_fills_them),
        cmocka_unit_test(what_is_acknowledged_waits_for_nobody),
        cmocka_unit_test(no_time_passes_while_the_clock_goes_back),
        cmocka_unit_test(capture_order_counts),
        cmocka_unit_test(order_of_absorbed_data),
        cmocka_unit_test(released_data_keeps_its_order),
    };
    return cmocka_run_group_tests_name("data_order", tests, nullptr, nullptr);
}
