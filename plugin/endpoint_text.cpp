#include "endpoint_text.hpp"

namespace mptcp::plugin {

const char* endpoint_text(wmem_allocator_t* scope, const Endpoint& endpoint) {
    // Wireshark's exceptions run no destructors: the string is gone before anything is added.
    const char* address = wmem_strdup(scope, endpoint.address.text().c_str());
    return wmem_strdup_printf(scope, endpoint.address.is_ipv6() ? "[%s]:%u" : "%s:%u", address,
                              endpoint.port);
}

} // namespace mptcp::plugin
