#include "address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace mptcp {

namespace {

constexpr std::size_t kIpv4Length = 4;
constexpr std::size_t kIpv6Length = 16;

/// Finalizer of SplitMix64: every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9;
    x ^= x >> 27;
    x *= 0x94d049bb133111eb;
    x ^= x >> 31;
    return x;
}

} // namespace

Address Address::from(ByteView raw) {
    Address address;
    if (raw.size() == kIpv4Length || raw.size() == kIpv6Length) {
        address.length = static_cast<std::uint8_t>(raw.size());
        std::copy(raw.begin(), raw.end(), address.bytes.begin());
    }
    return address;
}

std::string Address::text() const {
    if (empty()) {
        return {};
    }
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    const int family = is_ipv6() ? AF_INET6 : AF_INET;
    if (inet_ntop(family, bytes.data(), buffer.data(), buffer.size()) == nullptr) {
        return {};
    }
    return buffer.data();
}

std::size_t EndpointHash::operator()(const Endpoint& endpoint) const {
    // The increments keep an all-zero word from cancelling what was mixed before.
    constexpr std::uint64_t increment = 0x9e3779b97f4a7c15;
    const ByteView bytes{endpoint.address.bytes};
    std::uint64_t hash = mix(load_be<std::uint64_t>(bytes, 0) + increment);
    hash = mix(hash + increment + load_be<std::uint64_t>(bytes, 8));
    hash = mix(hash + increment +
               ((static_cast<std::uint64_t>(endpoint.address.length) << 16) | endpoint.port));
    return static_cast<std::size_t>(hash);
}

} // namespace mptcp
