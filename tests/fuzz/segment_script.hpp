#pragma once
/// A capture out of a string of bytes: segments of two connections on eight paths, in any order,
/// right and wrong. Whatever the bytes are, they are a capture.
///
/// Two bytes of settings, then step follows step. Every step begins with a byte:
///
///   0x07  the path              0x08  the sender
///   0x30  the time: a millisecond later, u16 × 10 µs later, i8 seconds later or earlier, far away
///   0x40  in the frame of the segment before
///   0x80  not a new segment but what the next byte says (see Deed)
///
/// and a new segment goes on with a byte for its shape and its TCP flags:
///
///   0x03  sequence number: the next one, i16 off it, i32 off it, u32 as it is
///   0x0c  acknowledgment: of all, of u16 less, i32 off it, u32 as it is
///   0x30  payload: none, u8, u16, 1400 bytes
///   0x40  options by the grammar, else u8 bytes as they are
///   0x80  window, IP identification and how much of the segment was captured

#include "analysis/segment.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include "tests/fuzz/byte_source.hpp"
#include "tests/fuzz/option_script.hpp"

namespace mptcp::fuzz {

/// Steps that are no new segment.
enum class Deed : std::uint8_t {
    /// The segment before, seen at another place.
    capture_twice,
    /// The last segment of the path and sender once more.
    repeat,
    /// The 4-tuple of the path is used again.
    reuse_path,
    /// Somebody asks how things stand.
    ask,
    /// Nobody will ask for what needs the history.
    forget_history,
};

class SegmentScript {
  public:
    explicit SegmentScript(ByteView bytes);

    [[nodiscard]] bool verifies_checksums() const { return (settings_ & 0x01) == 0; }
    [[nodiscard]] bool keeps_history() const { return (settings_ & 0x02) == 0; }
    /// What report is written afterwards, for whoever writes them.
    [[nodiscard]] std::uint8_t wanted_report() const { return wanted_report_; }

    /// Some time so far was far from the others.
    [[nodiscard]] bool has_far_times() const { return has_far_times_; }

    struct Step {
        std::optional<Segment> segment;
        Deed deed = Deed::ask;
    };
    /// None at the end. A segment's views last until the next step.
    std::optional<Step> next();

  private:
    struct Path {
        std::array<Endpoint, 2> endpoints;
        StreamNumber stream = 0;
        std::array<std::uint32_t, 2> isn{};
        std::array<std::uint32_t, 2> next{};
        std::array<Segment, 2> last;
        std::array<Bytes, 2> last_options;
    };
    static constexpr unsigned kPaths = 8;

    static std::array<Endpoint, 2> endpoints_of(unsigned path);
    void pass_time(unsigned mode);
    Step deed(unsigned path, unsigned side);
    Segment new_segment(unsigned path, unsigned side);
    std::uint32_t sequence(unsigned mode, std::uint32_t next);
    std::uint32_t acknowledgment(unsigned mode, std::uint32_t next);
    std::uint32_t payload_length(unsigned mode);
    void read_surroundings(Segment& segment);
    Segment numbered(Segment segment) const;

    ByteSource source_;
    std::uint8_t settings_;
    std::uint8_t wanted_report_;
    std::array<Talk, 2> talks_;
    std::array<Path, kPaths> paths_;
    StreamNumber streams_ = kPaths;
    FrameNumber frame_ = 0;
    bool has_far_times_ = false;
    Nanoseconds now_ = 1'700'000'000'000'000'000;
    Segment latest_;
};

} // namespace mptcp::fuzz
