#include "taps/summary_text.hpp"

#include "taps/quantity.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mptcp::taps {

namespace {

/// One line of the table: one direction of a subflow, or of all of them. The first of the two lines
/// of a subflow names the client, the second the server.
struct Line {
    std::string number;
    std::string address;
    std::string role;
    std::string time;
    std::string handshake_rtt;
    std::string arrow;
    Totals totals;
    std::optional<double> share_data;
    std::optional<RttStatistics> rtt;
    /// Captured at the receiver: the RTT is that of its host alone.
    bool rtt_is_local = false;
    std::string end;
};

Value bytes(const Line& line, ByteClass byte_class) {
    return line.totals.bytes[byte_class];
}

Value reinjected(const Line& line) {
    return line.totals.bytes[ByteClass::reinjected_other_subflow] +
           line.totals.bytes[ByteClass::reinjected_same_subflow];
}

/// A dash where there is nothing to share or to measure, which is not "unknown".
Value share(const Line& line) {
    return line.share_data ? Value(percent_text(*line.share_data)) : Value("–");
}

Value median_rtt(const Line& line) {
    if (!line.rtt) {
        return "–";
    }
    const std::string median =
        duration_text(static_cast<Nanoseconds>(line.rtt->median * kNanosecondsPerSecond));
    return line.rtt_is_local ? fmt::format("({})", median) : median;
}

/// Columns that few captures need are there only if one of the lines has something in them.
struct Extras {
    bool unmapped = false;
    bool fallback = false;
};

Shape<Line> line_shape(const Extras& extras) {
    using L = Line;
    constexpr Unit bytes_unit = Unit::bytes;
    Shape<L> shape;
    shape.column("number", "#", Unit::none, [](const L& l) { return l.number; })
        .column("address", "Client\nServer", Unit::none, [](const L& l) { return l.address; })
        .column("role", "Role", Unit::none, [](const L& l) { return l.role; })
        .aligned("time", "Start\nLength", Unit::none, Align::right,
                 [](const L& l) { return l.time; })
        .aligned("handshake_rtt", "Handsh.\nRTT", Unit::none, Align::right,
                 [](const L& l) { return l.handshake_rtt; })
        .column("arrow", "", Unit::none, [](const L& l) { return l.arrow; })
        .column("payload", "Payload", bytes_unit,
                [](const L& l) { return l.totals.payload_bytes(); })
        .column("new", "New", bytes_unit, [](const L& l) { return bytes(l, ByteClass::fresh); })
        .aligned("share", "Share", Unit::none, Align::right, share)
        .column("retransmitted", "Retrans-\nmitted", bytes_unit,
                [](const L& l) { return bytes(l, ByteClass::retransmitted); })
        .column("reinjected", "Rein-\njected", bytes_unit, reinjected);
    if (extras.fallback) {
        shape.column("fallback", "Plain\nTCP", bytes_unit,
                     [](const L& l) { return bytes(l, ByteClass::fallback); });
    }
    if (extras.unmapped) {
        shape.column("unmapped", "Un-\nmapped", bytes_unit,
                     [](const L& l) { return bytes(l, ByteClass::unmapped); });
    }
    shape.aligned("rtt", "RTT\nmedian", Unit::none, Align::right, median_rtt)
        .column("end", "End", Unit::none, [](const L& l) { return l.end; });
    return shape;
}

std::string_view backup_text(const Subflow& subflow) {
    return subflow.backup[0] || subflow.backup[1] ? "backup" : "";
}

Line line_of(const SubflowDirectionSummary& direction, std::string_view arrow) {
    Line line;
    line.arrow = arrow;
    line.totals = direction.totals;
    line.share_data = direction.share_data;
    line.rtt = direction.rtt;
    return line;
}

void append_subflow(const SubflowSummary& subflow, Nanoseconds origin, std::vector<Line>& lines) {
    const Subflow& facts = *subflow.subflow;
    Line first = line_of(subflow.client_to_server, "→");
    first.number = fmt::format("{}", facts.number);
    first.address = endpoint_text(facts.endpoints[index(subflow.client)]);
    first.role = word(facts.role);
    first.time = fmt::format("+{}", duration_text(facts.start - origin));
    first.handshake_rtt = facts.handshake_rtt ? duration_text(*facts.handshake_rtt) : "?";
    first.end = word(facts.end);
    Line second = line_of(subflow.server_to_client, "←");
    second.address = endpoint_text(facts.endpoints[index(opposite(subflow.client))]);
    second.role = backup_text(facts);
    second.time = duration_text(facts.last - facts.start);
    second.end = facts.reset_reason ? fmt::format("reason {}", *facts.reset_reason) : "";
    lines.push_back(std::move(first));
    lines.push_back(std::move(second));
}

Line total_of(const DirectionSummary& direction, std::string_view arrow) {
    Line line;
    line.arrow = arrow;
    line.totals = direction.totals;
    line.rtt = direction.rtt;
    return line;
}

/// The sums, and the data-level RTT; not worth their lines for a single subflow.
void append_total(const ConnectionSummary& connection, std::vector<Line>& lines) {
    Line first = total_of(connection.client_to_server, "→");
    first.address = "all subflows";
    lines.push_back(std::move(first));
    lines.push_back(total_of(connection.server_to_client, "←"));
}

std::vector<Line> lines_of(const ConnectionSummary& connection) {
    std::vector<Line> lines;
    for (const SubflowSummary& subflow : connection.subflows) {
        append_subflow(subflow, connection.connection->start(), lines);
    }
    if (connection.subflows.size() > 1) {
        append_total(connection, lines);
    }
    // Lines come in pairs: to the server, to the client.
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Side receiver = i % 2 == 0 ? opposite(connection.client) : connection.client;
        lines[i].rtt_is_local = connection.connection->host(receiver).vantage == Vantage::local;
    }
    return lines;
}

