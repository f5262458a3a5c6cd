#include "taps/summary_text.hpp"

#include "taps/quantity.hpp"
#include "taps/subflow_lines.hpp"
#include "taps/verdict.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mptcp::taps {

namespace {

/// The sums are not worth their lines for a single subflow.
SubflowLines lines_of(const ConnectionSummary& connection) {
    SubflowLines lines = lines_of_subflows(connection, connection.connection->start());
    if (connection.subflows.size() > 1) {
        for (SubflowLine& line : lines_of_sums(connection)) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::string version_text(const Connection& connection) {
    const std::optional<Version> version = connection.version();
    return version ? fmt::format("MPTCP v{}", static_cast<unsigned>(*version)) : "MPTCP";
}

std::string_view vantage_text(const ConnectionSummary& summary) {
    const Connection& connection = *summary.connection;
    if (connection.host(summary.client).vantage == Vantage::local) {
        return ", captured at the client";
    }
    return connection.host(opposite(summary.client)).vantage == Vantage::local
               ? ", captured at the server"
               : "";
}

std::string heading(const ConnectionSummary& summary, Nanoseconds origin) {
    const Connection& connection = *summary.connection;
    const bool attempt = connection.kind() == ConnectionKind::attempt;
    return fmt::format(
        "{} {}: {} → {}, {}, starts at {}, lasts {}{}", attempt ? "Attempt" : "Connection",
        connection.number(), endpoint_text(connection.host(summary.client).endpoint),
        endpoint_text(connection.host(opposite(summary.client)).endpoint), version_text(connection),
        duration_text(connection.start() - origin),
        duration_text(connection.last() - connection.start()), vantage_text(summary));
}

/// "server → client: goodput 8.10 Mbit/s, …"; empty if the direction carried next to nothing.
std::string rates(const DirectionSummary& direction, std::string_view name) {
    if (!direction.throughput_bps) {
        return {};
    }
    std::string text = fmt::format("{}: throughput {}", name, rate_text(*direction.throughput_bps));
    if (direction.goodput_bps) {
        text +=
            fmt::format(", goodput {}{}", rate_text(*direction.goodput_bps),
                        direction.goodput_from_data_acks ? "" : " (by data seen, not by DATA_ACK)");
    }
    if (direction.overhead && *direction.overhead > 0) {
        text += fmt::format(", sent again {}", percent_text(*direction.overhead));
    }
    if (direction.totals.out_of_order_segments > 0) {
        text += fmt::format(", {} out of order",
                            count_text(direction.totals.out_of_order_segments, "segment"));
    }
    if (direction.blocked > 0) {
        text += fmt::format(", blocked by holes for {}", duration_text(direction.blocked));
    }
    return text;
}

void write_connection(const ConnectionSummary& connection, Nanoseconds origin, RttNotes& notes,
                      ReportWriter& writer) {
    writer.text(heading(connection, origin));
    writer.text(fmt::format("  {}", verdict(*connection.connection)));
    for (const std::string& line : {rates(connection.client_to_server, "client → server"),
                                    rates(connection.server_to_client, "server → client")}) {
        if (!line.empty()) {
            writer.text(fmt::format("  {}", line));
        }
    }
    writer.text("");
    const SubflowLines lines = lines_of(connection);
    write_table(lines, writer);
    writer.text("");
    notes.add(lines);
}

} // namespace

void write_summary_text(const std::vector<ConnectionSummary>& connections, Nanoseconds origin,
                        ReportWriter& writer) {
    RttNotes notes;
    for (const ConnectionSummary& connection : connections) {
        write_connection(connection, origin, notes, writer);
    }
    if (notes.write(writer)) {
        writer.text("");
    }
}

} // namespace mptcp::taps
