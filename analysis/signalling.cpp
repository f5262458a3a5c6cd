#include "signalling.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <variant>

namespace mptcp {

namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

void mark_ended(SubflowState& subflow, SubflowEnd end, const Segment& segment, Side by) {
    if (subflow.has_ended()) {
        return;
    }
    subflow.end = end;
    subflow.end_frame = segment.frame;
    subflow.end_time = segment.time;
    subflow.ended_by = by;
    ++subflow.connection->ended_subflows;
    const bool refused = end == SubflowEnd::refused;
    Event event = event_at(refused ? EventType::subflow_refused : EventType::subflow_closed,
                           segment, subflow, by);
    event.reason = subflow.reset_reason;
    event.flag = subflow.reset_transient;
    subflow.connection->note(event);
}

/// The latest living subflow from an address of `sender`; `subflow` if there is none.
SubflowState& latest_of_address(SubflowState& subflow, Side sender, std::uint8_t address_id) {
    // There are 256 address IDs; who opens more subflows than this is not looked through for ever.
    constexpr std::ptrdiff_t kLatest = 1024;
    const auto& states = subflow.connection->states();
    const auto end = states.rbegin() + std::min(kLatest, std::ssize(states));
    const auto found = std::find_if(states.rbegin(), end, [&](const auto& state) {
        return state->address_ids[index(sender)] == address_id && !state->has_ended();
    });
    return found == end ? subflow : **found;
}

void observe_prio(SubflowState& subflow, Side sender, const Segment& segment,
                  const MpPrio& option) {
    // v0 may name another subflow by its address ID; without one it is this subflow.
    SubflowState& target =
        option.address_id ? latest_of_address(subflow, sender, *option.address_id) : subflow;
    target.backup[index(sender)] = option.backup;
    Event event = event_at(EventType::subflow_priority, segment, target, sender);
    event.address_id = option.address_id;
    event.flag = option.backup;
    subflow.connection->note(event);
}

void observe_remove(SubflowState& subflow, Side sender, const Segment& segment,
                    const RemoveAddr& option) {
    for (const std::uint8_t id : option.ids()) {
        Event event = event_at(EventType::removed, segment, subflow, sender);
        event.address_id = id;
        subflow.connection->note(event);
    }
}

void observe_fail(SubflowState& subflow, Side sender, const Segment& segment) {
    bool& failed = subflow.connection->mp_fail_by[index(sender)];
    subflow.connection->note(event_at(EventType::mp_fail, segment, subflow, sender));
    failed = true;
}

void observe_fastclose(SubflowState& subflow, Side sender, const Segment& segment) {
    ConnectionState& connection = *subflow.connection;
    if (!connection.fastclose_by_) {
        connection.fastclose_by_ = sender;
    }
    connection.note(event_at(EventType::fastclose, segment, subflow, sender));
}

void observe_add_addr(SubflowState& subflow, Side sender, const Segment& segment,
                      const AddAddr& option) {
    Event event = event_at(option.echo ? EventType::announced_echo : EventType::announced, segment,
                           subflow, sender);
    event.address_id = option.address_id;
    event.announced = {option.address, option.port.value_or(0)};
    subflow.connection->note(event);
}

Check check_add_addr(const ConnectionState& connection, Side sender, const AddAddr& option) {
    if (!option.truncated_hmac) {
        return {};
    }
    const auto& own = connection.host(sender).key;
    const auto& other = connection.host(opposite(sender)).key;
    if (!own || !other) {
        return {Verification::unverified, UnverifiedReason::no_key};
    }
    const bool good = add_addr_hmac(*own, *other, option.address_id, option.address, option.port) ==
                      *option.truncated_hmac;
    return {good ? Verification::good : Verification::bad, UnverifiedReason::none};
}

void observe_tcprst(SubflowState& subflow, Side sender, const Segment& segment,
                    const MpTcpRst& option) {
    if (!subflow.has_ended()) {
        subflow.reset_reason = option.reason;
        subflow.reset_transient = option.transient();
    }
    Event event = event_at(EventType::tcprst, segment, subflow, sender);
    event.reason = option.reason;
    event.flag = option.transient();
    subflow.connection->note(event);
}

/// A join that is reset before the called host is known to have taken it.
bool refuses_join(const SubflowState& subflow) {
    return subflow.role == SubflowRole::join && subflow.initiator && !subflow.established;
}

/// RFC 9293 section 3.10.7.3: as long as its SYN is unanswered, a host takes a RST only if that
/// acknowledges something.
bool resets(const SubflowState& subflow, Side sender, const Segment& segment) {
    const bool syn_unanswered =
        subflow.syn_seen && !subflow.syn_ack_seen && subflow.initiator != sender;
    return !syn_unanswered || segment.has(tcp_flag::ack);
}

/// By host: false if the capture shows nothing at all of what it sends.
std::array<bool, 2> captured_hosts(const ConnectionState& connection) {
    std::array<bool, 2> captured{};
    for (const auto& subflow : connection.states()) {
        for (const Side host : {Side::a, Side::b}) {
            captured[index(host)] |= subflow->direction(host).last_frame != 0;
        }
    }
    return captured;
}

bool is_closed(const ConnectionState& connection) {
    const bool all_acked =
        connection.data(Side::a).data_fin_acked && connection.data(Side::b).data_fin_acked;
    return all_acked || connection.fastclose_by() ||
           (connection.is_over() && connection.kind() == ConnectionKind::connection);
}

bool fell_silent(const ConnectionState& connection, const SubflowState& subflow,
                 const std::array<bool, 2>& captured) {
    if (subflow.role == SubflowRole::join && subflow.syn_seen && !subflow.syn_ack_seen &&
        !subflow.third_ack.is_known()) {
        return true;
    }
    constexpr Nanoseconds kPatience = 1'000'000'000;
    const auto waits_for_answer = [&](Side side) {
        const SubflowDirection& called = subflow.direction(side);
        const SubflowDirection& answering = subflow.direction(opposite(side));
        return captured[index(opposite(side))] && called.unacknowledged() &&
               called.last_seen > answering.last_seen &&
               connection.last() - answering.last_seen > kPatience;
    };
    return waits_for_answer(Side::a) || waits_for_answer(Side::b);
}

} // namespace

