#pragma once
/// The promised words of enumerations, and the names that people give to hosts and addresses.

#include "analysis/connection.hpp"

#include <string>
#include <string_view>

namespace mptcp::taps {

std::string_view word(ConnectionKind kind);
std::string_view word(Association association);
std::string_view word(Handshake handshake);
std::string_view word(ConnectionEnd end);
std::string_view word(SubflowEnd end);
std::string_view word(SubflowRole role);
std::string_view word(FallbackCause cause);
/// Empty for AttemptCause::none.
std::string_view word(AttemptCause cause);
/// Empty for Vantage::unknown.
std::string_view word(Vantage vantage);

std::string_view word(ReinjectionOutcome outcome);
/// Empty for Verification::absent.
std::string_view word(Verification verification);
/// Empty for UnverifiedReason::none.
std::string_view word(UnverifiedReason reason);
/// "client_to_server" or "server_to_client".
const char* direction_word(const Connection& connection, Side sender);
/// "→" from client to server, "←" back.
const char* direction_arrow(const Connection& connection, Side sender);
/// "client" or "server".
const char* host_word(const Connection& connection, Side host);

/// Why a report that shows no connection is empty.
std::string nothing_found(std::size_t connections_in_capture,
                          std::uint64_t segments_with_cut_options);

} // namespace mptcp::taps
