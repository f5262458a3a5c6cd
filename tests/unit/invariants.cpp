#include "tests/unit/invariants.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp::test {

namespace {

/// Remembers the first thing that does not hold.
class Findings {
  public:
    void expect(bool holds, const char* what) {
        if (!holds && first_.empty()) {
            first_ = what;
        }
    }
    template <typename Actual, typename Expected>
    void same(const Actual& actual, const Expected& expected, const char* what) {
        if (!std::cmp_equal(actual, expected) && first_.empty()) {
            first_ = std::string(what) + ": " + std::to_string(actual) + " instead of " +
                     std::to_string(expected);
        }
    }
    [[nodiscard]] const std::string& first() const { return first_; }

  private:
    std::string first_;
};

/// What the segments of a subflow add up to, by sender.
using Sum = std::array<Totals, 2>;
using Sums = std::map<std::pair<ConnectionNumber, SubflowNumber>, Sum>;

void compare(const Totals& actual, const Totals& expected, Findings& findings) {
    findings.same(actual.segments, expected.segments, "segments of a subflow");
    findings.same(actual.duplicate_segments, expected.duplicate_segments, "duplicates");
    findings.same(actual.data_segments, expected.data_segments, "segments with payload");
    findings.same(actual.option_bytes, expected.option_bytes, "bytes of MPTCP options");
    findings.same(actual.out_of_order_segments, expected.out_of_order_segments, "out of order");
    findings.same(actual.first_payload, expected.first_payload, "time of the first payload");
    findings.same(actual.last_payload, expected.last_payload, "time of the last payload");
    for (std::size_t i = 0; i < kByteClasses; ++i) {
        findings.same(actual.bytes.bytes[i], expected.bytes.bytes[i], "bytes of a class");
    }
}

void check_bytes(const Tracker& tracker, const Observed& seen, const SegmentFacts& completed,
                 std::uint64_t repeated_later, Findings& findings) {
    if (seen.facts.duplicate) {
        return;
    }
    const ByteCounts credit = tracker.late_credit(seen.facts.id);
    findings.expect(credit.total() <= seen.facts.pending_bytes, "more credited than was pending");
    ByteCounts bytes = seen.facts.bytes;
    bytes[ByteClass::unmapped] -= credit.total();
    bytes += credit;
    findings.expect(repeated_later <= bytes[ByteClass::fresh], "more repeated later than new");
    bytes[ByteClass::fresh] -= repeated_later;
    bytes[ByteClass::reinjected_other_subflow] += repeated_later;
    findings.expect(completed.bytes.bytes == bytes.bytes, "completed() leaves something out");
    findings.same(completed.bytes.total(), seen.payload_length, "classes of a payload");
}

void check_segment(const Tracker& tracker, const Observed& seen, Sums& sums, Findings& findings) {
    const SegmentFacts facts = tracker.completed(seen.facts);
    const Connection* const owner = tracker.connection(seen.facts.connection);
    if (owner == nullptr || owner->number() != facts.connection ||
        facts.subflow >= owner->subflows().size()) {
        findings.expect(false, "a segment's connection or subflow is not there");
        return;
    }
    const Subflow& subflow = *owner->subflows()[facts.subflow];
    findings.expect(subflow.flow_ids[index(facts.sender)] == facts.flow,
                    "a segment's flow is not its sender's");
    findings.expect(subflow.endpoints[index(facts.sender)] == seen.source,
                    "a segment's sender is not its source");
    check_bytes(tracker, seen, facts, subflow.flow(facts.sender).repeated_later_of(seen.facts.id),
                findings);
    std::uint64_t reinjected = 0;
    for (const Reinjection* event : owner->reinjections_of(facts.id)) {
        findings.expect(event->segment == facts.id && event->frame == facts.frame &&
                            event->subflow == facts.subflow && event->sender == facts.sender,
                        "a segment's reinjection is another one's");
        reinjected += event->bytes;
    }
    findings.expect(reinjected <= facts.bytes[ByteClass::reinjected_other_subflow] +
                                      facts.bytes[ByteClass::reinjected_same_subflow],
                    "a segment reinjects more than it repeats");
    sums[{owner->number(), subflow.number}][index(facts.sender)].add(facts);
}

void compare(const Subflow& one, const Subflow& other, Findings& findings) {
    findings.expect(one.end == other.end && one.end_frame == other.end_frame &&
                        one.reset_reason == other.reset_reason,
                    "a subflow ends differently");
    findings.expect(one.role == other.role && one.established == other.established,
                    "a subflow began differently");
    for (const Side side : {Side::a, Side::b}) {
        findings.expect(one.flow(side).totals == other.flow(side).totals, "totals differ");
        findings.same(one.options_vanished_frame[index(side)],
                      other.options_vanished_frame[index(side)], "the options vanish elsewhere");
    }
}

void compare(const Connection& one, const Connection& other, Findings& findings) {
    findings.expect(one.kind() == other.kind() && one.end() == other.end(),
                    "a connection ends differently");
    findings.expect(one.fallback().has_value() == other.fallback().has_value(),
                    "a connection falls back differently");
    findings.expect(one.events() == other.events(), "events differ");
    findings.expect(one.reinjections() == other.reinjections(), "reinjections differ");
    for (const Side side : {Side::a, Side::b}) {
        findings.same(one.data(side).blocked, other.data(side).blocked, "the time blocked");
    }
    findings.same(one.subflows().size(), other.subflows().size(), "subflows");
    for (std::size_t i = 0; i < std::min(one.subflows().size(), other.subflows().size()); ++i) {
        compare(*one.subflows()[i], *other.subflows()[i], findings);
    }
}

/// Repetitions that come a minute after the end of a connection count, but what they repeat may be
/// forgotten.
bool is_long_over(const Connection& connection, std::span<const Observed> all) {
    constexpr Nanoseconds kMinute = 60'000'000'000;
    return std::any_of(connection.subflows().begin(), connection.subflows().end(),
                       [&](const Subflow* subflow) {
                           return subflow->end_frame != 0 &&
                                  std::any_of(all.begin(), all.end(), [&](const Observed& seen) {
                                      return seen.facts.time - subflow->end_time > kMinute;
                                  });
                       });
}

void check_reinjections(const Connection& connection, std::span<const Observed> all,
                        Findings& findings) {
    const FrameNumber last_frame = all.empty() ? 0 : all.back().facts.frame;
    std::array<std::uint64_t, 2> reinjected{};
    const std::size_t subflows = connection.subflows().size();
    for (const Reinjection& event : connection.reinjections()) {
        findings.expect(event.subflow < subflows && event.first_subflow < subflows,
                        "a reinjection's subflow is not there");
        findings.expect(event.first_frame > 0 && event.frame <= last_frame,
                        "a reinjection's frame is not there");
        findings.expect(event.bytes > 0 && event.copy >= 2, "a reinjection of nothing");
        const auto of_segment = connection.reinjections_of(event.segment);
        findings.expect(std::find(of_segment.begin(), of_segment.end(), &event) != of_segment.end(),
                        "a segment does not know its reinjection");
        reinjected[index(event.sender)] += event.bytes;
    }
    for (const Side side : {Side::a, Side::b}) {
        const ByteCounts bytes = connection.totals(side).bytes;
        const std::uint64_t counted =
            bytes[ByteClass::reinjected_other_subflow] + bytes[ByteClass::reinjected_same_subflow];
        if (reinjected[index(side)] > counted || !is_long_over(connection, all)) {
            findings.same(reinjected[index(side)], counted, "bytes of reinjections");
        }
    }
}

void check_events(const Connection& connection, FrameNumber last_frame, Findings& findings) {
    FrameNumber frame = 0;
    for (const Event& event : connection.events()) {
        findings.expect(event.frame >= frame, "events are not in the order of their frames");
        findings.expect(event.frame <= last_frame, "an event's frame is not there");
        findings.expect(event.subflow < connection.subflows().size(),
                        "an event's subflow is not there");
        frame = event.frame;
    }
}

} // namespace

