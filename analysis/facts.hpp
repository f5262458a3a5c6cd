#pragma once
/// What the engine says of one segment: the single source of fields, counters, experts and graphs.

#include "units.hpp"

#include <array>
#include <cstdint>
#include <optional>

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
    /// Some of them carried the transfer on.
    [[nodiscard]] bool has_progress() const {
        return (*this)[ByteClass::fresh] + (*this)[ByteClass::fallback] > 0;
    }
    ByteCounts& operator+=(const ByteCounts& other);
    /// So many bytes that counted as new turned out to repeat another subflow's.
    void note_repeated_later(std::uint64_t repeated) {
        (*this)[ByteClass::fresh] -= repeated;
        (*this)[ByteClass::reinjected_other_subflow] += repeated;
    }

    friend bool operator==(const ByteCounts&, const ByteCounts&) = default;
};

/// Result of one check.
enum class Verification : std::uint8_t {
    /// There is nothing to check.
    absent,
    good,
    bad,
    /// It cannot be checked; UnverifiedReason says why.
    unverified,
};

enum class UnverifiedReason : std::uint8_t {
    none,
    /// A key was not captured.
    no_key,
    /// No connection in the capture has this token.
    unknown_token,
    /// Not all of the payload was captured.
    payload_cut,
    /// Payload passed before its mapping, or was missing.
    incomplete,
    /// No window of the receiver was captured, or its scale is not known.
    window_not_captured,
    /// The upper 32 bits of the DSN, which the checksum covers, were not captured.
    high_half_not_captured,
    /// Not all of the TCP options were captured.
    options_cut,
};

/// "key not captured"; null for UnverifiedReason::none.
const char* reason_text(UnverifiedReason reason);

struct Check {
    Verification result = Verification::absent;
    UnverifiedReason reason = UnverifiedReason::none;

    friend bool operator==(const Check&, const Check&) = default;
};

/// Data sequence numbers as on the wire (64 bits), [begin, end).
struct DsnRange {
    Dsn begin = 0;
    Dsn end = 0;

    friend bool operator==(const DsnRange&, const DsnRange&) = default;
};

/// A mapping as it was announced; a DATA_FIN is not counted in `length`.
struct MappingFacts {
    Dsn dsn = 0;
    std::uint32_t ssn = 0;
    std::uint32_t length = 0;
    /// The frame that announced it first.
    FrameNumber frame = 0;

    friend bool operator==(const MappingFacts&, const MappingFacts&) = default;
};

/// The mapping that a segment's option announces, whether or not it was announced before.
struct AnnouncedFacts {
    enum class Kind : std::uint8_t {
        dss,
        /// MP_CAPABLE with data: SSN 1 is IDSN + 1 (RFC 8684 section 3.1).
        mp_capable,
        /// From here on data is TCP's (RFC 8684 section 3.7).
        infinite,
    };

    Kind kind = Kind::dss;
    Dsn dsn = 0;
    std::uint32_t ssn = 0;
    /// Payload bytes: a DATA_FIN is not counted.
    std::uint32_t length = 0;
    /// TCP position of the first of them, for Tracker::carried_bytes(); 0 if it is not known.
    std::uint64_t position = 0;
    std::optional<std::uint16_t> checksum;
    bool data_fin = false;
    /// All of it had been announced on this subflow.
    bool repeated = false;

    friend bool operator==(const AnnouncedFacts&, const AnnouncedFacts&) = default;
};

/// Names one direction of one subflow for good. Numbers of connections and subflows change when two
/// records turn out to be of one connection; Tracker::place() gives the present ones.
using FlowId = std::uint32_t;

struct SegmentFacts {
    SegmentId id = 0;
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// kNoConnection: the segment belongs to no MPTCP connection or attempt; nothing else is set.
    ConnectionNumber connection = kNoConnection;
    SubflowNumber subflow = 0;
    /// The sending host, which is also the direction.
    Side sender = Side::a;

    FlowId flow = 0;

    /// The packet was captured twice and this is the second copy: it counts as nothing else.
    bool duplicate = false;
    /// Unmapped bytes came in a TFO SYN, where no mapping is missing.
    bool tfo = false;
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

    // -- the data level; unset where unknown or not applicable ------------------------------------

    /// Of the first contiguous part of the payload that has a mapping.
    std::optional<DsnRange> dsn;
    /// DATA_ACK, extended to 64 bits.
    std::optional<Dsn> data_ack;
    /// The mapping of the first mapped payload byte, or the one that the segment announces.
    std::optional<MappingFacts> mapping;
    std::optional<AnnouncedFacts> announced;
    /// Of the bytes that this segment acknowledges, at data level and at TCP level.
    std::optional<Nanoseconds> data_rtt;
    std::optional<Nanoseconds> subflow_rtt;
    /// With payload: bytes sent and not acknowledged after this segment, at both levels.
    std::optional<std::uint64_t> flight;
    std::optional<std::uint64_t> subflow_flight;
    /// With a DATA_ACK: bytes that the receiver allows beyond it.
    std::optional<std::uint64_t> window;
    /// With payload: there is less room in the window than one more segment of this size.
    bool window_limited = false;
    /// The window is known, and `dsn` ends beyond it.
    bool window_known = false;
    bool beyond_window = false;
    /// Bytes between the next expected DSN and the first new one of this segment.
    std::uint64_t reorder_distance = 0;
    /// New bytes below the highest DSN carried before.
    std::uint64_t hole_filled_bytes = 0;
    /// New data after a stall of this length (DataFlow::stalls says what one is).
    std::optional<Nanoseconds> stall;
    /// The previous new data of this direction came on another subflow.
    bool scheduler_switch = false;
    /// Part of a mapping contradicts an earlier one.
    bool mapping_conflict = false;
    /// An MPTCP option has a length that no RFC gives it.
    bool bad_option_length = false;
    /// The TCP options were not captured in full.
    bool options_cut = false;

    // -- verification -----------------------------------------------------------------------------

    /// MP_JOIN HMAC in a SYN/ACK or third ACK.
    Check hmac;
    /// HMAC of ADD_ADDR (v1).
    Check add_addr;
    /// DSS checksum of the mapping that this segment completes.
    Check checksum;
    /// The frame that announced that mapping.
    FrameNumber checksum_frame = 0;
    /// Token of an MP_JOIN SYN, or the keys that an MP_CAPABLE echoes.
    Check token;
    /// The first mapping of a direction: whether it begins at IDSN + 1.
    Check idsn;

    [[nodiscard]] bool is_mptcp() const { return connection != kNoConnection; }

    friend bool operator==(const SegmentFacts&, const SegmentFacts&) = default;
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
    /// Time of the last segment with fresh or fallback bytes: from then on nothing but repetitions.
    /// kEarliestTime if there is none.
    Nanoseconds last_progress = kEarliestTime;

    void add(const SegmentFacts& facts);
    Totals& operator+=(const Totals& other);

    [[nodiscard]] std::uint64_t payload_bytes() const { return bytes.total(); }
    /// The true contribution: bytes never carried before.
    [[nodiscard]] std::uint64_t data_bytes() const { return bytes[ByteClass::fresh]; }

    friend bool operator==(const Totals&, const Totals&) = default;
};

} // namespace mptcp
