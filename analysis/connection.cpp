#include "connection.hpp"

#include <algorithm>

namespace mptcp {

std::uint64_t SubflowFlow::repeated_later_of(SegmentId segment) const {
    std::uint64_t bytes = 0;
    for (auto it = std::partition_point(repeated_later.begin(), repeated_later.end(),
                                        [&](const auto& r) { return r.segment < segment; });
         it != repeated_later.end() && it->segment == segment; ++it) {
        bytes += it->bytes;
    }
    return bytes;
}

ConnectionKind Connection::kind() const {
    return attempt_cause() == AttemptCause::none ? ConnectionKind::connection
                                                 : ConnectionKind::attempt;
}

AttemptCause Connection::attempt_cause() const {
    const bool speaks_mptcp =
        capable_.ack || subflows_.size() > 1 ||
        std::any_of(data_.begin(), data_.end(), [](const DataFlow* d) { return d->dss_seen; });
    if (speaks_mptcp || (!capable_.syn && !capable_.synack)) {
        return AttemptCause::none;
    }
    if (capable_.synack) {
        return capable_.plain_ack ? AttemptCause::no_mp_capable_in_ack : AttemptCause::none;
    }
    if (capable_.synack_seen) {
        return AttemptCause::no_mp_capable_in_synack;
    }
    return capable_.reset ? AttemptCause::reset : AttemptCause::no_answer;
}

Connection::Capable& Connection::Capable::operator|=(const Capable& other) {
    syn |= other.syn;
    synack_seen |= other.synack_seen;
    synack |= other.synack;
    ack |= other.ack;
    plain_ack |= other.plain_ack;
    reset |= other.reset;
    return *this;
}

Handshake Connection::handshake() const {
    if (capable_.syn && capable_.synack && capable_.ack) {
        return Handshake::complete;
    }
    return capable_.syn || capable_.synack || capable_.ack ? Handshake::partial
                                                           : Handshake::not_captured;
}

bool Connection::client_known() const {
    return client_.has_value();
}

Side Connection::client_side() const {
    if (client_) {
        return *client_;
    }
    std::array<bool, 2> port_differs{};
    for (const Subflow* subflow : subflows_) {
        for (const Side side : {Side::a, Side::b}) {
            port_differs[index(side)] |= subflow->endpoints[index(side)].port !=
                                         subflows_.front()->endpoints[index(side)].port;
        }
    }
    return port_differs[index(Side::b)] && !port_differs[index(Side::a)] ? Side::b : Side::a;
}

ConnectionEnd Connection::end() const {
    if (fastclose_by_) {
        return ConnectionEnd::fastclose;
    }
    const bool all_ended = std::all_of(subflows_.begin(), subflows_.end(), [](const Subflow* s) {
        return s->end != SubflowEnd::open && s->end != SubflowEnd::silent;
    });
    if (fallback() || kind() == ConnectionKind::attempt) {
        const bool reset = subflows_.front()->end == SubflowEnd::rst;
        return !all_ended ? ConnectionEnd::open
               : reset    ? ConnectionEnd::rst
                          : ConnectionEnd::fallback;
    }
    const DataFlow& a = data(Side::a);
    const DataFlow& b = data(Side::b);
    if ((a.data_fin && b.data_fin) || ((a.data_fin || b.data_fin) && all_ended)) {
        return ConnectionEnd::data_fin;
    }
    const bool any_reset = std::any_of(subflows_.begin(), subflows_.end(),
                                       [](const Subflow* s) { return s->end == SubflowEnd::rst; });
    // Only FINs, and no DATA_FIN: it ended as TCP connections do.
    return !all_ended  ? ConnectionEnd::open
           : any_reset ? ConnectionEnd::rst
                       : ConnectionEnd::fallback;
}

std::optional<Fallback> Connection::fallback() const {
    if (kind() == ConnectionKind::attempt) {
        return std::nullopt;
    }
    const auto& [a, b] = fallback_;
    if (a && b) {
        return a->frame <= b->frame ? a : b;
    }
    return a ? a : b;
}

std::vector<const Reinjection*> Connection::reinjections_of(SegmentId segment) const {
    const auto is_earlier = [this](std::uint32_t x, std::uint32_t y) {
        return reinjections_[x].segment < reinjections_[y].segment;
    };
    std::vector<std::uint32_t>& numbers = reinjections_by_segment_;
    const auto known = static_cast<std::ptrdiff_t>(numbers.size());
    for (auto number = numbers.size(); number < reinjections_.size(); ++number) {
        numbers.push_back(static_cast<std::uint32_t>(number));
    }
    const auto added = numbers.begin() + known;
    std::stable_sort(added, numbers.end(), is_earlier);
    if (known > 0 && added != numbers.end() && is_earlier(*added, *(added - 1))) {
        std::inplace_merge(numbers.begin(), added, numbers.end(), is_earlier);
    }
    std::vector<const Reinjection*> events;
    for (auto it = std::partition_point(
             numbers.begin(), numbers.end(),
             [&](std::uint32_t number) { return reinjections_[number].segment < segment; });
         it != numbers.end() && reinjections_[*it].segment == segment; ++it) {
        events.push_back(&reinjections_[*it]);
    }
    return events;
}

Totals Connection::totals(Side sender) const {
    Totals sum;
    for (const Subflow* subflow : subflows_) {
        sum += subflow->flow(sender).totals;
    }
    return sum;
}

std::int64_t Connection::relative_dsn(Side sender, Dsn dsn) const {
    return static_cast<std::int64_t>(dsn - dsn_base_[index(sender)]);
}

} // namespace mptcp
