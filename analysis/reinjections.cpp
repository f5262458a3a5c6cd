#include "reinjections.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace mptcp {

namespace {

Reinjection event_of(const DataDirection& data, Side sender, const RepeatedPiece& repeated) {
    Reinjection event;
    event.segment = repeated.copy.id;
    event.frame = repeated.copy.frame;
    event.time = repeated.copy.time;
    event.dsn = data.space.dsn(repeated.piece.begin);
    event.bytes = static_cast<std::uint32_t>(repeated.piece.size());
    event.sender = sender;
    event.subflow = repeated.copy.subflow;
    return event;
}

void set_first(Reinjection& event, const FirstCopy& first) {
    event.first_subflow = first.subflow;
    event.first_frame = first.frame;
    event.delay = event.time - first.time;
}

/// Puts the latest copy of `piece` into the chain of copies.
void chain(ConnectionState& connection, std::uint32_t number, Interval piece) {
    Reinjection& event = connection.reinjections_[number];
    auto& copies = connection.direction(event.sender).copies();
    copies.visit(
        piece,
        [&](Interval, const LatestCopy& latest) {
            Reinjection& earlier = connection.reinjections_[latest.reinjection];
            earlier.next_frame = earlier.next_frame == 0 ? event.frame : earlier.next_frame;
            event.copy = std::max(event.copy, latest.copy + 1);
        },
        [](Interval) {});
    copies.assign(piece, {number, event.copy});
}

void watch_outcome(ConnectionState& connection, std::uint32_t number,
                   const RepeatedPiece& repeated) {
    Reinjection& event = connection.reinjections_[number];
    const auto flow_of = [&](const FirstCopy& copy) -> SubflowDirection& {
        return connection.states()[copy.subflow]->direction(event.sender);
    };
    const Interval original = shifted(repeated.piece, repeated.first.ssn_minus_dsn);
    const Interval copy = shifted(repeated.piece, repeated.copy.ssn_minus_dsn);
    if (flow_of(repeated.first).is_acknowledged(original)) {
        // A host that resets a subflow may have thrown away what only TCP had acknowledged.
        const bool reset = connection.states()[repeated.first.subflow]->end == SubflowEnd::rst;
        event.outcome = reset ? ReinjectionOutcome::unknown : ReinjectionOutcome::redundant;
        return;
    }
    if (flow_of(repeated.copy).is_acknowledged(copy)) {
        event.outcome = ReinjectionOutcome::useful;
        return;
    }
    flow_of(repeated.first).watch(original, {number, original.begin, true});
    flow_of(repeated.copy).watch(copy, {number, copy.begin, false});
}

/// If both copies are acknowledged by now, nobody knows which one was first.
void judge_late(ConnectionState& connection, std::uint32_t number, const RepeatedPiece& repeated) {
    Reinjection& event = connection.reinjections_[number];
    const auto is_acknowledged = [&](const FirstCopy& copy) {
        return connection.states()[copy.subflow]
            ->direction(event.sender)
            .is_acknowledged(shifted(repeated.piece, copy.ssn_minus_dsn));
    };
    const auto* ack = connection.direction(event.sender).acknowledged_at(repeated.piece.end);
    if (ack != nullptr && ack->frame < event.frame) {
        event.outcome = ReinjectionOutcome::unneeded;
    } else if (!is_acknowledged(repeated.first) || !is_acknowledged(repeated.copy)) {
        watch_outcome(connection, number, repeated);
    }
}

/// Where a reinjection begins. Its DSN has no high half if that was not known then.
std::optional<std::uint64_t> position_of(DataDirection& data, const Reinjection& event) {
    return data.space.place({event.dsn, event.dsn >> 32 != 0});
}

/// Gives a reinjection its first copy and its place in the chain. There are two of it where there
/// are two first copies.
void tie(ConnectionState& connection, std::uint32_t number, Interval range) {
    std::vector<Reinjection>& events = connection.reinjections_;
    const DataDirection& data = connection.direction(events[number].sender);
    std::vector<FirstCopies::Part> parts =
        data.first_copies().parts_of(range, DataDirection::kMostFirstCopies);
    const std::uint64_t known = std::accumulate(
        parts.begin(), parts.end(), std::uint64_t{0},
        [](std::uint64_t sum, const auto& part) { return sum + part.range.size(); });
    if (known != range.size()) {
        return; // forgotten
    }
    if (parts.size() == DataDirection::kMostFirstCopies) {
        parts = {{range, parts.front().copy}}; // it was not told apart when it came
    }
    for (const FirstCopies::Part& part : parts) {
        if (part.range.begin != range.begin) {
            events.push_back(events[number]);
            number = static_cast<std::uint32_t>(events.size() - 1);
        }
        Reinjection& event = events[number];
        event.dsn = data.space.dsn(part.range.begin);
        event.bytes = static_cast<std::uint32_t>(part.range.size());
        event.copy = 2;
        event.next_frame = 0;
        set_first(event, part.copy);
        chain(connection, number, part.range);
    }
}

/// Ties all reinjections of a direction to the first copies and to each other.
void tie_all(ConnectionState& connection, Side sender) {
    std::vector<Reinjection>& events = connection.reinjections_;
    DataDirection& data = connection.direction(sender);
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < events.size(); ++i) {
        if (events[i].sender == sender) {
            numbers.push_back(i);
        }
    }
    std::stable_sort(numbers.begin(), numbers.end(),
                     [&](auto x, auto y) { return events[x].frame < events[y].frame; });
    data.copies().clear();
    for (const std::uint32_t number : numbers) {
        if (const auto begin = position_of(data, events[number])) {
            tie(connection, number, {*begin, *begin + events[number].bytes});
        }
    }
}

} // namespace

void note_reinjection(ConnectionState& connection, Side sender, const RepeatedPiece& repeated,
                      bool same_subflow) {
    const DataDirection& data = connection.direction(sender);
    const auto number = static_cast<std::uint32_t>(connection.reinjections_.size());
    Reinjection& event = connection.reinjections_.emplace_back(event_of(data, sender, repeated));
    event.same_subflow = same_subflow;
    set_first(event, repeated.first);
    chain(connection, number, repeated.piece);
    connection.reinjected_in.try_emplace(repeated.first.frame, repeated.copy.frame);
    if (data.is_acknowledged(repeated.piece.end - 1)) {
        event.outcome = ReinjectionOutcome::unneeded;
    } else {
        watch_outcome(connection, number, repeated);
    }
}

void note_late_reinjections(ConnectionState& connection, Side sender,
                            const std::vector<RepeatedPiece>& repeated) {
    auto number = static_cast<std::uint32_t>(connection.reinjections_.size());
    for (const RepeatedPiece& each : repeated) {
        connection.reinjections_.push_back(event_of(connection.direction(sender), sender, each));
        FrameNumber& next =
            connection.reinjected_in.try_emplace(each.first.frame, each.copy.frame).first->second;
        next = std::min(next, each.copy.frame);
    }
    tie_all(connection, sender);
    for (const RepeatedPiece& each : repeated) {
        judge_late(connection, number++, each);
    }
}

} // namespace mptcp
