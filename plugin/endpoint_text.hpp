#pragma once
/// An address and a port as one word.

#include "wireshark_compat.hpp"

#include "analysis/address.hpp"

namespace mptcp::plugin {

/// "192.0.2.1:80", "[2001:db8::1]:80"; of this scope.
const char* endpoint_text(wmem_allocator_t* scope, const Endpoint& endpoint);

} // namespace mptcp::plugin
