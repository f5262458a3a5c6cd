#include "taps/connections_model.hpp"

#include "taps/perspective.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace mptcp::taps {

namespace {

const SubflowSummary* initial_subflow(const ConnectionSummary& connection) {
    const auto found = std::find_if(
        connection.subflows.begin(), connection.subflows.end(),
        [](const SubflowSummary& s) { return s.subflow->role == SubflowRole::initial; });
    return found == connection.subflows.end() ? nullptr : &*found;
}

const SubflowDirectionSummary& direction_of(const SubflowSummary& subflow, Side sender) {
    return sender == subflow.client ? subflow.client_to_server : subflow.server_to_client;
}

const DirectionSummary& direction_of(const ConnectionSummary& connection, Side sender) {
    return sender == connection.client ? connection.client_to_server : connection.server_to_client;
}

std::optional<double> rtt_difference(const ConnectionSummary& connection, Side sender) {
    std::vector<double> medians;
    for (const SubflowSummary& subflow : connection.subflows) {
        if (const auto& rtt = direction_of(subflow, sender).rtt) {
            medians.push_back(rtt->median);
        }
    }
    if (medians.size() < 2) {
        return std::nullopt;
    }
    const auto [least, most] = std::minmax_element(medians.begin(), medians.end());
    return *most - *least;
}

DirectionUse use_of(const Tracker& tracker, const ConnectionSummary& connection, Side sender) {
    const Totals& totals = direction_of(connection, sender).totals;
    const DataOrder order = tracker.data_order(*connection.connection, sender);
    const Scheduling& scheduling = order.scheduling();
    DirectionUse use;
    if (const SubflowSummary* initial = initial_subflow(connection)) {
        use.initial = direction_of(*initial, sender).totals;
        use.handover = scheduling.rest_after(initial->subflow->number);
    }
    use.blocks = scheduling.blocks();
    use.rtt_difference = rtt_difference(connection, sender);
    use.retransmission_overhead = part(totals.bytes[ByteClass::retransmitted], totals.data_bytes());
    use.reinjection_overhead = part(totals.bytes[ByteClass::reinjected_other_subflow] +
                                        totals.bytes[ByteClass::reinjected_same_subflow],
                                    totals.data_bytes());
    return use;
}

bool carried_data(const Subflow& subflow) {
    return carried_bytes(subflow.flow(Side::a).totals) +
               carried_bytes(subflow.flow(Side::b).totals) >
           0;
}

void note_joins(ConnectionDetails& details) {
    const Connection& connection = *details.summary.connection;
    const SubflowSummary* initial = initial_subflow(details.summary);
    if (initial == nullptr || !initial->subflow->syn_seen) {
        return;
    }
    const auto keep_earliest = [start = initial->subflow->start](std::optional<Nanoseconds>& delay,
                                                                 Nanoseconds time) {
        delay = std::min(delay.value_or(time - start), time - start);
    };
    std::set<SubflowNumber> joins;
    for (const Subflow* subflow : connection.subflows()) {
        if (subflow->role == SubflowRole::join && subflow->syn_seen) {
            joins.insert(subflow->number);
            keep_earliest(details.first_join_delay, subflow->start);
        }
    }
    for (const Event& event : connection.events()) {
        if (event.type == EventType::subflow_established && joins.contains(event.subflow)) {
            keep_earliest(details.first_join_established_delay, event.time);
        }
    }
}

std::optional<std::uint8_t> last_reset_reason(const Connection& connection) {
    const Subflow* last = nullptr;
    for (const Subflow* subflow : connection.subflows()) {
        const bool reset = subflow->end == SubflowEnd::rst || subflow->end == SubflowEnd::refused;
        if (reset && (last == nullptr || subflow->end_frame > last->end_frame)) {
            last = subflow;
        }
    }
    return last == nullptr ? std::nullopt : last->reset_reason;
}

ConnectionDetails details_of(const Tracker& tracker, ConnectionSummary summary) {
    ConnectionDetails details;
    details.client_to_server = use_of(tracker, summary, summary.client);
    details.server_to_client = use_of(tracker, summary, opposite(summary.client));
    for (const Subflow* subflow : summary.connection->subflows()) {
        details.established_subflows += subflow->established ? 1 : 0;
        details.carrying_subflows += carried_data(*subflow) ? 1 : 0;
    }
    details.reset_reason = last_reset_reason(*summary.connection);
    details.summary = std::move(summary);
    note_joins(details);
    return details;
}

} // namespace

std::vector<ConnectionDetails> detail(const Tracker* tracker, const Selection& selection) {
    std::vector<ConnectionDetails> all;
    for (ConnectionSummary& summary : summarize(tracker, selection)) {
        all.push_back(details_of(*tracker, std::move(summary)));
    }
    return all;
}

std::vector<AddressShare> shares_by_address(const ConnectionSummary& connection) {
    std::vector<AddressShare> shares;
    std::map<std::tuple<Side, Side, Address>, std::size_t> places;
    for (const Side host : {connection.client, opposite(connection.client)}) {
        for (const SubflowSummary& subflow : connection.subflows) {
            const Address& address = subflow.subflow->endpoints[index(host)].address;
            for (const Side sender : {connection.client, opposite(connection.client)}) {
                const auto [place, is_new] =
                    places.try_emplace({host, sender, address}, shares.size());
                if (is_new) {
                    AddressShare& share = shares.emplace_back();
                    share.connection = connection.connection;
                    share.host = host;
                    share.sender = sender;
                    share.address = address;
                }
                AddressShare& share = shares[place->second];
                ++share.subflows;
                share.totals += direction_of(subflow, sender).totals;
            }
        }
    }
    for (AddressShare& share : shares) {
        const Totals& whole = direction_of(connection, share.sender).totals;
        share.share_payload = part(share.totals.payload_bytes(), whole.payload_bytes());
        share.share_data = part(share.totals.data_bytes(), whole.data_bytes());
    }
    return shares;
}

} // namespace mptcp::taps
