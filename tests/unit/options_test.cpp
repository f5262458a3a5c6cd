// The options are written out byte by byte after the figures of RFC 6824 (v0) and RFC 8684 (v1).
// Every area that is parsed sits in a heap block of exactly its size: a read beyond it is an error
// under AddressSanitizer or valgrind.

#include "analysis/options.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <vector>

#include "tests/unit/cmocka.hpp"
#include "tests/unit/option_lengths.hpp"

using namespace mptcp;
using mptcp::test::Bytes;
using mptcp::test::from_hex;
using mptcp::test::has_defined_length;

namespace {

using Reason = MalformedOption::Reason;

constexpr std::size_t kOptionSpace = 40;

struct Flags {
    bool syn = false;
    bool ack = true;
};
constexpr Flags kSyn{true, false};
constexpr Flags kSynAck{true, true};
constexpr Flags kAck{false, true};
constexpr Flags kNone{false, false};

TcpOptions parse(ByteView area, Flags flags) {
    const auto exact = std::make_unique<std::uint8_t[]>(area.size());
    std::copy(area.begin(), area.end(), exact.get());
    const ByteView view{exact.get(), area.size()};

    TcpOptions result;
    parse_tcp_options(view, flags.syn, flags.ack, result);
    assert_true(result.mptcp_bytes <= area.size());
    assert_true(result.has_mptcp() == (result.mptcp_bytes > 0));
    assert_true(has_mptcp_option(view) == result.has_mptcp());
    return result;
}

/// The option as T; the test fails if it is anything else.
template <typename T>
T as(const MptcpOption& option) {
    const T* found = std::get_if<T>(&option);
    assert_non_null(found);
    return *found;
}

void assert_malformed(const MptcpOption& option, Reason reason) {
    assert_int_equal(as<MalformedOption>(option).reason, reason);
}

template <typename T, typename U>
void assert_holds(const std::optional<T>& got, U expected) {
    assert_true(got.has_value());
    assert_int_equal(*got, expected);
}

void append(Bytes& target, const Bytes& tail) {
    target.insert(target.end(), tail.begin(), tail.end());
}

// --- the layouts

/// One layout of one option: what is on the wire, and a check of each field read from it.
struct Layout {
    const char* name;
    const char* hex;
    Flags flags;
    void (*check)(const MptcpOption&);
};

constexpr std::uint64_t kKeyA = 0x0102030405060708;
constexpr std::uint64_t kKeyB = 0xf1f2f3f4f5f6f7f8;

void assert_capable(const MptcpOption& option, unsigned version, unsigned flags) {
    const auto capable = as<MpCapable>(option);
    assert_int_equal(capable.version, version);
    assert_int_equal(capable.flags, flags);
    assert_int_equal(capable.checksum_required(), flags >= 0x80);
}

template <std::size_t Length>
void assert_capable_fields(const MptcpOption& option) {
    const auto capable = as<MpCapable>(option);
    assert_int_equal(capable.sender_key.has_value(), Length >= 12);
    assert_int_equal(capable.receiver_key.has_value(), Length >= 20);
    assert_int_equal(capable.data_length.has_value(), Length >= 22);
    assert_int_equal(capable.checksum.has_value(), Length >= 24);
    assert_int_equal(capable.sender_key.value_or(kKeyA), kKeyA);
    assert_int_equal(capable.receiver_key.value_or(kKeyB), kKeyB);
    assert_int_equal(capable.data_length.value_or(0x1234), 0x1234);
    assert_int_equal(capable.checksum.value_or(0xabcd), 0xabcd);
}

/// A DSS field as expected; bytes 0 stands for "absent", else 4 or 8.
struct ExpectedDss {
    bool data_fin;
    std::size_t ack_bytes;
    std::size_t dsn_bytes;
    bool checksum;
};

void assert_dss(const MptcpOption& option, ExpectedDss expected) {
    const auto dss = as<Dss>(option);
    assert_int_equal(dss.data_fin, expected.data_fin);
    assert_int_equal(dss.data_ack.has_value(), expected.ack_bytes != 0);
    assert_int_equal(dss.mapping.has_value(), expected.dsn_bytes != 0);
    if (dss.data_ack) {
        const bool is_64bit = expected.ack_bytes == 8;
        assert_int_equal(dss.data_ack->is_64bit, is_64bit);
        assert_int_equal(dss.data_ack->value, is_64bit ? 0x1112131415161718 : 0x15161718);
    }
    if (dss.mapping) {
        const bool is_64bit = expected.dsn_bytes == 8;
        assert_int_equal(dss.mapping->dsn.is_64bit, is_64bit);
        assert_int_equal(dss.mapping->dsn.value, is_64bit ? 0x2122232425262728 : 0xe5262728);
        assert_int_equal(dss.mapping->ssn, 0xc1323334);
        assert_int_equal(dss.mapping->length, 0xd142);
        assert_int_equal(dss.mapping->checksum.has_value(), expected.checksum);
        assert_int_equal(dss.mapping->checksum.value_or(0x5152), 0x5152);
    }
}

struct ExpectedAddress {
    bool v0_layout;
    bool echo;
    bool is_ipv6;
    bool port;
    bool hmac;
};

void assert_add_addr(const MptcpOption& option, ExpectedAddress expected) {
    const auto announced = as<AddAddr>(option);
    assert_int_equal(announced.v0_layout, expected.v0_layout);
    assert_int_equal(announced.echo, expected.echo);
    assert_int_equal(announced.address_id, 0x83);
    assert_string_equal(announced.address.text().c_str(),
                        expected.is_ipv6 ? "2001:db8::42" : "192.0.2.200");
    assert_int_equal(announced.port.has_value(), expected.port);
    assert_int_equal(announced.port.value_or(0x9001), 0x9001);
    assert_int_equal(announced.truncated_hmac.has_value(), expected.hmac);
    assert_int_equal(announced.truncated_hmac.value_or(0xa1a2a3a4a5a6a7a8), 0xa1a2a3a4a5a6a7a8);
}

const Layout kLayouts[] = {
    // MP_CAPABLE: RFC 6824 section 3.1, figure 4.
    {"MP_CAPABLE v0 SYN", "1e 0c 00 81  0102030405060708", kSyn,
     [](const MptcpOption& o) {
         assert_capable(o, 0, 0x81);
         assert_capable_fields<12>(o);
     }},
    {"MP_CAPABLE v0 SYN/ACK", "1e 0c 00 01  0102030405060708", kSynAck,
     [](const MptcpOption& o) {
         assert_capable(o, 0, 0x01);
         assert_capable_fields<12>(o);
     }},
    {"MP_CAPABLE v0 ACK", "1e 14 00 01  0102030405060708 f1f2f3f4f5f6f7f8", kAck,
     [](const MptcpOption& o) {
         assert_capable(o, 0, 0x01);
         assert_capable_fields<20>(o);
     }},
    // MP_CAPABLE: RFC 8684 section 3.1, figure 4.
    {"MP_CAPABLE v1 SYN", "1e 04 01 81", kSyn,
     [](const MptcpOption& o) {
         assert_capable(o, 1, 0x81);
         assert_capable_fields<4>(o);
     }},
    {"MP_CAPABLE v1 SYN/ACK", "1e 0c 01 21  0102030405060708", kSynAck,
     [](const MptcpOption& o) {
         assert_capable(o, 1, 0x21);
         assert_capable_fields<12>(o);
     }},
    {"MP_CAPABLE v1 ACK", "1e 14 01 01  0102030405060708 f1f2f3f4f5f6f7f8", kAck,
     [](const MptcpOption& o) {
         assert_capable(o, 1, 0x01);
         assert_capable_fields<20>(o);
     }},
    {"MP_CAPABLE v1 with data", "1e 16 01 01  0102030405060708 f1f2f3f4f5f6f7f8 1234", kAck,
     [](const MptcpOption& o) {
         assert_capable(o, 1, 0x01);
         assert_capable_fields<22>(o);
     }},
    {"MP_CAPABLE v1 with data and checksum",
     "1e 18 01 81  0102030405060708 f1f2f3f4f5f6f7f8 1234 abcd", kAck,
     [](const MptcpOption& o) {
         assert_capable(o, 1, 0x81);
         assert_capable_fields<24>(o);
     }},
    // A version that no RFC defines is read as v1.
    {"MP_CAPABLE v2 SYN", "1e 04 02 01", kSyn,
     [](const MptcpOption& o) {
         assert_capable(o, 2, 0x01);
         assert_capable_fields<4>(o);
     }},
    {"MP_CAPABLE v15 with data", "1e 16 0f 01  0102030405060708 f1f2f3f4f5f6f7f8 1234", kAck,
     [](const MptcpOption& o) {
         assert_capable(o, 15, 0x01);
         assert_capable_fields<22>(o);
     }},

    // MP_JOIN: RFC 8684 section 3.2, figures 5 to 7; the same in RFC 6824.
    {"MP_JOIN SYN", "1e 0c 10 c2  d1d2d3d4 e1e2e3e4", kSyn,
     [](const MptcpOption& o) {
         const auto join = as<MpJoinSyn>(o);
         assert_false(join.backup);
         assert_int_equal(join.address_id, 0xc2);
         assert_int_equal(join.token, 0xd1d2d3d4);
         assert_int_equal(join.nonce, 0xe1e2e3e4);
     }},
    {"MP_JOIN SYN, backup", "1e 0c 11 02  d1d2d3d4 e1e2e3e4", kSyn,
     [](const MptcpOption& o) { assert_true(as<MpJoinSyn>(o).backup); }},
    {"MP_JOIN SYN/ACK", "1e 10 10 c3  a1a2a3a4a5a6a7a8 e1e2e3e4", kSynAck,
     [](const MptcpOption& o) {
         const auto join = as<MpJoinSynAck>(o);
         assert_false(join.backup);
         assert_int_equal(join.address_id, 0xc3);
         assert_int_equal(join.truncated_hmac, 0xa1a2a3a4a5a6a7a8);
         assert_int_equal(join.nonce, 0xe1e2e3e4);
     }},
    {"MP_JOIN SYN/ACK, backup", "1e 10 11 03  a1a2a3a4a5a6a7a8 e1e2e3e4", kSynAck,
     [](const MptcpOption& o) { assert_true(as<MpJoinSynAck>(o).backup); }},
    {"MP_JOIN ACK", "1e 18 10 00  a0a1a2a3a4a5a6a7a8a9 b0b1b2b3b4b5b6b7b8b9", kAck,
     [](const MptcpOption& o) {
         const auto join = as<MpJoinAck>(o);
         const Bytes hmac = from_hex("a0a1a2a3a4a5a6a7a8a9 b0b1b2b3b4b5b6b7b8b9");
         assert_memory_equal(join.hmac.data(), hmac.data(), join.hmac.size());
     }},
    // Flags of a segment that is no SYN do not matter: the length decides.
    {"MP_JOIN 12 on an ACK", "1e 0c 10 c2  d1d2d3d4 e1e2e3e4", kAck,
     [](const MptcpOption& o) { assert_int_equal(as<MpJoinSyn>(o).token, 0xd1d2d3d4); }},
    {"MP_JOIN 16 on an ACK", "1e 10 10 c3  a1a2a3a4a5a6a7a8 e1e2e3e4", kAck,
     [](const MptcpOption& o) { assert_int_equal(as<MpJoinSynAck>(o).nonce, 0xe1e2e3e4); }},
    {"MP_JOIN 24 without ACK", "1e 18 10 00  a0a1a2a3a4a5a6a7a8a9 b0b1b2b3b4b5b6b7b8b9", kNone,
     [](const MptcpOption& o) { assert_int_equal(as<MpJoinAck>(o).hmac[19], 0xb9); }},

    // DSS: RFC 8684 section 3.3, figure 9; flags F m M a A are 10 08 04 02 01.
    {"DSS, nothing in it", "1e 04 20 00", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 0, false});
     }},
    {"DSS, m and a without M and A", "1e 04 20 0a", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 0, false});
     }},
    {"DSS, F alone", "1e 04 20 10", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {true, 0, 0, false});
     }},
    {"DSS, ACK 4", "1e 08 20 01  15161718", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 0, false});
     }},
    {"DSS, ACK 8", "1e 0c 20 03  1112131415161718", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 8, 0, false});
     }},
    {"DSS, DSN 4", "1e 0e 20 04  e5262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 4, false});
     }},
    {"DSS, DSN 4, checksum", "1e 10 20 04  e5262728 c1323334 d142 5152", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 4, true});
     }},
    {"DSS, DSN 8", "1e 12 20 0c  2122232425262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 8, false});
     }},
    {"DSS, DSN 8, checksum", "1e 14 20 0c  2122232425262728 c1323334 d142 5152", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 0, 8, true});
     }},
    {"DSS, ACK 4, DSN 4", "1e 12 20 05  15161718 e5262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 4, false});
     }},
    {"DSS, ACK 4, DSN 4, checksum", "1e 14 20 05  15161718 e5262728 c1323334 d142 5152", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 4, true});
     }},
    {"DSS, ACK 4, DSN 8", "1e 16 20 0d  15161718 2122232425262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 8, false});
     }},
    {"DSS, ACK 4, DSN 8, checksum", "1e 18 20 0d  15161718 2122232425262728 c1323334 d142 5152",
     kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 8, true});
     }},
    {"DSS, ACK 8, DSN 4", "1e 16 20 07  1112131415161718 e5262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 8, 4, false});
     }},
    {"DSS, ACK 8, DSN 4, checksum", "1e 18 20 07  1112131415161718 e5262728 c1323334 d142 5152",
     kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 8, 4, true});
     }},
    {"DSS, ACK 8, DSN 8", "1e 1a 20 0f  1112131415161718 2122232425262728 c1323334 d142", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 8, 8, false});
     }},
    {"DSS, ACK 8, DSN 8, checksum, DATA_FIN",
     "1e 1c 20 1f  1112131415161718 2122232425262728 c1323334 d142 5152", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {true, 8, 8, true});
     }},
    // Reserved bits of both bytes are ignored.
    {"DSS, reserved bits", "1e 08 2f e1  15161718", kAck,
     [](const MptcpOption& o) {
         assert_dss(o, {false, 4, 0, false});
     }},
    // Section 3.3.3: a DATA_FIN without data has SSN 0 and length 1.
    {"DSS, DATA_FIN without data", "1e 12 20 1c  2122232425262728 00000000 0001", kAck,
     [](const MptcpOption& o) {
         const auto dss = as<Dss>(o);
         assert_true(dss.data_fin);
         assert_int_equal(dss.mapping->dsn.value, 0x2122232425262728);
         assert_int_equal(dss.mapping->ssn, 0);
         assert_int_equal(dss.mapping->length, 1);
     }},
    // Section 3.7: the infinite mapping has length 0.
    {"DSS, infinite mapping", "1e 14 20 0c  2122232425262728 c1323334 0000 0000", kAck,
     [](const MptcpOption& o) {
         assert_int_equal(as<Dss>(o).mapping->length, 0);
         assert_holds(as<Dss>(o).mapping->checksum, 0);
     }},

    // ADD_ADDR: RFC 6824 section 3.4.1, figure 12.
    {"ADD_ADDR v0 IPv4", "1e 08 34 83  c00002c8", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {true, false, false, false, false});
     }},
    {"ADD_ADDR v0 IPv4 port", "1e 0a 34 83  c00002c8 9001", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {true, false, false, true, false});
     }},
    {"ADD_ADDR v0 IPv6", "1e 14 36 83  20010db8000000000000000000000042", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {true, false, true, false, false});
     }},
    {"ADD_ADDR v0 IPv6 port", "1e 16 36 83  20010db8000000000000000000000042 9001", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {true, false, true, true, false});
     }},
    // ADD_ADDR: RFC 8684 section 3.4.1, figure 12.
    {"ADD_ADDR v1 IPv4", "1e 10 30 83  c00002c8 a1a2a3a4a5a6a7a8", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, false, false, false, true});
     }},
    {"ADD_ADDR v1 IPv4 port", "1e 12 30 83  c00002c8 9001 a1a2a3a4a5a6a7a8", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, false, false, true, true});
     }},
    {"ADD_ADDR v1 IPv4 echo", "1e 08 31 83  c00002c8", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, true, false, false, false});
     }},
    {"ADD_ADDR v1 IPv4 port echo", "1e 0a 31 83  c00002c8 9001", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, true, false, true, false});
     }},
    {"ADD_ADDR v1 IPv6", "1e 1c 30 83  20010db8000000000000000000000042 a1a2a3a4a5a6a7a8", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, false, true, false, true});
     }},
    {"ADD_ADDR v1 IPv6 port", "1e 1e 30 83  20010db8000000000000000000000042 9001 a1a2a3a4a5a6a7a8",
     kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, false, true, true, true});
     }},
    {"ADD_ADDR v1 IPv6 echo", "1e 14 31 83  20010db8000000000000000000000042", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, true, true, false, false});
     }},
    {"ADD_ADDR v1 IPv6 port echo", "1e 16 31 83  20010db8000000000000000000000042 9001", kAck,
     [](const MptcpOption& o) {
         assert_add_addr(o, {false, true, true, true, false});
     }},

    // REMOVE_ADDR: RFC 8684 section 3.4.2, figure 13.
    {"REMOVE_ADDR of one", "1e 04 40 81", kAck,
     [](const MptcpOption& o) {
         const auto removed = as<RemoveAddr>(o);
         assert_int_equal(removed.ids().size(), 1);
         assert_int_equal(removed.ids()[0], 0x81);
     }},
    {"REMOVE_ADDR of 37",
     "1e 28 40 01020304 05060708 090a0b0c 0d0e0f10 11121314 15161718 191a1b1c 1d1e1f20 21222324 "
     "25",
     kAck,
     [](const MptcpOption& o) {
         const auto removed = as<RemoveAddr>(o);
         assert_int_equal(removed.ids().size(), 37);
         for (std::size_t i = 0; i < 37; ++i) {
             assert_int_equal(removed.ids()[i], i + 1);
         }
     }},

    // MP_PRIO: RFC 8684 section 3.3.8, figure 11; RFC 6824 section 3.3.8, figure 11.
    {"MP_PRIO backup", "1e 03 51", kAck,
     [](const MptcpOption& o) {
         assert_true(as<MpPrio>(o).backup);
         assert_false(as<MpPrio>(o).address_id.has_value());
     }},
    {"MP_PRIO regular", "1e 03 50", kAck,
     [](const MptcpOption& o) { assert_false(as<MpPrio>(o).backup); }},
    {"MP_PRIO v0 with address ID", "1e 04 51 93", kAck,
     [](const MptcpOption& o) {
         assert_true(as<MpPrio>(o).backup);
         assert_holds(as<MpPrio>(o).address_id, 0x93);
     }},

    // MP_FAIL: RFC 8684 section 3.7, figure 16.
    {"MP_FAIL", "1e 0c 60 00  2122232425262728", kAck,
     [](const MptcpOption& o) { assert_int_equal(as<MpFail>(o).dsn, 0x2122232425262728); }},
    // MP_FASTCLOSE: RFC 8684 section 3.5, figure 14.
    {"MP_FASTCLOSE", "1e 0c 70 00  f1f2f3f4f5f6f7f8", kAck,
     [](const MptcpOption& o) { assert_int_equal(as<MpFastclose>(o).receiver_key, kKeyB); }},
    // MP_TCPRST: RFC 8684 section 3.6, figure 15.
    {"MP_TCPRST transient", "1e 04 81 04", kAck,
     [](const MptcpOption& o) {
         assert_int_equal(as<MpTcpRst>(o).flags, 1);
         assert_int_equal(as<MpTcpRst>(o).reason, 4);
         assert_true(as<MpTcpRst>(o).transient());
     }},
    {"MP_TCPRST for good", "1e 04 8e ff", kAck,
     [](const MptcpOption& o) {
         assert_int_equal(as<MpTcpRst>(o).flags, 0xe);
         assert_int_equal(as<MpTcpRst>(o).reason, 0xff);
         assert_false(as<MpTcpRst>(o).transient());
     }},
};

