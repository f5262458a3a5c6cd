#pragma once
/// Keys, tokens, initial data sequence numbers, HMACs and the DSS checksum
/// (RFC 6824 and RFC 8684, sections 3.1, 3.2, 3.3, 3.4.1). Hashes are GLib's.

#include "address.hpp"
#include "bytes.hpp"
#include "units.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace mptcp {

/// Wire version of the handshake: 0 hashes with SHA-1, 1 with SHA-256.
enum class Version : std::uint8_t {
    v0 = 0,
    v1 = 1,
};

struct KeyDigest {
    /// Most significant 32 bits of the hash of the key.
    std::uint32_t token = 0;
    /// Least significant 64 bits of the hash of the key.
    Dsn idsn = 0;
};

KeyDigest digest_of_key(Version version, std::uint64_t key);

/// The first 160 bits of HMAC(key1 || key2, message).
using Hmac160 = std::array<std::uint8_t, 20>;

/// Full-length HMAC over `message`, keyed by two 64-bit keys in network order; SHA-1 gives 20
/// bytes, SHA-256 gives 32.
struct Hmac {
    std::array<std::uint8_t, 32> bytes{};
    std::uint8_t length = 0;

    [[nodiscard]] std::uint64_t leftmost64() const;
    [[nodiscard]] std::uint64_t rightmost64() const;
    [[nodiscard]] Hmac160 leftmost160() const;
};
Hmac hmac(Version version, std::uint64_t key1, std::uint64_t key2, ByteView message);

/// HMAC of MP_JOIN as `sender` makes it: keyed by its own key first, over its own nonce first.
/// The SYN/ACK carries leftmost64(), the third ACK leftmost160().
Hmac join_hmac(Version version, std::uint64_t sender_key, std::uint64_t receiver_key,
               std::uint32_t sender_nonce, std::uint32_t receiver_nonce);

/// v1 ADD_ADDR: rightmost 64 bits over address ID, address and port (0 if absent).
std::uint64_t add_addr_hmac(std::uint64_t sender_key, std::uint64_t receiver_key,
                            std::uint8_t address_id, const Address& address,
                            std::optional<std::uint16_t> port);

/// Ones' complement sum (RFC 1071) of a byte stream and of numbers beside it, in any order.
class InternetChecksum {
  public:
    /// Continues the byte stream; pieces may be odd, the last one is padded with a zero.
    void add(ByteView bytes);
    /// Numbers count as aligned words of their own: they do not touch the byte stream.
    void add_u16(std::uint16_t value);
    void add_u32(std::uint32_t value);
    void add_u64(std::uint64_t value);
    /// The folded, complemented sum.
    [[nodiscard]] std::uint16_t value() const;

  private:
    std::uint64_t sum_ = 0;
    bool odd_ = false;
};

/// DSS checksum of a mapping: the 64-bit DSN (also when 32 bits were sent), SSN, length, a zero,
/// and the mapping's payload without DATA_FIN. `sum_of_payload` has the payload added already.
std::uint16_t dss_checksum(InternetChecksum sum_of_payload, Dsn dsn, std::uint32_t ssn,
                           std::uint16_t length);

} // namespace mptcp
