#pragma once
/// Where a direction of a flow is looked for first, in a small table of those that came lately. A
/// few instructions; for a map of all flows see FlowHash.

#include "analysis/hash.hpp"
#include "analysis/segment.hpp"

#include <cstring>

namespace mptcp::plugin {

inline std::uint64_t folded(const Address& address) {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof address.bytes);
    std::memcpy(halves, address.bytes.data(), sizeof halves);
    return halves[0] ^ halves[1];
}

/// Take it modulo the size of the table.
inline std::size_t flow_place(const Segment& segment) {
    const Endpoint& source = segment.source;
    const Endpoint& destination = segment.destination;
    const std::uint64_t ports = (std::uint64_t{source.port} << 16) | destination.port;
    return hash::add(folded(source.address) ^ ports, folded(destination.address)) >> 32;
}

} // namespace mptcp::plugin
