#pragma once
/// The grammar of `-z mptcp,<report>[,<option>…][,<display filter>]`.
///
/// An element of the form word=value is an option, `bulk` is one too; the first other element
/// starts the display filter, which runs to the end and may hold commas. A '=' that is part of a
/// filter operator (==, ===, =~, !=, !==, <=, >=) makes no option.

#include "analysis/units.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mptcp::taps {

enum class Format : std::uint8_t {
    text,
    csv,
    json,
    /// For xplot, as tcptrace writes it.
    xplot,
};

/// What a `series` is drawn of.
enum class Graph : std::uint8_t {
    dsn,
    rtt,
    flight,
    goodput,
    throughput,
    acksize,
    interarrival,
    window,
    share,
    scheduler,
    delay,
};

/// The values of options that only some reports have.
struct ReportOptions {
    Nanoseconds interval = 1'000'000'000;
    Graph graph = Graph::dsn;
};

/// What may stand behind the name of a report.
struct ReportGrammar {
    std::string_view name;
    /// The first one is the default.
    std::vector<Format> formats = {Format::text, Format::csv, Format::json};
    bool has_interval = false;
    bool has_graph = false;
};

/// Wireshark reads what follows `-z mptcp,tree` itself.
inline constexpr std::string_view kOptionTree = "tree";

/// "format=text|csv|json, connection=<n>, …": the options of a report.
std::string options_of(const ReportGrammar& report);

struct Arguments {
    std::string report;
    Format format = Format::text;
    /// The connections to show; empty for all.
    std::vector<ConnectionNumber> connections;
    /// Empty for the standard output.
    std::string output;
    ReportOptions options;
    /// Without stock TCP dissection; then there is no filter.
    bool bulk = false;
    /// Empty for none.
    std::string filter;
};

/// Nothing but `-z mptcp`: the user asks what there is.
struct ListReports {};

/// One line that says what is wrong and what is allowed.
struct ArgumentError {
    std::string message;
};

using ParsedArguments = std::variant<Arguments, ListReports, ArgumentError>;

/// `argument` is all of it, from "mptcp" on.
ParsedArguments parse_arguments(std::string_view argument, std::span<const ReportGrammar> reports);

} // namespace mptcp::taps
