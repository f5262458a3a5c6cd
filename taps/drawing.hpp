#pragma once
/// How the rows of a table are drawn, for writers that draw.
///
/// A table that can be drawn has the columns `connection`, `direction`, `subflow`, `time`, `kind`,
/// `value` and `value_end`, as `series` defines them. Each connection and direction is a graph.

#include <cstdint>
#include <string>
#include <vector>

namespace mptcp::taps {

enum class Mark : std::uint8_t {
    dot,
    /// From `value` to `value_end`.
    bar,
    /// Joined with the previous one of its kind and subflow.
    line,
    /// Joined with the previous one of its kind: a value holds until the next one.
    steps,
};

enum class Colour : std::uint8_t {
    /// Another one for each subflow.
    of_subflow,
    white,
    green,
    yellow,
};

struct DrawnKind {
    /// As in the column `kind`.
    std::string kind;
    Mark mark = Mark::dot;
    Colour colour = Colour::of_subflow;
    /// Written beside each mark.
    std::string label = {};
};

struct Drawing {
    std::string title;
    /// What `value` is, with its unit.
    std::string y_label;
    std::vector<DrawnKind> kinds;
};

} // namespace mptcp::taps
