#pragma once
/// What the user can choose about the analysis.

#include "units.hpp"

namespace mptcp {

struct Settings {
    /// Check DSS checksums where the payload was captured.
    bool verify_checksums = true;
    /// A time without new data is no stall unless it is longer than this.
    Nanoseconds shortest_stall = 200'000'000;
    /// Keep what LaterFacts and DataOrder are made from: about 50 bytes per acknowledgment, and
    /// about 10 per segment of connections that ended long ago.
    bool keep_history = true;
};

} // namespace mptcp
