#pragma once
/// Wireshark's time of a frame as the engine counts it.

#include "wireshark_compat.hpp"

#include "analysis/units.hpp"

#include <algorithm>
#include <limits>

namespace mptcp::plugin {

/// Times that 64 bits of nanoseconds cannot hold (beyond the year 2261) become the last one they
/// can.
inline Nanoseconds to_nanoseconds(const nstime_t& time) {
    constexpr Nanoseconds per_second = 1'000'000'000;
    constexpr Nanoseconds limit = std::numeric_limits<Nanoseconds>::max() / per_second - 1;
    return std::clamp<Nanoseconds>(time.secs, -limit, limit) * per_second + time.nsecs;
}

} // namespace mptcp::plugin
