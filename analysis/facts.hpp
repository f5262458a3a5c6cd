#pragma once
/// What the engine says of one segment: the single source of fields, counters, experts and graphs.

#include "units.hpp"

#include <array>
#include <cstdint>

namespace mptcp {

/// Every payload byte has exactly one class. Tested in this order for a byte that subflow *s*
/// carries at subflow sequence number *q* and data sequence number *d*.
enum class ByteClass : std::uint8_t {
    /// *s* carried *q* before: a TCP retransmission, of whatever.
    retransmitted,
    /// Sent after this direction fell back to TCP, or by an attempt.
    fallback,
    /// No mapping of *q* is known.
    unmapped,
    /// *s* itself carried *d* before, at another subflow sequence number.
    reinjected_same_subflow,
    /// Other subflows, and only they, carried *d* before.
    reinjected_other_subflow,
    /// Nobody carried *d* before.
    fresh,
};
inline constexpr std::size_t kByteClasses = 6;

/// Bytes by class. They add up to the payload they describe.
struct ByteCounts {
    std::array<std::uint64_t, kByteClasses> bytes{};

    std::uint64_t& operator[](ByteClass c) { return bytes[static_cast<std::size_t>(c)]; }
    std::uint64_t operator[](ByteClass c) const { return bytes[static_cast<std::size_t>(c)]; }
    [[nodiscard]] std::uint64_t total() const;
    ByteCounts& operator+=(const ByteCounts& other);
};

/// Number of an observed segment, from 0 in the order of Tracker::observe().
using SegmentId = std::uint64_t;

struct SegmentFacts {
    SegmentId id = 0;
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// kNoConnection: the segment belongs to no MPTCP connection or attempt; nothing else is set.
    ConnectionNumber connection = kNoConnection;
    SubflowNumber subflow = 0;
    /// The sending host, which is also the direction.
    Side sender = Side::a;

    /// The packet was captured twice and this is the second copy: it counts as nothing else.
    bool duplicate = false;
    /// The first new byte lies above the next expected one.
    bool out_of_order = false;

    /// Payload on the wire. Equal to bytes.total() unless `duplicate`.
    std::uint32_t payload_bytes = 0;
    ByteCounts bytes;
    /// Part of bytes[unmapped] whose mapping may still come: ask Tracker::late_credit() at the end.
    std::uint32_t pending_bytes = 0;
    /// Bytes of the other direction that this segment's DATA_ACK newly acknowledges.
    std::uint64_t newly_acked_bytes = 0;
    std::uint32_t option_bytes = 0;

    /// This segment's reinjection events: Connection::reinjections()[begin, end).
    std::uint32_t reinjections_begin = 0;
    std::uint32_t reinjections_end = 0;

    [[nodiscard]] bool is_mptcp() const { return connection != kNoConnection; }
};

/// Additive figures of one direction of a subflow (or of a sum of such), over the whole capture or
/// over the segments that a filter lets through.
struct Totals {
    /// Segments, duplicates left out.
    std::uint64_t segments = 0;
    std::uint64_t duplicate_segments = 0;
    /// Segments with payload, duplicates left out.
    std::uint64_t data_segments = 0;
    ByteCounts bytes;
    std::uint64_t option_bytes = 0;
    std::uint64_t out_of_order_segments = 0;
    /// Bytes of the opposite direction acknowledged by DATA_ACKs in this one.
    std::uint64_t newly_acked_bytes = 0;
    /// Times of the first and the last segment with payload; both 0 without one.
    Nanoseconds first_payload = 0;
    Nanoseconds last_payload = 0;

    void add(const SegmentFacts& facts);
    Totals& operator+=(const Totals& other);

    [[nodiscard]] std::uint64_t payload_bytes() const { return bytes.total(); }
    /// The true contribution: bytes never carried before.
    [[nodiscard]] std::uint64_t data_bytes() const { return bytes[ByteClass::fresh]; }
};

} // namespace mptcp
