#pragma once
/// The checks that were made of each segment: the engine's results, one by one.

#include "taps/segment_log.hpp"

#include <functional>
#include <string_view>

namespace mptcp::taps {

enum class CheckKind : std::uint8_t {
    /// Of an MP_JOIN SYN.
    token,
    /// The other host's key in an MP_CAPABLE.
    echoed_key,
    join_hmac,
    add_addr_hmac,
    idsn,
    dss_checksum,
    option_length,
    mapping_conflict,
    window,
};
inline constexpr std::size_t kCheckKinds = 9;

/// The promised word: "join_hmac".
std::string_view word(CheckKind kind);

/// Calls `found` for each check of the segment.
void for_each_check(const LoggedSegment& segment,
                    const std::function<void(CheckKind, const Check&)>& found);

} // namespace mptcp::taps
