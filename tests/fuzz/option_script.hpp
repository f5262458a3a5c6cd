#pragma once
/// TCP options for a fuzzed segment: from the bytes of the fuzzer, or by a grammar in which keys,
/// tokens, HMACs, sequence numbers and checksums are right unless the fuzzer wants them wrong.

#include "analysis/crypto.hpp"
#include "analysis/segment.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include "tests/fuzz/byte_source.hpp"

namespace mptcp::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// A connection as its hosts know it.
struct Talk {
    Version version = Version::v1;
    std::array<std::uint64_t, 2> keys{};
    /// Data sent so far, by sender.
    std::array<std::uint64_t, 2> sent{};

    [[nodiscard]] KeyDigest digest(unsigned side) const {
        return digest_of_key(version, keys[side]);
    }
    [[nodiscard]] Dsn dsn(unsigned side, std::uint64_t offset) const {
        return digest(side).idsn + 1 + offset;
    }
};

/// Where options stand.
struct OptionPlace {
    Talk& talk;
    /// Another connection of the same capture.
    const Talk& other;
    unsigned path = 0;
    /// Of the sender: 0 or 1.
    unsigned side = 0;
    /// Relative to the sender's ISN.
    std::uint32_t ssn = 0;
    ByteView payload;
};

/// At most the 40 bytes that a TCP header has room for.
Bytes options_from_bytes(ByteSource& source);
Bytes options_from_grammar(ByteSource& source, const OptionPlace& place);

} // namespace mptcp::fuzz
