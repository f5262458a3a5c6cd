#include "taps/wording.hpp"

#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <array>

namespace mptcp::taps {

namespace {

/// Words are listed in the order of the enumerators.
template <typename Enum, std::size_t Size>
std::string_view pick(const std::array<std::string_view, Size>& words, Enum value) {
    const auto position = static_cast<std::size_t>(value);
    return position < Size ? words[position] : std::string_view();
}

} // namespace

std::string_view word(ConnectionKind kind) {
    return pick<ConnectionKind, 2>({"connection", "attempt"}, kind);
}

std::string_view word(Association association) {
    return pick<Association, 2>({"token", "inferred"}, association);
}

std::string_view word(Handshake handshake) {
    return pick<Handshake, 3>({"complete", "partial", "not_captured"}, handshake);
}

std::string_view word(ConnectionEnd end) {
    return pick<ConnectionEnd, 5>({"open", "data_fin", "fastclose", "rst", "fallback"}, end);
}

std::string_view word(SubflowEnd end) {
    return pick<SubflowEnd, 6>({"open", "fin", "rst", "fastclose", "refused", "silent"}, end);
}

std::string_view word(SubflowRole role) {
    return pick<SubflowRole, 3>({"initial", "join", ""}, role);
}

std::string_view word(FallbackCause cause) {
    return pick<FallbackCause, 4>({"none", "infinite_mapping", "mp_fail", "options_vanished"},
                                  cause);
}

std::string_view word(AttemptCause cause) {
    return pick<AttemptCause, 5>(
        {"", "no_mp_capable_in_synack", "no_mp_capable_in_ack", "no_answer", "reset"}, cause);
}

std::string_view word(Vantage vantage) {
    return pick<Vantage, 4>({"", "local", "middle", "remote"}, vantage);
}

std::string_view word(ReinjectionOutcome outcome) {
    return pick<ReinjectionOutcome, 4>({"unknown", "useful", "redundant", "unneeded"}, outcome);
}

std::string_view word(Verification verification) {
    return pick<Verification, 4>({"", "good", "bad", "unverified"}, verification);
}

std::string_view word(UnverifiedReason reason) {
    return pick<UnverifiedReason, 8>({"", "no_key", "unknown_token", "payload_cut", "incomplete",
                                      "window_not_captured", "high_half_not_captured",
                                      "options_cut"},
                                     reason);
}

const char* direction_word(const Connection& connection, Side sender) {
    return sender == connection.client_side() ? "client_to_server" : "server_to_client";
}

const char* direction_arrow(const Connection& connection, Side sender) {
    return sender == connection.client_side() ? "→" : "←";
}

const char* host_word(const Connection& connection, Side host) {
    return host == connection.client_side() ? "client" : "server";
}

std::string nothing_found(std::size_t connections_in_capture,
                          std::uint64_t segments_with_cut_options) {
    if (connections_in_capture > 0) {
        return "No such connection in this capture.";
    }
    if (segments_with_cut_options == 0) {
        return "No MPTCP in this capture.";
    }
    return fmt::format(
        "No MPTCP in this capture as far as it goes: the snap length cut the TCP options of {}, "
        "so MPTCP may be there unseen.",
        count_text(segments_with_cut_options, "segment"));
}

} // namespace mptcp::taps
