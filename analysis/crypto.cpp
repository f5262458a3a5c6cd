#include "crypto.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>

namespace mptcp {

namespace {

constexpr std::size_t kSha256Length = 32;

GChecksumType hash_of(Version version) {
    return version == Version::v0 ? G_CHECKSUM_SHA1 : G_CHECKSUM_SHA256;
}

template <typename T>
void store_be(std::span<std::uint8_t> target, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        const std::size_t shift = 8 * (sizeof(T) - 1 - i);
        target[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift);
    }
}

struct ChecksumDeleter {
    void operator()(GChecksum* checksum) const { g_checksum_free(checksum); }
};
struct HmacDeleter {
    void operator()(GHmac* hmac) const { g_hmac_unref(hmac); }
};

} // namespace

KeyDigest digest_of_key(Version version, std::uint64_t key) {
    std::array<std::uint8_t, sizeof key> input{};
    store_be(std::span{input}, key);
    const std::unique_ptr<GChecksum, ChecksumDeleter> checksum{g_checksum_new(hash_of(version))};
    g_checksum_update(checksum.get(), input.data(), static_cast<gssize>(input.size()));

    std::array<std::uint8_t, kSha256Length> digest{};
    gsize length = digest.size();
    g_checksum_get_digest(checksum.get(), digest.data(), &length);
    return {load_be<std::uint32_t>(digest, 0), load_be<std::uint64_t>(digest, length - 8)};
}

std::uint64_t Hmac::leftmost64() const {
    return load_be<std::uint64_t>(bytes, 0);
}

std::uint64_t Hmac::rightmost64() const {
    return length < 8 ? 0 : load_be<std::uint64_t>(bytes, std::size_t{length} - 8);
}

Hmac160 Hmac::leftmost160() const {
    Hmac160 left;
    std::copy_n(bytes.begin(), left.size(), left.begin());
    return left;
}

Hmac hmac(Version version, std::uint64_t key1, std::uint64_t key2, ByteView message) {
    std::array<std::uint8_t, 2 * sizeof key1> key{};
    store_be(std::span{key}.first(8), key1);
    store_be(std::span{key}.last(8), key2);
    const std::unique_ptr<GHmac, HmacDeleter> state{
        g_hmac_new(hash_of(version), key.data(), key.size())};
    g_hmac_update(state.get(), message.data(), static_cast<gssize>(message.size()));

    Hmac result;
    gsize length = result.bytes.size();
    g_hmac_get_digest(state.get(), result.bytes.data(), &length);
    result.length = static_cast<std::uint8_t>(length);
    return result;
}

Hmac join_hmac(Version version, std::uint64_t sender_key, std::uint64_t receiver_key,
               std::uint32_t sender_nonce, std::uint32_t receiver_nonce) {
    std::array<std::uint8_t, 2 * sizeof sender_nonce> message{};
    store_be(std::span{message}.first(4), sender_nonce);
    store_be(std::span{message}.last(4), receiver_nonce);
    return hmac(version, sender_key, receiver_key, message);
}

std::uint64_t add_addr_hmac(std::uint64_t sender_key, std::uint64_t receiver_key,
                            std::uint8_t address_id, const Address& address,
                            std::optional<std::uint16_t> port) {
    // RFC 8684 section 3.4.1: the port counts as zero if the option has none.
    std::array<std::uint8_t, 1 + 16 + 2> message{};
    const ByteView raw = address.view();
    message[0] = address_id;
    std::copy(raw.begin(), raw.end(), message.begin() + 1);
    store_be(std::span{message}.subspan(1 + raw.size(), 2), port.value_or(0));
    const std::size_t length = 1 + raw.size() + 2;
    return hmac(Version::v1, sender_key, receiver_key, ByteView{message}.first(length))
        .rightmost64();
}

void InternetChecksum::add(ByteView bytes) {
    if (odd_ && !bytes.empty()) {
        sum_ += bytes[0];
        odd_ = false;
        bytes = bytes.subspan(1);
    }
    // 2^16 is 1 modulo 2^16 - 1, so 32-bit words sum to the same as their halves (RFC 1071
    // section 2). The 64-bit accumulator holds 2^32 of them.
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        sum_ += load_be<std::uint32_t>(bytes, i);
    }
    if (i + 2 <= bytes.size()) {
        sum_ += load_be<std::uint16_t>(bytes, i);
        i += 2;
    }
    if (i < bytes.size()) {
        sum_ += static_cast<std::uint64_t>(bytes[i]) << 8;
        odd_ = true;
    }
}

void InternetChecksum::add_u16(std::uint16_t value) {
    sum_ += value;
}

void InternetChecksum::add_u32(std::uint32_t value) {
    sum_ += value;
}

void InternetChecksum::add_u64(std::uint64_t value) {
    sum_ += value >> 32;
    sum_ += value & 0xffffffff;
}

std::uint16_t InternetChecksum::value() const {
    std::uint64_t folded = sum_;
    while (folded > 0xffff) {
        folded = (folded & 0xffff) + (folded >> 16);
    }
    return static_cast<std::uint16_t>(~folded);
}

std::uint16_t dss_checksum(InternetChecksum sum_of_payload, Dsn dsn, std::uint32_t ssn,
                           std::uint16_t length) {
    sum_of_payload.add_u64(dsn);
    sum_of_payload.add_u32(ssn);
    sum_of_payload.add_u16(length);
    return sum_of_payload.value();
}

} // namespace mptcp
