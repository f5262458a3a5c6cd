#include "taps/quantity.hpp"
#include "taps/verdict_clauses.hpp"
#include "taps/wording.hpp"

#include "analysis/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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
    std::map<SubflowNumber, std::uint64_t> bytes_on;
    for (const Reinjection& reinjection : perspective.connection().reinjections()) {
        if (reinjection.first_subflow == subflow.number) {
            bytes_on[reinjection.subflow] += reinjection.bytes;
        }
    }
    const Subflow* best = nullptr;
    std::uint64_t best_bytes = 0;
    for (const Subflow* other : perspective.usable()) {
        const auto found = bytes_on.find(other->number);
        if (other != &subflow && found != bytes_on.end() && found->second > best_bytes) {
            best = other;
            best_bytes = found->second;
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

/// Where payload of the main directions was last carried on.
Nanoseconds last_progress(const Subflow& subflow, const Perspective& perspective) {
    Nanoseconds last = kEarliestTime;
    for (const Side sender : perspective.main_directions()) {
        last = std::max(last, subflow.flow(sender).totals.last_progress);
    }
    return last;
}

/// How the transfer went, for each path to be held against.
struct Course {
    /// The subflow that carried the transfer on to its end; null if none could.
    const Subflow* finisher = nullptr;
    Nanoseconds end = 0;
    /// The subflow with the last payload, and when the others carried theirs.
    const Subflow* latest = nullptr;
    Nanoseconds others_latest = 0;
};

Course course_of(const Perspective& perspective) {
    Course course;
    for (const Subflow* subflow : perspective.usable()) {
        const Nanoseconds progress = last_progress(*subflow, perspective);
        if (course.finisher == nullptr || progress > course.end) {
            course.finisher = subflow;
            course.end = progress;
        }
        const Nanoseconds payload = last_payload(*subflow);
        if (course.latest == nullptr || payload > last_payload(*course.latest)) {
            course.others_latest = course.latest == nullptr ? 0 : last_payload(*course.latest);
            course.latest = subflow;
        } else {
            course.others_latest = std::max(course.others_latest, payload);
        }
    }
    return course;
}

bool others_went_on(const Subflow& subflow, const Course& course) {
    return course.latest != nullptr &&
           (course.latest == &subflow ? course.others_latest : last_payload(*course.latest)) >
               subflow.end_time;
}

/// What is told of a path, the gravest first.
enum class Fate : std::uint8_t {
    reset,
    options_vanished,
    silence,
    backup_used,
    backup_not_needed,
};

struct PathFate {
    const Subflow* subflow = nullptr;
    Fate fate = Fate::reset;
};

/// A reset in mid-transfer. Linux also resets what is left when a connection is over, without a
/// reason: that is no news.
bool was_reset(const Subflow& subflow, const Course& course) {
    const bool has_reason =
        subflow.reset_reason.value_or(reset_reason::unspecified) != reset_reason::unspecified;
    return subflow.end == SubflowEnd::rst && subflow.established &&
           (has_reason || others_went_on(subflow, course));
}

/// A path that had its part in the transfer and had none in the rest of it: cut, or given up by the
/// sender. Seen from the receiver, that is all there is of a path that was cut.
bool fell_silent(const Subflow& subflow, const Perspective& perspective, const Course& course) {
    const Nanoseconds duration = course.end - perspective.connection().start();
    return carried_in_main_direction(subflow, perspective) &&
           course.end - last_progress(subflow, perspective) >=
               std::max(kLongSilence, duration / kLargePart);
}

std::vector<PathFate> troubles_of(const Perspective& perspective, const Course& course) {
    std::vector<PathFate> troubles;
    const bool fell_back = perspective.connection().fallback().has_value();
    for (const Subflow* subflow : perspective.connection().subflows()) {
        if (was_reset(*subflow, course)) {
            troubles.push_back({subflow, Fate::reset});
        } else if (!fell_back && !vanished_options(*subflow, perspective).empty()) {
            troubles.push_back({subflow, Fate::options_vanished});
        } else if (fell_silent(*subflow, perspective, course)) {
            troubles.push_back({subflow, Fate::silence});
        }
    }
    return troubles;
}

std::vector<PathFate> backups_of(const Perspective& perspective) {
    std::vector<PathFate> backups;
    for (const Subflow* subflow : perspective.connection().subflows()) {
        if (is_backup(*subflow) && subflow->established) {
            backups.push_back({subflow, carried_in_main_direction(*subflow, perspective)
                                            ? Fate::backup_used
                                            : Fate::backup_not_needed});
        }
    }
    return backups;
}

std::string reset_clause(const Subflow& subflow, const Perspective& perspective,
                         const Course& course) {
    std::string text =
        fmt::format("{} was reset by the {} after {}", perspective.path(subflow),
                    perspective.host(subflow.ended_by), perspective.time(subflow.end_time));
    if (subflow.reset_reason) {
        text += fmt::format(" (MP_TCPRST: {})", reset_reason_text(*subflow.reset_reason));
    }
    if (const std::string vanished = vanished_options(subflow, perspective); !vanished.empty()) {
        text += fmt::format(" because {}", vanished);
    }
    return others_went_on(subflow, course) ? text + continuation(subflow, perspective) : text;
}

std::string silence_clause(const Subflow& subflow, const Perspective& perspective,
                           const Course& course) {
    return fmt::format("{} {} after {}, {}{} carried the rest", perspective.path(subflow),
                       subflow.end == SubflowEnd::silent ? "fell silent" : "carried nothing new",
                       perspective.time(last_progress(subflow, perspective)),
                       is_backup(*course.finisher) ? "backup " : "",
                       perspective.path(*course.finisher));
}

std::string fate_clause(const PathFate& path, const Perspective& perspective,
                        const Course& course) {
    const Subflow& subflow = *path.subflow;
    switch (path.fate) {
    case Fate::reset:
        return reset_clause(subflow, perspective, course);
    case Fate::options_vanished:
        return fmt::format("on {} {}", perspective.path(subflow),
                           vanished_options(subflow, perspective));
    case Fate::silence:
        return silence_clause(subflow, perspective, course);
    case Fate::backup_used:
        return fmt::format("{} is a backup and was used", perspective.path(subflow));
    case Fate::backup_not_needed:
        break;
    }
    return fmt::format("{} is a backup and was not needed", perspective.path(subflow));
}

/// Paths that are not told of one by one.
std::string rest_clause(Fate fate, std::uint64_t count) {
    switch (fate) {
    case Fate::reset:
        return count_text(count, "more path") + " reset";
    case Fate::options_vanished:
        return "MPTCP options vanished on " + count_text(count, "more path");
    case Fate::silence:
        return count_text(count, "more path") + " carried nothing new towards the end";
    case Fate::backup_used:
        return count_text(count, "more backup path") + " used";
    case Fate::backup_not_needed:
        break;
    }
    return count_text(count, "more backup path") + " not needed";
}

void add_fates(std::vector<PathFate> paths, const Perspective& perspective, const Course& course,
               Clauses& clauses) {
    if (paths.size() > kMaxTold) {
        std::stable_sort(paths.begin(), paths.end(),
                         [](const PathFate& x, const PathFate& y) { return x.fate < y.fate; });
    }
    const auto rest = paths.begin() + static_cast<std::ptrdiff_t>(std::min(paths.size(), kMaxTold));
    for (auto path = paths.begin(); path != rest; ++path) {
        clauses.push_back(fate_clause(*path, perspective, course));
    }
    for (auto first = rest; first != paths.end();) {
        const auto next = std::find_if(
            first, paths.end(), [first](const PathFate& path) { return path.fate != first->fate; });
        clauses.push_back(rest_clause(first->fate, static_cast<std::uint64_t>(next - first)));
        first = next;
    }
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

void add_events(const Perspective& perspective, Clauses& clauses) {
    const std::vector<const Event*> events = notable_events(perspective.connection());
    const std::size_t told = std::min(events.size(), kMaxTold);
    for (std::size_t i = 0; i < told; ++i) {
        std::string clause = event_clause(*events[i], perspective);
        if (std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) {
            clauses.push_back(std::move(clause));
        }
    }
    if (told < events.size()) {
        clauses.push_back(count_text(events.size() - told, "more change") +
                          " of addresses or priorities");
    }
}

bool tells_of_backup(const Clauses& clauses) {
    return std::any_of(clauses.begin(), clauses.end(), [](const std::string& clause) {
        return clause.find(", backup") != std::string::npos;
    });
}

} // namespace

Clauses path_clauses(const Perspective& perspective) {
    Clauses clauses;
    add_events(perspective, clauses);
    const Course course = course_of(perspective);
    add_fates(troubles_of(perspective, course), perspective, course, clauses);
    if (!tells_of_backup(clauses)) {
        add_fates(backups_of(perspective), perspective, course, clauses);
    }
    return clauses;
}

} // namespace mptcp::taps
