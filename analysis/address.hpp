#pragma once
/// Network addresses as the engine sees them: IPv4 or IPv6, deep copies, hashable.

#include "bytes.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>

namespace mptcp {

struct Address {
    /// 4 for IPv4, 16 for IPv6, 0 for none.
    std::uint8_t length = 0;
    /// Network order; bytes beyond `length` are zero.
    std::array<std::uint8_t, 16> bytes{};

    /// Takes 4 or 16 bytes; anything else gives the empty address.
    static Address from(ByteView raw) {
        Address address;
        if (raw.size() == 4) {
            address.length = 4;
            std::memcpy(address.bytes.data(), raw.data(), 4);
        } else if (raw.size() == 16) {
            address.length = 16;
            std::memcpy(address.bytes.data(), raw.data(), 16);
        }
        return address;
    }

    [[nodiscard]] bool empty() const { return length == 0; }
    [[nodiscard]] bool is_ipv6() const { return length == 16; }
    [[nodiscard]] ByteView view() const { return {bytes.data(), length}; }
    /// Textual form as of inet_ntop(3); empty for the empty address.
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const Address&, const Address&) = default;
    friend bool operator==(const Address& x, const Address& y) {
        return std::memcmp(x.bytes.data(), y.bytes.data(), sizeof x.bytes) == 0 &&
               x.length == y.length;
    }
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
    friend bool operator==(const Endpoint& x, const Endpoint& y) {
        return x.port == y.port && x.address == y.address;
    }
};

/// "10.1.0.1:5201", "[fd00::1]:5201".
std::string endpoint_text(const Endpoint& endpoint);

/// One direction between two endpoints.
struct Flow {
    Endpoint source;
    Endpoint destination;

    friend bool operator==(const Flow&, const Flow&) = default;
};

struct FlowHash {
    std::size_t operator()(const Flow& flow) const;
};

} // namespace mptcp
