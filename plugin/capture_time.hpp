#pragma once
/// Wireshark's time of a frame as the engine counts it.

#include "wireshark_compat.hpp"

#include "analysis/units.hpp"

#include <algorithm>

namespace mptcp::plugin {

/// Times beyond the engine's first or last one become that. The nanoseconds of a damaged file may
/// be more than a second.
inline Nanoseconds to_nanoseconds(const nstime_t& time) {
    constexpr Nanoseconds per_second = 1'000'000'000;
    constexpr Nanoseconds limit = kLatestTime / per_second - 4;
    return std::clamp<Nanoseconds>(time.secs, -limit, limit) * per_second + time.nsecs;
}

} // namespace mptcp::plugin
