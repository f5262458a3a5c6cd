#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace mptcp::bench {

/// This process's own peak (VmHWM); what getrusage() says includes whoever started it.
inline std::uint64_t peak_memory_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string name; status >> name;) {
        std::uint64_t kibibytes = 0;
        if (name == "VmHWM:" && status >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    return 0;
}

} // namespace mptcp::bench
