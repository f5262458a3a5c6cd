#pragma once
/// A report as CSV (RFC 4180): CRLF line ends, a header, every row with the same columns.
///
/// CSV holds one flat table, so nested data is laid flat:
/// - The fields of a nested record follow in its place, their keys joined by '_' (`rtt_min`).
/// - If the rows hold a list, every element of the list becomes a row of its own, under the keys of
///   the element. What it belongs to is repeated in front of it, its keys prefixed by the row's
///   name (a subflow's row has `role`, and `connection_version` of its connection). A row whose
///   list is empty becomes one row with the element's columns empty.
/// - Unknown values are empty. Only the first table of a report is written.

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
    Schema schema_;
    /// Position of the list in schema_, or its size.
    std::size_t list_ = 0;
    unsigned tables_ = 0;
};

/// A cell, quoted if its content demands it.
std::string csv_cell(std::string_view content);

} // namespace mptcp::taps
