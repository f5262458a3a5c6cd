#include "analysis/tracker.hpp"

#include <utility>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

void tcp_alone_is_nothing(void** /*state*/) {
    NewSession s;
    s.add_path();
    assert_false(s.syn(0, client, {}).is_mptcp());
    assert_false(s.syn(0, server, {}).is_mptcp());
    assert_false(s.bytes(0, client, 1, 100).is_mptcp());
    assert_false(s.rst(0, server).is_mptcp());
    s.capture.finish();
    assert_true(s.capture.tracker.connections().empty());
    assert_null(s.capture.tracker.connection(0));
}

void a_capture_of_nothing(void** /*state*/) {
    Capture capture;
    capture.finish();
    assert_true(capture.tracker.connections().empty());
    assert_null(capture.tracker.connection(0));
    assert_int_equal(capture.tracker.late_credit(5).total(), 0);
}

void several_connections_at_once(void** /*state*/) {
    Capture capture;
    std::vector<Session> sessions;
    for (std::uint8_t i = 0; i < 10; ++i) {
        sessions.emplace_back(capture, Setup{.keys = {i + 1ULL, i + 100ULL},
                                             .net = static_cast<std::uint8_t>(i + 1)});
    }
    for (Session& s : sessions) {
        s.open();
    }
    for (Session& s : sessions) {
        s.join();
    }
    for (std::uint32_t i = 0; i < 5; ++i) {
        for (Session& s : sessions) {
            s.data(i % 2, client, {1 + 100 * (i / 2), 100 * i, 100});
        }
    }
    for (const Session& s : sessions) {
        s.finish();
        s.assert_direction(client, {.fresh = 500});
        assert_int_equal(s.connection().subflows().size(), 2);
    }
    assert_int_equal(capture.tracker.connections().size(), 10);
}

// --- flows

void a_4_tuple_is_used_again(void** /*state*/) {
    for (const bool numbered : {true, false}) {
        NewSession s;
        s.capture.numbers_streams = numbered;
        s.open();
        const unsigned lte = s.join();
        s.data(lte, client, {1, 0, 100});
        s.rst(lte, client);
        // Joins again from the same port.
        const unsigned again = s.reuse_path(lte);
        s.join_syn(again);
        s.join_syn_ack(again);
        s.join_ack(again);
        assert_bytes(s.data(again, client, {1, 0, 100}).bytes, {.other = 100});
        assert_bytes(s.data(again, client, {101, 100, 100}).bytes, {.fresh = 100});
        s.finish();
        assert_int_equal(s.capture.tracker.connections().size(), 1);
        assert_int_equal(s.connection().subflows().size(), 3);
        assert_int_equal(s.subflow(again).number, 2);
        assert_int_equal(s.subflow(again).ack_hmac, Verification::good);
        assert_int_equal(s.subflow(lte).end, SubflowEnd::rst);
    }
}

void a_4_tuple_is_used_by_another_connection(void** /*state*/) {
    for (const bool numbered : {true, false}) {
        NewSession s;
        s.capture.numbers_streams = numbered;
        s.open();
        s.data(0, client, {1, 0, 100});
        // Without a word the client begins anew.
        Session next(s.capture, {.keys = {5, 6}});
        const unsigned path = next.add_path();
        Segment syn = next.segment_of(path, client, 0x1000);
        syn.flags = tcp_flag::syn;
        next.send(path, syn, option::mp_capable(Version::v1, {}));
        next.capable_data(path, {0x1001, 0, 100});
        s.finish();
        assert_int_equal(s.capture.tracker.connections().size(), 2);
        assert_int_equal(next.connection().number(), 1);
        next.assert_direction(client, {.fresh = 100});
        s.assert_direction(client, {.fresh = 100});
    }
}

