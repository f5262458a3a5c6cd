#pragma once
/// Things that happen to connections and subflows, named as `ip mptcp monitor` names them where it
/// does.

#include "address.hpp"
#include "units.hpp"

#include <cstdint>
#include <optional>

namespace mptcp {

enum class EventType : std::uint8_t {
    created,
    established,
    closed,
    announced,
    announced_echo,
    removed,
    subflow_established,
    subflow_refused,
    subflow_closed,
    subflow_priority,
    fallback,
    infinite_map,
    mp_fail,
    fastclose,
    tcprst,
    data_fin,
    data_fin_acked,
    options_vanished,
};

/// MP_TCPRST reason codes (RFC 8684 section 8.4).
namespace reset_reason {
inline constexpr std::uint8_t unspecified = 0;
inline constexpr std::uint8_t mptcp_specific = 1;
inline constexpr std::uint8_t lack_of_resources = 2;
inline constexpr std::uint8_t administratively_prohibited = 3;
inline constexpr std::uint8_t too_much_outstanding_data = 4;
inline constexpr std::uint8_t unacceptable_performance = 5;
inline constexpr std::uint8_t middlebox_interference = 6;
} // namespace reset_reason

struct Event {
    EventType type = EventType::created;
    Nanoseconds time = 0;
    FrameNumber frame = 0;
    /// The host that sent the packet.
    Side host = Side::a;
    SubflowNumber subflow = 0;

    /// announced, removed, subflow_priority: the address ID; unset if the option carried none.
    std::optional<std::uint8_t> address_id;
    /// announced: the address, and the port (0 if none was announced).
    Endpoint announced;
    /// subflow_priority: backup on or off. tcprst, subflow_closed: transient.
    bool flag = false;
    /// tcprst, subflow_closed, subflow_refused: MP_TCPRST reason, if there was one.
    std::optional<std::uint8_t> reason;

    friend bool operator==(const Event&, const Event&) = default;
};

} // namespace mptcp