void reads_every_layout(void** /*state*/) {
    for (const Layout& layout : kLayouts) {
        const Bytes bytes = from_hex(layout.hex);
        assert_int_equal(bytes[1], bytes.size());
        const TcpOptions options = parse(bytes, layout.flags);
        if (options.mptcp.size() != 1 ||
            std::holds_alternative<MalformedOption>(options.mptcp[0])) {
            print_error("%s\n", layout.name);
        }
        assert_int_equal(options.mptcp.size(), 1);
        assert_int_equal(options.mptcp_bytes, bytes.size());
        layout.check(options.mptcp[0]);
    }
}

void every_truncation_is_cut(void** /*state*/) {
    for (const Layout& layout : kLayouts) {
        const Bytes bytes = from_hex(layout.hex);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const TcpOptions options = parse(ByteView{bytes}.first(length), layout.flags);
            assert_int_equal(options.mptcp_bytes, length);
            if (length == 0) {
                assert_false(options.has_mptcp());
                continue;
            }
            assert_int_equal(options.mptcp.size(), 1);
            const auto cut = as<MalformedOption>(options.mptcp[0]);
            assert_int_equal(cut.reason, Reason::cut);
            assert_int_equal(cut.length.has_value(), length >= 2);
            assert_int_equal(cut.length.value_or(bytes[1]), bytes[1]);
            assert_int_equal(cut.subtype.has_value(), length >= 3);
            assert_int_equal(cut.subtype.value_or(bytes[2] >> 4), bytes[2] >> 4);
        }
    }
}

