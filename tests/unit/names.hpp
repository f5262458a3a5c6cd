#pragma once
/// What the unit tests call times, and the hosts of a connection.

#include "analysis/units.hpp"

namespace mptcp::test {

inline constexpr Nanoseconds kMillisecond = 1'000'000;
inline constexpr Nanoseconds kSecond = 1000 * kMillisecond;

/// The hosts of a session whose first packet is the client's.
inline constexpr Side client = Side::a;
inline constexpr Side server = Side::b;

} // namespace mptcp::test
