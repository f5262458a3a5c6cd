#pragma once
/// Quantities as people read them: three significant digits, SI prefixes, a unit. UTF-8 not needed.

#include "taps/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mptcp::taps {

/// "29 B", "27.4 kB", "2.00 MB".
std::string bytes_text(std::uint64_t bytes);
/// "8.10 Mbit/s".
std::string rate_text(double bits_per_second);
/// "10.3 ms", "1.84 s"; "0 s" for none.
std::string duration_text(Nanoseconds duration);
/// "71 %", "1.4 %". Never "0 %" for something nor "100 %" for less than all.
std::string percent_text(double ratio);
/// Two counts as a percentage; `whole` is not 0.
std::string percent_text(std::uint64_t part, std::uint64_t whole);

/// "1 segment", "967 segments".
std::string count_text(std::uint64_t count, std::string_view thing);

/// A scalar by its unit; "–" for null: unknown, or not applicable.
std::string people_text(const Value& scalar, Unit unit);

} // namespace mptcp::taps
