#include "taps/quantity.hpp"
#include "taps/verdict_clauses.hpp"
#include "taps/wording.hpp"

#include "analysis/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mptcp::taps {

namespace {

/// Schedulers leave a path alone for a while, but not for so long in a transfer.
constexpr Nanoseconds kLongSilence = 500'000'000;
constexpr Nanoseconds kLargePart = 4;

bool carried_in_main_direction(const Subflow& subflow, const Perspective& perspective) {
    const auto& mains = perspective.main_directions();
    return std::any_of(mains.begin(), mains.end(), [&subflow](Side sender) {
        return carried_bytes(subflow.flow(sender).totals) > 0;
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

bool is_backup(const Subflow& subflow) {
    return subflow.backup[0] || subflow.backup[1];
}

/// ", subflow 0 (…) took over", if another went on.
std::string continuation(const Subflow& subflow, const Perspective& perspective) {
    const Subflow* next = successor(subflow, perspective);
    for (const Subflow* other : perspective.usable()) {
        if (next == nullptr && other != &subflow && last_payload(*other) > last_payload(subflow)) {
            next = other;
        }
    }
    if (next == nullptr) {
        return {};
    }
    return fmt::format(", {}{} took over", is_backup(*next) ? "backup " : "",
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

/// A reset in mid-transfer. Linux also resets what is left when a connection is over, without a
/// reason: that is no news.
std::string reset_clause(const Subflow& subflow, const Perspective& perspective) {
    const bool has_reason =
        subflow.reset_reason.value_or(reset_reason::unspecified) != reset_reason::unspecified;
    const bool went_on = others_went_on(subflow, perspective);
    if (subflow.end != SubflowEnd::rst || !subflow.established || !(has_reason || went_on)) {
        return {};
    }
    std::string text =
        fmt::format("{} was reset by the {} after {}", perspective.path(subflow),
                    perspective.host(subflow.ended_by), perspective.time(subflow.end_time));
    if (subflow.reset_reason) {
        text += fmt::format(" (MP_TCPRST: {})", reset_reason_text(*subflow.reset_reason));
    }
    if (const std::string vanished = vanished_options(subflow, perspective); !vanished.empty()) {
        text += fmt::format(" because {}", vanished);
    }
    return went_on ? text + continuation(subflow, perspective) : text;
}

/// Where payload of the main directions was last carried on.
Nanoseconds last_progress(const Subflow& subflow, const Perspective& perspective) {
    Nanoseconds last = 0;
    for (const Side sender : perspective.main_directions()) {
        last = std::max(last, subflow.flow(sender).totals.last_progress);
    }
    return last;
}

/// The subflow that carried the transfer on to its end.
const Subflow& finisher(const Perspective& perspective) {
    const auto& usable = perspective.usable();
    return **std::max_element(
        usable.begin(), usable.end(), [&perspective](const Subflow* x, const Subflow* y) {
            return last_progress(*x, perspective) < last_progress(*y, perspective);
        });
}

/// A path that had its part in the transfer and had none in the rest of it: cut, or given up by the
/// sender. Seen from the receiver, that is all there is of a path that was cut.
std::string silence_clause(const Subflow& subflow, const Perspective& perspective) {
    if (!carried_in_main_direction(subflow, perspective)) {
        return {};
    }
    const Subflow& last = finisher(perspective);
    const Nanoseconds end = last_progress(last, perspective);
    const Nanoseconds stop = last_progress(subflow, perspective);
    if (end - stop <
        std::max(kLongSilence, (end - perspective.connection().start()) / kLargePart)) {
        return {};
    }
    return fmt::format("{} {} after {}, {}{} carried the rest", perspective.path(subflow),
                       subflow.end == SubflowEnd::silent ? "fell silent" : "carried nothing new",
                       perspective.time(stop), is_backup(last) ? "backup " : "",
                       perspective.path(last));
}

std::string vanished_clause(const Subflow& subflow, const Perspective& perspective) {
    const std::string vanished = vanished_options(subflow, perspective);
    if (vanished.empty() || perspective.connection().fallback()) {
        return {};
    }
    return fmt::format("on {} {}", perspective.path(subflow), vanished);
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
        return mp_fail_clause(event, perspective);
    default:
        return {};
    }
}

/// Events that a clause is for.
std::vector<const Event*> notable_events(const Connection& connection) {
    std::vector<const Event*> notable;
    std::set<SubflowNumber> failed;
    for (const Event& event : connection.events()) {
        const bool changes =
            event.type == EventType::removed || event.type == EventType::subflow_priority;
        // The other host answers an MP_FAIL by one of its own: only the first tells who found
        // something. With a fallback it is the cause of that, and told there.
        const bool fails = event.type == EventType::mp_fail && !connection.fallback() &&
                           failed.insert(event.subflow).second;
        if (changes || fails) {
            notable.push_back(&event);
        }
    }
    return notable;
}

std::string backup_clause(const Subflow& subflow, const Perspective& perspective) {
    if (!is_backup(subflow) || !subflow.established) {
        return {};
    }
    return fmt::format("{} is a backup and was {}", perspective.path(subflow),
                       carried_in_main_direction(subflow, perspective) ? "used" : "not needed");
}

void add(Clauses& clauses, std::string clause) {
    if (!clause.empty() && std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) {
        clauses.push_back(std::move(clause));
    }
}

/// Events beyond this many are for the `events` report.
constexpr std::size_t kMaxEvents = 4;

void add_events(const Perspective& perspective, Clauses& clauses) {
    const std::vector<const Event*> events = notable_events(perspective.connection());
    const std::size_t told = std::min(events.size(), kMaxEvents);
    for (std::size_t i = 0; i < told; ++i) {
        add(clauses, event_clause(*events[i], perspective));
    }
    if (told < events.size()) {
        clauses.push_back(
            fmt::format("{} more changes of addresses or priorities", events.size() - told));
    }
}

/// The gravest thing that is known of a path.
std::string fate(const Subflow& subflow, const Perspective& perspective) {
    for (const auto clause : {reset_clause, vanished_clause, silence_clause}) {
        std::string text = clause(subflow, perspective);
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

} // namespace

Clauses path_clauses(const Perspective& perspective) {
    Clauses clauses;
    add_events(perspective, clauses);
    bool backup_told = false;
    for (const Subflow* subflow : perspective.connection().subflows()) {
        const std::string text = fate(*subflow, perspective);
        backup_told = backup_told || text.find(", backup") != std::string::npos;
        add(clauses, text);
    }
    for (const Subflow* subflow : perspective.connection().subflows()) {
        add(clauses, backup_told ? std::string() : backup_clause(*subflow, perspective));
    }
    return clauses;
}

} // namespace mptcp::taps
