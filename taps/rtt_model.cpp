#include "taps/rtt_model.hpp"

namespace mptcp::taps {

const RttSamples& RttRow::samples() const {
    return subflow == nullptr ? connection->data(sender).rtt : subflow->flow(sender).rtt;
}

Vantage RttRow::vantage() const {
    return connection->host(sender).vantage;
}

std::vector<RttRow> rtt_rows(const ReportInput& input) {
    std::vector<RttRow> rows;
    if (input.tracker == nullptr) {
        return rows;
    }
    for (const Connection* connection : input.selection.selected(*input.tracker)) {
        const Side client = connection->client_side();
        const auto add = [&](const Subflow* subflow) {
            for (const Side sender : {client, opposite(client)}) {
                rows.push_back({connection, subflow, sender});
            }
        };
        add(nullptr);
        for (const Subflow* subflow : connection->subflows()) {
            add(subflow);
        }
    }
    return rows;
}

} // namespace mptcp::taps