std::string violation_at_once(const Segment& segment, const SegmentFacts& facts) {
    Findings findings;
    findings.same(facts.frame, segment.frame, "frame");
    findings.same(facts.time, segment.time, "time");
    if (facts.is_mptcp()) {
        findings.same(facts.payload_bytes, segment.payload_length, "payload");
    }
    if (facts.is_mptcp() && !facts.duplicate) {
        findings.same(facts.bytes.total(), segment.payload_length, "classes of a payload");
        findings.expect(facts.pending_bytes <= facts.bytes[ByteClass::unmapped],
                        "more pending than unmapped");
    }
    return findings.first();
}

std::string violation(const Tracker& tracker, std::span<const Observed> all) {
    Findings findings;
    Sums sums;
    for (const Observed& seen : all) {
        if (seen.facts.is_mptcp()) {
            check_segment(tracker, seen, sums, findings);
        }
    }
    const FrameNumber last_frame = all.empty() ? 0 : all.back().facts.frame;
    std::size_t subflows = 0;
    std::optional<ConnectionNumber> last;
    for (const Connection* each : tracker.connections()) {
        findings.expect(!last || *last < each->number(), "connections are not in order");
        last = each->number();
        for (const Subflow* subflow : each->subflows()) {
            ++subflows;
            findings.expect(each->subflows()[subflow->number] == subflow, "numbers of subflows");
            const Sum& sum = sums[{each->number(), subflow->number}];
            for (const Side side : {Side::a, Side::b}) {
                compare(subflow->flow(side).totals, sum[index(side)], findings);
            }
        }
        check_reinjections(*each, all, findings);
        check_events(*each, last_frame, findings);
    }
    findings.same(sums.size(), subflows, "subflows with segments");
    return findings.first();
}

std::string violation_of_order(const Tracker& tracker) {
    Findings findings;
    for (const Connection* each : tracker.connections()) {
        for (const Side side : {Side::a, Side::b}) {
            const DataOrder order = tracker.data_order(*each, side);
            const std::uint64_t fresh = each->totals(side).data_bytes();
            findings.same(order.scheduling().blocks().bytes, fresh, "bytes of first copies");
            findings.expect(order.out_of_order_bytes() <= fresh, "more out of order than new");
            findings.expect(order.most_held_bytes() <= fresh, "more held than new");
            findings.expect(order.longest_blocked() <= order.blocked(), "times blocked");
        }
    }
    return findings.first();
}

std::string difference(const Tracker& one, const Tracker& other, std::span<const Observed> all) {
    Findings findings;
    for (const Observed& seen : all) {
        if (seen.facts.is_mptcp()) {
            findings.expect(one.completed(seen.facts) == other.completed(seen.facts),
                            "a segment differs");
        }
    }
    const std::vector<const Connection*> ones = one.connections();
    const std::vector<const Connection*> others = other.connections();
    findings.same(ones.size(), others.size(), "connections");
    for (std::size_t i = 0; i < std::min(ones.size(), others.size()); ++i) {
        compare(*ones[i], *others[i], findings);
    }
    return findings.first();
}

} // namespace mptcp::test
