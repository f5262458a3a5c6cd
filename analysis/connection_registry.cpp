#include "connection_registry.hpp"

#include <algorithm>

namespace mptcp {

namespace {

constexpr unsigned kWideShift = 30;
constexpr unsigned kLowShift = 24;

std::uint64_t wide_bucket(Dsn dsn) {
    return dsn >> kWideShift;
}

std::uint64_t low_bucket(Dsn dsn) {
    return static_cast<std::uint32_t>(dsn) >> kLowShift;
}

Dsn highest_dsn(ConnectionState& connection, Side side) {
    const DataSequenceSpace& space = connection.direction(side).space;
    return space.dsn(space.highest());
}

bool close_by(ConnectionState& x, Side of_x, ConnectionState& y, Side of_y) {
    const DataSequenceSpace& a = x.direction(of_x).space;
    const DataSequenceSpace& b = y.direction(of_y).space;
    if (!a.anchored() || !b.anchored()) {
        return false;
    }
    const Dsn dsn_a = highest_dsn(x, of_x);
    const Dsn dsn_b = highest_dsn(y, of_y);
    if (a.high_half_known() && b.high_half_known()) {
        const auto distance = static_cast<std::int64_t>(dsn_a - dsn_b);
        constexpr std::int64_t kWindow = std::int64_t{1} << kWideShift;
        return distance >= -kWindow && distance <= kWindow;
    }
    const auto distance = static_cast<std::int32_t>(static_cast<std::uint32_t>(dsn_a) -
                                                    static_cast<std::uint32_t>(dsn_b));
    constexpr std::int32_t kWindow = std::int32_t{1} << kLowShift;
    return distance >= -kWindow && distance <= kWindow;
}

bool names_differ(const ConnectionState& x, Side of_x, const ConnectionState& y, Side of_y) {
    const auto& mine = x.host(of_x).token;
    const auto& theirs = y.host(of_y).token;
    return mine && theirs && *mine != *theirs;
}

/// Each subflow looked at takes from `patience`.
bool shares_address_or_port(const ConnectionState& x, Side of_x, const ConnectionState& y,
                            Side of_y, std::size_t& patience) {
    const Endpoint& mine = x.states().front()->endpoints[index(of_x)];
    const std::size_t looked_at = std::min(patience, y.states().size());
    patience -= looked_at;
    const auto end = y.states().begin() + static_cast<std::ptrdiff_t>(looked_at);
    return std::any_of(y.states().begin(), end, [&](const auto& subflow) {
        const Endpoint& theirs = subflow->endpoints[index(of_y)];
        return mine.address == theirs.address || mine.port == theirs.port;
    });
}

/// Each merger moves one of the two records: a long chain of them would move all over and over.
bool are_many(const ConnectionState& x, const ConnectionState& y) {
    constexpr std::uint32_t kMostRecords = 64;
    return x.records + y.records > kMostRecords;
}

} // namespace

ConnectionState& ConnectionRegistry::create() {
    Entry entry;
    entry.state =
        std::make_unique<ConnectionState>(static_cast<ConnectionNumber>(connections_.size()));
    for (DataDirection& direction : entry.state->directions) {
        direction.shortest_stall = settings_.shortest_stall;
        direction.keep_history(settings_.keep_history);
    }
    connections_.push_back(std::move(entry));
    return *connections_.back().state;
}

void ConnectionRegistry::forget_history() {
    settings_.keep_history = false;
    for (const Entry& entry : connections_) {
        if (entry.state) {
            for (DataDirection& direction : entry.state->directions) {
                direction.keep_history(false);
            }
        }
    }
}

ConnectionState* ConnectionRegistry::find(ConnectionNumber number) const {
    return number < connections_.size() ? remaining({number}).connection : nullptr;
}

ConnectionRegistry::HostRef ConnectionRegistry::remaining(NamedHost host) const {
    ConnectionNumber number = host.number;
    bool turned = connections_[number].turned;
    while (!connections_[number].state) {
        number = connections_[number].merged_into;
        turned ^= connections_[number].turned;
    }
    return {connections_[number].state.get(), turned ? opposite(host.side) : host.side};
}

std::vector<ConnectionState*> ConnectionRegistry::all() const {
    std::vector<ConnectionState*> result;
    for (const Entry& entry : connections_) {
        if (entry.state) {
            result.push_back(entry.state.get());
        }
    }
    return result;
}

ConnectionRegistry::HostRef ConnectionRegistry::find_token(std::uint32_t token) const {
    const auto it = by_token_.find(token);
    return it == by_token_.end() ? HostRef{} : remaining(it->second);
}

ConnectionState& ConnectionRegistry::register_token(std::uint32_t token, HostRef host) {
    const HostRef known = find_token(token);
    const bool orphan = known.connection != nullptr && known.connection != host.connection &&
                        !known.connection->hosts_[index(known.side)].key;
    const ConnectionNumber number = host.connection->number();
    by_token_[token] = {number, connections_[number].turned ? opposite(host.side) : host.side};
    if (!orphan) {
        return *host.connection;
    }
    if (known.side != host.side) {
        turn(*known.connection);
    }
    return merge(*known.connection, *host.connection);
}

void ConnectionRegistry::join(std::uint32_t token, HostRef joined) {
    const HostRef known = find_token(token);
    if (known.connection == nullptr) {
        register_token(token, joined);
        return;
    }
    if (known.connection == joined.connection || are_many(*known.connection, *joined.connection)) {
        return;
    }
    if (known.side != joined.side) {
        turn(*joined.connection);
    }
    merge(*known.connection, *joined.connection);
}

void ConnectionRegistry::turn(ConnectionState& connection) {
    forget_progress(connection);
    connection.swap_sides();
    connections_[connection.number()].turned ^= true;
}

ConnectionState& ConnectionRegistry::merge(ConnectionState& x, ConnectionState& y) {
    ConnectionState& kept = x.number() < y.number() ? x : y;
    ConnectionState& gone = x.number() < y.number() ? y : x;
    forget_progress(gone);
    kept.absorb(gone);
    for (const Side side : {Side::a, Side::b}) {
        note_progress(kept, side);
    }
    Entry& entry = connections_[gone.number()];
    entry.merged_into = kept.number();
    entry.turned ^= connections_[kept.number()].turned;
    entry.state.reset();
    return kept;
}

void ConnectionRegistry::forget_progress(ConnectionState& connection) {
    for (const Side side : {Side::a, Side::b}) {
        Progress& progress = connections_[connection.number()].progress[index(side)];
        if (progress.known) {
            by_low_half_.erase({low_bucket(progress.dsn), connection.number(), side});
        }
        if (progress.known && progress.wide) {
            by_dsn_.erase({wide_bucket(progress.dsn), connection.number(), side});
        }
        progress = {};
    }
}

void ConnectionRegistry::enter(ConnectionState& connection, Side side) {
    const DataSequenceSpace& space = connection.direction(side).space;
    if (!space.anchored()) {
        return;
    }
    const Dsn dsn = highest_dsn(connection, side);
    connections_[connection.number()].progress[index(side)] = {true, space.high_half_known(), dsn};
    by_low_half_.insert({low_bucket(dsn), connection.number(), side});
    if (space.high_half_known()) {
        by_dsn_.insert({wide_bucket(dsn), connection.number(), side});
    }
}

void ConnectionRegistry::note_progress(ConnectionState& connection, Side sender) {
    const DataSequenceSpace& space = connection.direction(sender).space;
    if (!space.anchored()) {
        return;
    }
    const Dsn dsn = space.dsn(space.highest());
    const Progress& progress = connections_[connection.number()].progress[index(sender)];
    if (progress.known && progress.wide == space.high_half_known() &&
        (progress.dsn >> kLowShift) == (dsn >> kLowShift)) {
        return;
    }
    forget_progress(connection);
    enter(connection, Side::a);
    enter(connection, Side::b);
}

bool ConnectionRegistry::agrees(ConnectionState& part, ConnectionState& candidate, bool turned,
                                std::size_t& patience) {
    bool shared = false;
    for (const Side side : {Side::a, Side::b}) {
        const Side other = turned ? opposite(side) : side;
        if (!close_by(part, side, candidate, other) || names_differ(part, side, candidate, other)) {
            return false;
        }
        shared |= shares_address_or_port(part, side, candidate, other, patience);
    }
    return shared;
}

std::vector<ConnectionRegistry::HostRef>
ConnectionRegistry::candidates_for(ConnectionState& connection) {
    const bool wide = connection.direction(Side::a).space.high_half_known();
    const Index& places = wide ? by_dsn_ : by_low_half_;
    const Dsn dsn = highest_dsn(connection, Side::a);
    // More to look at than this: too crowded to tell them apart.
    std::size_t patience = 512;
    std::vector<HostRef> candidates;
    for (const std::uint64_t step : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}}) {
        const std::uint64_t bucket =
            wide ? wide_bucket(dsn + (step << kWideShift)) : low_bucket(dsn + (step << kLowShift));
        for (auto it = places.lower_bound({bucket, 0, Side::a});
             it != places.end() && it->bucket == bucket; ++it) {
            ConnectionState& other = *connections_[it->number].state;
            if (patience == 0 || candidates.size() > 1) {
                return {};
            }
            --patience;
            if (&other != &connection && agrees(connection, other, it->side != Side::a, patience)) {
                candidates.push_back({&other, it->side});
            }
        }
    }
    return candidates;
}

ConnectionState& ConnectionRegistry::infer(ConnectionState& connection) {
    const DataSequenceSpace& a = connection.direction(Side::a).space;
    const DataSequenceSpace& b = connection.direction(Side::b).space;
    if (!a.anchored() || !b.anchored()) {
        return connection;
    }
    constexpr std::uint32_t kNarrowEvidence = 2;
    if ((!a.high_half_known() || !b.high_half_known()) &&
        std::min(connection.dsn_evidence[0], connection.dsn_evidence[1]) < kNarrowEvidence) {
        return connection;
    }
    const auto candidates = candidates_for(connection);
    if (candidates.size() != 1 || are_many(*candidates.front().connection, connection)) {
        return connection;
    }
    if (candidates.front().side != Side::a) {
        turn(connection);
    }
    ConnectionState& kept = merge(*candidates.front().connection, connection);
    kept.association_ = Association::inferred;
    return kept;
}

} // namespace mptcp
