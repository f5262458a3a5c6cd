#pragma once
/// The one table printer: aligned columns, headings of several lines, UTF-8 counted by character.

#include "taps/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mptcp::taps {

/// Characters of a UTF-8 text, each taken to be one cell wide.
std::size_t display_width(std::string_view text);

/// Breaks a text at spaces so that no line is wider than `width`, if its words allow it. Every line
/// starts with `indent` spaces, which count.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

class TextTable {
  public:
    struct Column {
        std::string heading;
        Align align = Align::left;
    };

    explicit TextTable(std::vector<Column> columns);

    /// One cell per column.
    void add(std::vector<std::string> cells);

    /// The headings, once.
    [[nodiscard]] std::string headings();
    /// The rows added since the last call. Columns grow with what they have seen and never shrink,
    /// so a table of any length can be printed in batches.
    [[nodiscard]] std::string take_rows();

  private:
    using Cells = std::vector<std::string>;

    [[nodiscard]] std::vector<Cells> heading_lines() const;
    void widen(const Cells& cells);
    void append_line(std::string& text, const Cells& cells) const;

    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
    std::vector<Cells> rows_;
};

} // namespace mptcp::taps
