#pragma once
/// Events and reset reasons in words.

#include "events.hpp"

#include <string>

namespace mptcp {

/// As `ip mptcp monitor` names it where it does: "SF_ESTABLISHED". An announcement and its echo
/// have one name.
const char* event_name(EventType type);

/// What an MP_TCPRST says (RFC 8684 section 8.4): "lack of resources"; null for a reason that the
/// RFC does not define.
const char* reset_reason_name(std::uint8_t reason);
/// The same; "reason 9" for others.
std::string reset_reason_text(std::uint8_t reason);

/// A sentence: "Server refuses subflow 1: lack of resources".
std::string event_text(const Event& event, Side client);

} // namespace mptcp
