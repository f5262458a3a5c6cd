#pragma once
/// Subflows as tables for people show them: two lines each, one for each direction. The first
/// names the client, the second the server.

#include "taps/report_writer.hpp"
#include "taps/summary_model.hpp"

#include <string>
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
    /// Where the capture was made, seen from the receiver: if there, the RTT is of its host alone.
    Vantage receiver_vantage = Vantage::unknown;
    std::string end;
};

using SubflowLines = std::vector<SubflowLine>;

/// Starts count from `origin`.
SubflowLines lines_of_subflows(const ConnectionSummary& connection, Nanoseconds origin);
/// The sums over the subflows, and the data-level RTTs.
SubflowLines lines_of_sums(const ConnectionSummary& connection);

void write_table(const SubflowLines& lines, ReportWriter& writer);

/// What the marks of RTTs in tables mean, for those that occur.
class RttNotes {
  public:
    void add(const SubflowLines& lines);
    /// Returns whether there was anything to write.
    bool write(ReportWriter& writer) const;

  private:
    bool local_ = false;
    bool unknown_ = false;
};

} // namespace mptcp::taps
