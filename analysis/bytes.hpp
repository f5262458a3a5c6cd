#pragma once
/// Read-only views of captured bytes, and big-endian reads from them.

#include <cstddef>
#include <cstdint>
#include <span>

namespace mptcp {

using ByteView = std::span<const std::uint8_t>;

/// Unsigned big-endian integer of `sizeof(T)` bytes at `offset`. The caller has checked the length.
template <typename T>
constexpr T load_be(ByteView bytes, std::size_t offset) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | bytes[offset + i]);
    }
    return value;
}

} // namespace mptcp
