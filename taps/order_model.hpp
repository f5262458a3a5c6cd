#pragma once
/// The rows of the `order` report. Points into the Tracker: build it anew after more segments.

#include "taps/report.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp::taps {

/// How long data waited for the hole before it to be filled.
struct ReorderDelays {
    Nanoseconds mean = 0;
    Nanoseconds median = 0;
    Nanoseconds max = 0;
};

/// The order of the data in one direction of a connection.
struct OrderRow {
    const Connection* connection = nullptr;
    Side sender = Side::a;
    /// Follow a display filter.
    Totals totals;
    DataOrder order;
    /// Of segments out of order whose hole was filled; none if there is no such segment.
    std::optional<ReorderDelays> delays;
    std::uint64_t stalls = 0;
    Nanoseconds stalled = 0;
    Nanoseconds longest_stall = 0;

    [[nodiscard]] std::uint64_t filled_holes() const;
    [[nodiscard]] const std::vector<Stall>& stall_list() const;
};

/// For each selected connection both directions, the client's first.
std::vector<OrderRow> order_rows(const ReportInput& input);

} // namespace mptcp::taps
