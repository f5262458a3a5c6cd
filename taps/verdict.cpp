#include "taps/verdict.hpp"

#include "taps/verdict_clauses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mptcp::taps {

namespace {

std::string attempt_clause(AttemptCause cause) {
    switch (cause) {
    case AttemptCause::no_mp_capable_in_synack:
        return "stayed plain TCP: the SYN/ACK came without MP_CAPABLE (the server does not speak "
               "MPTCP, or a middlebox removed the option)";
    case AttemptCause::no_mp_capable_in_ack:
        return "stayed plain TCP: the SYN/ACK carried MP_CAPABLE, the ACK that answers it did not "
               "(a "
               "middlebox removed the option, or the client gave MPTCP up)";
    case AttemptCause::no_answer:
        return "not connected: nobody answered the SYN with MP_CAPABLE";
    case AttemptCause::reset:
        return "not connected: the SYN with MP_CAPABLE was answered by RST";
    case AttemptCause::none:
        break;
    }
    return "stayed plain TCP for a reason that the capture does not show";
}

std::string mp_fail_fallback(const Perspective& perspective) {
    const Event* const event = perspective.first_event(EventType::mp_fail);
    if (event == nullptr) {
        return "a DSS checksum failed (MP_FAIL)";
    }
    return fmt::format("the {} found a wrong DSS checksum (MP_FAIL, frame {}): a middlebox changed "
                       "the payload",
                       perspective.host(event->host), event->frame);
}

std::string fallback_cause(const Fallback& fallback, const Perspective& perspective) {
    switch (fallback.cause) {
    case FallbackCause::mp_fail:
        return mp_fail_fallback(perspective);
    case FallbackCause::options_vanished:
        return fmt::format("options vanished on the way to the {} from frame {} on",
                           perspective.host(opposite(fallback.sender)), fallback.frame);
    case FallbackCause::infinite_mapping:
        return fmt::format("the {} sent an infinite mapping (frame {})",
                           perspective.host(fallback.sender), fallback.frame);
    case FallbackCause::none:
        break;
    }
    return fmt::format("from frame {} on", fallback.frame);
}

std::string orphan_clause(const Subflow& join) {
    return join.join_token ? fmt::format("joins a connection whose start was not captured, or that "
                                         "does not exist (token 0x{:08x})",
                                         *join.join_token)
                           : "joins a connection whose start was not captured";
}

/// What was not captured, and what is inferred for that.
void add_provisos(const Perspective& perspective, Clauses& clauses) {
    const Connection& connection = perspective.connection();
    const std::size_t subflows = connection.subflows().size();
    if (connection.handshake() == Handshake::partial) {
        clauses.emplace_back("only part of the handshake was captured");
    } else if (connection.handshake() == Handshake::not_captured) {
        if (connection.association() == Association::inferred && subflows > 1) {
            clauses.push_back(fmt::format(
                "handshake not captured; {} subflows inferred to belong together", subflows));
        } else if (connection.subflows().front()->syn_seen) {
            clauses.push_back(orphan_clause(*connection.subflows().front()));
        } else {
            clauses.emplace_back("handshake not captured");
        }
    }
}

std::string fastclose_clause(const Perspective& perspective) {
    const Event* const event = perspective.first_event(EventType::fastclose);
    if (event == nullptr) {
        return "aborted by MP_FASTCLOSE";
    }
    return fmt::format("aborted by the {} (MP_FASTCLOSE, frame {})", perspective.host(event->host),
                       event->frame);
}

std::string rst_clause(const Perspective& perspective) {
    const auto& subflows = perspective.connection().subflows();
    const auto last =
        std::max_element(subflows.begin(), subflows.end(), [](const Subflow* x, const Subflow* y) {
            return x->end_time < y->end_time;
        });
    return (*last)->end == SubflowEnd::rst
               ? fmt::format("reset by the {}", perspective.host((*last)->ended_by))
               : "reset";
}

std::string end_clause(const Perspective& perspective) {
    switch (perspective.connection().end()) {
    case ConnectionEnd::data_fin:
        return "closed by DATA_FIN";
    case ConnectionEnd::fastclose:
        return fastclose_clause(perspective);
    case ConnectionEnd::rst:
        return rst_clause(perspective);
    case ConnectionEnd::fallback:
        if (perspective.connection().fallback()) {
            return "closed as plain TCP";
        }
        break;
    case ConnectionEnd::open:
        break;
    }
    const auto& subflows = perspective.connection().subflows();
    const bool all_ended = std::all_of(subflows.begin(), subflows.end(), [](const Subflow* s) {
        return s->end != SubflowEnd::open && s->end != SubflowEnd::silent;
    });
    return all_ended ? "all its subflows ended, without a DATA_FIN seen"
                     : "still open at the end of the capture";
}

void append(Clauses& clauses, Clauses more) {
    std::move(more.begin(), more.end(), std::back_inserter(clauses));
}

Clauses attempt_clauses(const Perspective& perspective) {
    Clauses clauses = {attempt_clause(perspective.connection().attempt_cause())};
    if (!perspective.main_directions().empty()) {
        append(clauses, traffic_clauses(perspective));
    }
    return clauses;
}

/// A join without its connection that came to nothing has neither traffic nor an end.
bool never_lived(const Perspective& perspective) {
    return perspective.usable().empty() &&
           perspective.connection().handshake() == Handshake::not_captured;
}

Clauses connection_clauses(const Perspective& perspective) {
    Clauses clauses;
    add_provisos(perspective, clauses);
    if (const std::optional<Fallback> fallback = perspective.connection().fallback()) {
        clauses.push_back(
            fmt::format("fell back to TCP: {}", fallback_cause(*fallback, perspective)));
    }
    append(clauses, join_clauses(perspective));
    if (never_lived(perspective)) {
        return clauses;
    }
    append(clauses, traffic_clauses(perspective));
    append(clauses, path_clauses(perspective));
    clauses.push_back(end_clause(perspective));
    return clauses;
}

} // namespace

std::string verdict(const Connection& connection) {
    if (connection.subflows().empty()) {
        return "nothing of it was captured";
    }
    const Perspective perspective(connection);
    const Clauses clauses = connection.kind() == ConnectionKind::attempt
                                ? attempt_clauses(perspective)
                                : connection_clauses(perspective);
    return fmt::format("{}", fmt::join(clauses, "; "));
}

} // namespace mptcp::taps
