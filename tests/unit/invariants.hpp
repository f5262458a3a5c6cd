#pragma once
/// What has to hold of every capture, whatever is in it.
///
/// Free of CMocka: fuzz targets check the same. Each function gives the first thing that does not
/// hold, or nothing.

#include "analysis/segment.hpp"
#include "analysis/tracker.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mptcp::test {

/// A segment that went into a Tracker, and what came out.
struct Observed {
    Endpoint source;
    std::uint32_t payload_length = 0;
    SegmentFacts facts;
};

/// Of the facts of one segment, when observe() gives them.
std::string violation_at_once(const Segment& segment, const SegmentFacts& facts);

/// Of all segments that went into `tracker`, once it is settled: sums and references agree.
std::string violation(const Tracker& tracker, std::span<const Observed> all);

/// As long as the history is kept: the order of the data tells of the same bytes as the sums.
std::string violation_of_order(const Tracker& tracker);

/// Of two Trackers, both settled, that saw the same segments: they tell the same of them.
std::string difference(const Tracker& one, const Tracker& other, std::span<const Observed> all);

} // namespace mptcp::test
