/// Fuzzes what verifies: hashes, HMACs and checksums against the formulas of the RFCs, and the
/// engine's verdicts on handshakes and mappings that are right or wrong by design.

#include "analysis/crypto.hpp"
#include "analysis/mapping_checksums.hpp"
#include "analysis/tracker.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "tests/fuzz/byte_source.hpp"
#include "tests/fuzz/finding.hpp"
#include "tests/fuzz/verified_session.hpp"

using namespace mptcp;
using namespace mptcp::fuzz;

namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, std::uint64_t value, unsigned length) {
    while (length-- > 0) {
        bytes.push_back(static_cast<std::uint8_t>(value >> 8 * length));
    }
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

std::uint64_t number(ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = value << 8 | byte;
    }
    return value;
}

Bytes hash(Version version, const Bytes& message) {
    const std::unique_ptr<char, decltype(&g_free)> text(
        g_compute_checksum_for_data(version == Version::v0 ? G_CHECKSUM_SHA1 : G_CHECKSUM_SHA256,
                                    message.data(), message.size()),
        g_free);
    Bytes digest;
    for (const char* digit = text.get(); *digit != '\0'; digit += 2) {
        digest.push_back(static_cast<std::uint8_t>(g_ascii_xdigit_value(digit[0]) * 16 +
                                                   g_ascii_xdigit_value(digit[1])));
    }
    return digest;
}

/// RFC 2104 section 2, with the key of RFC 8684 section 3.2: two keys, one after the other.
Bytes hmac_by_formula(Version version, std::uint64_t key1, std::uint64_t key2,
                      const Bytes& message) {
    constexpr std::size_t kBlock = 64;
    Bytes key;
    put(key, key1, 8);
    put(key, key2, 8);
    key.resize(kBlock);
    Bytes inner(kBlock);
    Bytes outer(kBlock);
    for (std::size_t i = 0; i < kBlock; ++i) {
        inner[i] = key[i] ^ 0x36;
        outer[i] = key[i] ^ 0x5c;
    }
    return hash(version, outer + hash(version, inner + message));
}

Version version_of(ByteSource& source) {
    return source.byte() % 2 == 0 ? Version::v0 : Version::v1;
}

/// RFC 6824 and RFC 8684, sections 3.1 (token), 3.1 (IDSN).
void check_digest(ByteSource& source) {
    const Version version = version_of(source);
    const auto key = source.take<std::uint64_t>();
    Bytes message;
    put(message, key, 8);
    const Bytes digest = hash(version, message);
    const KeyDigest actual = digest_of_key(version, key);
    require(actual.token == number(ByteView(digest).first(4)), "token");
    require(actual.idsn == number(ByteView(digest).last(8)), "IDSN");
}

void check_join(ByteSource& source) {
    const Version version = version_of(source);
    const auto key1 = source.take<std::uint64_t>();
    const auto key2 = source.take<std::uint64_t>();
    const auto nonce1 = source.take<std::uint32_t>();
    const auto nonce2 = source.take<std::uint32_t>();
    Bytes message;
    put(message, nonce1, 4);
    put(message, nonce2, 4);
    const Bytes expected = hmac_by_formula(version, key1, key2, message);
    const Hmac actual = join_hmac(version, key1, key2, nonce1, nonce2);
    require(actual.leftmost64() == number(ByteView(expected).first(8)), "HMAC of a SYN/ACK");
    require(std::equal(expected.begin(), expected.begin() + 20, actual.leftmost160().begin()),
            "HMAC of a third ACK");
}

/// RFC 8684 section 3.4.1.
void check_add_addr(ByteSource& source) {
    const auto key1 = source.take<std::uint64_t>();
    const auto key2 = source.take<std::uint64_t>();
    const std::uint8_t choice = source.byte();
    const std::uint8_t id = source.byte();
    const auto port = source.take<std::uint16_t>();
    const bool has_port = choice % 2 != 0;
    Bytes address(choice % 4 < 2 ? 4 : 16);
    for (std::uint8_t& byte : address) {
        byte = source.byte();
    }
    Bytes message = Bytes{id} + address;
    put(message, has_port ? port : 0, 2);
    const Bytes expected = hmac_by_formula(Version::v1, key1, key2, message);
    const std::uint64_t actual = add_addr_hmac(key1, key2, id, Address::from(address),
                                               has_port ? std::optional(port) : std::nullopt);
    require(actual == number(ByteView(expected).last(8)), "HMAC of ADD_ADDR");
}

