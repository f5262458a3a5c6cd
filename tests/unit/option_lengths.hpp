#pragma once
/// Which lengths RFC 6824 and RFC 8684 give the MPTCP options, figure by figure of their section 3:
/// what the parser is held against.

#include <cstddef>
#include <cstdint>
#include <span>

namespace mptcp::test {

/// Lengths of a DSS by its flags m M a A, from RFC 8684 figure 9; the second is with checksum.
inline bool is_dss_length(std::size_t length, unsigned flags) {
    switch (flags & 0x0fU) {
    case 0b0000:
    case 0b0010:
    case 0b1000:
    case 0b1010:
        return length == 4;
    case 0b0001:
    case 0b1001:
        return length == 8;
    case 0b0011:
    case 0b1011:
        return length == 12;
    case 0b0100:
    case 0b0110:
        return length == 14 || length == 16;
    case 0b1100:
    case 0b1110:
    case 0b0101:
        return length == 18 || length == 20;
    case 0b1101:
    case 0b0111:
        return length == 22 || length == 24;
    case 0b1111:
        return length == 26 || length == 28;
    default:
        return false;
    }
}

/// `nibble` is the one beside the subtype.
inline bool is_mp_capable_length(std::size_t length, unsigned nibble) {
    if (nibble == 0) {
        return length == 12 || length == 20;
    }
    return length == 4 || length == 12 || length == 20 || length == 22 || length == 24;
}

inline bool is_mp_join_length(std::size_t length, bool syn, bool ack) {
    if (!syn) {
        return length == 12 || length == 16 || length == 24;
    }
    return length == (ack ? 16U : 12U);
}

/// In version 0 the nibble is the IP version, in version 1 its lowest bit is the echo.
inline bool is_add_addr_length(std::size_t length, unsigned nibble) {
    switch (nibble) {
    case 4:
        return length == 8 || length == 10;
    case 6:
        return length == 20 || length == 22;
    default:
        return nibble % 2 == 1 ? length == 8 || length == 10 || length == 20 || length == 22
                               : length == 16 || length == 18 || length == 28 || length == 30;
    }
}

/// Of a whole option of 3 bytes or more, on a segment with or without SYN and ACK.
inline bool has_defined_length(std::span<const std::uint8_t> option, bool syn, bool ack) {
    const std::size_t length = option.size();
    const unsigned nibble = option[2] & 0x0fU;
    switch (option[2] >> 4U) {
    case 0:
        return is_mp_capable_length(length, nibble);
    case 1:
        return is_mp_join_length(length, syn, ack);
    case 2:
        return length >= 4 && is_dss_length(length, option[3]);
    case 3:
        return is_add_addr_length(length, nibble);
    case 4:
        return length >= 4;
    case 5:
        return length == 3 || length == 4;
    case 6:
    case 7:
        return length == 12;
    case 8:
        return length == 4;
    default:
        return false;
    }
}

} // namespace mptcp::test
