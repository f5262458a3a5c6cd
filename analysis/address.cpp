#include "address.hpp"

#include "hash.hpp"

#include <arpa/inet.h>

#include <random>

namespace mptcp {

namespace {

/// Of this process: else whoever sends packets could pick flows that all have the same hash.
const std::uint64_t secret = [] {
    std::random_device random;
    return (std::uint64_t{random()} << 32) | random();
}();

std::uint64_t add(std::uint64_t hash, const Endpoint& endpoint) {
    std::array<std::uint64_t, 2> halves{};
    static_assert(sizeof halves == sizeof endpoint.address.bytes);
    std::memcpy(halves.data(), endpoint.address.bytes.data(), sizeof halves);
    hash = hash::finish(hash ^ halves[0]);
    hash = hash::finish(hash ^ halves[1]);
    return hash::finish(hash ^ ((std::uint64_t{endpoint.address.length} << 16) | endpoint.port));
}

} // namespace

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

std::string endpoint_text(const Endpoint& endpoint) {
    const std::string address = endpoint.address.text();
    return (endpoint.address.is_ipv6() ? '[' + address + ']' : address) + ':' +
           std::to_string(endpoint.port);
}

std::size_t FlowHash::operator()(const Flow& flow) const {
    return add(add(secret, flow.source), flow.destination);
}

} // namespace mptcp
