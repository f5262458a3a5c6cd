#pragma once
/// Subflows as tables for people show them: two lines each, one for each direction. The first
/// names the client, the second the server.

#include "taps/report_writer.hpp"
#include "taps/summary_model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mptcp::taps {

struct SubflowLine {
    /// Of the subflow; where the table is of several connections, with that of its connection.
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

using SubflowLines = std::vector<SubflowLine>;

/// Starts count from `origin`.
SubflowLines lines_of_subflows(const ConnectionSummary& connection, Nanoseconds origin);
/// The sums over the subflows, and the data-level RTTs.
SubflowLines lines_of_sums(const ConnectionSummary& connection);

void write_table(const SubflowLines& lines, ReportWriter& writer);

[[nodiscard]] bool has_local_rtt(const SubflowLines& lines);
/// What RTTs in parentheses are.
inline constexpr std::string_view kLocalRttNote =
    "RTTs in parentheses were captured at the receiver: they are of that host alone, not of the "
    "path.";

} // namespace mptcp::taps
