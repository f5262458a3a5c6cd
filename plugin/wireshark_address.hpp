#pragma once
/// Wireshark's form of an address.

#include "wireshark_compat.hpp"

#include "analysis/address.hpp"

namespace mptcp::plugin {

/// Looks at the bytes of `source`, and is valid as long as they are.
inline address to_wireshark(const Address& source) {
    address result;
    set_address(&result, source.is_ipv6() ? AT_IPv6 : AT_IPv4, source.length, source.bytes.data());
    return result;
}

} // namespace mptcp::plugin