void plain_tcp_uses_a_4_tuple_again(void** /*state*/) {
    for (const bool numbered : {true, false}) {
        NewSession s;
        s.capture.numbers_streams = numbered;
        s.open();
        s.data(0, client, {1, 0, 100});
        s.rst(0, client);
        const unsigned again = s.reuse_path(0);
        assert_false(s.syn(again, client, {}).is_mptcp());
        assert_false(s.syn(again, server, {}).is_mptcp());
        assert_false(s.bytes(again, client, 1, 1000).is_mptcp());
        s.finish();
        s.assert_direction(client, {.fresh = 100});
    }
}

void a_syn_sent_again_is_no_new_flow(void** /*state*/) {
    for (const bool numbered : {true, false}) {
        NewSession s;
        s.capture.numbers_streams = numbered;
        s.add_path();
        s.capable_syn(0);
        s.capable_syn(0);
        s.capable_syn_ack(0);
        s.capable_syn_ack(0);
        s.capable_ack(0);
        s.data(0, client, {1, 0, 100});
        s.finish();
        assert_int_equal(s.capture.tracker.connections().size(), 1);
        assert_int_equal(s.connection().subflows().size(), 1);
    }
}

// --- packets captured twice

void every_packet_captured_twice(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {101, 100, 100});
    const auto again = [&](std::uint32_t ssn, std::uint16_t id) {
        Segment segment = s.segment_of(0, client, ssn, 100);
        segment.ip_id = id;
        return std::pair(segment, option::mapping(s.dsn(client, ssn - 1), ssn, 100));
    };
    for (std::uint32_t i = 2; i < 50; ++i) {
        auto [segment, options] = again(1 + 100 * i, static_cast<std::uint16_t>(1000 + i));
        const SegmentFacts facts = s.send(0, segment, options);
        assert_false(facts.duplicate);
        assert_bytes(facts.bytes, {.fresh = 100});
        segment.capture_point.interface_id = 1;
        const SegmentFacts second = s.send(0, segment, options);
        assert_true(second.duplicate);
        assert_int_equal(second.bytes.total(), 0);
        assert_int_equal(second.payload_bytes, 100);
    }
    s.capture.finish();
    const Totals& totals = s.flow(0, client).totals;
    assert_int_equal(totals.duplicate_segments, 48);
    assert_int_equal(totals.data_bytes(), 5000);
    assert_int_equal(totals.payload_bytes(), 5000);
    assert_int_equal(totals.data_segments, 50);
}

void a_retransmission_is_not_captured_twice(void** /*state*/) {
    // The same bytes with another IP ID, at another interface.
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    Segment segment = s.segment_of(0, client, 1, 100);
    segment.capture_point.interface_id = 1;
    const SegmentFacts facts = s.send(0, segment, {});
    assert_false(facts.duplicate);
    assert_bytes(facts.bytes, {.retransmitted = 100});
    s.finish();
}

// --- long after the end

void a_join_long_after_the_end(void** /*state*/) {
    // Against the rules; its bytes are counted all the same.
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data_fin(0, client, 100);
    s.data_fin(0, server, 0);
    s.rst(0, client);
    s.capture.wait(100 * kSecond);
    const unsigned lte = s.join();
    assert_bytes(s.data(lte, client, {1, 50, 100}).bytes, {.fresh = 50, .other = 50});
    assert_bytes(s.data(lte, client, {101, 0, 150}).bytes, {.other = 100, .same = 50});
    assert_int_equal(s.flow(lte, client).totals.payload_bytes(), 250);
}

void strays_long_after_the_end(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    s.data(s.lte, client, {1, 100, 100});
    s.rst(0, client);
    s.rst(s.lte, client);
    s.capture.wait(100 * kSecond);
    Session other(s.capture, {.keys = {1, 2}, .net = 2});
    other.open();
    assert_bytes(s.data(0, client, {1, 0, 100}).bytes, {.retransmitted = 100});
    assert_bytes(s.data(s.lte, client, {101, 200, 100}).bytes, {.fresh = 100});
    s.finish();
    s.assert_direction(client, {.fresh = 300, .retransmitted = 100});
}

