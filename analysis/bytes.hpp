#pragma once
/// Read-only views of captured bytes, and big-endian reads from them.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace mptcp {

using ByteView = std::span<const std::uint8_t>;

/// Unsigned big-endian integer of `sizeof(T)` bytes at `offset`. The caller has checked the length.
template <typename T>
T load_be(ByteView bytes, std::size_t offset) {
    static_assert(sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8);
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    if constexpr (std::endian::native == std::endian::big) {
        return value;
    } else if constexpr (sizeof(T) == 2) {
        return __builtin_bswap16(value);
    } else if constexpr (sizeof(T) == 4) {
        return __builtin_bswap32(value);
    } else {
        return __builtin_bswap64(value);
    }
}

} // namespace mptcp
