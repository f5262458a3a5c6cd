#pragma once
/// Reinjections: the same data sequence numbers sent again under other subflow sequence numbers.

#include "units.hpp"

#include <cstdint>

namespace mptcp {

enum class ReinjectionOutcome : std::uint8_t {
    /// Neither copy was seen acknowledged, or the capture does not tell.
    unknown,
    /// The copy was acknowledged and the original was not, or only later.
    useful,
    /// The original was acknowledged at subflow level (ACK or SACK) before the copy was.
    redundant,
    /// A DATA_ACK covering the bytes had been seen before the copy was sent.
    unneeded,
};

/// One event per segment and contiguous range of DSNs with one first copy.
struct Reinjection {
    /// That carries the copy.
    SegmentId segment = 0;
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// 64-bit DSN as on the wire (see Connection::relative_dsn()).
    Dsn dsn = 0;
    std::uint32_t bytes = 0;
    /// The sending host.
    Side sender = Side::a;
    bool same_subflow = false;
    ReinjectionOutcome outcome = ReinjectionOutcome::unknown;
    SubflowNumber subflow = 0;
    SubflowNumber first_subflow = 0;
    /// The frame that first carried these bytes.
    FrameNumber first_frame = 0;
    /// Since the first copy.
    Nanoseconds delay = 0;
    /// 2 for the first repetition, 3 for the next one …
    std::uint32_t copy = 2;
    /// The next frame that reinjects (part of) these bytes; 0 if none does.
    FrameNumber next_frame = 0;

    friend bool operator==(const Reinjection&, const Reinjection&) = default;
};

} // namespace mptcp