void truncation_spares_what_came_before(void** /*state*/) {
    const Bytes before = from_hex("03 03 0e  1e 03 51  01");
    for (const Layout& layout : kLayouts) {
        const Bytes bytes = from_hex(layout.hex);
        for (std::size_t length = 1; length < bytes.size(); ++length) {
            Bytes area = before;
            append(area, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)});
            const TcpOptions options = parse(area, layout.flags);
            assert_holds(options.window_scale, 14);
            assert_int_equal(options.mptcp.size(), 2);
            assert_true(as<MpPrio>(options.mptcp[0]).backup);
            assert_malformed(options.mptcp[1], Reason::cut);
            assert_int_equal(options.mptcp_bytes, 3 + length);
        }
    }
}

// --- lengths

constexpr const char* kWindowScale7 = "03 03 07";

void check_length(unsigned subtype, unsigned nibble, unsigned flags, std::size_t length,
                  Flags segment) {
    Bytes area(length, 0x5a);
    area[0] = kMptcpKind;
    area[1] = static_cast<std::uint8_t>(length);
    area[2] = static_cast<std::uint8_t>(subtype << 4 | nibble);
    if (length > 3) {
        area[3] = static_cast<std::uint8_t>(flags);
    }
    const bool is_defined = has_defined_length(area, segment.syn, segment.ack);
    append(area, from_hex(kWindowScale7));

    const TcpOptions options = parse(area, segment);
    assert_int_equal(options.mptcp.size(), 1);
    assert_int_equal(options.mptcp_bytes, length);
    assert_holds(options.window_scale, 7);
    const auto* malformed = options.find<MalformedOption>();
    assert_int_equal(malformed == nullptr, is_defined);
    if (malformed != nullptr) {
        assert_int_equal(malformed->reason,
                         subtype <= 8 ? Reason::bad_length : Reason::unknown_subtype);
        assert_holds(malformed->subtype, subtype);
        assert_holds(malformed->length, length);
    }
}

