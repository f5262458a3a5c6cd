// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace link_emulator {

/**
 * One TCP segment inside an Ethernet frame, looked at and edited in place.
 *
 * Covers unfragmented IPv4 and IPv6 without extension headers; any other frame is no
 * TcpFrame and passes the emulator unchanged. Does not own the frame.
 */
class TcpFrame {
  public:
    static constexpr int any_subtype = -1;

    /** The segment in `frame`; empty if the frame holds none that this class covers. */
    static std::optional<TcpFrame> parse(std::span<std::uint8_t> frame);

    [[nodiscard]] std::string source_address() const;
    [[nodiscard]] std::string destination_address() const;
    [[nodiscard]] std::uint16_t source_port() const { return read16(tcp_); }
    [[nodiscard]] std::uint16_t destination_port() const { return read16(tcp_ + 2); }
    [[nodiscard]] std::uint32_t sequence() const { return read32(tcp_ + 4); }
    [[nodiscard]] std::uint32_t acknowledgement() const { return read32(tcp_ + 8); }
    [[nodiscard]] std::uint8_t flags() const { return frame_[tcp_ + 13]; }
    [[nodiscard]] bool syn() const { return (flags() & 0x02) != 0; }

    [[nodiscard]] std::span<std::uint8_t> payload() const {
        return frame_.subspan(payload_, end_ - payload_);
    }

    /** The first MPTCP option (kind 30) of this subtype, as a view of its bytes; empty if none. */
    [[nodiscard]] std::optional<std::span<std::uint8_t>> mptcp_option(int subtype) const;

    /** Turns every MPTCP option of this subtype to NOPs. */
    void strip_mptcp_options(int subtype);

    /** Rewrites 64-bit DSN and DATA_ACK of the DSS option in their 32-bit forms (RFC 8684 3.3). */
    void shorten_dss();

    /** Makes the TCP checksum right again; to be called after any edit. */
    void update_checksum();

  private:
    TcpFrame() = default;

    [[nodiscard]] std::uint16_t read16(std::size_t offset) const {
        return static_cast<std::uint16_t>(frame_[offset] << 8 | frame_[offset + 1]);
    }
    [[nodiscard]] std::uint32_t read32(std::size_t offset) const {
        return std::uint32_t{read16(offset)} << 16 | read16(offset + 2);
    }
    [[nodiscard]] std::string address(std::size_t offset) const;

    std::span<std::uint8_t> frame_;
    std::size_t addresses_ = 0; ///< offset of the source address, the destination follows
    std::size_t address_size_ = 0;
    std::size_t tcp_ = 0;
    std::size_t payload_ = 0;
    std::size_t end_ = 0; ///< of the IP packet; Ethernet padding may follow
};

} // namespace link_emulator
