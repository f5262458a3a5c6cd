// Where the expected values come from is said at each table. "Python" is hashlib, hmac, and a
// checksum over one joined buffer: a second implementation that shares no code with this one.

#include "analysis/crypto.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using mptcp::test::Bytes;
using mptcp::test::from_hex;

namespace {

void assert_hex(ByteView got, const char* expected) {
    const Bytes bytes = from_hex(expected);
    assert_int_equal(got.size(), bytes.size());
    assert_memory_equal(got.data(), bytes.data(), bytes.size());
}

ByteView whole(const Hmac& hmac) {
    return ByteView{hmac.bytes}.first(hmac.length);
}

/// The bytes 1, 2, 3, … that the Python side summed as well.
Bytes counting(std::size_t length) {
    Bytes bytes(length);
    for (std::size_t i = 0; i < length; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i + 1);
    }
    return bytes;
}

// --- tokens and initial data sequence numbers

struct KeyCase {
    Version version;
    std::uint64_t key;
    std::uint32_t token;
    Dsn idsn;
};

constexpr KeyCase kKeys[] = {
    // From captures of Linux 6.18: the kernel's path manager reported these tokens, and the
    // first DSN of each side is its IDSN + 1.
    {Version::v1, 0xeac27f7002bf381b, 0x7df9a5e5, 0x08cc985b4bf2dab0},
    {Version::v1, 0x3131043e211f9f21, 0xa1f7421a, 0xcc0a366866fe82b8},
    {Version::v1, 0xcd1bb85acbf968ab, 0x92a7f02d, 0x1feab73349388391},
    {Version::v1, 0x7527d242056b938d, 0x865b156d, 0x3a546f465cbef22e},
    // Python.
    {Version::v1, 0x0123456789abcdef, 0x55c53f5d, 0x570762cd38be9818},
    {Version::v1, 0xfedcba9876543210, 0x18f9781b, 0x280818bf0fa7e28e},
    {Version::v1, 0, 0xaf5570f5, 0xe5b2328de0e83dfc},
    {Version::v0, 0x0123456789abcdef, 0x0ca2eadb, 0xe3df8ee121f10547},
    {Version::v0, 0xfedcba9876543210, 0xa5be6871, 0x334fc234bee495ca},
    {Version::v0, 0, 0x05fe4057, 0xac558654f107c7e9},
};

void key_gives_token_and_idsn(void** /*state*/) {
    for (const KeyCase& c : kKeys) {
        const KeyDigest digest = digest_of_key(c.version, c.key);
        assert_int_equal(digest.token, c.token);
        assert_int_equal(digest.idsn, c.idsn);
    }
}

// --- HMAC

struct HmacCase {
    Version version;
    std::uint64_t key1;
    std::uint64_t key2;
    const char* message;
    const char* expected;
};

