#include "taps/reinjections_model.hpp"

#include "analysis/interval_set.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace mptcp::taps {

namespace {

/// How often bytes of one direction were carried, for bytes that were repeated: a segment tree over
/// the places where ranges begin and end, as a range may hold any number of others.
class Chains {
  public:
    explicit Chains(const std::vector<Interval>& ranges) {
        for (const Interval range : ranges) {
            edges_.insert(edges_.end(), {range.begin, range.end});
        }
        std::sort(edges_.begin(), edges_.end());
        edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
        nodes_.resize(4 * edges_.size());
    }

    void add(Interval range, std::uint32_t copy) { add(root(), places_of(range), copy); }
    /// The most that was added for any byte of it.
    [[nodiscard]] std::uint32_t longest(Interval range) const {
        return longest(root(), places_of(range));
    }

  private:
    /// From one edge to another, by their numbers.
    struct Places {
        std::size_t begin = 0;
        std::size_t end = 0;

        [[nodiscard]] bool overlaps(Places other) const {
            return begin < other.end && other.begin < end;
        }
        [[nodiscard]] bool holds(Places other) const {
            return begin <= other.begin && other.end <= end;
        }
    };
    struct Node {
        std::uint32_t everywhere = 0;
        std::uint32_t somewhere = 0;
    };
    struct Position {
        std::size_t node = 0;
        Places places;

        [[nodiscard]] std::array<Position, 2> halves() const {
            const std::size_t middle = places.begin + (places.end - places.begin) / 2;
            return {{{2 * node + 1, {places.begin, middle}}, {2 * node + 2, {middle, places.end}}}};
        }
    };

    [[nodiscard]] Position root() const { return {0, {0, edges_.size()}}; }
    [[nodiscard]] std::size_t place_of(std::uint64_t edge) const {
        return static_cast<std::size_t>(std::lower_bound(edges_.begin(), edges_.end(), edge) -
                                        edges_.begin());
    }
    [[nodiscard]] Places places_of(Interval range) const {
        return {place_of(range.begin), place_of(range.end)};
    }

    void add(Position at, Places range, std::uint32_t copy) {
        if (!at.places.overlaps(range)) {
            return;
        }
        Node& node = nodes_[at.node];
        node.somewhere = std::max(node.somewhere, copy);
        if (range.holds(at.places)) {
            node.everywhere = std::max(node.everywhere, copy);
            return;
        }
        for (const Position half : at.halves()) {
            add(half, range, copy);
        }
    }

    [[nodiscard]] std::uint32_t longest(Position at, Places range) const {
        if (!at.places.overlaps(range)) {
            return 0;
        }
        if (range.holds(at.places)) {
            return nodes_[at.node].somewhere;
        }
        std::uint32_t most = nodes_[at.node].everywhere;
        for (const Position half : at.halves()) {
            most = std::max(most, longest(half, range));
        }
        return most;
    }

    std::vector<std::uint64_t> edges_;
    std::vector<Node> nodes_;
};

/// Positions that do not wrap within the connection, whatever its first DSN.
Interval range_of(const Connection& connection, const Reinjection& reinjection) {
    constexpr std::uint64_t middle = std::uint64_t{1} << 63;
    const std::uint64_t begin =
        middle +
        static_cast<std::uint64_t>(connection.relative_dsn(reinjection.sender, reinjection.dsn));
    return {begin, begin + reinjection.bytes};
}

void append_events(const Connection& connection, const Selection& selection,
                   std::vector<ReinjectionEvent>& events) {
    std::array<std::vector<Interval>, 2> ranges;
    for (const Reinjection& reinjection : connection.reinjections()) {
        ranges[index(reinjection.sender)].push_back(range_of(connection, reinjection));
    }
    std::array<Chains, 2> chains{Chains(ranges[0]), Chains(ranges[1])};
    for (const Reinjection& reinjection : connection.reinjections()) {
        chains[index(reinjection.sender)].add(range_of(connection, reinjection), reinjection.copy);
    }
    for (const Reinjection& reinjection : connection.reinjections()) {
        if (selection.shows(reinjection.frame)) {
            events.push_back({.connection = &connection,
                              .reinjection = &reinjection,
                              .copies = chains[index(reinjection.sender)].longest(
                                  range_of(connection, reinjection))});
        }
    }
}

std::vector<ReinjectionMatrixCell> matrix_of(const std::vector<ReinjectionEvent>& events) {
    using Place = std::tuple<ConnectionNumber, bool, SubflowNumber, SubflowNumber>;
    std::map<Place, ReinjectionMatrixCell> cells;
    for (const ReinjectionEvent& event : events) {
        const Reinjection& reinjection = *event.reinjection;
        const bool from_server = reinjection.sender != event.connection->client_side();
        ReinjectionMatrixCell& cell = cells[{event.connection->number(), from_server,
                                             reinjection.first_subflow, reinjection.subflow}];
        cell.connection = event.connection;
        cell.sender = reinjection.sender;
        cell.first_subflow = reinjection.first_subflow;
        cell.subflow = reinjection.subflow;
        cell.figures.add(reinjection);
    }
    std::vector<ReinjectionMatrixCell> matrix;
    for (const auto& [place, cell] : cells) {
        matrix.push_back(cell);
    }
    return matrix;
}

} // namespace

ReinjectionsModel reinjections_of(const Tracker* tracker, const Selection& selection) {
    ReinjectionsModel model;
    if (tracker == nullptr) {
        return model;
    }
    for (const Connection* connection : selection.selected(*tracker)) {
        append_events(*connection, selection, model.events);
    }
    std::stable_sort(model.events.begin(), model.events.end(),
                     [](const ReinjectionEvent& x, const ReinjectionEvent& y) {
                         return x.reinjection->frame < y.reinjection->frame;
                     });
    model.matrix = matrix_of(model.events);
    return model;
}

} // namespace mptcp::taps
