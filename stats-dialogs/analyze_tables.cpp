#include "stats-dialogs/analyze_tables.hpp"

namespace mptcp::dialogs {

namespace {

using Headings = std::vector<ReportTableModel::Heading>;

const Headings kSubflows = {
    {"subflow", QT_TR_NOOP("Subflow")},
    {"direction", QT_TR_NOOP("Direction")},
    {"role", QT_TR_NOOP("Role")},
    {"client_address", QT_TR_NOOP("Client")},
    {"client_port", QT_TR_NOOP("Port")},
    {"server_address", QT_TR_NOOP("Server")},
    {"server_port", QT_TR_NOOP("Port")},
    {"start", QT_TR_NOOP("Start")},
    {"duration", QT_TR_NOOP("Duration")},
    {"payload_bytes", QT_TR_NOOP("Payload")},
    {"data_bytes", QT_TR_NOOP("New")},
    {"share_data", QT_TR_NOOP("Share")},
    {"retransmitted_bytes", QT_TR_NOOP("Retransmitted")},
    {"reinjected_other_subflow_bytes", QT_TR_NOOP("Reinjected")},
    {"throughput_bps", QT_TR_NOOP("Throughput")},
    {"handshake_rtt", QT_TR_NOOP("Handshake RTT")},
    {"rtt_median", QT_TR_NOOP("RTT median")},
    {"end", QT_TR_NOOP("End")},
};

const Headings kReinjections = {
    {"frame", QT_TR_NOOP("Packet")},
    {"time", QT_TR_NOOP("Time")},
    {"direction", QT_TR_NOOP("Direction")},
    {"subflow", QT_TR_NOOP("On subflow")},
    {"first_subflow", QT_TR_NOOP("First on")},
    {"first_frame", QT_TR_NOOP("In packet")},
    {"delay", QT_TR_NOOP("Delay")},
    {"dsn", QT_TR_NOOP("DSN")},
    {"bytes", QT_TR_NOOP("Bytes")},
    {"copy", QT_TR_NOOP("Copy")},
    {"copies", QT_TR_NOOP("Of")},
    {"outcome", QT_TR_NOOP("Outcome")},
};

const Headings kMatrix = {
    {"direction", QT_TR_NOOP("Direction")},
    {"first_subflow", QT_TR_NOOP("First on subflow")},
    {"subflow", QT_TR_NOOP("Again on subflow")},
    {"count", QT_TR_NOOP("Reinjections")},
    {"bytes", QT_TR_NOOP("Bytes")},
    {"useful_bytes", QT_TR_NOOP("Useful")},
    {"redundant_bytes", QT_TR_NOOP("Redundant")},
    {"unneeded_bytes", QT_TR_NOOP("Unneeded")},
    {"unknown_bytes", QT_TR_NOOP("Unknown")},
};

const Headings kEvents = {
    {"time", QT_TR_NOOP("Time")},       {"frame", QT_TR_NOOP("Packet")},
    {"host", QT_TR_NOOP("Host")},       {"event", QT_TR_NOOP("Event")},
    {"subflow", QT_TR_NOOP("Subflow")}, {"saddr", QT_TR_NOOP("Own address")},
    {"sport", QT_TR_NOOP("Port")},      {"daddr", QT_TR_NOOP("Peer's address")},
    {"dport", QT_TR_NOOP("Port")},      {"text", QT_TR_NOOP("What happened")},
};

const Headings kMappings = {
    {"frame", QT_TR_NOOP("Packet")},
    {"time", QT_TR_NOOP("Time")},
    {"subflow", QT_TR_NOOP("Subflow")},
    {"direction", QT_TR_NOOP("Direction")},
    {"kind", QT_TR_NOOP("By")},
    {"ssn", QT_TR_NOOP("SSN")},
    {"dsn", QT_TR_NOOP("DSN")},
    {"length", QT_TR_NOOP("Length")},
    {"carried_bytes", QT_TR_NOOP("Carried")},
    {"checksum", QT_TR_NOOP("Checksum")},
    {"checksum_result", QT_TR_NOOP("Result")},
    {"data_fin", QT_TR_NOOP("DATA_FIN")},
    {"repeated", QT_TR_NOOP("Repeated")},
};

const Headings kChecks = {
    {"frame", QT_TR_NOOP("Packet")},          {"time", QT_TR_NOOP("Time")},
    {"subflow", QT_TR_NOOP("Subflow")},       {"direction", QT_TR_NOOP("Direction")},
    {"check", QT_TR_NOOP("Check")},           {"result", QT_TR_NOOP("Result")},
    {"reason", QT_TR_NOOP("Why unverified")},
};

} // namespace

const std::vector<AnalyzeTable>& analyze_tables() {
    static const std::vector<AnalyzeTable> all = {
        {QT_TR_NOOP("S&ummary"), "summary", true, {}},
        {QT_TR_NOOP("Su&bflows"), "subflows", false, {{"", nullptr, kSubflows}}},
        {QT_TR_NOOP("&Reinjections"),
         "reinjections",
         false,
         {{"", QT_TR_NOOP("Data that was sent again"), kReinjections},
          {"matrix",
           QT_TR_NOOP("By the subflow that carried the data first and the one that sent it again"),
           kMatrix}}},
        {QT_TR_NOOP("&Events"), "events", false, {{"", nullptr, kEvents}}},
        {QT_TR_NOOP("&Mappings"), "mappings", false, {{"", nullptr, kMappings}}},
        {QT_TR_NOOP("&Verification"), "verify", true, {{"", nullptr, kChecks}}},
        {QT_TR_NOOP("Round-&Trip Times"), "rtt", true, {}},
        {QT_TR_NOOP("&Order and Stalls"), "order", true, {}},
    };
    return all;
}

} // namespace mptcp::dialogs
