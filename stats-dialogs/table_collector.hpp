#pragma once
/// Takes a report's tables for the windows: what other writers write, it keeps.

#include "stats-dialogs/collected_table.hpp"
#include "taps/report_writer.hpp"

#include <vector>

namespace mptcp::dialogs {

class TableCollector final : public taps::ReportWriter {
  public:
    [[nodiscard]] taps::Audience audience() const override { return taps::Audience::machines; }
    void begin(const taps::DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const taps::TableInfo& info, const taps::Schema& schema) override;
    void row(const taps::Record& record) override;
    void end_table() override;
    void end() override;

    /// In the order of the report.
    [[nodiscard]] std::vector<CollectedTable>& tables() { return tables_; }

  private:
    taps::FlatTable flat_;
    std::vector<CollectedTable> tables_;
};

} // namespace mptcp::dialogs
