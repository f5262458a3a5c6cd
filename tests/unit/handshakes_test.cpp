#include "analysis/handshakes.hpp"

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

constexpr Setup kV0{.version = Version::v0, .keys = {0x730454, 0xee6588}};

// --- MP_CAPABLE

void keys_of_both_versions(void** /*state*/) {
    for (const Setup& setup : {Setup{}, kV0}) {
        OpenSession s(setup);
        s.finish();
        const Connection& connection = s.connection();
        assert_int_equal(connection.number(), 0);
        assert_int_equal(connection.kind(), ConnectionKind::connection);
        assert_int_equal(connection.handshake(), Handshake::complete);
        assert_int_equal(connection.association(), Association::token);
        assert_int_equal(*connection.version(), setup.version);
        assert_true(connection.client_known());
        assert_int_equal(connection.client_side(), client);
        for (const Side side : {client, server}) {
            const Host& host = connection.host(side);
            const KeyDigest digest = digest_of_key(setup.version, s.key(side));
            assert_int_equal(*host.key, s.key(side));
            assert_int_equal(*host.token, digest.token);
            assert_int_equal(*host.idsn, digest.idsn);
            assert_false(*host.checksum_required);
            assert_int_equal(connection.relative_dsn(side, s.dsn(side, 0)), 1);
        }
        assert_int_equal(s.event(EventType::created).frame, 1);
        assert_int_equal(s.event(EventType::established).frame, 3);
        const Subflow& subflow = s.subflow(0);
        assert_int_equal(subflow.role, SubflowRole::initial);
        assert_int_equal(*subflow.initiator, client);
        assert_true(subflow.established);
        assert_int_equal(*subflow.handshake_rtt, kMillisecond);
    }
}

void no_handshake_rtt_of_a_repeated_syn(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_syn(0);
    s.capable_syn(0);
    s.capable_syn_ack(0);
    s.capable_ack(0);
    s.finish();
    assert_false(s.subflow(0).handshake_rtt.has_value());
    assert_int_equal(s.connection().handshake(), Handshake::complete);
    assert_int_equal(s.count_events(EventType::created), 1);
}

void vantage_by_the_three_packets(void** /*state*/) {
    const struct {
        Nanoseconds to_server;
        Nanoseconds to_client;
        Vantage client;
        Vantage server;
    } cases[] = {
        {40 * kMillisecond, 0, Vantage::local, Vantage::remote},
        {0, 40 * kMillisecond, Vantage::remote, Vantage::local},
        {20 * kMillisecond, 20 * kMillisecond, Vantage::middle, Vantage::middle},
    };
    for (const auto& c : cases) {
        NewSession s;
        s.add_path();
        s.capable_syn(0);
        s.capture.wait(c.to_server);
        s.capable_syn_ack(0);
        s.capture.wait(c.to_client);
        s.capable_ack(0);
        s.finish();
        assert_int_equal(s.connection().host(client).vantage, c.client);
        assert_int_equal(s.connection().host(server).vantage, c.server);
    }
}

void syn_was_not_captured(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_syn_ack(0);
    s.capable_ack(0);
    s.data(0, client, {1, 0, 100});
    s.finish();
    assert_int_equal(s.connection().handshake(), Handshake::partial);
    assert_true(s.connection().client_known());
    assert_int_equal(s.connection().client_side(), s.side(client));
    assert_int_equal(*s.connection().host(s.side(client)).key, s.key(client));
}

void third_ack_alone_tells_both_keys(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_data(0, {1, 0, 100});
    s.data(0, server, {1, 0, 100});
    const unsigned lte = s.join();
    s.data(lte, client, {1, 100, 100});
    s.finish();
    s.assert_direction(client, {.fresh = 200});
    assert_int_equal(s.connection().client_side(), s.side(client));
    assert_int_equal(s.subflow(lte).ack_hmac, Verification::good);
}

// --- MP_JOIN

