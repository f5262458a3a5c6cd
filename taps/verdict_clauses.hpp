#pragma once
/// The parts of a verdict. Each gives clauses without a full stop, and none where there is nothing
/// to say.

#include "taps/perspective.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mptcp::taps {

using Clauses = std::vector<std::string>;

/// Clauses of one kind; what is beyond them is counted, and for the reports that list it.
inline constexpr std::size_t kMaxTold = 4;

/// What the subflows carried, and what of it was sent again: verdict_traffic.cpp.
Clauses traffic_clauses(const Perspective& perspective);

/// Joins that did not succeed: verdict_joins.cpp.
Clauses join_clauses(const Perspective& perspective);

/// What befell paths that had been in use: verdict_paths.cpp.
Clauses path_clauses(const Perspective& perspective);

} // namespace mptcp::taps
