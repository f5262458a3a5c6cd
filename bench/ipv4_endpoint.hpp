#pragma once
/// Endpoints of made-up hosts.

#include "analysis/address.hpp"

#include <array>
#include <cstdint>

namespace mptcp::bench {

/// Of the `host`th of the 2^24 addresses of `network`.0.0.0/8.
inline Endpoint ipv4_endpoint(std::uint8_t network, std::uint32_t host, std::uint16_t port) {
    const std::array<std::uint8_t, 4> bytes = {network, static_cast<std::uint8_t>(host >> 16),
                                               static_cast<std::uint8_t>(host >> 8),
                                               static_cast<std::uint8_t>(host)};
    return {Address::from(bytes), port};
}

} // namespace mptcp::bench
