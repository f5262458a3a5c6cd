#pragma once
/// Integers in as few bytes as they need: 7 bits a byte, the lowest first (LEB128).

#include <cstdint>
#include <vector>

namespace mptcp::varint {

inline void put(std::vector<std::uint8_t>& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

/// Reads what put() wrote and moves `cursor` behind it.
inline std::uint64_t get(const std::uint8_t*& cursor) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = *cursor++;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return value;
        }
    }
}

/// The difference of two numbers modulo 2^64 as one that is small if the difference is, of either
/// sign.
constexpr std::uint64_t folded(std::uint64_t from, std::uint64_t to) {
    const auto difference = static_cast<std::int64_t>(to - from);
    return (static_cast<std::uint64_t>(difference) << 1) ^
           static_cast<std::uint64_t>(difference >> 63);
}

/// The number that is `folded` away from `from`.
constexpr std::uint64_t unfolded(std::uint64_t from, std::uint64_t folded) {
    return from + ((folded >> 1) ^ (~(folded & 1) + 1));
}

/// Small differences take few bytes.
inline void put_difference(std::vector<std::uint8_t>& out, std::uint64_t from, std::uint64_t to) {
    put(out, folded(from, to));
}

inline std::uint64_t get_difference(const std::uint8_t*& cursor, std::uint64_t from) {
    return unfolded(from, get(cursor));
}

} // namespace mptcp::varint
