#pragma once
/// A report as CSV (RFC 4180): CRLF line ends, a header, every row with the same columns.
///
/// CSV holds one flat table: see FlatTable for where nested data goes. Unknown values are empty.
/// Only the first table of a report is written.

#include "taps/flat_table.hpp"
#include "taps/report_writer.hpp"

#include <cstdio>

namespace mptcp::taps {

class CsvWriter final : public ReportWriter {
  public:
    explicit CsvWriter(std::FILE* stream) : stream_(stream) {}

    [[nodiscard]] Audience audience() const override { return Audience::machines; }
    void begin(const DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const TableInfo& info, const Schema& schema) override;
    void row(const Record& record) override;
    void end_table() override;
    void end() override;

  private:
    void write_line(const std::vector<std::string>& cells);

    std::FILE* stream_;
    FlatTable table_;
    unsigned tables_ = 0;
};

/// A cell, quoted if its content demands it.
std::string csv_cell(std::string_view content);

} // namespace mptcp::taps
