#pragma once
/// A connection as people speak of it: client and server instead of sides, paths instead of
/// numbers.

#include "analysis/connection.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mptcp::taps {

/// Payload that moved the transfer on: data sent for the first time, at data level or after a
/// fallback.
std::uint64_t carried_bytes(const Totals& totals);

class Perspective {
  public:
    explicit Perspective(const Connection& connection);

    [[nodiscard]] const Connection& connection() const { return connection_; }
    [[nodiscard]] Side client() const { return client_; }

    /// "client" or "server".
    [[nodiscard]] std::string_view host(Side side) const;
    /// "client → server".
    [[nodiscard]] std::string_view direction(Side sender) const;
    /// "subflow 1 (10.1.1.1)": with the address that tells it from the others.
    [[nodiscard]] std::string path(const Subflow& subflow) const;
    /// The address by which people know the path: the client's, unless only the server's differ.
    [[nodiscard]] std::string address(const Subflow& subflow) const;
    /// The address that a host gave this ID; empty if it is not known.
    [[nodiscard]] std::string address_of_id(Side side, std::uint8_t address_id) const;
    /// "610 ms" since the connection's start.
    [[nodiscard]] std::string time(Nanoseconds when) const;

    /// Directions with the bulk of the payload: the larger one, and the other if it is comparable.
    [[nodiscard]] const std::vector<Side>& main_directions() const { return main_directions_; }
    /// Subflows that could carry data.
    [[nodiscard]] const std::vector<const Subflow*>& usable() const { return usable_; }
    [[nodiscard]] const Event* first_event(EventType type) const;

  private:
    const Connection& connection_;
    Side client_;
    /// By side.
    std::array<bool, 2> addresses_differ_{};
    std::map<std::pair<Side, std::uint8_t>, const Address*> addresses_by_id_;
    std::vector<Side> main_directions_;
    std::vector<const Subflow*> usable_;
};

} // namespace mptcp::taps
