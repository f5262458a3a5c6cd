#pragma once
/// Bytes of MPTCP options.

#include "analysis/options.hpp"

#include <cstdint>
#include <vector>

namespace mptcp::bench {

// Flags of a DSS (RFC 8684 section 3.3).
namespace dss_flag {
inline constexpr std::uint8_t data_ack = 0x01;
inline constexpr std::uint8_t wide_data_ack = 0x02;
inline constexpr std::uint8_t mapping = 0x04;
inline constexpr std::uint8_t wide_dsn = 0x08;
} // namespace dss_flag

/// In network order.
template <typename T>
void put(std::vector<std::uint8_t>& out, T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
    }
}

/// Kind, length, subtype and the four bits beside it.
inline void begin_option(std::vector<std::uint8_t>& out, Subtype subtype, std::uint8_t low_nibble,
                         std::uint8_t length) {
    out.assign({kMptcpKind, length,
                static_cast<std::uint8_t>(static_cast<unsigned>(subtype) << 4 | low_nibble)});
}

} // namespace mptcp::bench
