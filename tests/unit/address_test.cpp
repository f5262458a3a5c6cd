#include "analysis/address.hpp"

#include <string>
#include <unordered_set>
#include <vector>

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using mptcp::test::from_hex;

namespace {

void takes_ipv4(void** /*state*/) {
    const Address address = Address::from(from_hex("c0 00 02 01"));
    assert_false(address.empty());
    assert_false(address.is_ipv6());
    assert_int_equal(address.view().size(), 4);
    assert_string_equal(address.text().c_str(), "192.0.2.1");
}

void takes_ipv6(void** /*state*/) {
    const Address address = Address::from(from_hex("20010db8 00000000 00000000 00000042"));
    assert_true(address.is_ipv6());
    assert_int_equal(address.view().size(), 16);
    assert_string_equal(address.text().c_str(), "2001:db8::42");
    const Address longest = Address::from(from_hex("20010db8 11112222 33334444 55556666"));
    assert_string_equal(longest.text().c_str(), "2001:db8:1111:2222:3333:4444:5555:6666");
}

void any_other_length_is_empty(void** /*state*/) {
    for (std::size_t length = 0; length <= 40; ++length) {
        const std::vector<std::uint8_t> raw(length, 0xff);
        const Address address = Address::from(raw);
        if (length == 4 || length == 16) {
            assert_int_equal(address.length, length);
            continue;
        }
        assert_true(address.empty());
        assert_true(address == Address{});
        assert_string_equal(address.text().c_str(), "");
    }
}

void compares_family_and_bytes(void** /*state*/) {
    const Address v4 = Address::from(from_hex("0a000001"));
    const Address v6 = Address::from(from_hex("0a000001 00000000 00000000 00000000"));
    assert_true(v4 != v6);
    assert_true(v4 == Address::from(from_hex("0a000001")));
    assert_true(v4 < Address::from(from_hex("0a000002")));
    assert_true(Endpoint({v4, 80}) != Endpoint({v4, 81}));
}

void hash_spreads_neighbours(void** /*state*/) {
    // Neighbouring addresses and ports, as test networks and NATs have them. The hashes have to
    // differ, and so have their low bits: hash tables use those.
    constexpr std::size_t buckets = 1024;
    const Endpoint server{Address::from(from_hex("0a000001")), 443};
    std::unordered_set<std::size_t> hashes;
    std::vector<unsigned> load(buckets);
    std::size_t count = 0;
    for (const char* prefix : {"0a0001", "20010db8 00000000 00000000 000000"}) {
        std::vector<std::uint8_t> raw = from_hex(prefix);
        raw.push_back(0);
        for (std::uint8_t host = 0; host < 64; ++host) {
            raw.back() = host;
            for (std::uint16_t port = 40000; port < 40064; ++port) {
                for (const Flow& flow : {Flow{{Address::from(raw), port}, server},
                                         Flow{server, {Address::from(raw), port}}}) {
                    const std::size_t hash = FlowHash{}(flow);
                    hashes.insert(hash);
                    ++load[hash % buckets];
                    ++count;
                }
            }
        }
    }
    assert_int_equal(hashes.size(), count);
    for (const unsigned in_bucket : load) {
        assert_true(in_bucket < 4 * count / buckets);
    }
}

void endpoints_as_text(void** /*state*/) {
    const Endpoint v4{Address::from(from_hex("0a000001")), 443};
    const Endpoint v6{Address::from(from_hex("fd000000 00000000 00000000 00000001")), 65535};
    assert_string_equal(endpoint_text(v4).c_str(), "10.0.0.1:443");
    assert_string_equal(endpoint_text(v6).c_str(), "[fd00::1]:65535");
}

void equal_flows_hash_equal(void** /*state*/) {
    const Endpoint one{Address::from(from_hex("0a000001")), 443};
    const Endpoint same{Address::from(from_hex("0a000001")), 443};
    const Endpoint other{Address::from(from_hex("0a000001 00000000 00000000 00000000")), 443};
    assert_true(FlowHash{}({one, other}) == FlowHash{}({same, other}));
    assert_true(FlowHash{}({one, other}) != FlowHash{}({other, one}));
    assert_true(FlowHash{}({one, same}) != FlowHash{}({one, other}));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(takes_ipv4),
        cmocka_unit_test(takes_ipv6),
        cmocka_unit_test(any_other_length_is_empty),
        cmocka_unit_test(compares_family_and_bytes),
        cmocka_unit_test(hash_spreads_neighbours),
        cmocka_unit_test(endpoints_as_text),
        cmocka_unit_test(equal_flows_hash_equal),
    };
    return cmocka_run_group_tests_name("address", tests, nullptr, nullptr);
}
