#pragma once
/// The figures of the `summary` report. Docs of each: METRICS in the words of the struct's members;
/// unknown figures are empty. Points into the Tracker: build it anew after more segments.

#include "analysis/tracker.hpp"
#include "taps/selection.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp::taps {

struct ReinjectionFigures {
    struct Group {
        std::uint64_t count = 0;
        std::uint64_t bytes = 0;
    };
    /// By ReinjectionOutcome.
    std::array<Group, 4> outcomes;

    void add(const Reinjection& reinjection);
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] std::uint64_t bytes() const;
    [[nodiscard]] const Group& of(ReinjectionOutcome outcome) const {
        return outcomes[static_cast<std::size_t>(outcome)];
    }
};

struct DirectionSummary {
    Totals totals;
    std::optional<std::uint64_t> data_acked_bytes;
    /// Payload and time from the first to the last segment with payload; none for one segment.
    std::optional<double> throughput_bps;
    /// Over the same time: data acknowledged at data level; without a DATA_ACK, and under a display
    /// filter, the data bytes seen.
    std::optional<double> goodput_bps;
    bool goodput_from_data_acks = false;
    /// (retransmitted + reinjected) / data bytes.
    std::optional<double> overhead;
    ReinjectionFigures reinjections;
    Nanoseconds blocked = 0;
    std::optional<RttStatistics> rtt;
};

struct SubflowDirectionSummary {
    Totals totals;
    /// Parts of the connection's direction.
    std::optional<double> share_payload;
    std::optional<double> share_data;
    std::optional<double> throughput_bps;
    std::optional<RttStatistics> rtt;
};

struct SubflowSummary {
    const Subflow* subflow = nullptr;
    Side client = Side::a;
    SubflowDirectionSummary client_to_server;
    SubflowDirectionSummary server_to_client;
};

struct ConnectionSummary {
    const Connection* connection = nullptr;
    Side client = Side::a;
    DirectionSummary client_to_server;
    DirectionSummary server_to_client;
    std::vector<SubflowSummary> subflows;
};

/// The selected connections. `tracker` may be null: no MPTCP.
std::vector<ConnectionSummary> summarize(const Tracker* tracker, const Selection& selection);

/// Whether goodput is of what DATA_ACKs acknowledged: some were captured, and they acknowledge
/// nothing that passed before the capture began.
bool acknowledged_is_goodput(const Connection& connection, Side sender);

/// `bytes` / `whole`; none if there is nothing to share.
std::optional<double> part(std::uint64_t bytes, std::uint64_t whole);

} // namespace mptcp::taps
