#pragma once
/// The lines of the `events` report: what each host's path manager would tell of itself.
///
/// The engine notes what packets say. A host's own log tells what happened to that host: an opened,
/// established or closed connection and subflow happen to both, what a host is told (an address,
/// its removal, a priority) to the one that is told, all else to the one that does it.

#include "analysis/tracker.hpp"
#include "taps/selection.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace mptcp::taps {

struct HostEvent {
    const Connection* connection = nullptr;
    /// Null if it is one of the whole connection.
    const Subflow* subflow = nullptr;
    /// As the engine noted it, or would have; `host` is the host that sent the packet.
    Event event;
    /// The host whose log this is.
    Side host = Side::a;
    /// Whether the other host asks for this subflow to be a backup; none where it does not matter.
    std::optional<bool> backup;
    /// Of a fallback: the promised word; empty for all others.
    std::string_view cause;

    /// As `host` sees them; empty where they are unknown or not applicable.
    [[nodiscard]] Endpoint local() const;
    [[nodiscard]] Endpoint remote() const;
    [[nodiscard]] std::optional<std::uint8_t> local_id() const;
    [[nodiscard]] std::optional<std::uint8_t> remote_id() const;
};

/// In the order of the frames. `tracker` may be null: no MPTCP.
std::vector<HostEvent> events_of(const Tracker* tracker, const Selection& selection);

} // namespace mptcp::taps
