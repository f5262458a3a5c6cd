#pragma once
/// A report for people: paragraphs wrapped to the page, tables aligned by the one table printer.

#include "taps/report_writer.hpp"
#include "taps/text_table.hpp"

#include <cstdio>
#include <optional>

namespace mptcp::taps {

struct TextStyle {
    /// The locale can show what is not ASCII; else arrows and dashes are spelled in ASCII.
    bool utf8 = true;
    std::size_t width = 120;
};

/// The text with its arrows, dashes and dots as the style allows them.
std::string styled(std::string_view text, const TextStyle& style);

class TextWriter final : public ReportWriter {
  public:
    TextWriter(std::FILE* stream, TextStyle style) : stream_(stream), style_(style) {}

    [[nodiscard]] Audience audience() const override { return Audience::people; }
    void begin(const DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const TableInfo& info, const Schema& schema) override;
    void row(const Record& record) override;
    void end_table() override;
    void end() override;

  private:
    void flush_rows();

    std::FILE* stream_;
    TextStyle style_;
    Schema schema_;
    std::optional<TextTable> table_;
    /// Rows in table_ not written yet.
    std::size_t waiting_ = 0;
    bool headings_written_ = false;
};

} // namespace mptcp::taps
