#pragma once
/// A capture's frames out of a string of bytes. Each frame is
///
///   u8   link type (0x07), interface (0x30), under the number of the frame before it (0x40), as a
///        read filter makes it
///   u8   milliseconds since the frame before it
///   u8   how many of its bytes were captured
///   u16  how many more there were
///
/// and then its bytes.

#include <cstdint>
#include <vector>

#include "tests/fuzz/byte_source.hpp"

namespace mptcp::fuzz {

/// Ethernet, Linux cooked 1 and 2, raw IP, BSD loopback.
inline constexpr unsigned kLinkTypes = 5;

struct ScriptedFrame {
    unsigned link_type = 0;
    unsigned interface_number = 0;
    bool has_number_of_last = false;
    int milliseconds = 0;
    /// Of their own, so that a read beyond them is seen.
    std::vector<std::uint8_t> bytes;
    unsigned reported = 0;
};

inline ScriptedFrame next_frame(ByteSource& source) {
    ScriptedFrame frame;
    const std::uint8_t control = source.byte();
    frame.link_type = (control & 0x07U) % kLinkTypes;
    frame.interface_number = control >> 4U & 0x03U;
    frame.has_number_of_last = (control & 0x40) != 0;
    frame.milliseconds = source.byte();
    const std::size_t length = source.byte();
    const auto more = source.take<std::uint16_t>();
    const ByteView bytes = source.bytes(length);
    frame.bytes.assign(bytes.begin(), bytes.end());
    frame.reported = static_cast<unsigned>(bytes.size()) + more;
    return frame;
}

} // namespace mptcp::fuzz