Extras extras_of(const std::vector<Line>& lines) {
    Extras extras;
    for (const Line& line : lines) {
        extras.unmapped = extras.unmapped || line.totals.bytes[ByteClass::unmapped] > 0;
        extras.fallback = extras.fallback || line.totals.bytes[ByteClass::fallback] > 0;
    }
    return extras;
}

bool has_local_rtt(const ConnectionSummary& connection) {
    const std::vector<Line> lines = lines_of(connection);
    return std::any_of(lines.begin(), lines.end(),
                       [](const Line& line) { return line.rtt && line.rtt_is_local; });
}

void write_table(const ConnectionSummary& connection, ReportWriter& writer) {
    const std::vector<Line> lines = lines_of(connection);
    const Shape<Line> shape = line_shape(extras_of(lines));
    writer.begin_table({.key = "subflows", .row_name = "subflow"}, shape.schema());
    for (const Line& line : lines) {
        writer.row(shape.record(line));
    }
    writer.end_table();
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
        text += fmt::format(", {} segments out of order", direction.totals.out_of_order_segments);
    }
    if (direction.blocked > 0) {
        text += fmt::format(", blocked by holes for {}", duration_text(direction.blocked));
    }
    return text;
}

void write_connection(const ConnectionSummary& connection, Nanoseconds origin,
                      ReportWriter& writer) {
    writer.text(heading(connection, origin));
    writer.text(fmt::format("  {}", connection.verdict));
    for (const std::string& line : {rates(connection.client_to_server, "client → server"),
                                    rates(connection.server_to_client, "server → client")}) {
        if (!line.empty()) {
            writer.text(fmt::format("  {}", line));
        }
    }
    writer.text("");
    write_table(connection, writer);
    writer.text("");
}

std::string cut_options_note(const Summary& summary) {
    return fmt::format(
        "{} segments had their TCP options cut by the snap length: what they said is "
        "unknown.",
        summary.segments_with_cut_options);
}

} // namespace

void write_summary_text(const Summary& summary, ReportWriter& writer) {
    if (summary.connections.empty()) {
        writer.text(
            nothing_found(summary.connections_in_capture, summary.segments_with_cut_options));
        return;
    }
    if (summary.segments_with_cut_options > 0) {
        writer.text(cut_options_note(summary));
        writer.text("");
    }
    for (const ConnectionSummary& connection : summary.connections) {
        write_connection(connection, summary.origin, writer);
    }
    if (std::any_of(summary.connections.begin(), summary.connections.end(), has_local_rtt)) {
        writer.text(
            "RTTs in parentheses were captured at the receiver: they are of that host alone, not "
            "of the path.");
        writer.text("");
    }
}

} // namespace mptcp::taps