void a_join_long_after_the_last_subflow(void** /*state*/) {
    // RFC 8684 section 3.3.3: without DATA_FIN a connection may go on after its last subflow.
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {101, 100, 100});
    s.data_ack(0, server, 100);
    s.rst(0, client);
    s.capture.wait(100 * kSecond);
    const unsigned lte = s.join();
    assert_bytes(s.data(lte, client, {1, 0, 300}).bytes, {.fresh = 100, .other = 200});
    s.finish();
    s.assert_direction(client, {.fresh = 300, .other = 200});
}

// --- what was not captured

void cut_options_are_counted(void** /*state*/) {
    OpenSession s;
    Segment segment = s.segment_of(0, client, 1, 100);
    segment.options_cut = true;
    const SegmentFacts facts = s.send(0, segment, {});
    assert_bytes(facts.bytes, {.unmapped = 100});
    assert_true(facts.options_cut);
    s.capture.finish();
    assert_int_equal(s.capture.tracker.segments_with_cut_options(), 1);
    assert_false(s.connection().fallback().has_value());
    assert_int_equal(s.count_events(EventType::options_vanished), 0);
}

void settling_twice_changes_nothing(void** /*state*/) {
    OpenSession s;
    s.bytes(0, client, 1, 100);
    s.capture.tracker.settle();
    s.assert_direction(client, {.fallback = 100});
    s.capture.tracker.settle();
    s.bytes(0, client, 101, 100);
    s.finish();
    s.assert_direction(client, {.fallback = 200});
    assert_int_equal(s.count_events(EventType::fallback), 1);
}

void what_was_settled_is_open_again(void** /*state*/) {
    OpenSession s;
    const SegmentFacts early = s.bytes(0, client, 1, 100);
    s.capture.tracker.settle();
    assert_bytes(s.capture.settled(early), {.fallback = 100});
    assert_int_equal(s.count_events(EventType::fallback), 1);
    // The mapping was only captured later.
    s.data(0, client, {1, 0, 100});
    s.finish();
    assert_bytes(s.capture.settled(early), {.fresh = 100});
    s.assert_direction(client, {.fresh = 100, .retransmitted = 100});
    assert_false(s.connection().fallback().has_value());
    assert_int_equal(s.count_events(EventType::fallback), 0);
}

void an_attempt_so_far(void** /*state*/) {
    NewSession s;
    s.add_path();
    const SegmentFacts syn = s.capable_syn(0, 50);
    s.capture.tracker.settle();
    assert_bytes(s.capture.settled(syn), {.fallback = 50});
    s.capture.tracker.settle();
    assert_bytes(s.capture.settled(syn), {.fallback = 50});
}

void payload_to_oneself_is_nobodys(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.endpoints(0)[1] = s.endpoints(0)[0];
    assert_false(s.capable_syn(0).is_mptcp());
    assert_false(s.bytes(0, client, 1, 100).is_mptcp());
    s.capture.finish();
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(tcp_alone_is_nothing),
        cmocka_unit_test(a_capture_of_nothing),
        cmocka_unit_test(several_connections_at_once),
        cmocka_unit_test(a_4_tuple_is_used_again),
        cmocka_unit_test(a_4_tuple_is_used_by_another_connection),
        cmocka_unit_test(plain_tcp_uses_a_4_tuple_again),
        cmocka_unit_test(a_syn_sent_again_is_no_new_flow),
        cmocka_unit_test(every_packet_captured_twice),
        cmocka_unit_test(a_retransmission_is_not_captured_twice),
        cmocka_unit_test(a_join_long_after_the_end),
        cmocka_unit_test(strays_long_after_the_end),
        cmocka_unit_test(a_join_long_after_the_last_subflow),
        cmocka_unit_test(cut_options_are_counted),
        cmocka_unit_test(settling_twice_changes_nothing),
        cmocka_unit_test(what_was_settled_is_open_again),
        cmocka_unit_test(an_attempt_so_far),
        cmocka_unit_test(payload_to_oneself_is_nobodys),
    };
    return cmocka_run_group_tests_name("tracker", tests, nullptr, nullptr);
}