constexpr HmacCase kHmacs[] = {
    // Linux, net/mptcp/crypto_test.c. Its keys and messages are the ASCII digits:
    // "0b0b0b0b0b0b0b0b" over "48692054", "aaaaaaaaaaaaaaaa" over "dddddddd",
    // "0102030405060708" over "cdcdcdcd". With SHA-1 the same inputs in Python.
    {Version::v1, 0x3062306230623062, 0x3062306230623062, "3438363932303534",
     "8385e24fb4235ac37556b6b886db106284a1da671699f46db1f235ec622dcafa"},
    {Version::v1, 0x6161616161616161, 0x6161616161616161, "6464646464646464",
     "2c5e219164ff1dca1c4a92318d847bb6b9d44492984e1eb71aff9022f71046e9"},
    {Version::v1, 0x3031303230333034, 0x3035303630373038, "6364636463646364",
     "e73b9ba9969969cefb04aa0d6df18ec2fcc075b6f23b4d8c4da736a5dbbc6e7d"},
    {Version::v0, 0x3062306230623062, 0x3062306230623062, "3438363932303534",
     "450c72fd6a1ec0b3d37f1184abe6c673c4612776"},
    {Version::v0, 0x6161616161616161, 0x6161616161616161, "6464646464646464",
     "b74be134e2ff0f92e19a357fdf36b3ce01d6140f"},
    {Version::v0, 0x3031303230333034, 0x3035303630373038, "6364636463646364",
     "1234a314bfc7ccbb15029c933f02932633538e19"},
    // HMAC pads keys with zeros, so two zero keys are the empty key: the published values of
    // HMAC("", "").
    {Version::v0, 0, 0, "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"},
    {Version::v1, 0, 0, "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
    // And the key of RFC 4231 section 4.3 and RFC 2202 section 3, case 2: "Jefe", "what do ya want
    // for nothing?".
    {Version::v0, 0x4a65666500000000, 0, "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {Version::v1, 0x4a65666500000000, 0, "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
};

void hmac_meets_published_vectors(void** /*state*/) {
    for (const HmacCase& c : kHmacs) {
        const Hmac got = hmac(c.version, c.key1, c.key2, from_hex(c.message));
        assert_hex(whole(got), c.expected);
    }
}

void hmac_is_truncated_on_either_side(void** /*state*/) {
    const Hmac sha1 = hmac(Version::v0, 0, 0, {});
    assert_int_equal(sha1.length, 20);
    assert_int_equal(sha1.leftmost64(), 0xfbdb1d1b18aa6c08);
    assert_int_equal(sha1.rightmost64(), 0xb71fb76370690e1d);
    assert_hex(sha1.leftmost160(), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");

    const Hmac sha256 = hmac(Version::v1, 0, 0, {});
    assert_int_equal(sha256.length, 32);
    assert_int_equal(sha256.leftmost64(), 0xb613679a0814d9ec);
    assert_int_equal(sha256.rightmost64(), 0xc6c712144292c5ad);
    assert_hex(sha256.leftmost160(), "b613679a0814d9ec772f95d778c35fc5ff1697c4");

    assert_int_equal(Hmac{}.rightmost64(), 0);
}

// --- MP_JOIN

struct JoinCase {
    Version version;
    std::uint64_t client_key;
    std::uint64_t server_key;
    std::uint32_t client_nonce;
    std::uint32_t server_nonce;
    std::uint64_t syn_ack;
    const char* ack;
};

constexpr JoinCase kJoins[] = {
    // From captures of Linux 6.18.
    {Version::v1, 0xeac27f7002bf381b, 0x3131043e211f9f21, 0xede5b201, 0x21f09451,
     0xe318e653a492510a, "0626f8a16472e76eafcb117a43099c89a6c414e5"},
    {Version::v1, 0xcd1bb85acbf968ab, 0x7527d242056b938d, 0x194391a4, 0x4b5b1620,
     0xffcf3c5d01ba27d0, "8773b9d202546a0dfe0270cf601794264ae1dd3b"},
    // Python.
    {Version::v0, 0x0123456789abcdef, 0xfedcba9876543210, 0xdeadbeef, 0x00c0ffee,
     0x31b490f23582c7b7, "cf476f7a5ff2f7ad16f48b1a656815a2fd11e08a"},
    {Version::v1, 0x0123456789abcdef, 0xfedcba9876543210, 0xdeadbeef, 0x00c0ffee,
     0xd3a9ac17b281c168, "f0fd1de6f16b7cda69f2b766691661451f9bfcb9"},
};

void join_hmacs_both_ways(void** /*state*/) {
    for (const JoinCase& c : kJoins) {
        const Hmac from_server =
            join_hmac(c.version, c.server_key, c.client_key, c.server_nonce, c.client_nonce);
        assert_int_equal(from_server.leftmost64(), c.syn_ack);
        const Hmac from_client =
            join_hmac(c.version, c.client_key, c.server_key, c.client_nonce, c.server_nonce);
        assert_hex(from_client.leftmost160(), c.ack);
    }
}

// --- ADD_ADDR

struct AddAddrCase {
    std::uint64_t sender_key;
    std::uint64_t receiver_key;
    std::uint8_t address_id;
    const char* address;
    std::optional<std::uint16_t> port;
    std::uint64_t expected;
};

const AddAddrCase kAddAddrs[] = {
    // From captures of Linux 6.18: IPv4, IPv4 with a port, IPv6.
    {0x7527d242056b938d, 0xcd1bb85acbf968ab, 1, "0a010102", std::nullopt, 0x8c508a9e6edfd691},
    {0x6a848595e9d7afb1, 0x3814f897854e5763, 1, "0a010102", 5299, 0x2f107dc9a05886f8},
    {0xaf7390fd14a4a1f4, 0x6bfac05adee2ba10, 1, "fd000001000100000000000000000002", std::nullopt,
     0x2ca0126730f3e37d},
    // Python.
    {0x0123456789abcdef, 0xfedcba9876543210, 7, "20010db8000000000000000000000042", 443,
     0x8f22ca32c381f126},
    {0x0123456789abcdef, 0xfedcba9876543210, 7, "c0000201", std::nullopt, 0x467032caa887b481},
    {0x0123456789abcdef, 0xfedcba9876543210, 7, "c0000201", 0, 0x467032caa887b481},
};

void add_addr_hmac_covers_id_address_port(void** /*state*/) {
    for (const AddAddrCase& c : kAddAddrs) {
        const Address address = Address::from(from_hex(c.address));
        assert_int_equal(add_addr_hmac(c.sender_key, c.receiver_key, c.address_id, address, c.port),
                         c.expected);
    }
}

// --- checksums

std::uint16_t checksum_of(ByteView bytes) {
    InternetChecksum sum;
    sum.add(bytes);
    return sum.value();
}

void internet_checksum_meets_rfc_1071(void** /*state*/) {
    // Section 3: the sum of these bytes is ddf2.
    assert_int_equal(checksum_of(from_hex("0001 f203 f4f5 f6f7")), 0xffff & ~0xddf2);
    assert_int_equal(checksum_of({}), 0xffff);
    assert_int_equal(checksum_of(from_hex("ffff")), 0);
    // The last odd byte is the high half of a word.
    assert_int_equal(checksum_of(from_hex("ab")), checksum_of(from_hex("ab00")));
    // The checksum of a buffer that holds its checksum is zero.
    assert_int_equal(checksum_of(from_hex("0001 f203 f4f5 f6f7 220d")), 0);
}

void internet_checksum_of_any_pieces(void** /*state*/) {
    const Bytes bytes = counting(23);
    const ByteView view{bytes};
    const std::uint16_t expected = checksum_of(view);
    for (std::size_t first = 0; first <= view.size(); ++first) {
        for (std::size_t second = first; second <= view.size(); ++second) {
            InternetChecksum sum;
            sum.add(view.first(first));
            sum.add(view.subspan(first, second - first));
            sum.add(view.subspan(second));
            assert_int_equal(sum.value(), expected);
        }
    }
    InternetChecksum bytewise;
    for (std::size_t i = 0; i < view.size(); ++i) {
        bytewise.add(view.subspan(i, 1));
    }
    assert_int_equal(bytewise.value(), expected);
}

void internet_checksum_of_numbers(void** /*state*/) {
    InternetChecksum sum;
    sum.add_u64(0x0123456789abcdef);
    sum.add_u32(0xdeadbeef);
    sum.add_u16(0xcafe);
    assert_int_equal(sum.value(), checksum_of(from_hex("0123456789abcdef deadbeef cafe")));

    // Numbers between two odd pieces leave the byte stream alone.
    InternetChecksum mixed;
    mixed.add(from_hex("010203"));
    mixed.add_u64(0x0123456789abcdef);
    mixed.add_u32(0xdeadbeef);
    mixed.add_u16(0xcafe);
    mixed.add(from_hex("0405"));
    assert_int_equal(mixed.value(),
                     checksum_of(from_hex("0102030405 00 0123456789abcdef deadbeef cafe")));
}

struct DssCase {
    Bytes payload;
    Dsn dsn;
    std::uint32_t ssn;
    std::uint16_t length;
    std::uint16_t expected;
};

void dss_checksum_covers_pseudo_header(void** /*state*/) {
    const char* request = R"({"op": "both", "n": 1000000, "m": 1000000})"
                          "\n";
    const std::string_view text{request};
    const DssCase cases[] = {
        // From a capture of Linux 6.18 with net.mptcp.checksum_enabled=1: MP_CAPABLE with data of
        // the key e9c71dbbc2d8030e.
        {Bytes(text.begin(), text.end()), 0x664edb0c608e1ef0, 1, 43, 0xfb72},
        // Python: even, odd, all ones and no payload; the second of each maps a DATA_FIN too.
        {counting(200), 0x1122334455667788, 0xa1b2c3d4, 200, 0x50c0},
        {counting(200), 0xfffffffffffffff0, 0xfffffff1, 201, 0xc7b8},
        {counting(201), 0x1122334455667788, 0xa1b2c3d4, 201, 0x87be},
        {counting(201), 0xfffffffffffffff0, 0xfffffff1, 202, 0xfeb6},
        {Bytes(7, 0xff), 0x1122334455667788, 0xa1b2c3d4, 7, 0x8a1b},
        {Bytes(7, 0xff), 0xfffffffffffffff0, 0xfffffff1, 8, 0x0114},
        {{}, 0x1122334455667788, 0xa1b2c3d4, 0, 0x8923},
        {{}, 0xfffffffffffffff0, 0xfffffff1, 1, 0x001c},
    };
    for (const DssCase& c : cases) {
        InternetChecksum sum;
        sum.add(c.payload);
        assert_int_equal(dss_checksum(sum, c.dsn, c.ssn, c.length), c.expected);
    }
}

void mp_capable_data_starts_at_idsn_plus_one(void** /*state*/) {
    // Ties the capture's DSS checksum above to its key: RFC 8684 section 3.1.
    assert_int_equal(digest_of_key(Version::v1, 0xe9c71dbbc2d8030e).idsn + 1, 0x664edb0c608e1ef0);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(key_gives_token_and_idsn),
        cmocka_unit_test(hmac_meets_published_vectors),
        cmocka_unit_test(hmac_is_truncated_on_either_side),
        cmocka_unit_test(join_hmacs_both_ways),
        cmocka_unit_test(add_addr_hmac_covers_id_address_port),
        cmocka_unit_test(internet_checksum_meets_rfc_1071),
        cmocka_unit_test(internet_checksum_of_any_pieces),
        cmocka_unit_test(internet_checksum_of_numbers),
        cmocka_unit_test(dss_checksum_covers_pseudo_header),
        cmocka_unit_test(mp_capable_data_starts_at_idsn_plus_one),
    };
    return cmocka_run_group_tests_name("crypto", tests, nullptr, nullptr);
}