void every_length_of_every_subtype(void** /*state*/) {
    for (unsigned subtype = 0; subtype < 16; ++subtype) {
        for (unsigned nibble = 0; nibble < 16; ++nibble) {
            for (std::size_t length = 3; length <= kOptionSpace; ++length) {
                for (const Flags segment : {kSyn, kSynAck, kAck, kNone}) {
                    for (unsigned flags = 0; flags < 32; ++flags) {
                        check_length(subtype, nibble, flags, length, segment);
                    }
                }
            }
        }
    }
}

void length_0_and_1_end_the_walk(void** /*state*/) {
    for (const char* hex : {"1e 00", "1e 01", "1e 00 20 01 15161718", "1e 01 51 1e 03 51"}) {
        const TcpOptions options = parse(from_hex(hex), kAck);
        assert_int_equal(options.mptcp.size(), 1);
        assert_int_equal(options.mptcp_bytes, 2);
        const auto malformed = as<MalformedOption>(options.mptcp[0]);
        assert_int_equal(malformed.reason, Reason::bad_length);
        assert_holds(malformed.length, from_hex(hex)[1]);
        assert_false(malformed.subtype.has_value());
    }
}

void length_2_is_skipped(void** /*state*/) {
    const TcpOptions options = parse(from_hex("1e 02 1e 03 51"), kAck);
    assert_int_equal(options.mptcp.size(), 2);
    assert_int_equal(options.mptcp_bytes, 5);
    const auto malformed = as<MalformedOption>(options.mptcp[0]);
    assert_int_equal(malformed.reason, Reason::bad_length);
    assert_holds(malformed.length, 2);
    assert_false(malformed.subtype.has_value());
    assert_true(as<MpPrio>(options.mptcp[1]).backup);
}