void observe_signals(SubflowState& subflow, Side sender, const Segment& segment,
                     const TcpOptions& options, SegmentFacts& facts) {
    for (const MptcpOption& option : options.mptcp) {
        std::visit(Overloaded{
                       [&](const AddAddr& o) {
                           observe_add_addr(subflow, sender, segment, o);
                           facts.add_addr = check_add_addr(*subflow.connection, sender, o);
                       },
                       [&](const RemoveAddr& o) { observe_remove(subflow, sender, segment, o); },
                       [&](const MpPrio& o) { observe_prio(subflow, sender, segment, o); },
                       [&](const MpFail&) { observe_fail(subflow, sender, segment); },
                       [&](const MpFastclose&) { observe_fastclose(subflow, sender, segment); },
                       [&](const MpTcpRst& o) { observe_tcprst(subflow, sender, segment, o); },
                       [&](const MalformedOption& o) {
                           facts.bad_option_length |=
                               o.reason == MalformedOption::Reason::bad_length;
                       },
                       [](const auto&) {},
                   },
                   option);
    }
}

void observe_ending(SubflowState& subflow, Side sender, const Segment& segment,
                    const TcpOptions& options) {
    if (segment.has(tcp_flag::rst)) {
        if (!resets(subflow, sender, segment)) {
            return;
        }
        if (subflow.role == SubflowRole::initial && !subflow.syn_ack_seen) {
            subflow.connection->capable_.reset = true;
        }
        const bool fastclose =
            options.find<MpFastclose>() != nullptr || subflow.connection->fastclose_by_;
        mark_ended(subflow,
                   refuses_join(subflow) ? SubflowEnd::refused
                   : fastclose           ? SubflowEnd::fastclose
                                         : SubflowEnd::rst,
                   segment, sender);
        return;
    }
    if (!segment.has(tcp_flag::fin)) {
        return;
    }
    SubflowDirection& direction = subflow.direction(sender);
    direction.fin_end =
        direction
            .place_payload(segment.sequence, segment.has(tcp_flag::syn), segment.payload_length)
            .end +
        1;
    if (subflow.direction(opposite(sender)).fin_end != 0) {
        mark_ended(subflow, SubflowEnd::fin, segment, sender);
    }
}

void observe_closing(SubflowState& subflow, Side sender, const Segment& segment) {
    ConnectionState& connection = *subflow.connection;
    if (!connection.closed && is_closed(connection)) {
        connection.closed = true;
        connection.note(event_at(EventType::closed, segment, subflow, sender));
    }
}

void settle_endings(ConnectionState& connection) {
    const std::array<bool, 2> captured = captured_hosts(connection);
    for (const auto& subflow : connection.states()) {
        if (subflow->has_ended()) {
            continue;
        }
        subflow->end =
            fell_silent(connection, *subflow, captured) ? SubflowEnd::silent : SubflowEnd::open;
        const auto closes = [&](Side side) {
            const SubflowDirection& closing = subflow->direction(side);
            return closing.fin_end != 0 &&
                   (!closing.unacknowledged() || !captured[index(opposite(side))]);
        };
        if (subflow->end == SubflowEnd::open && (closes(Side::a) || closes(Side::b))) {
            subflow->end = SubflowEnd::fin;
        }
    }
}

} // namespace mptcp
