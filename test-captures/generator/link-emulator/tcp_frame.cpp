// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_frame.h"

#include <algorithm>
#include <array>
#include <vector>

#include <arpa/inet.h>

namespace link_emulator {

namespace {

constexpr std::size_t ethernet_header_bytes = 14;
constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
constexpr std::uint8_t protocol_tcp = 6;

constexpr std::uint8_t option_end = 0;
constexpr std::uint8_t option_nop = 1;
constexpr std::uint8_t option_mptcp = 30;
constexpr int subtype_dss = 2;

// DSS flags, RFC 8684 3.3
constexpr std::uint8_t dss_has_ack = 0x01;
constexpr std::uint8_t dss_ack_is_64_bit = 0x02;
constexpr std::uint8_t dss_has_mapping = 0x04;
constexpr std::uint8_t dss_dsn_is_64_bit = 0x08;

} // namespace

std::optional<TcpFrame> TcpFrame::parse(std::span<std::uint8_t> frame) {
    TcpFrame view;
    view.frame_ = frame;
    constexpr std::size_t ip = ethernet_header_bytes;
    if (frame.size() < ip + 40)
        return std::nullopt;

    switch (view.read16(ip - 2)) {
    case ethertype_ipv4: {
        const bool fragment = (view.read16(ip + 6) & 0x3fff) != 0;
        if (frame[ip + 9] != protocol_tcp || fragment)
            return std::nullopt;
        view.tcp_ = ip + std::size_t{4} * (frame[ip] & 0x0fu);
        view.end_ = ip + view.read16(ip + 2);
        view.addresses_ = ip + 12;
        view.address_size_ = 4;
        break;
    }
    case ethertype_ipv6:
        if (frame[ip + 6] != protocol_tcp)
            return std::nullopt;
        view.tcp_ = ip + 40;
        view.end_ = view.tcp_ + view.read16(ip + 4);
        view.addresses_ = ip + 8;
        view.address_size_ = 16;
        break;
    default:
        return std::nullopt;
    }

    if (view.end_ > frame.size() || view.tcp_ + 20 > view.end_)
        return std::nullopt;
    view.payload_ = view.tcp_ + std::size_t{4} * (frame[view.tcp_ + 12] >> 4u);
    if (view.payload_ > view.end_ || view.payload_ < view.tcp_ + 20)
        return std::nullopt;
    return view;
}

std::string TcpFrame::address(std::size_t offset) const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = address_size_ == 4 ? AF_INET : AF_INET6;
    inet_ntop(family, &frame_[offset], text.data(), static_cast<socklen_t>(text.size()));
    return text.data();
}

std::string TcpFrame::source_address() const {
    return address(addresses_);
}

std::string TcpFrame::destination_address() const {
    return address(addresses_ + address_size_);
}

std::optional<std::span<std::uint8_t>> TcpFrame::mptcp_option(int subtype) const {
    for (std::size_t at = tcp_ + 20; at < payload_;) {
        const std::uint8_t kind = frame_[at];
        if (kind == option_end)
            break;
        if (kind == option_nop) {
            ++at;
            continue;
        }
        if (at + 1 >= payload_)
            break;
        const std::size_t length = frame_[at + 1];
        if (length < 2 || at + length > payload_)
            break;
        const bool is_mptcp = kind == option_mptcp && length >= 3;
        if (is_mptcp && (subtype == any_subtype || frame_[at + 2] >> 4 == subtype))
            return frame_.subspan(at, length);
        at += length;
    }
    return std::nullopt;
}

void TcpFrame::strip_mptcp_options(int subtype) {
    while (auto option = mptcp_option(subtype))
        std::ranges::fill(*option, option_nop);
}

void TcpFrame::shorten_dss() {
    const auto option = mptcp_option(subtype_dss);
    if (!option || option->size() < 4)
        return;
    const std::uint8_t flags = (*option)[3];
    const std::size_t ack_size = (flags & dss_has_ack) ? (flags & dss_ack_is_64_bit ? 8 : 4) : 0;
    const std::size_t dsn_size =
        (flags & dss_has_mapping) ? (flags & dss_dsn_is_64_bit ? 8 : 4) : 0;
    if (option->size() < 4 + ack_size + dsn_size)
        return;

    std::vector<std::uint8_t> shorter(option->begin(), option->begin() + 4);
    std::size_t from = 4;
    for (const std::size_t size : {ack_size, dsn_size}) {
        const auto low_half = option->subspan(from + size - std::min<std::size_t>(size, 4),
                                              std::min<std::size_t>(size, 4));
        shorter.insert(shorter.end(), low_half.begin(), low_half.end());
        from += size;
    }
    const auto rest = option->subspan(from);
    shorter.insert(shorter.end(), rest.begin(), rest.end());
    shorter[1] = static_cast<std::uint8_t>(shorter.size());
    shorter[3] = flags & static_cast<std::uint8_t>(~(dss_ack_is_64_bit | dss_dsn_is_64_bit));

    std::ranges::fill(*option, option_nop);
    std::ranges::copy(shorter, option->begin());
}

void TcpFrame::update_checksum() {
    const std::size_t length = end_ - tcp_;
    auto sum = static_cast<std::uint32_t>(protocol_tcp + length);
    const auto add = [&](std::size_t begin, std::size_t end) {
        for (; begin + 1 < end; begin += 2)
            sum += read16(begin);
        if (begin < end)
            sum += static_cast<std::uint32_t>(frame_[begin]) << 8;
    };
    frame_[tcp_ + 16] = frame_[tcp_ + 17] = 0;
    add(addresses_, addresses_ + 2 * address_size_);
    add(tcp_, end_);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    sum = ~sum & 0xffff;
    frame_[tcp_ + 16] = static_cast<std::uint8_t>(sum >> 8);
    frame_[tcp_ + 17] = static_cast<std::uint8_t>(sum & 0xff);
}

} // namespace link_emulator