void join_on_a_syn_has_to_fit(void** /*state*/) {
    const char* syn = "1e 0c 10 c2  d1d2d3d4 e1e2e3e4";
    const char* syn_ack = "1e 10 10 c3  a1a2a3a4a5a6a7a8 e1e2e3e4";
    const char* ack = "1e 18 10 00  a0a1a2a3a4a5a6a7a8a9 b0b1b2b3b4b5b6b7b8b9";
    assert_malformed(parse(from_hex(syn), kSynAck).mptcp[0], Reason::bad_length);
    assert_malformed(parse(from_hex(syn_ack), kSyn).mptcp[0], Reason::bad_length);
    assert_malformed(parse(from_hex(ack), kSyn).mptcp[0], Reason::bad_length);
    assert_malformed(parse(from_hex(ack), kSynAck).mptcp[0], Reason::bad_length);
}

// --- several options

void several_options_in_wire_order(void** /*state*/) {
    // The third ACK of Linux with v0: MP_CAPABLE and DSS, after timestamps.
    const TcpOptions options =
        parse(from_hex("01 01 08 0a 01c1e181 00000081"
                       "1e 14 00 01 0102030405060708 f1f2f3f4f5f6f7f8  1e 08 20 01 15161718"),
              kAck);
    assert_int_equal(options.mptcp.size(), 2);
    assert_int_equal(options.mptcp_bytes, 28);
    assert_holds(as<MpCapable>(options.mptcp[0]).receiver_key, kKeyB);
    assert_int_equal(as<Dss>(options.mptcp[1]).data_ack->value, 0x15161718);
    assert_non_null(options.find<Dss>());
    assert_null(options.find<MpFail>());
}

