#pragma once
/// The program that loaded the plugin.

#include "wireshark_compat.hpp"

#include <wsutil/report_message.h>

#include <cstring>

namespace mptcp::plugin {

inline bool is_tshark() {
    const char* const name = get_friendly_program_name();
    return name != nullptr && std::strcmp(name, "TShark") == 0;
}

} // namespace mptcp::plugin
