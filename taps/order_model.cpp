#include "taps/order_model.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mptcp::taps {

namespace {

std::optional<ReorderDelays> delays_of(std::vector<Nanoseconds> delays) {
    if (delays.empty()) {
        return std::nullopt;
    }
    std::sort(delays.begin(), delays.end());
    const Nanoseconds sum =
        std::accumulate(delays.begin(), delays.end(), Nanoseconds{0}, longer_by);
    return ReorderDelays{sum / static_cast<Nanoseconds>(delays.size()),
                         delays[(delays.size() - 1) / 2], delays.back()};
}

OrderRow row_of(const ReportInput& input, const Connection& connection, Side sender) {
    OrderRow row;
    row.connection = &connection;
    row.sender = sender;
    for (const Subflow* subflow : connection.subflows()) {
        row.totals += input.selection.totals(*input.tracker, *subflow, sender);
    }
    row.order = input.tracker->data_order(connection, sender);
    row.delays = delays_of(row.order.reorder_delays());
    for (const Stall& stall : row.stall_list()) {
        ++row.stalls;
        row.stalled = longer_by(row.stalled, stall.length);
        row.longest_stall = std::max(row.longest_stall, stall.length);
    }
    return row;
}

} // namespace

std::uint64_t OrderRow::filled_holes() const {
    const std::vector<Hole>& holes = order.holes();
    return static_cast<std::uint64_t>(std::count_if(
        holes.begin(), holes.end(), [](const Hole& hole) { return hole.filled_frame != 0; }));
}

const std::vector<Stall>& OrderRow::stall_list() const {
    return connection->data(sender).stalls;
}

std::vector<OrderRow> order_rows(const ReportInput& input) {
    std::vector<OrderRow> rows;
    if (input.tracker == nullptr) {
        return rows;
    }
    for (const Connection* connection : input.selection.selected(*input.tracker)) {
        const Side client = connection->client_side();
        for (const Side sender : {client, opposite(client)}) {
            rows.push_back(row_of(input, *connection, sender));
        }
    }
    return rows;
}

} // namespace mptcp::taps