void joins_of_both_versions(void** /*state*/) {
    for (const Setup& setup : {Setup{}, kV0}) {
        for (const Side from : {client, server}) {
            OpenSession s(setup);
            const unsigned lte = s.join({.from = from, .id = 9, .backup = true});
            s.data(lte, client, {1, 0, 100});
            s.finish();
            assert_int_equal(s.capture.tracker.connections().size(), 1);
            const Subflow& subflow = s.subflow(lte);
            assert_int_equal(subflow.number, 1);
            assert_int_equal(subflow.role, SubflowRole::join);
            assert_int_equal(*subflow.initiator, from);
            assert_int_equal(*subflow.join_token, s.token(opposite(from)));
            assert_int_equal(*subflow.address_ids[index(from)], 9);
            assert_int_equal(*subflow.address_ids[index(opposite(from))], 0);
            assert_true(subflow.backup[index(from)]);
            assert_false(subflow.backup[index(opposite(from))]);
            assert_int_equal(subflow.synack_hmac, Verification::good);
            assert_int_equal(subflow.ack_hmac, Verification::good);
            assert_true(subflow.established);
            assert_int_equal(s.event(EventType::subflow_established).subflow, 1);
        }
    }
}

void bad_hmac_of_each_side(void** /*state*/) {
    for (const bool in_syn_ack : {true, false}) {
        OpenSession s;
        const Join join{.bad_syn_ack_hmac = in_syn_ack, .bad_ack_hmac = !in_syn_ack};
        const unsigned path = s.add_path();
        s.join_syn(path, join);
        assert_int_equal(s.join_syn_ack(path, join).hmac.result,
                         in_syn_ack ? Verification::bad : Verification::good);
        assert_int_equal(s.join_ack(path, join).hmac.result,
                         in_syn_ack ? Verification::good : Verification::bad);
        s.rst(path, in_syn_ack ? client : server, option::mp_tcprst(reset_reason::mptcp_specific));
        s.finish();
        const Subflow& subflow = s.subflow(path);
        assert_int_equal(subflow.synack_hmac, in_syn_ack ? Verification::bad : Verification::good);
        assert_int_equal(subflow.ack_hmac, in_syn_ack ? Verification::good : Verification::bad);
        assert_int_equal(subflow.end, SubflowEnd::refused);
    }
}

void third_ack_of_a_join_is_sent_again(void** /*state*/) {
    OpenSession s;
    const unsigned path = s.add_path();
    s.join_syn(path);
    s.join_syn_ack(path);
    const FrameNumber first = s.join_ack(path).frame;
    const FrameNumber taken = s.join_ack(path).frame;
    s.data(path, server, {1, 0, 100});
    s.join_ack(path);
    s.finish();
    assert_int_equal(s.subflow(path).third_ack.frame, first);
    assert_int_equal(s.subflow(path).join_ack.frame, taken);
}

void the_server_confirms_mptcp(void** /*state*/) {
    for (const bool by_address : {true, false}) {
        OpenSession s;
        s.data(0, client, {1, 0, 100});
        s.bytes(0, server, 1, 0);
        assert_false(s.subflow(0).confirmation.is_known());
        const FrameNumber frame =
            by_address ? s.pure_ack(0, server, option::add_addr(7, {10, 9, 9, 9})).frame
                       : s.data_ack(0, server, 100).frame;
        s.data_ack(0, server, 100);
        s.finish();
        assert_int_equal(s.subflow(0).confirmation.frame, frame);
    }
}

void join_is_refused_with_a_reason(void** /*state*/) {
    OpenSession s;
    const unsigned path = s.add_path();
    s.join_syn(path);
    s.rst(path, server, option::mp_tcprst(reset_reason::lack_of_resources, true));
    s.data(0, client, {1, 0, 100});
    s.finish();
    const Subflow& subflow = s.subflow(path);
    assert_int_equal(subflow.end, SubflowEnd::refused);
    assert_int_equal(subflow.ended_by, server);
    assert_int_equal(*subflow.reset_reason, reset_reason::lack_of_resources);
    assert_true(subflow.reset_transient);
    assert_false(subflow.established);
    const Event refused = s.event(EventType::subflow_refused);
    assert_int_equal(refused.frame, subflow.end_frame);
    assert_int_equal(*refused.reason, reset_reason::lack_of_resources);
    assert_true(refused.flag);
    assert_int_equal(s.count_events(EventType::tcprst), 1);
    assert_int_equal(s.count_events(EventType::subflow_closed), 0);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
}

void join_is_answered_by_plain_tcp(void** /*state*/) {
    OpenSession s;
    const unsigned path = s.add_path();
    s.join_syn(path);
    s.syn(path, server, {});
    s.rst(path, client);
    s.finish();
    assert_true(s.subflow(path).join_missing_in_synack);
    assert_int_equal(s.subflow(path).end, SubflowEnd::refused);
    assert_int_equal(s.connection().kind(), ConnectionKind::connection);
}

