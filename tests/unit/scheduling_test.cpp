#include "analysis/scheduling.hpp"

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

void nothing_new(void** /*state*/) {
    const Scheduling scheduling;
    assert_int_equal(scheduling.blocks().count, 0);
    assert_int_equal(scheduling.blocks().switches(), 0);
    assert_false(scheduling.rest_after(0).has_value());
}

void blocks_and_switches(void** /*state*/) {
    Scheduling scheduling;
    assert_false(scheduling.add(1, 100, 10 * kMillisecond));
    assert_false(scheduling.add(1, 50, 30 * kMillisecond));
    assert_true(scheduling.add(0, 400, 40 * kMillisecond));
    assert_true(scheduling.add(1, 30, 45 * kMillisecond));
    assert_false(scheduling.add(1, 30, 50 * kMillisecond));
    const Scheduling::Blocks blocks = scheduling.blocks();
    assert_int_equal(blocks.count, 3);
    assert_int_equal(blocks.switches(), 2);
    assert_int_equal(blocks.bytes, 610);
    assert_int_equal(blocks.most_bytes, 400);
    assert_int_equal(blocks.time, (20 + 0 + 5) * kMillisecond);
}

void what_came_after_a_subflow(void** /*state*/) {
    Scheduling scheduling;
    scheduling.add(0, 100, 10 * kMillisecond);
    assert_int_equal(scheduling.rest_after(0)->bytes, 0);
    scheduling.add(2, 50, 30 * kMillisecond);
    scheduling.add(0, 10, 50 * kMillisecond);
    scheduling.add(2, 20, 60 * kMillisecond);
    scheduling.add(3, 40, 75 * kMillisecond);
    assert_int_equal(scheduling.rest_after(0)->bytes, 60);
    assert_int_equal(scheduling.rest_after(0)->time, 25 * kMillisecond);
    assert_int_equal(scheduling.rest_after(2)->bytes, 40);
    assert_int_equal(scheduling.rest_after(2)->time, 15 * kMillisecond);
    assert_int_equal(scheduling.rest_after(3)->bytes, 0);
    assert_int_equal(scheduling.rest_after(3)->time, 0);
    assert_false(scheduling.rest_after(1).has_value());
    assert_false(scheduling.rest_after(4).has_value());
}

/// A mapping that comes late gives bytes an earlier time.
void time_never_runs_backwards(void** /*state*/) {
    Scheduling scheduling;
    scheduling.add(0, 100, 50 * kMillisecond);
    scheduling.add(0, 100, 20 * kMillisecond);
    scheduling.add(1, 100, 10 * kMillisecond);
    assert_int_equal(scheduling.blocks().time, 0);
    assert_int_equal(scheduling.rest_after(0)->time, 0);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(nothing_new),
        cmocka_unit_test(blocks_and_switches),
        cmocka_unit_test(what_came_after_a_subflow),
        cmocka_unit_test(time_never_runs_backwards),
    };
    return cmocka_run_group_tests_name("scheduling", tests, nullptr, nullptr);
}
