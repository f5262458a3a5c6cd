#include "address.hpp"

#include "hash.hpp"

#include <arpa/inet.h>

namespace mptcp {

namespace {

std::uint64_t add(std::uint64_t hash, const Endpoint& endpoint) {
    hash = hash::add(hash, ByteView{endpoint.address.bytes});
    return hash::add(hash, (std::uint64_t{endpoint.address.length} << 16) | endpoint.port);
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
    return hash::finish(add(add(hash::kSeed, flow.source), flow.destination));
}

} // namespace mptcp
