#pragma once
/// `connections`: one row per connection and per attempt, with what `summary` says of it, how its
/// directions used the subflows, and how the bytes were shared by address.
///
/// For machines two tables: `connections`, and `addresses` with a row per address and direction.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_connections(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
