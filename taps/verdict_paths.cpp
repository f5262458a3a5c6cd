#include "taps/quantity.hpp"
#include "taps/verdict_clauses.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mptcp::taps {

namespace {

bool carried_in_main_direction(const Subflow& subflow, const Perspective& perspective) {
    const auto& mains = perspective.main_directions();
    return std::any_of(mains.begin(), mains.end(), [&subflow](Side sender) {
        return first_sent_bytes(subflow.flow(sender).totals) > 0;
    });
}

Nanoseconds last_payload(const Subflow& subflow) {
    return std::max(subflow.flow(Side::a).totals.last_payload,
                    subflow.flow(Side::b).totals.last_payload);
}

/// The subflow that carried most of what was sent again for another one; null if none did.
const Subflow* successor(const Subflow& subflow, const Perspective& perspective) {
    const Subflow* best = nullptr;
    std::uint64_t best_bytes = 0;
    for (const Subflow* other : perspective.usable()) {
        std::uint64_t bytes = 0;
        for (const Reinjection& reinjection : perspective.connection().reinjections()) {
            if (reinjection.first_subflow == subflow.number &&
                reinjection.subflow == other->number) {
                bytes += reinjection.bytes;
            }
        }
        if (other != &subflow && bytes > best_bytes) {
            best = other;
            best_bytes = bytes;
        }
    }
    return best;
}

/// "; subflow 0 (…) took over" if others went on after the subflow had ended.
std::string continuation(const Subflow& subflow, const Perspective& perspective) {
    const Subflow* next = successor(subflow, perspective);
    for (const Subflow* other : perspective.usable()) {
        if (next == nullptr && other != &subflow && last_payload(*other) > subflow.end_time) {
            next = other;
        }
    }
    if (next == nullptr) {
        return {};
    }
    return fmt::format(", {}{} took over", next->backup[0] || next->backup[1] ? "backup " : "",
                       perspective.path(*next));
}

bool others_went_on(const Subflow& subflow, const Perspective& perspective) {
    const auto& usable = perspective.usable();
    return std::any_of(usable.begin(), usable.end(), [&subflow](const Subflow* other) {
        return other != &subflow && last_payload(*other) > subflow.end_time;
    });
}

/// Options that vanished on a subflow that did not fall back.
std::string vanished_options(const Subflow& subflow, const Perspective& perspective) {
    for (const Side sender : {Side::a, Side::b}) {
        const FrameNumber frame = subflow.options_vanished_frame[index(sender)];
        if (frame != 0) {
            return fmt::format("MPTCP options vanished on the way to the {} from frame {} on",
                               perspective.host(opposite(sender)), frame);
        }
    }
    return {};
}

/// A reset in mid-transfer. One that ends the whole connection is told with its end.
std::string reset_clause(const Subflow& subflow, const Perspective& perspective) {
    const bool worth_telling =
        subflow.reset_reason.has_value() || others_went_on(subflow, perspective);
    if (subflow.end != SubflowEnd::rst || !subflow.established || !worth_telling) {
        return {};
    }
    const std::string vanished = vanished_options(subflow, perspective);
    const std::string reason =
        subflow.reset_reason
            ? fmt::format(" (MP_TCPRST: {})", reset_reason_text(*subflow.reset_reason))
            : "";
    return fmt::format("{} was reset by the {} after {}{}{}{}", perspective.path(subflow),
                       perspective.host(subflow.ended_by), perspective.time(subflow.end_time),
                       reason, vanished.empty() ? "" : ": " + vanished,
                       others_went_on(subflow, perspective) ? continuation(subflow, perspective)
                                                            : "");
}

std::string silence_clause(const Subflow& subflow, const Perspective& perspective) {
    if (subflow.end != SubflowEnd::silent || !carried_in_main_direction(subflow, perspective)) {
        return {};
    }
    return fmt::format("{} fell silent after {}{}", perspective.path(subflow),
                       perspective.time(subflow.end_time), continuation(subflow, perspective));
}

std::string vanished_clause(const Subflow& subflow, const Perspective& perspective) {
    const std::string vanished = vanished_options(subflow, perspective);
    if (vanished.empty() || subflow.end == SubflowEnd::rst || perspective.connection().fallback()) {
        return {};
    }
    return fmt::format("{} on {}", vanished, perspective.path(subflow));
}

std::string removal_clause(const Event& event, const Perspective& perspective) {
    const std::string id = event.address_id ? fmt::format(" ID {}", *event.address_id) : "";
    const std::string address =
        event.address_id ? perspective.address_of_id(event.host, *event.address_id) : "";
    return fmt::format("the {} withdrew address{}{} after {} (REMOVE_ADDR, frame {})",
                       perspective.host(event.host), id,
                       address.empty() ? "" : fmt::format(" ({})", address),
                       perspective.time(event.time), event.frame);
}

std::string priority_clause(const Event& event, const Perspective& perspective) {
    return fmt::format("the {} made subflow {} {} after {}", perspective.host(event.host),
                       event.subflow, event.flag ? "a backup" : "a regular path",
                       perspective.time(event.time));
}

std::string mp_fail_clause(const Event& event, const Perspective& perspective) {
    return fmt::format("the {} found a wrong DSS checksum on subflow {} (MP_FAIL, frame {})",
                       perspective.host(event.host), event.subflow, event.frame);
}

std::string event_clause(const Event& event, const Perspective& perspective) {
    switch (event.type) {
    case EventType::removed:
        return removal_clause(event, perspective);
    case EventType::subflow_priority:
        return priority_clause(event, perspective);
    case EventType::mp_fail:
        // With a fallback it is the cause of that, and told there.
        return perspective.connection().fallback() ? "" : mp_fail_clause(event, perspective);
    default:
        return {};
    }
}

/// A backup that carried data is told where it took over; one that did not is told here.
std::string idle_backup_clause(const Subflow& subflow, const Perspective& perspective) {
    const bool backup = subflow.backup[0] || subflow.backup[1];
    if (!backup || !subflow.established || carried_in_main_direction(subflow, perspective)) {
        return {};
    }
    return fmt::format("{} is a backup and was not needed", perspective.path(subflow));
}

void add(Clauses& clauses, std::string clause) {
    if (!clause.empty() && std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) {
        clauses.push_back(std::move(clause));
    }
}

/// Events beyond this many are for the `events` report.
constexpr std::size_t kMaxEvents = 4;

void add_events(const Perspective& perspective, Clauses& clauses) {
    std::size_t told = 0;
    std::size_t untold = 0;
    for (const Event& event : perspective.connection().events()) {
        std::string clause = event_clause(event, perspective);
        if (clause.empty()) {
            continue;
        }
        if (told == kMaxEvents) {
            ++untold;
            continue;
        }
        ++told;
        add(clauses, std::move(clause));
    }
    if (untold > 0) {
        clauses.push_back(fmt::format("{} more changes of addresses or priorities", untold));
    }
}

} // namespace

Clauses path_clauses(const Perspective& perspective) {
    Clauses clauses;
    add_events(perspective, clauses);
    for (const Subflow* subflow : perspective.connection().subflows()) {
        add(clauses, silence_clause(*subflow, perspective));
        add(clauses, reset_clause(*subflow, perspective));
        add(clauses, vanished_clause(*subflow, perspective));
        add(clauses, idle_backup_clause(*subflow, perspective));
    }
    return clauses;
}

} // namespace mptcp::taps