void each_layout_between_others(void** /*state*/) {
    // NOP, an unknown kind, the layout, NOP, window scale, end of list, and after it no option.
    for (const Layout& layout : kLayouts) {
        const Bytes bytes = from_hex(layout.hex);
        Bytes area = from_hex("01 fd 04 1e 03");
        append(area, bytes);
        append(area, from_hex("01"));
        append(area, from_hex(kWindowScale7));
        append(area, from_hex("00 1e 03 51"));
        const TcpOptions options = parse(area, layout.flags);
        assert_int_equal(options.mptcp.size(), 1);
        assert_int_equal(options.mptcp_bytes, bytes.size());
        assert_holds(options.window_scale, 7);
        layout.check(options.mptcp[0]);
    }
}

void malformed_one_spares_the_next(void** /*state*/) {
    for (const Layout& layout : kLayouts) {
        Bytes area = from_hex("1e 05 60 00 00  1e 04 f0 00");
        append(area, from_hex(layout.hex));
        const TcpOptions options = parse(area, layout.flags);
        assert_int_equal(options.mptcp.size(), 3);
        assert_malformed(options.mptcp[0], Reason::bad_length);
        assert_malformed(options.mptcp[1], Reason::unknown_subtype);
        layout.check(options.mptcp[2]);
    }
}

