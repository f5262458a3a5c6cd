#include "taps/connections_report.hpp"

#include "taps/connections_model.hpp"
#include "taps/perspective.hpp"
#include "taps/preface.hpp"
#include "taps/quantity.hpp"
#include "taps/summary_records.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mptcp::taps {

namespace {

// -- for machines -------------------------------------------------------------------------------

/// A direction with what `summary` says of it.
struct Direction {
    const DirectionSummary& summary;
    const DirectionUse& use;
};

Shape<Scheduling::Blocks> blocks_shape() {
    using B = Scheduling::Blocks;
    Shape<B> shape;
    shape.field("count", [](const B& b) { return b.count; })
        .field("mean_bytes", [](const B& b) { return Value(part(b.bytes, b.count)); })
        .field("max_bytes",
               [](const B& b) { return b.count == 0 ? Value() : Value(b.most_bytes); });
    return shape;
}

Shape<Direction> direction_use_shape() {
    using D = Direction;
    Shape<D> shape;
    shape
        .include(
            direction_shape(), [](const D& d) -> const auto& { return d.summary; })
        .field("retransmission_overhead",
               [](const D& d) { return Value(d.use.retransmission_overhead); })
        .field("reinjection_overhead", [](const D& d) { return Value(d.use.reinjection_overhead); })
        .field("initial_payload_bytes",
               [](const D& d) {
                   return d.use.initial ? Value(d.use.initial->payload_bytes()) : Value();
               })
        .field(
            "initial_data_bytes",
            [](const D& d) { return d.use.initial ? Value(d.use.initial->data_bytes()) : Value(); })
        .field("switches", [](const D& d) { return d.use.blocks.switches(); })
        .record("blocks", blocks_shape(), [](const D& d) { return &d.use.blocks; })
        .field("single_subflow_seconds", [](const D& d) { return Seconds{d.use.blocks.time}; })
        .field("handover_bytes",
               [](const D& d) { return d.use.handover ? Value(d.use.handover->bytes) : Value(); })
        .field("handover_seconds",
               [](const D& d) {
                   return d.use.handover ? Value(Seconds{d.use.handover->time}) : Value();
               })
        .field("rtt_difference", [](const D& d) {
            return d.use.rtt_difference ? seconds(*d.use.rtt_difference) : Value();
        });
    return shape;
}

std::optional<Direction> client_to_server(const ConnectionDetails& c) {
    return Direction{c.summary.client_to_server, c.client_to_server};
}

std::optional<Direction> server_to_client(const ConnectionDetails& c) {
    return Direction{c.summary.server_to_client, c.server_to_client};
}

Shape<ConnectionDetails> machine_shape() {
    using C = ConnectionDetails;
    Shape<C> shape;
    shape
        .include(
            connection_head_shape(), [](const C& c) -> const auto& { return c.summary; })
        .field("attempt_cause",
               [](const C& c) { return text_or_null(word(c.summary.connection->attempt_cause())); })
        .field("reset_reason", [](const C& c) { return Value(c.reset_reason); })
        .field("subflows", [](const C& c) { return c.summary.subflows.size(); })
        .field("subflows_established", [](const C& c) { return c.established_subflows; })
        .field("subflows_with_data", [](const C& c) { return c.carrying_subflows; })
        .field("first_join_delay", [](const C& c) { return duration(c.first_join_delay); })
        .field("first_join_established_delay",
               [](const C& c) { return duration(c.first_join_established_delay); })
        .record("client_to_server", direction_use_shape(), client_to_server)
        .record("server_to_client", direction_use_shape(), server_to_client);
    return shape;
}

Value host(const AddressShare& share) {
    return host_word(*share.connection, share.host);
}

Shape<AddressShare> address_shape() {
    using A = AddressShare;
    Shape<A> shape;
    shape.field("connection", [](const A& a) { return a.connection->number(); })
        .field("direction", [](const A& a) { return direction_word(*a.connection, a.sender); })
        .field("host", host)
        .field("address", [](const A& a) { return text_or_null(a.address.text()); })
        .field("subflows", [](const A& a) { return a.subflows; })
        .field("payload_bytes", [](const A& a) { return a.totals.payload_bytes(); })
        .field("data_bytes", [](const A& a) { return a.totals.data_bytes(); })
        .field("share_payload", [](const A& a) { return Value(a.share_payload); })
        .field("share_data", [](const A& a) { return Value(a.share_data); });
    return shape;
}

void write_records(const std::vector<ConnectionDetails>& connections, ReportWriter& writer) {
    const Shape<ConnectionDetails> shape = machine_shape();
    writer.begin_table({.key = "connections", .row_name = "connection"}, shape.schema());
    for (const ConnectionDetails& connection : connections) {
        writer.row(shape.record(connection));
    }
    writer.end_table();
    const Shape<AddressShare> addresses = address_shape();
    writer.begin_table({.key = "addresses", .row_name = "address"}, addresses.schema());
    for (const ConnectionDetails& connection : connections) {
        for (const AddressShare& share : shares_by_address(connection.summary)) {
            writer.row(addresses.record(share));
        }
    }
    writer.end_table();
}

// -- for people ---------------------------------------------------------------------------------

/// A connection takes two lines, one for each direction. The first names the client, the second the
/// server.
struct Line {
    std::string number;
    std::string endpoint;
    std::string time;
    std::string subflows;
    std::string join;
    std::string arrow;
    Direction direction;
    std::string end;
};

std::string delay_text(const std::optional<Nanoseconds>& delay) {
    return delay ? duration_text(*delay) : "–";
}

std::string_view cause_text(AttemptCause cause) {
    switch (cause) {
    case AttemptCause::none:
        break;
    case AttemptCause::no_mp_capable_in_synack:
        return "plain SYN/ACK";
    case AttemptCause::no_mp_capable_in_ack:
        return "plain ACK";
    case AttemptCause::no_answer:
        return "no answer";
    case AttemptCause::reset:
        return "reset";
    }
    return {};
}

std::string end_detail(const ConnectionDetails& details) {
    const AttemptCause cause = details.summary.connection->attempt_cause();
    if (cause != AttemptCause::none || !details.reset_reason) {
        return std::string(cause_text(cause));
    }
    return fmt::format("reason {}", *details.reset_reason);
}

void append_lines(const ConnectionDetails& details, Nanoseconds origin, std::vector<Line>& lines) {
    const Connection& connection = *details.summary.connection;
    const Side client = details.summary.client;
    const bool attempt = connection.kind() == ConnectionKind::attempt;
    lines.push_back({.number = fmt::format("{}", connection.number()),
                     .endpoint = endpoint_text(connection.host(client).endpoint),
                     .time = fmt::format("+{}", duration_text(connection.start() - origin)),
                     .subflows = attempt ? "attempt"
                                         : fmt::format("{} of {}", details.carrying_subflows,
                                                       details.summary.subflows.size()),
                     .join = delay_text(details.first_join_delay),
                     .arrow = "→",
                     .direction = *client_to_server(details),
                     .end = std::string(word(connection.end()))});
    lines.push_back({.number = {},
                     .endpoint = endpoint_text(connection.host(opposite(client)).endpoint),
                     .time = duration_text(connection.last() - connection.start()),
                     .subflows = {},
                     .join = delay_text(details.first_join_established_delay),
                     .arrow = "←",
                     .direction = *server_to_client(details),
                     .end = end_detail(details)});
}

Value mean_block(const Line& line) {
    const Scheduling::Blocks& blocks = line.direction.use.blocks;
    return blocks.count == 0 ? Value() : Value(blocks.bytes / blocks.count);
}

Value initial_share(const Line& line) {
    const DirectionUse& use = line.direction.use;
    return use.initial ? Value(part(carried_bytes(*use.initial),
                                    carried_bytes(line.direction.summary.totals)))
                       : Value();
}

Shape<Line> people_shape() {
    using L = Line;
    Shape<L> shape;
    shape.column("number", "#", Unit::none, [](const L& l) { return l.number; })
        .column("endpoint", "Client\nServer", Unit::none, [](const L& l) { return l.endpoint; })
        .aligned("time", "Start\nLength", Unit::none, Align::right,
                 [](const L& l) { return l.time; })
        .column("subflows", "Subflows\nused", Unit::none, [](const L& l) { return l.subflows; })
        .aligned("join", "First join\nestablished", Unit::none, Align::right,
                 [](const L& l) { return l.join; })
        .column("arrow", "", Unit::none, [](const L& l) { return l.arrow; })
        .column("data", "Data", Unit::bytes,
                [](const L& l) { return carried_bytes(l.direction.summary.totals); })
        .column("overhead", "Sent\nagain", Unit::ratio,
                [](const L& l) { return Value(l.direction.summary.overhead); })
        .column("initial", "Initial\nsubflow", Unit::ratio, initial_share)
        .column("switches", "Swit-\nches", Unit::count,
                [](const L& l) { return l.direction.use.blocks.switches(); })
        .column("block", "Mean\nblock", Unit::bytes, mean_block)
        .column("alone", "On one\nalone", Unit::seconds,
                [](const L& l) { return Seconds{l.direction.use.blocks.time}; })
        .column("end", "End", Unit::none, [](const L& l) { return l.end; });
    return shape;
}

Shape<AddressShare> people_address_shape() {
    using A = AddressShare;
    Shape<A> shape;
    shape.column("connection", "#", Unit::none, [](const A& a) { return a.connection->number(); })
        .column("host", "Host", Unit::none, host)
        .column("address", "Address", Unit::none, [](const A& a) { return a.address.text(); })
        .column("subflows", "Subflows", Unit::count, [](const A& a) { return a.subflows; })
        .column("arrow", "", Unit::none,
                [](const A& a) { return direction_arrow(*a.connection, a.sender); })
        .column("payload", "Payload", Unit::bytes,
                [](const A& a) { return a.totals.payload_bytes(); })
        .column("share_payload", "Share", Unit::ratio, [](const A& a) { return a.share_payload; })
        .column("data", "New", Unit::bytes, [](const A& a) { return a.totals.data_bytes(); })
        .column("share_data", "Share", Unit::ratio, [](const A& a) { return a.share_data; });
    return shape;
}

/// Where each host has one address only, the shares are those of the connection.
bool says_something(const std::vector<AddressShare>& shares) {
    constexpr std::size_t kHostsAndDirections = 4;
    return shares.size() > kHostsAndDirections;
}

void write_addresses(const std::vector<ConnectionDetails>& connections, ReportWriter& writer) {
    const Shape<AddressShare> shape = people_address_shape();
    bool begun = false;
    for (const ConnectionDetails& connection : connections) {
        const std::vector<AddressShare> shares = shares_by_address(connection.summary);
        if (!says_something(shares)) {
            continue;
        }
        if (!begun) {
            writer.text("Shares by address, where a host has several:");
            writer.text("");
            writer.begin_table({.key = "addresses", .row_name = "address"}, shape.schema());
            begun = true;
        }
        for (const AddressShare& share : shares) {
            writer.row(shape.record(share));
        }
    }
    if (begun) {
        writer.end_table();
        writer.text("");
    }
}

void write_text(const std::vector<ConnectionDetails>& connections, Nanoseconds origin,
                ReportWriter& writer) {
    const Shape<Line> shape = people_shape();
    writer.begin_table({.key = "connections", .row_name = "connection"}, shape.schema());
    for (const ConnectionDetails& connection : connections) {
        std::vector<Line> lines;
        append_lines(connection, origin, lines);
        for (const Line& line : lines) {
            writer.row(shape.record(line));
        }
    }
    writer.end_table();
    writer.text("");
    writer.text(
        "First join: from the MP_CAPABLE SYN to the first MP_JOIN SYN, below it until a joined "
        "subflow was established. Initial subflow: its part of the data. Mean block: new data in a "
        "row on one subflow. On one alone: time in which only one subflow carried new data.");
    writer.text("");
    write_addresses(connections, writer);
}

} // namespace

void write_connections(const ReportInput& input, ReportWriter& writer) {
    const std::vector<ConnectionDetails> connections = detail(input.tracker, input.selection);
    writer.begin({.schema = "mptcp/connections/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(connections, writer);
    } else if (write_preface(input, writer)) {
        write_text(connections, origin_of(input.tracker), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
