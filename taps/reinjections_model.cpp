#include "taps/reinjections_model.hpp"

#include "analysis/interval_map.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace mptcp::taps {

namespace {

/// How often each byte of one direction was carried, for bytes that were repeated.
class Chains {
  public:
    void add(Interval range, std::uint32_t copy) {
        std::vector<Interval> lower;
        copies_.add(
            range, copy, [](Interval) {},
            [&](Interval piece, std::uint32_t known) {
                if (known < copy) {
                    lower.push_back(piece);
                }
            });
        for (const Interval piece : lower) {
            copies_.assign(piece, copy);
        }
    }

    [[nodiscard]] std::uint32_t longest(Interval range) const {
        std::uint32_t most = 0;
        copies_.visit(
            range, [&most](Interval, std::uint32_t copies) { most = std::max(most, copies); },
            [](Interval) {});
        return most;
    }

  private:
    IntervalMap<std::uint32_t> copies_;
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
    std::array<Chains, 2> chains;
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