/// RFC 1071, over the pseudo-header of RFC 8684 section 3.3.1 and the payload.
std::uint16_t checksum_by_formula(Dsn dsn, std::uint32_t ssn, std::uint16_t length,
                                  ByteView payload) {
    Bytes words;
    put(words, dsn, 8);
    put(words, ssn, 4);
    put(words, length, 2);
    put(words, 0, 2);
    words.insert(words.end(), payload.begin(), payload.end());
    words.resize((words.size() + 1) / 2 * 2);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        sum += static_cast<std::uint32_t>(words[i] << 8 | words[i + 1]);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

/// Payload of one mapping, in pieces that pass in any order. No piece passes twice.
void check_mapping(ByteSource& source) {
    MappingChecksums::Announcement announced;
    announced.dsn = source.take<std::uint64_t>();
    announced.ssn = source.take<std::uint32_t>();
    announced.range.begin = source.take<std::uint32_t>();
    announced.frame = 7;
    const std::uint8_t choice = source.byte();
    const std::size_t step = 1 + source.byte() % 32;
    const auto rotation = std::size_t{source.byte()};
    const ByteView payload = source.bytes(1000);
    announced.range.end = announced.range.begin + payload.size();
    const bool has_fin = (choice & 0x01) != 0;
    announced.wire_length = static_cast<std::uint16_t>(payload.size() + (has_fin ? 1 : 0));
    const bool is_wrong = (choice & 0x02) != 0;
    const bool is_cut = (choice & 0x04) != 0;
    announced.checksum = static_cast<std::uint16_t>(
        checksum_by_formula(announced.dsn, announced.ssn, announced.wire_length, payload) ^
        (is_wrong ? 0x0100 : 0));
    MappingChecksums checksums;
    checksums.announce(announced);
    if (payload.empty()) {
        require(checksums.idle(), "a mapping of nothing waits for payload");
        return;
    }
    const std::size_t pieces = (payload.size() + step - 1) / step;
    MappingChecksums::Judgement judged;
    for (std::size_t i = 0; i < pieces; ++i) {
        require(judged.check.result == Verification::absent, "judged before all has passed");
        const std::size_t begin = (i + rotation) % pieces * step;
        const std::size_t size = std::min(step, payload.size() - begin);
        const std::uint64_t position = announced.range.begin + begin;
        judged = checksums.pass({position, position + size},
                                payload.subspan(begin, is_cut && i == 0 ? size - 1 : size));
    }
    require(checksums.idle() && judged.frame == announced.frame, "not judged when all has passed");
    const Verification expected = is_cut     ? Verification::unverified
                                  : is_wrong ? Verification::bad
                                             : Verification::good;
    require(judged.check.result == expected, "judgement of a mapping");
}

/// A stream in pieces, odd ones among them.
void check_sum(ByteSource& source) {
    const std::uint8_t step = source.byte();
    const auto dsn = source.take<std::uint64_t>();
    const auto ssn = source.take<std::uint32_t>();
    const auto length = source.take<std::uint16_t>();
    const ByteView payload = source.bytes(4000);
    InternetChecksum sum;
    for (ByteView rest = payload; !rest.empty();) {
        const ByteView piece = rest.first(std::min<std::size_t>(1U + step, rest.size()));
        sum.add(piece);
        rest = rest.subspan(piece.size());
    }
    require(dss_checksum(sum, dsn, ssn, length) == checksum_by_formula(dsn, ssn, length, payload),
            "DSS checksum");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteSource source({data, size});
    switch (source.byte() % 6) {
    case 0:
        check_digest(source);
        break;
    case 1:
        check_join(source);
        break;
    case 2:
        check_add_addr(source);
        break;
    case 3:
        check_mapping(source);
        break;
    case 4:
        check_sum(source);
        break;
    default:
        check_verdicts(source);
        break;
    }
    return 0;
}
