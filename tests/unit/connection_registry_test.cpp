#include "analysis/connection_registry.hpp"

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

constexpr Dsn k2To30 = Dsn{1} << 30;
constexpr std::array<Dsn, 2> kFirst{0x1111222233334444, 0x9999888877776666};

// --- the registry itself

void numbers_count_up_and_stay(void** /*state*/) {
    const Settings settings;
    ConnectionRegistry registry(settings);
    for (ConnectionNumber number = 0; number < 5; ++number) {
        assert_int_equal(registry.create().number(), number);
    }
    assert_int_equal(registry.all().size(), 5);
    assert_int_equal(registry.find(3)->number(), 3);
    assert_null(registry.find(5));
    assert_null(registry.find(kNoConnection));
}

void tokens_name_hosts(void** /*state*/) {
    const Settings settings;
    ConnectionRegistry registry(settings);
    ConnectionState& x = registry.create();
    ConnectionState& y = registry.create();
    assert_null(registry.find_token(42).connection);
    assert_ptr_equal(&registry.register_token(42, {&x, Side::b}), &x);
    assert_ptr_equal(&registry.register_token(43, {&y, Side::a}), &y);
    assert_ptr_equal(registry.find_token(42).connection, &x);
    assert_int_equal(registry.find_token(42).side, Side::b);
    assert_ptr_equal(registry.find_token(43).connection, &y);
}

void tokens_of_a_merged_record_name_the_remaining_one(void** /*state*/) {
    const Settings settings;
    ConnectionRegistry registry(settings);
    ConnectionState& x = registry.create();
    ConnectionState& y = registry.create();
    ConnectionState& z = registry.create();
    registry.register_token(1, {&z, Side::a});
    registry.register_token(2, {&z, Side::b});
    // y is z the other way round, and x is y the other way round.
    assert_ptr_equal(&registry.register_token(2, {&y, Side::a}), &y);
    registry.register_token(3, {&y, Side::a});
    registry.register_token(4, {&y, Side::b});
    assert_ptr_equal(&registry.register_token(3, {&x, Side::b}), &x);
    assert_int_equal(registry.all().size(), 1);
    for (const auto& [token, side] :
         {std::pair{1, Side::a}, {2, Side::b}, {3, Side::b}, {4, Side::a}}) {
        const auto named = registry.find_token(static_cast<std::uint32_t>(token));
        assert_ptr_equal(named.connection, &x);
        assert_int_equal(named.side, side);
    }
}

// --- sessions whose handshake was not captured

/// Both hosts send on a path and acknowledge: 100 bytes from `offset` on in each direction.
void exchange(Session& s, unsigned path, std::uint32_t ssn, std::uint64_t offset,
              Side first = client) {
    s.data(path, first, {ssn, offset, 100});
    s.data(path, opposite(first), {ssn, offset, 100});
    s.data_ack(path, first, offset + 100);
    s.data_ack(path, opposite(first), offset + 100);
}

void assert_one(const NewSession& s, std::size_t subflows) {
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    assert_int_equal(s.connection().subflows().size(), subflows);
    assert_int_equal(s.connection().number(), 0);
}

void subflows_of_one_connection_are_found(void** /*state*/) {
    for (const Side first : {client, server}) {
        NewSession s({.first_dsn = kFirst});
        s.add_paths(3);
        exchange(s, 0, 1, 0);
        // The other subflows show themselves in the same or in the other orientation.
        exchange(s, 1, 1, 100, first);
        exchange(s, 2, 1, 200, opposite(first));
        exchange(s, 0, 101, 300, first);
        s.finish();
        assert_one(s, 3);
        assert_int_equal(s.connection().association(), Association::inferred);
        assert_int_equal(s.connection().handshake(), Handshake::not_captured);
        assert_false(s.connection().client_known());
        // Only the client's ports differ.
        assert_int_equal(s.connection().client_side(), s.side(client));
        s.assert_direction(client, {.fresh = 400});
        s.assert_direction(server, {.fresh = 400});
    }
}

void relative_numbers_count_from_the_first_seen(void** /*state*/) {
    NewSession s({.first_dsn = kFirst});
    s.add_path();
    exchange(s, 0, 1, 1000);
    s.finish();
    assert_int_equal(s.connection().relative_dsn(client, s.dsn(client, 1000)), 1);
    assert_int_equal(s.connection().relative_dsn(client, s.dsn(client, 1100)), 101);
}

