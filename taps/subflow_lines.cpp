#include "taps/subflow_lines.hpp"

#include "taps/quantity.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace mptcp::taps {

namespace {

using L = SubflowLine;

Value bytes(const L& line, ByteClass byte_class) {
    return line.totals.bytes[byte_class];
}

Value reinjected(const L& line) {
    return line.totals.bytes[ByteClass::reinjected_other_subflow] +
           line.totals.bytes[ByteClass::reinjected_same_subflow];
}

/// A dash where there is nothing to share or to measure, which is not "unknown".
Value share(const L& line) {
    return line.share_data ? Value(percent_text(*line.share_data)) : Value("–");
}

Value median_rtt(const L& line) {
    if (!line.rtt) {
        return "–";
    }
    const std::string median =
        duration_text(static_cast<Nanoseconds>(line.rtt->median * kNanosecondsPerSecond));
    switch (line.receiver_vantage) {
    case Vantage::local:
        return fmt::format("({})", median);
    case Vantage::unknown:
        return fmt::format("{} ?", median);
    case Vantage::middle:
    case Vantage::remote:
        break;
    }
    return median;
}

/// Columns that few captures need are there only if one of the lines has something in them.
struct Extras {
    bool unmapped = false;
    bool fallback = false;
};

Extras extras_of(const SubflowLines& lines) {
    Extras extras;
    for (const L& line : lines) {
        extras.unmapped = extras.unmapped || line.totals.bytes[ByteClass::unmapped] > 0;
        extras.fallback = extras.fallback || line.totals.bytes[ByteClass::fallback] > 0;
    }
    return extras;
}

Shape<L> line_shape(const Extras& extras) {
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

template <typename Direction>
L line_of(const Direction& direction, std::string_view arrow, const ConnectionSummary& connection,
          Side receiver) {
    L line;
    line.arrow = arrow;
    line.totals = direction.totals;
    line.rtt = direction.rtt;
    line.receiver_vantage = connection.connection->host(receiver).vantage;
    return line;
}

std::string_view backup_text(const Subflow& subflow) {
    return subflow.backup[0] || subflow.backup[1] ? "backup" : "";
}

void append(const ConnectionSummary& connection, const SubflowSummary& subflow, Nanoseconds origin,
            SubflowLines& lines) {
    const Subflow& facts = *subflow.subflow;
    const Side server = opposite(subflow.client);
    L first = line_of(subflow.client_to_server, "→", connection, server);
    first.share_data = subflow.client_to_server.share_data;
    first.number = fmt::format("{}", facts.number);
    first.address = endpoint_text(facts.endpoints[index(subflow.client)]);
    first.role = word(facts.role);
    first.time = fmt::format("+{}", duration_text(facts.start - origin));
    first.handshake_rtt = facts.handshake_rtt ? duration_text(*facts.handshake_rtt) : "?";
    first.end = word(facts.end);
    L second = line_of(subflow.server_to_client, "←", connection, subflow.client);
    second.share_data = subflow.server_to_client.share_data;
    second.address = endpoint_text(facts.endpoints[index(server)]);
    second.role = backup_text(facts);
    second.time = duration_text(facts.last - facts.start);
    second.end = facts.reset_reason ? fmt::format("reason {}", *facts.reset_reason) : "";
    lines.push_back(std::move(first));
    lines.push_back(std::move(second));
}

} // namespace

SubflowLines lines_of_subflows(const ConnectionSummary& connection, Nanoseconds origin) {
    SubflowLines lines;
    for (const SubflowSummary& subflow : connection.subflows) {
        append(connection, subflow, origin, lines);
    }
    return lines;
}

SubflowLines lines_of_sums(const ConnectionSummary& connection) {
    const Side client = connection.client;
    L first = line_of(connection.client_to_server, "→", connection, opposite(client));
    first.address = "all subflows";
    return {first, line_of(connection.server_to_client, "←", connection, client)};
}

void write_table(const SubflowLines& lines, ReportWriter& writer) {
    const Shape<L> shape = line_shape(extras_of(lines));
    writer.begin_table({.key = "subflows", .row_name = "subflow"}, shape.schema());
    for (const L& line : lines) {
        writer.row(shape.record(line));
    }
    writer.end_table();
}

void RttNotes::add(const SubflowLines& lines) {
    for (const L& line : lines) {
        local_ = local_ || (line.rtt && line.receiver_vantage == Vantage::local);
        unknown_ = unknown_ || (line.rtt && line.receiver_vantage == Vantage::unknown);
    }
}

bool RttNotes::write(ReportWriter& writer) const {
    if (local_) {
        writer.text("RTTs in parentheses were captured at the receiver: they are of that host "
                    "alone, not of the path.");
    }
    if (unknown_) {
        writer.text("RTTs with a question mark: no handshake tells where they were captured. They "
                    "may be of the receiving host alone, not of the path.");
    }
    return local_ || unknown_;
}

} // namespace mptcp::taps
