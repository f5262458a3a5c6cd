#include "sequence_space.hpp"

namespace mptcp {

namespace {

/// Numbers further than this (a terabyte) from the highest one are no part of the stream.
constexpr std::int64_t kFarthest = std::int64_t{1} << 40;
/// Nor are those that come this far from the first one by many small steps: positions must not
/// wrap.
constexpr std::uint64_t kReach = std::uint64_t{1} << 56;

std::optional<std::uint64_t> within_reach(std::uint64_t position) {
    const bool is_near = position - (DataSequenceSpace::kOrigin - kReach) <= 2 * kReach;
    return is_near ? std::optional(position) : std::nullopt;
}

} // namespace

void DataSequenceSpace::anchor(Dsn dsn) {
    if (!anchored_) {
        anchored_ = true;
        origin_ = dsn;
    } else if (!high_half_known_) {
        const std::uint64_t position = near(static_cast<std::uint32_t>(dsn));
        origin_ = dsn - (position - kOrigin);
    }
    high_half_known_ = true;
}

std::uint64_t DataSequenceSpace::near(std::uint32_t low_half) const {
    const auto distance =
        static_cast<std::int32_t>(low_half - static_cast<std::uint32_t>(dsn(highest_)));
    return highest_ + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
}

std::optional<std::uint64_t> DataSequenceSpace::place(WireDsn wire) {
    if (!anchored_) {
        anchored_ = true;
        high_half_known_ = wire.is_64bit;
        origin_ = wire.value;
        return kOrigin;
    }
    if (!wire.is_64bit) {
        return within_reach(near(static_cast<std::uint32_t>(wire.value)));
    }
    if (!high_half_known_) {
        anchor(wire.value);
    }
    const auto distance = static_cast<std::int64_t>(wire.value - dsn(highest_));
    if (distance < -kFarthest || distance > kFarthest) {
        return std::nullopt;
    }
    return within_reach(position(wire.value));
}

} // namespace mptcp