void join_is_not_answered(void** /*state*/) {
    OpenSession s;
    const unsigned path = s.add_path();
    s.join_syn(path);
    s.capture.wait(kSecond);
    s.join_syn(path);
    s.data(0, client, {1, 0, 100});
    s.ack(0, server, 101);
    s.finish();
    assert_int_equal(s.subflow(path).end, SubflowEnd::silent);
    assert_int_equal(s.subflow(0).end, SubflowEnd::open);
}

void join_with_an_unknown_token(void** /*state*/) {
    OpenSession s;
    Session stranger(s.capture, {.keys = {1, 2}, .net = 2});
    const unsigned path = stranger.add_path();
    assert_int_equal(stranger.join_syn(path).token.result, Verification::unverified);
    stranger.rst(path, server, option::mp_tcprst(reset_reason::mptcp_specific));
    s.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 2);
    assert_int_equal(stranger.subflow(path).end, SubflowEnd::refused);
    assert_int_equal(stranger.connection().handshake(), Handshake::not_captured);
}

// --- orphans

void join_whose_answer_was_captured_before_it(void** /*state*/) {
    for (const Side from : {client, server}) {
        OpenSession s;
        const unsigned path = s.add_path(from);
        const Join join{.from = from};
        s.join_syn_ack(path, join);
        assert_int_equal(s.capture.tracker.connections().size(), 2);
        s.join_syn(path, join);
        assert_int_equal(s.capture.tracker.connections().size(), 1);
        assert_int_equal(s.join_ack(path, join).hmac.result, Verification::good);
        s.data_ack(path, opposite(from), 0);
        s.data(path, from, {.ssn = 1, .offset = 0, .length = 100});
        assert_int_equal(s.subflow(path).synack_hmac, Verification::good);
        assert_int_equal(s.subflow(path).role, SubflowRole::join);
        assert_int_equal(*s.subflow(path).join_token, s.token(opposite(from)));
        s.assert_direction(from, {.fresh = 100});
        s.finish();
    }
}

void orphan_whose_answer_was_captured_before_it(void** /*state*/) {
    NewSession s;
    const unsigned first = s.add_path();
    s.add_paths(1);
    s.join_syn_ack(first);
    s.join_syn(first);
    s.join_syn(first + 1);
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    assert_int_equal(s.connection().client_side() == Side::a,
                     s.subflow(first).initiator == Side::a);
    s.finish();
}

void orphan_joins_are_one_connection(void** /*state*/) {
    NewSession s;
    const unsigned first = s.join();
    const unsigned second = s.join({.id = 3});
    s.data(first, client, {1, 0, 100});
    s.data(second, client, {1, 0, 100});
    s.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    const Connection& connection = s.connection();
    assert_int_equal(connection.handshake(), Handshake::not_captured);
    assert_int_equal(connection.association(), Association::token);
    assert_int_equal(connection.subflows().size(), 2);
    assert_true(connection.client_known());
    assert_int_equal(connection.client_side(), client);
    assert_int_equal(*connection.host(server).token, s.token(server));
    assert_int_equal(s.subflow(first).synack_hmac, Verification::unverified);
    assert_int_equal(s.subflow(first).ack_hmac, Verification::unverified);
    s.assert_direction(client, {.fresh = 100, .other = 100});
}