void forty_bytes_are_read_to_the_last(void** /*state*/) {
    struct Full {
        const char* hex;
        std::size_t options;
    };
    const Full areas[] = {
        // Timestamps, then DSS in its longest form.
        {"01 01 08 0a 01c1e181 00000081"
         "1e 1c 20 0f 1112131415161718 2122232425262728 c1323334 d142 5152",
         1},
        // ADD_ADDR with IPv6, port and HMAC, then REMOVE_ADDR and NOPs.
        {"1e 1e 30 83 20010db8000000000000000000000042 9001 a1a2a3a4a5a6a7a8  1e 05 40 01 02"
         "01 01 01 01 01",
         2},
        // MP_PRIO as often as it goes, then NOP.
        {"1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 1e0351 "
         "1e0351 01",
         13},
        // The most options that can be.
        {"1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 1e02 "
         "1e02 1e02 1e02",
         20},
    };
    for (const Full& full : areas) {
        const Bytes area = from_hex(full.hex);
        assert_int_equal(area.size(), kOptionSpace);
        assert_int_equal(parse(area, kAck).mptcp.size(), full.options);
    }
}

// --- options of other kinds

void areas_without_mptcp(void** /*state*/) {
    const char* areas[] = {
        "",
        "00",
        "01 01 01 01",
        "02 04 05b4 04 02 08 0a 253db63c 00000000 01 03 03 0a",
        // Behind the end of the list.
        "00 1e 03 51",
        // Inside another option.
        "fd 05 1e 03 51",
        // Behind an option that does not fit: too short, or longer than the area.
        "08 00 1e 03 51",
        "08 01 1e 03 51",
        "08 0a 1e 03 51",
        "08",
    };
    for (const char* hex : areas) {
        assert_false(parse(from_hex(hex), kAck).has_mptcp());
    }
}

void window_scale(void** /*state*/) {
    assert_holds(parse(from_hex("03 03 00"), kSyn).window_scale, 0);
    assert_holds(parse(from_hex("03 03 0e"), kSyn).window_scale, 14);
    // RFC 7323 section 2.3: more than 14 counts as 14.
    assert_holds(parse(from_hex("03 03 0f"), kSyn).window_scale, 14);
    assert_holds(parse(from_hex("03 03 ff"), kSyn).window_scale, 14);
    for (const char* hex : {"03", "03 03", "03 02", "03 04 07 07", "03 00 07", "01 01"}) {
        assert_false(parse(from_hex(hex), kSyn).window_scale.has_value());
    }
}

