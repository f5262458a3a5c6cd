#pragma once
/// From sequence numbers that wrap to positions that do not.
///
/// A *position* is a 64-bit number that grows with the stream and stays far from 0 and 2^64, so
/// that intervals of positions never wrap. Both classes give a position to every number within half
/// the number space of the highest one placed so far.

#include "options.hpp"
#include "units.hpp"

#include <cstdint>
#include <optional>

namespace mptcp {

/// 32-bit TCP sequence numbers of one direction of a subflow. The low 32 bits of a position are the
/// sequence number.
class TcpSequenceSpace {
  public:
    [[nodiscard]] bool anchored() const { return highest_ != 0; }

    /// Position of a sequence number; the first call anchors the space.
    std::uint64_t place(std::uint32_t sequence) {
        if (!anchored()) {
            highest_ = kOrigin | sequence;
        }
        return near(sequence);
    }
    /// Position without anchoring; the space must be anchored.
    [[nodiscard]] std::uint64_t near(std::uint32_t sequence) const {
        const auto distance =
            static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(highest_));
        return highest_ + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
    }
    /// Tells that the stream has got to `position`.
    void advance(std::uint64_t position) { highest_ = position > highest_ ? position : highest_; }
    [[nodiscard]] std::uint64_t highest() const { return highest_; }

  private:
    static constexpr std::uint64_t kOrigin = std::uint64_t{1} << 40;
    std::uint64_t highest_ = 0;
};

/// 64-bit data sequence numbers of one direction of a connection, given in 64 or 32 bits.
///
/// As long as only 32-bit numbers were seen and no IDSN is known, the high half is unknown:
/// positions are right relative to each other, and dsn() has a high half of 0.
class DataSequenceSpace {
  public:
    [[nodiscard]] bool anchored() const { return anchored_; }
    [[nodiscard]] bool high_half_known() const { return high_half_known_; }

    /// The next byte to come has this DSN (IDSN + 1, from a key).
    void anchor(Dsn dsn);
    /// Position of a DSN; the first call anchors the space. None for a 64-bit number more than 2^40
    /// away from the highest one: no sender can mean it.
    std::optional<std::uint64_t> place(WireDsn dsn);

    /// The DSN at a position.
    [[nodiscard]] Dsn dsn(std::uint64_t position) const { return origin_ + (position - kOrigin); }
    /// What is to be added to DSNs told before the high half was known; 0 as long as it is not.
    [[nodiscard]] Dsn high_half() const {
        constexpr Dsn kHighHalf = Dsn{0xffffffff} << 32;
        return high_half_known_ ? origin_ & kHighHalf : 0;
    }
    /// Position of a full DSN that is known to lie in this space.
    [[nodiscard]] std::uint64_t position(Dsn dsn) const { return kOrigin + (dsn - origin_); }

    void advance(std::uint64_t position) { highest_ = position > highest_ ? position : highest_; }
    [[nodiscard]] std::uint64_t highest() const { return highest_; }
    /// Position of the first DSN seen or told.
    static constexpr std::uint64_t kOrigin = std::uint64_t{1} << 63;

  private:
    [[nodiscard]] std::uint64_t near(std::uint32_t low_half) const;

    bool anchored_ = false;
    bool high_half_known_ = false;
    /// The DSN at kOrigin.
    Dsn origin_ = 0;
    std::uint64_t highest_ = kOrigin;
};

} // namespace mptcp