/// Joins that are captured before the master's handshake: in another file of the same time, say.
void master_after_its_orphans(void** /*state*/) {
    for (const Side from : {client, server}) {
        for (const Setup& setup : {Setup{}, kV0}) {
            NewSession s(setup);
            const unsigned lte = s.join({.from = from});
            s.data(lte, client, {1, 100, 100});
            s.data(lte, client, {101, 200, 100});
            s.data(lte, server, {1, 0, 50});
            Session another(s.capture, {.keys = {7, 8}, .net = 9});
            another.open();
            const unsigned master = s.open();
            assert_bytes(s.data(master, client, {1, 0, 200}).bytes, {.fresh = 100, .other = 100});
            s.data_ack(master, server, 300);
            s.finish();

            // The lower number stays.
            const Connection& connection = s.connection();
            assert_int_equal(connection.number(), 0);
            assert_int_equal(another.connection().number(), 1);
            assert_int_equal(s.capture.tracker.connections().size(), 2);
            assert_ptr_equal(s.capture.tracker.connection(2), &connection);
            assert_int_equal(connection.handshake(), Handshake::complete);
            assert_int_equal(connection.kind(), ConnectionKind::connection);
            assert_int_equal(connection.association(), Association::token);
            assert_int_equal(connection.client_side(), s.side(client));
            assert_true(connection.client_known());
            for (const Side host : {client, server}) {
                const Host& actual = connection.host(s.side(host));
                assert_int_equal(*actual.key, s.key(host));
                assert_int_equal(*actual.token, s.token(host));
                assert_int_equal(*actual.idsn + 1, s.dsn(host, 0));
                assert_int_equal(connection.relative_dsn(s.side(host), s.dsn(host, 5)), 6);
            }
            assert_int_equal(connection.subflows().size(), 2);
            assert_int_equal(s.subflow(master).role, SubflowRole::initial);
            assert_int_equal(s.subflow(lte).role, SubflowRole::join);
            assert_int_equal(s.subflow(lte).synack_hmac, Verification::good);
            assert_int_equal(s.subflow(lte).ack_hmac, Verification::good);
            assert_int_equal(s.subflow(lte).initiator == s.side(from), true);
            assert_int_equal(s.count_events(EventType::created), 1);
            assert_int_equal(s.count_events(EventType::established), 1);
            s.assert_direction(client, {.fresh = 300, .other = 100});
            s.assert_direction(server, {.fresh = 50});
            assert_int_equal(*s.data_flow(client).data_acked_bytes, 300);
        }
    }
}

void orphans_that_acknowledged_before_their_master(void** /*state*/) {
    NewSession s;
    const unsigned lte = s.join();
    s.data(lte, client, {1, 100, 100});
    s.data_ack(lte, server, 200);
    s.data(lte, client, {101, 200, 100});
    const unsigned master = s.open();
    s.data_ack(master, server, 300);
    // MP_CAPABLE with data needs the IDSN.
    s.capable_data(master, {1, 0, 100});
    s.finish();
    s.assert_direction(client, {.fresh = 300});
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 300);
}

// --- attempts

void assert_attempt(const Session& s, AttemptCause cause) {
    const Connection& connection = s.connection();
    assert_int_equal(connection.kind(), ConnectionKind::attempt);
    assert_int_equal(connection.attempt_cause(), cause);
    assert_false(connection.fallback().has_value());
    assert_int_equal(s.count_events(EventType::established), 0);
    assert_int_equal(s.count_events(EventType::fallback), 0);
}

void attempt_answered_by_plain_tcp(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_syn(0);
    s.syn(0, server, {});
    s.pure_ack(0, client);
    s.bytes(0, client, 1, 100);
    s.bytes(0, client, 1, 100);
    s.bytes(0, server, 1, 300);
    s.finish();
    assert_attempt(s, AttemptCause::no_mp_capable_in_synack);
    s.assert_direction(client, {.retransmitted = 100, .fallback = 100});
    s.assert_direction(server, {.fallback = 300});
}

void attempt_whose_third_ack_is_plain(void** /*state*/) {
    for (const unsigned segments : {2U, 100U}) {
        NewSession s;
        s.half_open();
        s.pure_ack(0, client);
        for (std::uint32_t i = 0; i < segments; ++i) {
            s.bytes(0, client, 1 + 100 * i, 100);
            s.bytes(0, server, 1 + 50 * i, 50);
        }
        s.finish();
        assert_attempt(s, AttemptCause::no_mp_capable_in_ack);
        s.assert_direction(client, {.fallback = 100 * segments});
        s.assert_direction(server, {.fallback = 50 * segments});
    }
}

void attempt_without_answer(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_syn(0);
    s.capture.wait(kSecond);
    s.capable_syn(0);
    s.finish();
    assert_attempt(s, AttemptCause::no_answer);
}

void attempt_that_is_reset(void** /*state*/) {
    NewSession s;
    s.add_path();
    s.capable_syn(0);
    s.rst(0, server);
    s.finish();
    assert_attempt(s, AttemptCause::reset);
    assert_int_equal(s.connection().end(), ConnectionEnd::rst);
}

void bytes_of_an_attempt_are_fallback(void** /*state*/) {
    // Those of a TFO SYN, too: an attempt has no data sequence numbers to be without.
    NewSession s;
    s.add_path();
    s.capable_syn(0, 50);
    s.syn(0, server, {});
    s.pure_ack(0, client);
    s.bytes(0, client, 51, 100);
    s.finish();
    assert_attempt(s, AttemptCause::no_mp_capable_in_synack);
    s.assert_direction(client, {.fallback = 150});
}

