#pragma once
/// The figures of the `connections` report: those of `summary` and what only shows over all
/// subflows of a connection. Points into the Tracker: build it anew after more segments.

#include "taps/summary_model.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp::taps {

/// How one direction used its subflows.
struct DirectionUse {
    /// Of the initial subflow; none if its handshake was not captured.
    std::optional<Totals> initial;
    Scheduling::Blocks blocks;
    /// New data after the initial subflow's last; none if that carried no new data.
    std::optional<Scheduling::Rest> handover;
    /// Highest minus lowest median of the subflows' RTTs, in seconds; none without two of them.
    std::optional<double> rtt_difference;
    /// Parts of the data bytes.
    std::optional<double> retransmission_overhead;
    std::optional<double> reinjection_overhead;
};

struct ConnectionDetails {
    ConnectionSummary summary;
    std::size_t established_subflows = 0;
    /// With new data, or data after a fallback, in either direction.
    std::size_t carrying_subflows = 0;
    /// From the SYN with MP_CAPABLE to the first SYN with MP_JOIN, and until the first subflow that
    /// joined was established.
    std::optional<Nanoseconds> first_join_delay;
    std::optional<Nanoseconds> first_join_established_delay;
    /// Of the subflow whose reset came last, if it said why.
    std::optional<std::uint8_t> reset_reason;
    DirectionUse client_to_server;
    DirectionUse server_to_client;
};

/// What one address of one host took part in, in one direction.
struct AddressShare {
    const Connection* connection = nullptr;
    /// The host that has the address.
    Side host = Side::a;
    Side sender = Side::a;
    Address address;
    std::size_t subflows = 0;
    Totals totals;
    std::optional<double> share_payload;
    std::optional<double> share_data;
};

std::vector<ConnectionDetails> detail(const Tracker* tracker, const Selection& selection);

/// For each host, client first, its addresses in the order of the subflows, each in both
/// directions.
std::vector<AddressShare> shares_by_address(const ConnectionSummary& connection);

} // namespace mptcp::taps
