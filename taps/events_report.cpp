#include "taps/events_report.hpp"

#include "taps/events_model.hpp"
#include "taps/preface.hpp"
#include "taps/wording.hpp"

#include "analysis/event_words.hpp"

#include <fmt/format.h>

namespace mptcp::taps {

namespace {

using E = HostEvent;

Value address(const Endpoint& endpoint) {
    return text_or_null(endpoint.address.text());
}

Value port(const Endpoint& endpoint) {
    return endpoint.address.empty() || endpoint.port == 0 ? Value() : Value(endpoint.port);
}

Value echo(const E& e) {
    switch (e.event.type) {
    case EventType::announced:
        return false;
    case EventType::announced_echo:
        return true;
    default:
        return {};
    }
}

/// The flag of an event that carries an MP_TCPRST.
Value transient(const E& e) {
    return e.event.reason ? Value(e.event.flag) : Value();
}

std::string sentence(const E& e) {
    return event_text(e.event, e.connection->client_side());
}

const Shape<E>& machine_shape() {
    static const Shape<E> shape = [] {
        Shape<E> all;
        all.field("connection", [](const E& e) { return e.connection->number(); })
            .field("time", [](const E& e) { return Seconds{e.event.time}; })
            .field("frame", [](const E& e) { return e.event.frame; })
            .field("event", [](const E& e) { return event_name(e.event.type); })
            .field("host", [](const E& e) { return host_word(*e.connection, e.host); })
            .field("token", [](const E& e) { return hex(e.connection->host(e.host).token); })
            .field("subflow",
                   [](const E& e) { return e.subflow ? Value(e.subflow->number) : Value(); })
            .field(
                "tcp_stream",
                [](const E& e) { return e.subflow ? stream_or_null(e.subflow->stream) : Value(); })
            .field("saddr", [](const E& e) { return address(e.local()); })
            .field("sport", [](const E& e) { return port(e.local()); })
            .field("daddr", [](const E& e) { return address(e.remote()); })
            .field("dport", [](const E& e) { return port(e.remote()); })
            .field("loc_id", [](const E& e) { return Value(e.local_id()); })
            .field("rem_id", [](const E& e) { return Value(e.remote_id()); })
            .field("backup", [](const E& e) { return Value(e.backup); })
            .field("echo", echo)
            .field("reset_reason", [](const E& e) { return Value(e.event.reason); })
            .field("reset_reason_text",
                   [](const E& e) {
                       return e.event.reason ? Value(reset_reason_text(*e.event.reason)) : Value();
                   })
            .field("transient", transient)
            .field("cause", [](const E& e) { return text_or_null(e.cause); })
            .field("text", sentence);
        return all;
    }();
    return shape;
}

/// " saddr4=10.1.0.1"; nothing for no address.
std::string address_part(char which, const Endpoint& endpoint) {
    return endpoint.address.empty()
               ? std::string()
               : fmt::format(" {}addr{}={}", which, endpoint.address.is_ipv6() ? 6 : 4,
                             endpoint.address.text());
}

std::string port_part(char which, const Endpoint& endpoint) {
    return endpoint.address.empty() || endpoint.port == 0
               ? std::string()
               : fmt::format(" {}port={}", which, endpoint.port);
}

/// "[SF_ESTABLISHED] token=92a7f02d remid=1 locid=1 saddr4=…"
std::string monitor_line(const E& e) {
    std::string line = fmt::format("[{:>14}]", event_name(e.event.type));
    const auto add = [&line](const char* format, const auto& value) {
        if (value) {
            line += fmt::format(fmt::runtime(format), *value);
        }
    };
    const Endpoint local = e.local();
    const Endpoint remote = e.remote();
    add(" token={:08x}", e.connection->host(e.host).token);
    add(" remid={}", e.remote_id());
    add(" locid={}", e.local_id());
    line += address_part('s', local) + address_part('d', remote);
    line += port_part('s', local) + port_part('d', remote);
    add(" backup={:d}", e.backup);
    add(" reset_reason={}", e.event.reason);
    if (e.event.reason) {
        line += fmt::format(" reset_flags={:#x}", e.event.flag ? 1 : 0);
    }
    if (e.event.type == EventType::announced_echo) {
        line += " echo";
    }
    if (!e.cause.empty()) {
        line += fmt::format(" cause={}", e.cause);
    }
    return line;
}

/// Times count from `origin`.
Shape<E> people_shape(Nanoseconds origin) {
    Shape<E> shape;
    shape
        .column("time", "Time", Unit::seconds,
                [origin](const E& e) { return Seconds{e.event.time - origin}; })
        .column("frame", "Frame", Unit::count, [](const E& e) { return e.event.frame; })
        .column("connection", "Conn.", Unit::count,
                [](const E& e) { return e.connection->number(); })
        .column("host", "Host", Unit::none,
                [](const E& e) { return host_word(*e.connection, e.host); })
        .column("event", "Event", Unit::none, monitor_line);
    return shape;
}

void write_rows(const ReportInput& input, const Shape<E>& shape, ReportWriter& writer) {
    writer.begin_table({.key = "events", .row_name = "event"}, shape.schema());
    for (const E& event : events_of(input.tracker, input.selection)) {
        writer.row(shape.record(event));
    }
    writer.end_table();
}

} // namespace

void write_events(const ReportInput& input, ReportWriter& writer) {
    writer.begin({.schema = "mptcp/events/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_rows(input, machine_shape(), writer);
    } else if (write_preface(input, writer)) {
        write_rows(input, people_shape(origin_of(input.tracker)), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