void bytes_of_both_are_compared(void** /*state*/) {
    NewSession s({.first_dsn = kFirst});
    s.add_paths(2);
    exchange(s, 0, 1, 0);
    // What the second subflow carries before it is known for what it is.
    s.data(1, client, {1, 0, 150});
    s.data(1, client, {151, 150, 50});
    s.data(1, server, {1, 50, 100});
    s.data_ack(1, client, 100);
    s.data(1, client, {201, 50, 200});
    s.finish();
    assert_one(s, 2);
    s.assert_subflow(0, client, {.fresh = 100});
    s.assert_subflow(1, client, {.fresh = 150, .other = 100, .same = 150});
    s.assert_subflow(1, server, {.fresh = 50, .other = 50});
}

void over_all_wraps(void** /*state*/) {
    const Dsn edges[] = {0xfffffffffffffff0, 0x00000001fffffff0, 0x7ffffffffffffff0};
    for (const bool wide : {true, false}) {
        for (const Dsn edge : edges) {
            // With the other direction's numbers far away, and so near that only the ports tell
            // the directions apart.
            for (const Dsn other : {Dsn{0x4444444444444444}, Dsn{edge} + 77}) {
                NewSession s({.first_dsn = {{edge, other}}, .wide_dsn = wide, .wide_ack = wide});
                s.add_paths(2);
                for (std::uint32_t i = 0; i < 8; ++i) {
                    exchange(s, i % 2, 1 + 100 * (i / 2), i * 100, i < 4 ? server : client);
                }
                s.finish();
                assert_one(s, 2);
                s.assert_direction(client, {.fresh = 800});
                s.assert_direction(server, {.fresh = 800});
            }
        }
    }
}

void on_either_side_of_a_wrap(void** /*state*/) {
    for (const Dsn edge : {Dsn{0} - 1000, (Dsn{1} << 32) - 1000}) {
        for (const bool wide : {true, false}) {
            for (const bool ahead : {true, false}) {
                NewSession s(
                    {.first_dsn = {{edge, kFirst[1]}}, .wide_dsn = wide, .wide_ack = wide});
                s.add_paths(2);
                exchange(s, 0, 1, ahead ? 0 : 5000);
                exchange(s, 1, 1, ahead ? 5000 : 0);
                s.finish();
                assert_one(s, 2);
            }
        }
    }
}

void both_orientations_fit(void** /*state*/) {
    // The same port at both hosts, and numbers near each other.
    NewSession s({.first_dsn = {{kFirst[0], kFirst[0] + 77}}});
    for (unsigned path = 0; path < 2; ++path) {
        s.add_path();
        s.endpoints(path)[index(client)].port = 443;
        exchange(s, path, 1, 100 * path);
    }
    s.capture.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 2);
}

void narrow_evidence_takes_two_segments_each(void** /*state*/) {
    NewSession s({.first_dsn = kFirst, .wide_dsn = false, .wide_ack = false});
    s.add_paths(2);
    for (std::uint32_t i = 0; i < 3; ++i) {
        exchange(s, 0, 1 + 100 * i, 100 * i);
    }
    // Each data segment tells a DSN of both directions.
    s.data(1, client, {1, 300, 10});
    assert_int_equal(s.capture.tracker.connections().size(), 2);
    s.data(1, client, {11, 310, 10});
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    s.finish();
    assert_one(s, 2);
}

void wide_evidence_takes_one_segment(void** /*state*/) {
    NewSession s({.first_dsn = kFirst});
    s.add_paths(2);
    exchange(s, 0, 1, 0);
    s.data(1, client, {1, 100, 10});
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    s.finish();
}

void windows_are_a_gigabyte(void** /*state*/) {
    const struct {
        Dsn client_shift;
        Dsn server_shift;
        std::size_t connections;
    } cases[] = {
        {0, 0, 1},
        {k2To30 - 1000, 0, 1},
        {0, k2To30 - 1000, 1},
        {0 - k2To30 + 1000, 0 - k2To30 + 1000, 1},
        {k2To30 + 1000, 0, 2},
        {0, k2To30 + 1000, 2},
        {0 - k2To30 - 1000, 0, 2},
        {Dsn{1} << 32, 0, 2},
        {Dsn{1} << 63, Dsn{1} << 63, 2},
    };
    for (const auto& c : cases) {
        NewSession s({.first_dsn = kFirst});
        s.add_path();
        exchange(s, 0, 1, 0);
        Session other(s.capture,
                      {.first_dsn = {{kFirst[0] + c.client_shift, kFirst[1] + c.server_shift}}});
        other.add_path();
        other.endpoints(0) = s.endpoints(0);
        other.endpoints(0)[index(client)].port = 50'000;
        exchange(other, 0, 1, 0);
        s.capture.finish();
        assert_int_equal(s.capture.tracker.connections().size(), c.connections);
    }
}

