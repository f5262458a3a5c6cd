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
};

struct Arguments {
    std::string report;
    Format format = Format::text;
    /// The connections to show; empty for all.
    std::vector<ConnectionNumber> connections;
    /// Empty for the standard output.
    std::string output;
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
ParsedArguments parse_arguments(std::string_view argument,
                                std::span<const std::string_view> reports);

} // namespace mptcp::taps
