#include "analysis/signalling.hpp"

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

// --- addresses and priorities

void addresses_are_announced_and_removed(void** /*state*/) {
    OpenSession s;
    const SegmentFacts announced = s.pure_ack(0, server, option::add_addr(7, {10, 9, 9, 9}));
    s.pure_ack(0, server, option::remove_addr(7));
    s.finish();
    assert_int_equal(announced.add_addr.result, Verification::bad);
    const Event event = s.event(EventType::announced);
    assert_int_equal(event.host, server);
    assert_int_equal(*event.address_id, 7);
    assert_true(event.announced == endpoint({10, 9, 9, 9}, 0));
    assert_int_equal(*s.event(EventType::removed).address_id, 7);
}

void priority_changes(void** /*state*/) {
    OpenSession s;
    const unsigned lte = s.join({.backup = true});
    s.pure_ack(lte, client, option::mp_prio(false));
    assert_false(s.subflow(lte).backup[index(client)]);
    s.pure_ack(lte, server, option::mp_prio(true));
    assert_true(s.subflow(lte).backup[index(server)]);
    s.finish();
    assert_int_equal(s.count_events(EventType::subflow_priority), 2);
    assert_false(s.subflow(0).backup[index(server)]);
    assert_true(s.subflow(lte).joined_as_backup[index(client)]);
    assert_false(s.subflow(lte).joined_as_backup[index(server)]);
}

// --- ends of subflows

void fins_of_both_end_a_subflow(void** /*state*/) {
    TwoPaths s;
    s.data(s.lte, client, {1, 0, 100});
    s.fin(s.lte, client, 101);
    s.ack(s.lte, server, 102);
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::open);
    s.fin(s.lte, server, 1);
    s.finish();
    const Subflow& subflow = s.subflow(s.lte);
    assert_int_equal(subflow.end, SubflowEnd::fin);
    assert_int_equal(subflow.ended_by, server);
    assert_int_equal(s.event(EventType::subflow_closed).frame, subflow.end_frame);
    assert_int_equal(s.subflow(0).end, SubflowEnd::open);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
}

void the_end_of_a_subflow_so_far(void** /*state*/) {
    TwoPaths s;
    s.fin(s.lte, client, 1);
    s.capture.tracker.settle();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::open);
    s.ack(s.lte, server, 2);
    s.capture.tracker.settle();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::fin);
    s.data(s.lte, server, {1, 0, 100});
    s.capture.tracker.settle();
    s.rst(s.lte, client, option::mp_tcprst(reset_reason::unspecified));
    s.finish();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::rst);
    assert_int_equal(*s.subflow(s.lte).reset_reason, reset_reason::unspecified);
    assert_int_equal(s.count_events(EventType::subflow_closed), 1);
}

void an_unanswered_fin_is_no_end(void** /*state*/) {
    TwoPaths s;
    s.ack(s.lte, server, 1);
    s.capture.wait(2 * kSecond);
    s.fin(s.lte, client, 1);
    s.data(0, client, {1, 0, 100});
    s.finish();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::silent);
    assert_int_equal(s.count_events(EventType::subflow_closed), 0);
}

void a_silent_path_speaks_again(void** /*state*/) {
    TwoPaths s;
    s.data(s.lte, client, {1, 0, 100});
    s.capture.wait(2 * kSecond);
    s.data(s.lte, client, {1, 0, 100});
    s.capture.tracker.settle();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::silent);
    s.ack(s.lte, server, 101);
    s.finish();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::open);
}

void reset_with_a_reason(void** /*state*/) {
    TwoPaths s;
    s.data(s.lte, client, {1, 0, 100});
    s.rst(s.lte, server, option::mp_tcprst(reset_reason::unacceptable_performance));
    const FrameNumber frame = s.capture.frames();
    // Later ones change nothing.
    s.rst(s.lte, client, option::mp_tcprst(reset_reason::unspecified, true));
    s.finish();
    const Subflow& subflow = s.subflow(s.lte);
    assert_int_equal(subflow.end, SubflowEnd::rst);
    assert_int_equal(subflow.end_frame, frame);
    assert_int_equal(subflow.ended_by, server);
    assert_int_equal(*subflow.reset_reason, reset_reason::unacceptable_performance);
    assert_false(subflow.reset_transient);
    assert_int_equal(s.count_events(EventType::tcprst), 2);
    const Event closed = s.event(EventType::subflow_closed);
    assert_int_equal(closed.frame, frame);
    assert_int_equal(*closed.reason, reset_reason::unacceptable_performance);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
}

void a_path_falls_silent(void** /*state*/) {
    TwoPaths s;
    s.data(s.lte, client, {1, 0, 100});
    s.ack(s.lte, server, 101);
    s.data(s.lte, client, {101, 100, 100});
    s.capture.wait(kSecond);
    s.data(s.lte, client, {101, 100, 100});
    s.data(0, client, {1, 100, 100});
    s.ack(0, server, 101);
    s.finish();
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::silent);
    assert_int_equal(s.subflow(0).end, SubflowEnd::open);
}

void patience_with_a_path(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.ack(0, server, 101);
    s.data(0, client, {101, 100, 100});
    s.capture.wait(kSecond / 2);
    s.data(0, client, {101, 100, 100});
    s.finish();
    assert_int_equal(s.subflow(0).end, SubflowEnd::open);
}

// --- ends of connections

