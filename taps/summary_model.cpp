#include "taps/summary_model.hpp"

#include <algorithm>
#include <numeric>

namespace mptcp::taps {

namespace {

/// Time between the first and the last segment with payload; none without two of them.
std::optional<double> transfer_seconds(const Totals& totals) {
    const Nanoseconds duration = totals.last_payload - totals.first_payload;
    if (totals.data_segments < 2 || duration <= 0) {
        return std::nullopt;
    }
    return to_seconds(duration);
}

std::optional<double> rate(std::uint64_t bytes, const Totals& totals) {
    const std::optional<double> seconds = transfer_seconds(totals);
    return seconds ? std::optional(static_cast<double>(bytes) * 8 / *seconds) : std::nullopt;
}

std::uint64_t repeated_bytes(const Totals& totals) {
    return totals.bytes[ByteClass::retransmitted] +
           totals.bytes[ByteClass::reinjected_same_subflow] +
           totals.bytes[ByteClass::reinjected_other_subflow];
}

/// Builds the summary of one connection.
class Builder {
  public:
    Builder(const Tracker& tracker, const Selection& selection, const Connection& connection)
        : tracker_(tracker), selection_(selection), connection_(connection) {
        for (const Side side : {Side::a, Side::b}) {
            for (const Subflow* subflow : connection_.subflows()) {
                totals_[index(side)] += selection_.totals(tracker_, *subflow, side);
            }
        }
    }

    [[nodiscard]] ConnectionSummary build() const {
        const Side client = connection_.client_side();
        ConnectionSummary summary{
            .connection = &connection_,
            .client = client,
            .client_to_server = direction(client),
            .server_to_client = direction(opposite(client)),
            .subflows = {},
        };
        for (const Subflow* subflow : connection_.subflows()) {
            summary.subflows.push_back({
                .subflow = subflow,
                .client = client,
                .client_to_server = direction(*subflow, client),
                .server_to_client = direction(*subflow, opposite(client)),
            });
        }
        return summary;
    }

  private:
    [[nodiscard]] DirectionSummary direction(Side sender) const {
        const Totals& totals = totals_[index(sender)];
        const DataFlow& data = connection_.data(sender);
        DirectionSummary summary;
        summary.totals = totals;
        summary.data_acked_bytes = data_acked(sender);
        summary.throughput_bps = rate(totals.payload_bytes(), totals);
        summary.goodput_from_data_acks =
            selection_.filter.empty() && acknowledged_is_goodput(connection_, sender);
        const std::uint64_t good =
            summary.goodput_from_data_acks ? *data.data_acked_bytes : totals.data_bytes();
        summary.goodput_bps = good > 0 ? rate(good, totals) : std::nullopt;
        summary.overhead = part(repeated_bytes(totals), totals.data_bytes());
        for (const Reinjection& reinjection : connection_.reinjections()) {
            if (reinjection.sender == sender && selection_.shows(reinjection.frame)) {
                summary.reinjections.add(reinjection);
            }
        }
        summary.blocked = data.blocked;
        summary.rtt = data.rtt.statistics();
        return summary;
    }

    /// What the segments that passed acknowledged, if there is a filter.
    [[nodiscard]] std::optional<std::uint64_t> data_acked(Side sender) const {
        const std::optional<std::uint64_t>& whole = connection_.data(sender).data_acked_bytes;
        if (selection_.filter.empty() || !whole) {
            return whole;
        }
        return totals_[index(opposite(sender))].newly_acked_bytes;
    }

    [[nodiscard]] SubflowDirectionSummary direction(const Subflow& subflow, Side sender) const {
        const Totals& whole = totals_[index(sender)];
        SubflowDirectionSummary summary;
        summary.totals = selection_.totals(tracker_, subflow, sender);
        summary.share_payload = part(summary.totals.payload_bytes(), whole.payload_bytes());
        summary.share_data = part(summary.totals.data_bytes(), whole.data_bytes());
        summary.throughput_bps = rate(summary.totals.payload_bytes(), summary.totals);
        summary.rtt = subflow.flow(sender).rtt.statistics();
        return summary;
    }

    const Tracker& tracker_;
    const Selection& selection_;
    const Connection& connection_;
    std::array<Totals, 2> totals_;
};

} // namespace

void ReinjectionFigures::add(const Reinjection& reinjection) {
    Group& group = outcomes[static_cast<std::size_t>(reinjection.outcome)];
    ++group.count;
    group.bytes += reinjection.bytes;
}

std::uint64_t ReinjectionFigures::count() const {
    return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Group& group) { return sum + group.count; });
}

std::uint64_t ReinjectionFigures::bytes() const {
    return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Group& group) { return sum + group.bytes; });
}

std::vector<ConnectionSummary> summarize(const Tracker* tracker, const Selection& selection) {
    std::vector<ConnectionSummary> summaries;
    if (tracker == nullptr) {
        return summaries;
    }
    for (const Connection* connection : selection.selected(*tracker)) {
        summaries.push_back(Builder(*tracker, selection, *connection).build());
    }
    return summaries;
}

bool acknowledged_is_goodput(const Connection& connection, Side sender) {
    const auto& acknowledged = connection.data(sender).data_acked_bytes;
    return acknowledged && (connection.host(sender).idsn ||
                            *acknowledged <= connection.totals(sender).data_bytes());
}

std::optional<double> part(std::uint64_t bytes, std::uint64_t whole) {
    if (whole == 0) {
        return std::nullopt;
    }
    return static_cast<double>(bytes) / static_cast<double>(whole);
}

} // namespace mptcp::taps
