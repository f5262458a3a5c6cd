#pragma once
/// The names of events and of reset reasons.

#include "events.hpp"

namespace mptcp {

/// As `ip mptcp monitor` names it where it does: "SF_ESTABLISHED". An announcement and its echo
/// have one name.
const char* event_name(EventType type);

/// What an MP_TCPRST says (RFC 8684 section 8.4): "lack of resources"; null for a reason that the
/// RFC does not define.
const char* reset_reason_name(std::uint8_t reason);

} // namespace mptcp