void data_fins_end_a_connection(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data_fin(0, client, 100);
    s.data_fin(0, server, 0);
    s.fin(0, client, 101);
    s.fin(0, server, 1);
    s.finish();
    assert_int_equal(s.connection().end(), ConnectionEnd::data_fin);
    assert_int_equal(s.subflow(0).end, SubflowEnd::fin);
}

void one_data_fin_is_enough_once_all_is_over(void** /*state*/) {
    OpenSession s;
    s.data_fin(0, client, 0);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
    const FrameNumber last = s.rst(0, server).frame;
    s.finish();
    assert_int_equal(s.connection().end(), ConnectionEnd::data_fin);
    assert_int_equal(s.event(EventType::closed).frame, last);
}

void fastclose_by_reset(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    s.rst(0, client, option::mp_fastclose(s.key(server)));
    s.rst(s.lte, client);
    s.finish();
    assert_int_equal(s.connection().end(), ConnectionEnd::fastclose);
    assert_int_equal(*s.connection().fastclose_by(), client);
    assert_int_equal(s.subflow(0).end, SubflowEnd::fastclose);
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::fastclose);
    assert_int_equal(s.event(EventType::fastclose).host, client);
    assert_int_equal(s.event(EventType::closed).frame, s.event(EventType::fastclose).frame);
}

void fastclose_by_acknowledgment(void** /*state*/) {
    // RFC 8684 section 3.5: on an ACK first, answered by a RST.
    OpenSession s;
    s.pure_ack(0, server, option::mp_fastclose(s.key(client)));
    s.rst(0, client);
    s.finish();
    assert_int_equal(s.connection().end(), ConnectionEnd::fastclose);
    assert_int_equal(*s.connection().fastclose_by(), server);
    assert_int_equal(s.subflow(0).end, SubflowEnd::fastclose);
    assert_int_equal(s.subflow(0).ended_by, client);
}

void resets_of_all_subflows(void** /*state*/) {
    TwoPaths s;
    s.rst(0, server);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
    s.rst(s.lte, server);
    s.finish();
    assert_int_equal(s.connection().end(), ConnectionEnd::rst);
    // RFC 8684 section 3.3.3: as far as packets tell, a join might still have come.
    assert_int_equal(s.count_events(EventType::closed), 0);
}

void acknowledged_data_fins_close_a_connection(void** /*state*/) {
    OpenSession s;
    s.data_fin(0, client, 0);
    s.data_fin(0, server, 0);
    s.data_ack(0, server, 1);
    s.pure_ack(0, client);
    assert_int_equal(s.count_events(EventType::closed), 0);
    const FrameNumber last = s.data_ack(0, client, 1).frame;
    s.fin(0, client, 1);
    s.fin(0, server, 1);
    s.finish();
    assert_int_equal(s.event(EventType::closed).frame, last);
}

void unacknowledged_data_fins_close_nothing(void** /*state*/) {
    OpenSession s;
    s.data_fin(0, client, 0);
    s.data_fin(0, server, 0);
    s.pure_ack(0, client);
    s.finish();
    assert_int_equal(s.count_events(EventType::closed), 0);
}

void end_after_a_fallback(void** /*state*/) {
    for (const bool reset : {true, false}) {
        OpenSession s;
        s.infinite_mapping(0, client, {1, 0, 100});
        assert_int_equal(s.connection().end(), ConnectionEnd::open);
        if (reset) {
            s.rst(0, server);
        } else {
            s.fin(0, client, 101);
            s.fin(0, server, 1);
        }
        s.finish();
        assert_int_equal(s.connection().end(),
                         reset ? ConnectionEnd::rst : ConnectionEnd::fallback);
    }
}

void mp_fail_on_one_of_two_subflows(void** /*state*/) {
    // RFC 8684 section 3.7: the subflow is closed with MP_FAIL, the connection goes on.
    TwoPaths s;
    s.data(s.lte, server, {1, 0, 100});
    s.rst(s.lte, client, option::mp_fail(s.dsn(server, 0)));
    s.data(0, server, {1, 0, 100});
    s.data(0, server, {101, 100, 100});
    s.finish();
    assert_int_equal(s.event(EventType::mp_fail).subflow, 1);
    assert_int_equal(s.subflow(s.lte).end, SubflowEnd::rst);
    assert_false(s.connection().fallback().has_value());
    s.assert_direction(server, {.fresh = 200, .other = 100});
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_announced_and_removed),
        cmocka_unit_test(priority_changes),
        cmocka_unit_test(fins_of_both_end_a_subflow),
        cmocka_unit_test(the_end_of_a_subflow_so_far),
        cmocka_unit_test(an_unanswered_fin_is_no_end),
        cmocka_unit_test(a_silent_path_speaks_again),
        cmocka_unit_test(reset_with_a_reason),
        cmocka_unit_test(a_path_falls_silent),
        cmocka_unit_test(patience_with_a_path),
        cmocka_unit_test(data_fins_end_a_connection),
        cmocka_unit_test(one_data_fin_is_enough_once_all_is_over),
        cmocka_unit_test(fastclose_by_reset),
        cmocka_unit_test(fastclose_by_acknowledgment),
        cmocka_unit_test(resets_of_all_subflows),
        cmocka_unit_test(acknowledged_data_fins_close_a_connection),
        cmocka_unit_test(unacknowledged_data_fins_close_nothing),
        cmocka_unit_test(end_after_a_fallback),
        cmocka_unit_test(mp_fail_on_one_of_two_subflows),
    };
    return cmocka_run_group_tests_name("signalling", tests, nullptr, nullptr);
}
