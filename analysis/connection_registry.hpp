#pragma once
/// All connections of a capture: their numbers, whose token is whose, and which of them a subflow
/// without a captured handshake belongs to.

#include "connection_state.hpp"
#include "settings.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace mptcp {

class ConnectionRegistry {
  public:
    /// One host of a connection.
    struct HostRef {
        ConnectionState* connection = nullptr;
        Side side = Side::a;
    };

    explicit ConnectionRegistry(const Settings& settings) : settings_(settings) {}

    ConnectionState& create();

    /// The connection of this number, or the one it was merged into.
    [[nodiscard]] ConnectionState* find(ConnectionNumber number) const;
    [[nodiscard]] std::vector<ConnectionState*> all() const;
    /// No connection keeps a history any more.
    void forget_history();

    /// The host that this token names; null if none is known.
    [[nodiscard]] HostRef find_token(std::uint32_t token) const;
    /// `host` has this token. If another, older record is known by it, the two are merged and the
    /// one that remains is returned.
    ConnectionState& register_token(std::uint32_t token, HostRef host);

    /// A record that began without its MP_JOIN SYN turns out to have joined the host that this
    /// token names, `joined` by its own sides: the two are merged, unless they are made of too
    /// many.
    void join(std::uint32_t token, HostRef joined);

    /// Keeps the direction findable by its data sequence numbers as they advance.
    void note_progress(ConnectionState& connection, Side sender);

    /// Tries to find the connection that one without a captured handshake is part of: its data
    /// sequence numbers lie in the other's windows in both directions, an address or port agrees,
    /// and there is no second candidate. Merges and returns the one that remains; else returns
    /// `connection`.
    ConnectionState& infer(ConnectionState& connection);

  private:
    /// Where a direction is entered in the indices.
    struct Progress {
        bool known = false;
        bool wide = false;
        Dsn dsn = 0;
    };
    struct Entry {
        std::unique_ptr<ConnectionState> state;
        /// Where it went, if it was merged.
        ConnectionNumber merged_into = kNoConnection;
        /// Its sides are no longer those it began with; once it is merged: those it began with are
        /// the other way round in the record that it went into.
        bool turned = false;
        std::array<Progress, 2> progress{};
    };
    /// A host as it was named: by the side it was on when its record began.
    struct NamedHost {
        ConnectionNumber number = kNoConnection;
        Side side = Side::a;
    };
    /// Directions by where their data sequence numbers are.
    struct Place {
        std::uint64_t bucket = 0;
        ConnectionNumber number = 0;
        Side side = Side::a;
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    using Index = std::set<Place>;

    /// Merges the higher number into the lower one.
    ConnectionState& merge(ConnectionState& x, ConnectionState& y);
    /// The host in the record that its own was merged into, if it was.
    [[nodiscard]] HostRef remaining(NamedHost host) const;
    /// Swaps the sides.
    void turn(ConnectionState& connection);
    void forget_progress(ConnectionState& connection);
    void enter(ConnectionState& connection, Side side);
    [[nodiscard]] std::vector<HostRef> candidates_for(ConnectionState& connection);

    /// True if `candidate`, with its sides turned if `turned`, can be what `part` is a part of.
    static bool agrees(ConnectionState& part, ConnectionState& candidate, bool turned,
                       std::size_t& patience);

    Settings settings_;
    std::vector<Entry> connections_;
    /// A tree: who picks tokens can crowd them in one place of a hash table.
    std::map<std::uint32_t, NamedHost> by_token_;
    /// Highest DSN in units of 2^30 bytes.
    Index by_dsn_;
    /// Low half of the highest DSN in units of 2^24 bytes.
    Index by_low_half_;
};

} // namespace mptcp
