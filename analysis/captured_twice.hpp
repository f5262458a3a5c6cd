#pragma once
/// Recognises the second copy of a packet that was captured twice (`-i any`, mirror ports,
/// bridges): same IP ID and TCP bytes within 10 ms, but another interface, VLAN or TTL.
///
/// One object per direction of a flow. While all packets come from one capture point it keeps a few
/// fingerprints only; it remembers more (256) once a second point was seen.

#include "segment.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace mptcp {

class CapturedTwice {
  public:
    /// True if `segment` is another capture of a packet seen before.
    bool is_second_copy(const Segment& segment);

  private:
    struct Seen {
        std::uint64_t fingerprint = 0;
        Nanoseconds time = 0;
        std::array<CapturePoint, 4> points{};
        std::uint8_t point_count = 0;

        [[nodiscard]] bool at(const CapturePoint& point) const;
    };
    static constexpr Nanoseconds kWindow = 10'000'000;
    static constexpr std::size_t kFew = 4;
    static constexpr std::size_t kMany = 256;

    Seen* earlier_copy(std::uint64_t fingerprint, const Segment& segment);
    void remember(std::uint64_t fingerprint, const Segment& segment);

    std::vector<Seen> ring_;
    std::size_t next_ = 0;
    bool several_points_ = false;
};

} // namespace mptcp
