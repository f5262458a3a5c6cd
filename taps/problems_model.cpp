#include "taps/problems_model.hpp"

#include "taps/quantity.hpp"
#include "taps/wording.hpp"

#include "analysis/event_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mptcp::taps {

namespace {

bool is_problem(EventType type) {
    switch (type) {
    case EventType::subflow_refused:
    case EventType::fallback:
    case EventType::infinite_map:
    case EventType::mp_fail:
    case EventType::fastclose:
    case EventType::tcprst:
    case EventType::options_vanished:
        return true;
    default:
        return false;
    }
}

void add_events(const Connection& connection, std::vector<Problem>& problems) {
    for (const Event& event : connection.events()) {
        if (is_problem(event.type)) {
            problems.push_back(
                {event.frame, event.time, event_text(event, connection.client_side())});
        }
    }
}

void add_reinjections(const Connection& connection, std::vector<Problem>& problems) {
    for (const Reinjection& one : connection.reinjections()) {
        problems.push_back({one.frame, one.time,
                            fmt::format("{} of subflow {} sent again on subflow {}: {}",
                                        count_text(one.bytes, "byte"), one.first_subflow,
                                        one.subflow, word(one.outcome))});
    }
}

void add_stalls(const Connection& connection, std::vector<Problem>& problems) {
    for (const Side sender : {Side::a, Side::b}) {
        for (const Stall& stall : connection.data(sender).stalls) {
            problems.push_back({stall.frame, stall.start + stall.length,
                                fmt::format("First new data after a stall of {:.3f} s",
                                            to_seconds(stall.length))});
        }
    }
}

std::string failed_checks(const SegmentFacts& facts) {
    struct Named {
        const Check& check;
        const char* name;
    };
    std::string names;
    for (const auto& [check, name] :
         {Named{facts.hmac, "HMAC of MP_JOIN"}, Named{facts.add_addr, "HMAC of ADD_ADDR"},
          Named{facts.checksum, "DSS checksum"}, Named{facts.token, "token"},
          Named{facts.idsn, "initial DSN"}}) {
        if (check.result == Verification::bad) {
            names += names.empty() ? "Wrong " : ", ";
            names += name;
        }
    }
    return names;
}

void add_checks(const LoggedSegment& segment, std::vector<Problem>& problems) {
    const SegmentFacts& facts = segment.facts;
    const auto add = [&](std::string text) {
        problems.push_back({facts.frame, facts.time, std::move(text)});
    };
    if (std::string failed = failed_checks(facts); !failed.empty()) {
        add(std::move(failed));
    }
    if (facts.bad_option_length) {
        add("MPTCP option of a length that no RFC gives it");
    }
    if (facts.mapping_conflict) {
        add("Mapping contradicts an earlier one");
    }
    if (facts.bytes[ByteClass::unmapped] > 0 && !facts.tfo) {
        add("Data without a mapping");
    }
}

} // namespace

std::vector<Problem> problems_of(const ReportInput& input) {
    std::vector<Problem> problems;
    if (input.tracker == nullptr) {
        return problems;
    }
    for (const Connection* connection : input.selection.selected(*input.tracker)) {
        add_events(*connection, problems);
        add_reinjections(*connection, problems);
        add_stalls(*connection, problems);
    }
    for_each_segment(input, [&](const LoggedSegment& segment) { add_checks(segment, problems); });
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& a, const Problem& b) { return a.frame < b.frame; });
    return problems;
}

} // namespace mptcp::taps
