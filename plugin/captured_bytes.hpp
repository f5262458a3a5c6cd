#pragma once
/// What a tvbuff holds of its packet.

#include "wireshark_compat.hpp"

#include "analysis/bytes.hpp"

namespace mptcp::plugin {

/// As long as the frame is dissected. Throws nothing.
inline ByteView captured_bytes(tvbuff_t* tvb) {
    const unsigned length = tvb_captured_length(tvb);
    if (length == 0) {
        return {};
    }
    return {tvb_get_ptr(tvb, 0, static_cast<int>(length)), length};
}

} // namespace mptcp::plugin
