#include "taps/quantity.hpp"
#include "taps/verdict_clauses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mptcp::taps {

namespace {

/// More shares than this are a list nobody reads.
constexpr std::size_t kMaxShares = 4;
/// A little is repeated on any path; from this part on it is worth a word.
constexpr double kNotable = 0.01;

struct Share {
    SubflowNumber subflow = 0;
    std::uint64_t bytes = 0;
};

std::vector<Share> shares_of(const Perspective& perspective, Side sender) {
    std::vector<Share> shares;
    for (const Subflow* subflow : perspective.usable()) {
        const std::uint64_t bytes = carried_bytes(subflow->flow(sender).totals);
        if (bytes > 0) {
            shares.push_back({.subflow = subflow->number, .bytes = bytes});
        }
    }
    return shares;
}

std::string share_list(std::vector<Share> shares, std::uint64_t total) {
    std::vector<std::string> parts;
    if (shares.size() > kMaxShares) {
        std::sort(shares.begin(), shares.end(),
                  [](const Share& x, const Share& y) { return x.bytes > y.bytes; });
        const std::string least = percent_text(shares.back().bytes, total);
        const std::string most = percent_text(shares.front().bytes, total);
        return least == most ? fmt::format("about {} each", least)
                             : fmt::format("between {} and {} each", least, most);
    }
    for (const Share& share : shares) {
        parts.push_back(percent_text(share.bytes, total));
    }
    return fmt::format("{}", fmt::join(parts, " / "));
}

/// Who carried a direction: "2 of 3 subflows carried 71 % / 29 % of ".
std::string carriers(const Perspective& perspective, Side sender) {
    const std::size_t usable = perspective.usable().size();
    if (usable <= 1) {
        return "one subflow carried ";
    }
    const std::vector<Share> shares = shares_of(perspective, sender);
    if (shares.size() == 1) {
        return fmt::format("subflow {} alone of {} carried ", shares.front().subflow, usable);
    }
    const std::string of = shares.size() < usable ? fmt::format(" of {}", usable) : "";
    const std::uint64_t total = carried_bytes(perspective.connection().totals(sender));
    return fmt::format("{}{} subflows carried {} of ", shares.size(), of,
                       share_list(shares, total));
}

/// "2 subflows carried 71 % / 29 % of 2.00 MB server → client"; two directions that the same
/// subflows carried alike share their subject.
std::string carried(const Perspective& perspective) {
    std::string text;
    std::string subject;
    for (const Side sender : perspective.main_directions()) {
        const std::uint64_t total = carried_bytes(perspective.connection().totals(sender));
        const std::string next = carriers(perspective, sender);
        text += fmt::format("{}{}{} {}", text.empty() ? "" : " and ", next == subject ? "" : next,
                            bytes_text(total), perspective.direction(sender));
        subject = next;
    }
    return text;
}

Totals totals_of(const Perspective& perspective, const std::vector<Side>& senders) {
    Totals totals;
    for (const Side sender : senders) {
        totals += perspective.connection().totals(sender);
    }
    return totals;
}

struct Outcomes {
    std::uint64_t bytes = 0;
    std::uint64_t needless = 0;
    std::uint64_t unknown = 0;
};

Outcomes outcomes_of(const Perspective& perspective, const std::vector<Side>& senders) {
    Outcomes outcomes;
    for (const Reinjection& reinjection : perspective.connection().reinjections()) {
        if (reinjection.same_subflow ||
            std::find(senders.begin(), senders.end(), reinjection.sender) == senders.end()) {
            continue;
        }
        outcomes.bytes += reinjection.bytes;
        if (reinjection.outcome == ReinjectionOutcome::unneeded ||
            reinjection.outcome == ReinjectionOutcome::redundant) {
            outcomes.needless += reinjection.bytes;
        }
        outcomes.unknown +=
            reinjection.outcome == ReinjectionOutcome::unknown ? reinjection.bytes : 0;
    }
    return outcomes;
}

/// ", 60 % of it needlessly"; nothing if the capture does not tell.
std::string needlessness(const Outcomes& outcomes) {
    if (outcomes.bytes == 0 || outcomes.unknown == outcomes.bytes) {
        return {};
    }
    if (outcomes.needless == 0) {
        return outcomes.unknown == 0 ? ", all of it to some use"
                                     : ", none of it needlessly as far as seen";
    }
    if (outcomes.needless == outcomes.bytes) {
        return ", all of it needlessly";
    }
    return fmt::format(", {} of it needlessly", percent_text(outcomes.needless, outcomes.bytes));
}

/// What was sent again on another subflow, of directions that were captured alike. A capture at the
/// receiver holds both copies only where both arrived, which says nothing of need or use.
void add_reinjected(const Perspective& perspective, const std::vector<Side>& senders,
                    bool at_receiver, std::uint64_t base, Clauses& clauses) {
    const std::uint64_t bytes =
        totals_of(perspective, senders).bytes[ByteClass::reinjected_other_subflow];
    if (bytes == 0) {
        return;
    }
    clauses.push_back(
        fmt::format("{} ({}) {} on another subflow{}", bytes_text(bytes), percent_text(bytes, base),
                    at_receiver ? "came again" : "sent again",
                    at_receiver ? " (captured at the receiver, where the copy of lost data counts "
                                  "as new)"
                                : needlessness(outcomes_of(perspective, senders))));
}

void add_repeats(const Perspective& perspective, Clauses& clauses) {
    const Totals totals = totals_of(perspective, perspective.main_directions());
    const std::uint64_t base = carried_bytes(totals);
    const std::uint64_t same = totals.bytes[ByteClass::reinjected_same_subflow];
    const std::uint64_t tcp = totals.bytes[ByteClass::retransmitted];
    if (base == 0) {
        return;
    }
    std::vector<Side> received;
    std::vector<Side> sent;
    for (const Side sender : perspective.main_directions()) {
        const bool at_receiver = perspective.connection().host(sender).vantage == Vantage::remote;
        (at_receiver ? received : sent).push_back(sender);
    }
    add_reinjected(perspective, sent, false, base, clauses);
    add_reinjected(perspective, received, true, base, clauses);
    if (same > 0) {
        clauses.push_back(fmt::format("{} ({}) sent again on the same subflow", bytes_text(same),
                                      percent_text(same, base)));
    }
    if (static_cast<double>(tcp) >= kNotable * static_cast<double>(base)) {
        clauses.push_back(
            fmt::format("{} ({}) retransmitted by TCP", bytes_text(tcp), percent_text(tcp, base)));
    }
}

/// "585 kB server → client came without a known mapping".
void add_unmapped(const Perspective& perspective, Clauses& clauses) {
    const Connection& connection = perspective.connection();
    const std::uint64_t payload =
        connection.totals(Side::a).payload_bytes() + connection.totals(Side::b).payload_bytes();
    for (const Side sender : {perspective.client(), opposite(perspective.client())}) {
        const std::uint64_t unmapped = connection.totals(sender).bytes[ByteClass::unmapped];
        if (static_cast<double>(unmapped) > kNotable * static_cast<double>(payload)) {
            clauses.push_back(fmt::format("{} {} came without a known mapping",
                                          bytes_text(unmapped), perspective.direction(sender)));
        }
    }
}

} // namespace

Clauses traffic_clauses(const Perspective& perspective) {
    Clauses clauses;
    if (!perspective.main_directions().empty()) {
        clauses.push_back(carried(perspective));
    }
    add_unmapped(perspective, clauses);
    add_repeats(perspective, clauses);
    if (clauses.empty()) {
        clauses.emplace_back("no data was carried");
    }
    return clauses;
}

} // namespace mptcp::taps
