#include "connection_state.hpp"

#include "reinjections.hpp"

#include <algorithm>
#include <utility>

namespace mptcp {

void ConnectionState::note(const Event& event) {
    const auto later =
        std::upper_bound(events_.begin(), events_.end(), event,
                         [](const Event& x, const Event& y) { return x.frame < y.frame; });
    events_.insert(later, event);
}

bool ConnectionState::is_over() const {
    if (living_subflows() != 0) {
        return false;
    }
    const bool data_fin = data(Side::a).data_fin || data(Side::b).data_fin;
    return fastclose_by_ || data_fin || fallback() || kind() == ConnectionKind::attempt;
}

void ConnectionState::release() {
    for (DataDirection& direction : directions) {
        direction.release();
    }
    for (const auto& state : states_) {
        for (SubflowDirection& direction : state->directions) {
            direction.release();
        }
    }
}

void ConnectionState::settle_blocked() {
    for (DataDirection& direction : directions) {
        direction.settle_blocked(last_);
    }
}

Event event_at(EventType type, const Segment& segment, const SubflowState& subflow, Side host) {
    Event event;
    event.type = type;
    event.time = segment.time;
    event.frame = segment.frame;
    event.host = host;
    event.subflow = subflow.number;
    return event;
}

std::optional<Side> SubflowState::side_of(const Endpoint& source) const {
    const bool is_a = source == endpoints[index(Side::a)];
    const bool is_b = source == endpoints[index(Side::b)];
    if (is_a == is_b) {
        return std::nullopt;
    }
    return is_a ? Side::a : Side::b;
}

void SubflowState::swap_sides() {
    std::swap(endpoints[0], endpoints[1]);
    std::swap(address_ids[0], address_ids[1]);
    std::swap(backup[0], backup[1]);
    std::swap(joined_as_backup[0], joined_as_backup[1]);
    std::swap(options_vanished_frame[0], options_vanished_frame[1]);
    std::swap(flows[0], flows[1]);
    std::swap(flow_ids[0], flow_ids[1]);
    std::swap(directions[0], directions[1]);
    std::swap(full_dsns_from[0], full_dsns_from[1]);
    std::swap(nonces[0], nonces[1]);
    ended_by = opposite(ended_by);
    if (initiator) {
        initiator = opposite(*initiator);
    }
}

SubflowState& ConnectionState::add_subflow(const Endpoint& a, const Endpoint& b) {
    auto& state = *states_.emplace_back(std::make_unique<SubflowState>(*this));
    state.number = static_cast<SubflowNumber>(states_.size() - 1);
    state.endpoints = {a, b};
    subflows_.push_back(&state);
    return state;
}

void ConnectionState::swap_sides() {
    std::swap(hosts_[0], hosts_[1]);
    std::swap(directions[0], directions[1]);
    std::swap(dsn_base_[0], dsn_base_[1]);
    std::swap(fallback_[0], fallback_[1]);
    std::swap(mp_fail_by[0], mp_fail_by[1]);
    std::swap(dsn_evidence[0], dsn_evidence[1]);
    for (const Side side : {Side::a, Side::b}) {
        for (auto* fallback : {&fallback_[index(side)], &direction(side).suspected_fallback}) {
            if (*fallback) {
                (*fallback)->sender = side;
            }
        }
    }
    for (auto& state : states_) {
        state->swap_sides();
    }
    for (Event& event : events_) {
        event.host = opposite(event.host);
    }
    for (Reinjection& reinjection : reinjections_) {
        reinjection.sender = opposite(reinjection.sender);
    }
    const auto turn = [](std::optional<Side>& side) {
        side = side ? std::optional(opposite(*side)) : side;
    };
    turn(client_);
    turn(fastclose_by_);
}

void ConnectionState::begin_at_idsn(Side side) {
    const Dsn idsn = *hosts_[index(side)].idsn;
    directions[index(side)].begin_at(idsn + 1);
    dsn_base_[index(side)] = idsn;
}

void ConnectionState::note_first_dsn(Side side) {
    if (!hosts_[index(side)].idsn) {
        dsn_base_[index(side)] = directions[index(side)].space.dsn(DataSequenceSpace::kOrigin) - 1;
    }
}

void ConnectionState::note_high_half(Side sender) {
    for (Reinjection& event : reinjections_) {
        if (event.sender == sender && event.dsn >> 32 == 0) {
            event.dsn += direction(sender).space.high_half();
        }
    }
}

void SubflowState::note_repeated_later(Side sender, const FirstCopy& copy, std::uint64_t bytes) {
    SubflowFlow& flow = flows[index(sender)];
    flow.repeated_later.push_back({copy.id, copy.frame, bytes});
    flow.totals.bytes.note_repeated_later(bytes);
}

void ConnectionState::note_repeated(Side sender, const std::vector<RepeatedPiece>& repeated) {
    if (repeated.empty()) {
        return;
    }
    std::vector<RepeatedPiece> remembered;
    for (const RepeatedPiece& each : repeated) {
        states_[each.copy.subflow]->note_repeated_later(sender, each.copy, each.piece.size());
        if (each.first.frame != 0) {
            remembered.push_back(each);
        }
    }
    note_late_reinjections(*this, sender, remembered);
    for (const auto& state : states_) {
        auto& later = state->flows[index(sender)].repeated_later;
        std::sort(later.begin(), later.end(),
                  [](const auto& x, const auto& y) { return x.segment < y.segment; });
    }
}

void ConnectionState::absorb(ConnectionState& other) {
    const auto first_new = static_cast<SubflowNumber>(states_.size());
    const auto first_reinjection = static_cast<std::uint32_t>(reinjections_.size());
    for (Event event : other.events_) {
        event.subflow += first_new;
        if (event.type != EventType::closed || !closed) {
            events_.push_back(event);
        }
    }
    closed |= other.closed;
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Event& x, const Event& y) { return x.frame < y.frame; });
    for (Reinjection reinjection : other.reinjections_) {
        reinjection.subflow += first_new;
        reinjection.first_subflow += first_new;
        reinjections_.push_back(reinjection);
    }
    for (const Side side : {Side::a, Side::b}) {
        Host& mine = hosts_[index(side)];
        const Host& theirs = other.hosts_[index(side)];
        mine.key = mine.key ? mine.key : theirs.key;
        mine.token = mine.token ? mine.token : theirs.token;
        mine.idsn = mine.idsn ? mine.idsn : theirs.idsn;
        mine.checksum_required =
            mine.checksum_required ? mine.checksum_required : theirs.checksum_required;
        mp_fail_by[index(side)] |= other.mp_fail_by[index(side)];
        fallback_[index(side)] =
            fallback_[index(side)] ? fallback_[index(side)] : other.fallback_[index(side)];
    }
    std::array<Absorbed, 2> data;
    for (const Side side : {Side::a, Side::b}) {
        data[index(side)] = directions[index(side)].absorb(other.directions[index(side)], first_new,
                                                           first_reinjection);
        if (hosts_[index(side)].idsn && !directions[index(side)].first_position()) {
            begin_at_idsn(side);
        }
    }
    for (auto& state : other.states_) {
        for (const Side side : {Side::a, Side::b}) {
            state->direction(side).renumber(first_reinjection, data[index(side)].shift);
        }
        state->connection = this;
        state->number += first_new;
        subflows_.push_back(state.get());
        states_.push_back(std::move(state));
    }
    for (const Side side : {Side::a, Side::b}) {
        note_repeated(side, data[index(side)].repeated);
    }
    client_ = client_ ? client_ : other.client_;
    if (other.handshake() != Handshake::not_captured) {
        // MP_CAPABLE tells the client; a join alone made it a guess.
        client_ = other.client_;
        for (const Side side : {Side::a, Side::b}) {
            hosts_[index(side)].endpoint = other.hosts_[index(side)].endpoint;
            hosts_[index(side)].vantage = other.hosts_[index(side)].vantage;
        }
    }
    capable_ |= other.capable_;
    reinjected_in.merge(other.reinjected_in);
    records += other.records;
    version_ = version_ ? version_ : other.version_;
    fastclose_by_ = fastclose_by_ ? fastclose_by_ : other.fastclose_by_;
    first_frame_ = std::min(first_frame_, other.first_frame_);
    start_ = std::min(start_, other.start_);
    last_ = std::max(last_, other.last_);
    ended_subflows += other.ended_subflows;
    other.ended_subflows = 0;
    other.states_.clear();
    other.subflows_.clear();
}

} // namespace mptcp
