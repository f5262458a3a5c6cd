#pragma once
/// DSS checksums of one direction of a subflow (RFC 8684 section 3.3).
///
/// The sum does not depend on the order of its 16-bit words, so each piece of payload is added as
/// it passes, reordered or not, and a mapping is judged when its last byte has passed. Nothing is
/// buffered.

#include "crypto.hpp"
#include "facts.hpp"
#include "interval_set.hpp"
#include "units.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace mptcp {

class MappingChecksums {
  public:
    struct Announcement {
        /// TCP positions of the mapping's payload.
        Interval range;
        Dsn dsn = 0;
        std::uint32_t ssn = 0;
        /// As on the wire: DATA_FIN counted.
        std::uint16_t wire_length = 0;
        std::uint16_t checksum = 0;
        FrameNumber frame = 0;
        /// Why it cannot be checked, if so.
        UnverifiedReason obstacle = UnverifiedReason::none;
    };

    /// Expects the payload of a mapping that carries a checksum.
    void announce(const Announcement& announcement);

    /// The check of a mapping, and the frame that announced it.
    struct Judgement {
        Check check;
        FrameNumber frame = 0;
    };

    /// Takes payload that passes for the first time; `captured` may be shorter than `range`, or
    /// empty. Returns the check of the mapping that it completes (the worst one, if several).
    Judgement pass(Interval range, ByteView captured);

    [[nodiscard]] bool idle() const { return open_.empty(); }
    void clear() { open_.clear(); }

  private:
    struct Open {
        Announcement announcement;
        InternetChecksum sum;
        std::uint64_t passed = 0;
        bool cut = false;
    };

    static void add_piece(Open& open, Interval piece, ByteView captured);
    static Check judge(const Open& open);

    /// By first TCP position.
    std::map<std::uint64_t, Open> open_;
};

} // namespace mptcp
