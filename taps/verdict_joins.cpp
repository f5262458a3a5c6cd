#include "taps/quantity.hpp"
#include "taps/verdict_clauses.hpp"
#include "taps/wording.hpp"

#include "analysis/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace mptcp::taps {

namespace {

bool failed_to_join(const Subflow& subflow) {
    return subflow.role == SubflowRole::join && !subflow.established &&
           (subflow.end == SubflowEnd::refused ||
            (subflow.end == SubflowEnd::silent && !subflow.syn_ack_seen));
}

/// " (MP_TCPRST: lack of resources)".
std::string reset_text(const Subflow& subflow) {
    return subflow.reset_reason
               ? fmt::format(" (MP_TCPRST: {})", reset_reason_text(*subflow.reset_reason))
               : " (RST)";
}

/// What became of a join: `what`, the frame if there is one, `how`.
struct Fate {
    std::string what;
    std::string_view how;
    FrameNumber frame = 0;
};

/// A fault in the handshake is the cause; the reset that answers it is not.
std::optional<Fate> handshake_fault(const Subflow& subflow) {
    if (subflow.join_missing_in_synack) {
        return Fate{.what = "its SYN/ACK came without MP_JOIN (a middlebox removed the option, or "
                            "the server does not know of MPTCP)",
                    .how = {}};
    }
    if (subflow.synack_hmac == Verification::bad) {
        return Fate{
            .what = "the HMAC of the SYN/ACK", .how = " is wrong", .frame = subflow.syn_ack.frame};
    }
    if (subflow.ack_hmac == Verification::bad) {
        return Fate{.what = "the HMAC of the third ACK",
                    .how = " is wrong",
                    .frame = subflow.third_ack.frame};
    }
    return std::nullopt;
}

/// A SYN answered so named a token that the peer does not have. The token of a join that is listed
/// with its connection is right where it was captured: then it was changed further on.
bool token_was_unknown(const Subflow& subflow) {
    return !subflow.syn_ack_seen && subflow.reset_reason == reset_reason::mptcp_specific;
}

/// Tells what became of joins that failed.
class FailedJoins {
  public:
    explicit FailedJoins(const Perspective& perspective) : perspective_(perspective) {
        for (const Event& event : perspective.connection().events()) {
            std::optional<Nanoseconds>& finished = finished_[index(event.host)];
            if (event.type == EventType::data_fin) {
                finished = std::min(event.time, finished.value_or(event.time));
            }
        }
    }

    [[nodiscard]] Fate fate(const Subflow& subflow) const {
        if (subflow.end == SubflowEnd::silent) {
            return {.what = "got no answer", .how = {}};
        }
        if (std::optional<Fate> fault = handshake_fault(subflow)) {
            fault->what = fmt::format("was given up by the {}: {}",
                                      perspective_.host(subflow.ended_by), fault->what);
            return *fault;
        }
        return {.what = refusal(subflow), .how = {}};
    }

    /// The address that it came from.
    [[nodiscard]] std::string origin(const Subflow& subflow) const {
        const Side side = subflow.initiator.value_or(perspective_.client());
        return subflow.endpoints[index(side)].address.text();
    }

  private:
    /// "was refused by the server (…)".
    [[nodiscard]] std::string refusal(const Subflow& subflow) const {
        const Side by = subflow.ended_by;
        const bool by_itself = subflow.initiator == by;
        const bool finished = by_itself && had_finished(by, subflow.end_time);
        std::string text = fmt::format("was {} by the {}{}{}", by_itself ? "given up" : "refused",
                                       perspective_.host(by), finished ? " after its DATA_FIN" : "",
                                       reset_text(subflow));
        if (token_was_unknown(subflow)) {
            text += perspective_.connection().handshake() == Handshake::not_captured
                        ? ": it does not know the token"
                        : ": it did not know the token, though the one captured here is right";
        }
        return text;
    }

    /// A host that has nothing more to send wants no more paths.
    [[nodiscard]] bool had_finished(Side host, Nanoseconds time) const {
        const std::optional<Nanoseconds>& finished = finished_[index(host)];
        return finished && *finished <= time;
    }

    const Perspective& perspective_;
    /// The hosts' first DATA_FINs.
    std::array<std::optional<Nanoseconds>, 2> finished_;
};

struct Failure {
    std::string origin;
    /// Of the first one.
    Fate fate;
    unsigned count = 0;
};

/// Joins from one address with one fate, whatever its frame, are told once.
std::vector<Failure> failures_of(const Perspective& perspective) {
    const FailedJoins joins(perspective);
    std::vector<Failure> failures;
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (const Subflow* subflow : perspective.connection().subflows()) {
        if (!failed_to_join(*subflow)) {
            continue;
        }
        Failure failure{.origin = joins.origin(*subflow), .fate = joins.fate(*subflow)};
        const auto [found, is_new] =
            known.try_emplace({failure.origin, failure.fate.what}, failures.size());
        if (is_new) {
            failures.push_back(std::move(failure));
        }
        ++failures[found->second].count;
    }
    return failures;
}

std::string failure_clause(const Failure& failure) {
    const bool one = failure.count == 1;
    const Fate& fate = failure.fate;
    const std::string frame =
        fate.frame == 0 ? "" : fmt::format(" ({}frame {})", one ? "" : "first in ", fate.frame);
    const std::string joins = one ? "the join" : fmt::format("each of {} joins", failure.count);
    return fmt::format("{} from {} {}{}{}", joins, failure.origin, fate.what, frame, fate.how);
}

} // namespace

Clauses join_clauses(const Perspective& perspective) {
    Clauses clauses;
    std::size_t untold = 0;
    for (const Failure& failure : failures_of(perspective)) {
        if (clauses.size() < kMaxTold) {
            clauses.push_back(failure_clause(failure));
        } else {
            untold += failure.count;
        }
    }
    if (untold > 0) {
        clauses.push_back(count_text(untold, "more join") + " failed");
    }
    if (!clauses.empty() && perspective.usable().size() == 1) {
        clauses.front().insert(0, "stayed on one path: ");
    }
    return clauses;
}

} // namespace mptcp::taps