void sack_blocks(void** /*state*/) {
    Bytes area = from_hex("05 02");
    for (unsigned count = 0; count <= 4; ++count) {
        area[1] = static_cast<std::uint8_t>(area.size());
        const TcpOptions options = parse(area, kAck);
        assert_int_equal(options.sack.size(), count);
        for (unsigned i = 0; i < count; ++i) {
            assert_int_equal(options.sack[i].left, 0xfffffff0U + i);
            assert_int_equal(options.sack[i].right, 0x00000010U + i);
        }
        append(area, from_hex("fffffff0 00000010"));
        area[area.size() - 5] = static_cast<std::uint8_t>(0xf0 + count);
        area[area.size() - 1] = static_cast<std::uint8_t>(0x10 + count);
    }
    // Lengths that are no whole number of blocks, and a block that is cut.
    assert_true(parse(from_hex("05 06 fffffff0"), kAck).sack.empty());
    assert_true(parse(from_hex("05 0b fffffff0 00000010 00"), kAck).sack.empty());
    assert_true(parse(from_hex("05 0a fffffff0 000000"), kAck).sack.empty());
}

void result_is_cleared_first(void** /*state*/) {
    TcpOptions options;
    parse_tcp_options(from_hex("1e 03 51 03 03 07 05 0a fffffff0 00000010"), false, true, options);
    assert_int_equal(options.mptcp.size(), 1);
    assert_int_equal(options.sack.size(), 1);
    parse_tcp_options({}, false, true, options);
    assert_false(options.has_mptcp());
    assert_int_equal(options.mptcp_bytes, 0);
    assert_false(options.window_scale.has_value());
    assert_true(options.sack.empty());
}

// --- noise

/// Random bytes, with kind 30, short lengths and whole layouts made likely.
Bytes noise(std::mt19937& random) {
    Bytes area;
    while (area.size() < kOptionSpace) {
        const auto choice = random() % 8;
        if (choice < 3) {
            append(area, from_hex(kLayouts[random() % std::size(kLayouts)].hex));
        } else if (choice < 6) {
            append(area, {kMptcpKind, static_cast<std::uint8_t>(random() % 32),
                          static_cast<std::uint8_t>(random() % 160)});
        } else {
            area.push_back(static_cast<std::uint8_t>(random()));
        }
    }
    for (unsigned hits = random() % 4; hits > 0; --hits) {
        area[random() % area.size()] = static_cast<std::uint8_t>(random());
    }
    area.resize(random() % (kOptionSpace + 1));
    return area;
}

void survives_noise(void** /*state*/) {
    // The engine's output is fixed by the standard, so every run sees the same bytes.
    std::mt19937 random{8684};
    std::array<unsigned, std::variant_size_v<MptcpOption>> seen{};
    for (unsigned i = 0; i < 100000; ++i) {
        const Bytes area = noise(random);
        const TcpOptions options = parse(area, Flags{(random() & 1) != 0, (random() & 1) != 0});
        assert_true(options.mptcp_bytes <= area.size());
        assert_true(options.mptcp_bytes >= options.mptcp.size());
        assert_true(options.window_scale.value_or(0) <= 14);
        for (const MptcpOption& option : options.mptcp) {
            ++seen[option.index()];
        }
    }
    for (const unsigned count : seen) {
        assert_true(count > 100);
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_layout),
        cmocka_unit_test(every_truncation_is_cut),
        cmocka_unit_test(truncation_spares_what_came_before),
        cmocka_unit_test(every_length_of_every_subtype),
        cmocka_unit_test(length_0_and_1_end_the_walk),
        cmocka_unit_test(length_2_is_skipped),
        cmocka_unit_test(join_on_a_syn_has_to_fit),
        cmocka_unit_test(several_options_in_wire_order),
        cmocka_unit_test(each_layout_between_others),
        cmocka_unit_test(malformed_one_spares_the_next),
        cmocka_unit_test(forty_bytes_are_read_to_the_last),
        cmocka_unit_test(areas_without_mptcp),
        cmocka_unit_test(window_scale),
        cmocka_unit_test(sack_blocks),
        cmocka_unit_test(result_is_cleared_first),
        cmocka_unit_test(survives_noise),
    };
    return cmocka_run_group_tests_name("options", tests, nullptr, nullptr);
}
