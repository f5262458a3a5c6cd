#pragma once
/// The quantities of the analysis. All integers; a name says the unit where the type does not.

#include <cstdint>
#include <limits>

namespace mptcp {

/// Nanoseconds: an absolute capture time since the epoch, or a difference of two.
using Nanoseconds = std::int64_t;
inline constexpr double kNanosecondsPerSecond = 1e9;
constexpr double to_seconds(Nanoseconds time) {
    return static_cast<double>(time) / kNanosecondsPerSecond;
}

/// Times of segments lie between these, so that the difference of two is one that fits, with an
/// hour to spare for what is reckoned from them: from the year 1823 to 2116.
inline constexpr Nanoseconds kLatestTime =
    std::numeric_limits<Nanoseconds>::max() / 2 - Nanoseconds{3600} * 1'000'000'000;
inline constexpr Nanoseconds kEarliestTime = -kLatestTime;

/// How long it took; nothing if the clock went back.
constexpr Nanoseconds elapsed(Nanoseconds from, Nanoseconds to) {
    return to > from ? to - from : 0;
}

/// The sum of two durations, or the longest there is: a clock that jumps to and fro makes many long
/// ones.
constexpr Nanoseconds longer_by(Nanoseconds duration, Nanoseconds more) {
    constexpr Nanoseconds longest = std::numeric_limits<Nanoseconds>::max();
    return duration > longest - more ? longest : duration + more;
}

/// Number of a frame in the capture file, counted from 1; 0 is "none".
using FrameNumber = std::uint32_t;

/// Number of an observed segment, from 0 in the order of Tracker::observe().
using SegmentId = std::uint64_t;
inline constexpr SegmentId kNoSegment = std::numeric_limits<SegmentId>::max();

/// 64-bit data sequence number as on the wire (RFC 8684 section 3.3).
using Dsn = std::uint64_t;

/// Wireshark's `tcp.stream`, or the same numbers given by another flow table.
using StreamNumber = std::uint32_t;
inline constexpr StreamNumber kNoStream = std::numeric_limits<StreamNumber>::max();

using ConnectionNumber = std::uint32_t;
inline constexpr ConnectionNumber kNoConnection = std::numeric_limits<ConnectionNumber>::max();
using SubflowNumber = std::uint32_t;

/// One of the two hosts of a connection; also names the direction in which that host sends.
/// `a` is the host whose packet opened the record; which one is the client is
/// Connection::client_side().
enum class Side : std::uint8_t {
    a = 0,
    b = 1,
};
constexpr Side opposite(Side side) {
    return side == Side::a ? Side::b : Side::a;
}
constexpr unsigned index(Side side) {
    return static_cast<unsigned>(side);
}

} // namespace mptcp