void attempts_share_the_numbers(void** /*state*/) {
    Capture capture;
    Session refused(capture);
    refused.add_path();
    refused.capable_syn(0);
    refused.rst(0, server);
    Session s(capture, {.keys = {7, 8}, .net = 2});
    s.open();
    s.finish();
    refused.finish();
    assert_int_equal(refused.connection().number(), 0);
    assert_int_equal(s.connection().number(), 1);
    assert_int_equal(s.connection().kind(), ConnectionKind::connection);
}

// --- one side only

void only_the_client_is_captured(void** /*state*/) {
    NewSession s;
    s.unseen = {false, true};
    s.open();
    const unsigned lte = s.join();
    s.data(0, client, {1, 0, 100});
    s.data(lte, client, {1, 100, 100});
    s.data(lte, client, {101, 0, 100});
    s.data_ack(0, client, 500);
    s.capture.wait(5 * kSecond);
    s.data(0, client, {101, 200, 100});
    s.finish();
    const Connection& connection = s.connection();
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    assert_int_equal(connection.kind(), ConnectionKind::connection);
    assert_true(connection.client_known());
    assert_int_equal(*connection.host(server).key, s.key(server));
    s.assert_direction(client, {.fresh = 300, .other = 100});
    assert_int_equal(*s.data_flow(server).data_acked_bytes, 500);
    // Nobody can say that the server was silent.
    assert_int_equal(s.subflow(0).end, SubflowEnd::open);
    assert_int_equal(s.subflow(lte).end, SubflowEnd::open);
}

void a_reset_after_data_refuses_no_join(void** /*state*/) {
    // Only the client is captured: it sent data on the subflow, so that stood.
    NewSession s;
    s.unseen = {false, true};
    s.open();
    const unsigned lte = s.join();
    s.data(lte, client, {1, 0, 100});
    s.rst(lte, client);
    s.finish();
    assert_int_equal(s.subflow(lte).end, SubflowEnd::rst);
}

void only_the_server_is_captured(void** /*state*/) {
    NewSession s;
    s.unseen = {true, false};
    s.open();
    s.join();
    s.data(0, server, {1, 0, 100});
    s.data(0, server, {101, 100, 100});
    s.data_ack(0, server, 100);
    s.finish();
    const Connection& connection = s.connection();
    // Nothing says to which connection the join's SYN/ACK belongs: no token is in it.
    assert_int_equal(s.capture.tracker.connections().size(), 2);
    assert_int_equal(connection.kind(), ConnectionKind::connection);
    assert_int_equal(connection.handshake(), Handshake::partial);
    assert_int_equal(connection.client_side(), s.side(client));
    assert_true(connection.client_known());
    s.assert_direction(server, {.fresh = 200});
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_both_versions),
        cmocka_unit_test(no_handshake_rtt_of_a_repeated_syn),
        cmocka_unit_test(vantage_by_the_three_packets),
        cmocka_unit_test(syn_was_not_captured),
        cmocka_unit_test(third_ack_alone_tells_both_keys),
        cmocka_unit_test(joins_of_both_versions),
        cmocka_unit_test(bad_hmac_of_each_side),
        cmocka_unit_test(third_ack_of_a_join_is_sent_again),
        cmocka_unit_test(the_server_confirms_mptcp),
        cmocka_unit_test(join_is_refused_with_a_reason),
        cmocka_unit_test(join_is_answered_by_plain_tcp),
        cmocka_unit_test(join_is_not_answered),
        cmocka_unit_test(join_with_an_unknown_token),
        cmocka_unit_test(join_whose_answer_was_captured_before_it),
        cmocka_unit_test(orphan_whose_answer_was_captured_before_it),
        cmocka_unit_test(orphan_joins_are_one_connection),
        cmocka_unit_test(master_after_its_orphans),
        cmocka_unit_test(orphans_that_acknowledged_before_their_master),
        cmocka_unit_test(attempt_answered_by_plain_tcp),
        cmocka_unit_test(attempt_whose_third_ack_is_plain),
        cmocka_unit_test(attempt_without_answer),
        cmocka_unit_test(attempt_that_is_reset),
        cmocka_unit_test(bytes_of_an_attempt_are_fallback),
        cmocka_unit_test(attempts_share_the_numbers),
        cmocka_unit_test(only_the_client_is_captured),
        cmocka_unit_test(a_reset_after_data_refuses_no_join),
        cmocka_unit_test(only_the_server_is_captured),
    };
    return cmocka_run_group_tests_name("handshakes", tests, nullptr, nullptr);
}
