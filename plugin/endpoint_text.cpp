#include "endpoint_text.hpp"

namespace mptcp::plugin {

const char* endpoint_text(wmem_allocator_t* scope, const Endpoint& endpoint) {
    // Wireshark's exceptions run no destructors: the string is gone before anything is added.
    return wmem_strdup(scope, mptcp::endpoint_text(endpoint).c_str());
}

} // namespace mptcp::plugin
