#pragma once
/// The one way from a report to a format: a report pushes its pieces, a writer writes them.
///
///   begin({…}) → any number of: text(…), or begin_table(…) row(…)* end_table() → end()
///
/// Rows are written as they come, so a report of any length needs no memory. Reports for people and
/// for machines differ in what they hold, not only in how it is written (a table of a screen's
/// width against every figure): a report asks audience() which of its two views is wanted.

#include "taps/drawing.hpp"
#include "taps/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mptcp::taps {

enum class Audience : std::uint8_t {
    /// Sentences and tables that fit a screen.
    people,
    /// Every figure under a promised key.
    machines,
};

struct DocumentInfo {
    /// "mptcp/<report>/<version of the layout>".
    std::string schema;
    /// The display filter that the additive figures follow; empty for none.
    std::string filter;
};

struct TableInfo {
    /// The key of the list of rows.
    std::string key;
    /// What one row is called: the prefix where keys of a row and of a list inside it meet.
    std::string row_name;
    /// If the rows can be drawn.
    std::optional<Drawing> drawing = std::nullopt;
};

class ReportWriter {
  public:
    ReportWriter() = default;
    virtual ~ReportWriter() = default;
    ReportWriter(const ReportWriter&) = delete;
    ReportWriter& operator=(const ReportWriter&) = delete;

    [[nodiscard]] virtual Audience audience() const = 0;

    virtual void begin(const DocumentInfo& info) = 0;
    /// A paragraph in UTF-8, for people only.
    virtual void text(std::string_view paragraph) = 0;
    virtual void begin_table(const TableInfo& info, const Schema& schema) = 0;
    virtual void row(const Record& record) = 0;
    virtual void end_table() = 0;
    virtual void end() = 0;

    /// Why the document is not whole, other than by an error of the stream; empty if it is.
    [[nodiscard]] virtual std::string problem() const { return {}; }

    /// What machines are not told in the document, for the person who has it made.
    void remark(std::string sentence) { remark_ = std::move(sentence); }
    [[nodiscard]] const std::string& remark() const { return remark_; }

  private:
    std::string remark_;
};

} // namespace mptcp::taps
