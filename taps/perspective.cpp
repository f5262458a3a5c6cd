#include "taps/perspective.hpp"

#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mptcp::taps {

namespace {

/// Payload of one host below this part of the other's is a request or an answer, not a transfer.
constexpr std::uint64_t kComparable = 10;

bool carried_anything(const Subflow& subflow) {
    return subflow.flow(Side::a).totals.payload_bytes() > 0 ||
           subflow.flow(Side::b).totals.payload_bytes() > 0;
}

std::vector<Side> main_directions_of(const Connection& connection, Side client) {
    const std::uint64_t up = carried_bytes(connection.totals(client));
    const std::uint64_t down = carried_bytes(connection.totals(opposite(client)));
    std::vector<Side> directions;
    if (up > 0 && up >= down / kComparable) {
        directions.push_back(client);
    }
    if (down > 0 && down >= up / kComparable) {
        directions.push_back(opposite(client));
    }
    return directions;
}

} // namespace

std::uint64_t carried_bytes(const Totals& totals) {
    return totals.bytes[ByteClass::fresh] + totals.bytes[ByteClass::fallback];
}

Perspective::Perspective(const Connection& connection)
    : connection_(connection), client_(connection.client_side()),
      main_directions_(main_directions_of(connection, client_)) {
    for (const Subflow* subflow : connection.subflows()) {
        if (subflow->established || carried_anything(*subflow)) {
            usable_.push_back(subflow);
        }
        for (const Side side : {Side::a, Side::b}) {
            const Address& address = subflow->endpoints[index(side)].address;
            const Address& first = connection.subflows().front()->endpoints[index(side)].address;
            addresses_differ_[index(side)] |= address != first;
            if (const auto& id = subflow->address_ids[index(side)]) {
                addresses_by_id_.try_emplace({side, *id}, &address);
            }
        }
    }
    for (const Event& event : connection.events()) {
        if (event.type == EventType::announced && event.address_id) {
            addresses_by_id_.try_emplace({event.host, *event.address_id}, &event.announced.address);
        }
    }
}

std::string_view Perspective::host(Side side) const {
    return side == client_ ? "client" : "server";
}

std::string_view Perspective::direction(Side sender) const {
    return sender == client_ ? "client → server" : "server → client";
}

std::string Perspective::path(const Subflow& subflow) const {
    return fmt::format("subflow {} ({})", subflow.number, address(subflow));
}

std::string Perspective::address(const Subflow& subflow) const {
    const Side server = opposite(client_);
    const bool only_servers_differ =
        addresses_differ_[index(server)] && !addresses_differ_[index(client_)];
    const Side side = only_servers_differ ? server : client_;
    return subflow.endpoints[index(side)].address.text();
}

std::string Perspective::address_of_id(Side side, std::uint8_t address_id) const {
    const auto found = addresses_by_id_.find({side, address_id});
    return found == addresses_by_id_.end() ? std::string() : found->second->text();
}

std::string Perspective::time(Nanoseconds when) const {
    return duration_text(when - connection_.start());
}

const Event* Perspective::first_event(EventType type) const {
    const auto found = std::find_if(connection_.events().begin(), connection_.events().end(),
                                    [type](const Event& event) { return event.type == type; });
    return found == connection_.events().end() ? nullptr : &*found;
}

} // namespace mptcp::taps