void strangers_share_no_endpoint(void** /*state*/) {
    NewSession s({.first_dsn = kFirst});
    s.add_path();
    exchange(s, 0, 1, 0);
    Session stranger(s.capture, {.first_dsn = kFirst, .net = 2});
    stranger.add_path();
    stranger.endpoints(0)[index(client)].port = 50'000;
    stranger.endpoints(0)[index(server)].port = 8443;
    exchange(stranger, 0, 1, 0);
    s.capture.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 2);
}

void a_third_that_fits_two_joins_neither(void** /*state*/) {
    NewSession s({.keys = {1, 2}, .first_dsn = kFirst});
    Session twin(s.capture,
                 {.keys = {3, 4}, .first_dsn = {{kFirst[0] + 50, kFirst[1] + 50}}, .net = 2});
    const auto begin = [](Session& each) {
        const unsigned path = each.add_path();
        each.join_syn(path);
        exchange(each, path, 1, 0);
    };
    begin(s);
    begin(twin);
    assert_int_equal(s.capture.tracker.connections().size(), 2);
    Session third(s.capture, {.first_dsn = kFirst, .net = 3});
    third.add_path();
    exchange(third, 0, 1, 200);
    s.capture.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 3);
}

void joins_a_connection_that_is_known(void** /*state*/) {
    for (const Side first : {client, server}) {
        for (const bool wide : {true, false}) {
            OpenSession s({.wide_dsn = wide, .wide_ack = wide});
            exchange(s, 0, 1, 0);
            const unsigned lte = s.add_path();
            for (std::uint32_t i = 0; i < 4; ++i) {
                exchange(s, lte, 1 + 100 * i, 100 + 100 * i, first);
            }
            s.finish();
            assert_one(s, 2);
            assert_int_equal(s.connection().association(), Association::inferred);
            assert_int_equal(s.connection().handshake(), Handshake::complete);
            assert_int_equal(s.connection().client_side(), client);
            assert_int_equal(s.subflow(lte).role, SubflowRole::unknown);
            s.assert_direction(client, {.fresh = 500});
            assert_int_equal(*s.data_flow(client).data_acked_bytes, 500);
        }
    }
}

void one_direction_is_no_evidence(void** /*state*/) {
    // Data of one host only, no DATA_ACK: nothing is known of the other direction.
    NewSession s({.first_dsn = kFirst});
    for (unsigned path = 0; path < 2; ++path) {
        s.add_path();
        for (std::uint32_t i = 0; i < 4; ++i) {
            s.send(path, s.segment_of(path, client, 1 + 100 * i, 100),
                   option::mapping(s.dsn(client, 100 * i), 1 + 100 * i, 100));
        }
    }
    s.capture.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 2);
}

void mappings_without_a_syn_find_their_base(void** /*state*/) {
    // A mapping over three segments, of which the first two are captured: the third decides where
    // SSN 1 is.
    NewSession s({.first_dsn = kFirst});
    s.add_path();
    const Data mapping{5001, 0, 300};
    const SegmentFacts first = s.announce_with(0, client, mapping, 5001, 100);
    s.announce_with(0, client, mapping, 5101, 100);
    s.announce_with(0, client, mapping, 5201, 100);
    s.data(0, client, {5301, 300, 100});
    s.finish();
    assert_bytes(s.capture.settled(first), {.fresh = 100});
    s.assert_direction(client, {.fresh = 400});
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(numbers_count_up_and_stay),
        cmocka_unit_test(tokens_name_hosts),
        cmocka_unit_test(tokens_of_a_merged_record_name_the_remaining_one),
        cmocka_unit_test(subflows_of_one_connection_are_found),
        cmocka_unit_test(relative_numbers_count_from_the_first_seen),
        cmocka_unit_test(bytes_of_both_are_compared),
        cmocka_unit_test(over_all_wraps),
        cmocka_unit_test(on_either_side_of_a_wrap),
        cmocka_unit_test(both_orientations_fit),
        cmocka_unit_test(narrow_evidence_takes_two_segments_each),
        cmocka_unit_test(wide_evidence_takes_one_segment),
        cmocka_unit_test(windows_are_a_gigabyte),
        cmocka_unit_test(strangers_share_no_endpoint),
        cmocka_unit_test(a_third_that_fits_two_joins_neither),
        cmocka_unit_test(joins_a_connection_that_is_known),
        cmocka_unit_test(one_direction_is_no_evidence),
        cmocka_unit_test(mappings_without_a_syn_find_their_base),
    };
    return cmocka_run_group_tests_name("connection_registry", tests, nullptr, nullptr);
}
