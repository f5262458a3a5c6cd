#pragma once
/// Where a row about one segment belongs: the columns that such rows begin with.

#include "taps/schema.hpp"
#include "taps/segment_log.hpp"

namespace mptcp::taps {

/// For machines.
const Shape<LoggedSegment>& segment_place_shape();

/// For people; times count from `origin`.
Shape<LoggedSegment> short_segment_place_shape(Nanoseconds origin);

} // namespace mptcp::taps
