#include "taps/text_table.hpp"

#include <algorithm>
#include <utility>

namespace mptcp::taps {

namespace {

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kGap = "  ";

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (;;) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return lines;
        }
        text.remove_prefix(end + 1);
    }
}

} // namespace

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string result(indent, ' ');
    std::size_t column = indent;
    bool at_start = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        const std::size_t word_width = display_width(word);
        if (!at_start && column + 1 + word_width > width) {
            result += '\n';
            result.append(indent, ' ');
            column = indent;
        } else if (!at_start) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word_width;
        at_start = false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)), widths_(columns_.size(), 0) {
    for (const Cells& line : heading_lines()) {
        widen(line);
    }
}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    widen(cells);
    rows_.push_back(std::move(cells));
}

std::string TextTable::headings() {
    std::string text;
    for (const Cells& line : heading_lines()) {
        append_line(text, line);
    }
    return text;
}

std::string TextTable::take_rows() {
    std::string text;
    for (const Cells& cells : rows_) {
        append_line(text, cells);
    }
    rows_.clear();
    return text;
}

std::vector<TextTable::Cells> TextTable::heading_lines() const {
    std::vector<Cells> by_column;
    std::size_t height = 0;
    for (const Column& column : columns_) {
        by_column.push_back(lines_of(column.heading));
        height = std::max(height, by_column.back().size());
    }
    std::vector<Cells> lines(height, Cells(columns_.size()));
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        for (std::size_t line = 0; line < by_column[c].size(); ++line) {
            lines[line][c] = by_column[c][line];
        }
    }
    return lines;
}

void TextTable::widen(const Cells& cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
        widths_[c] = std::max(widths_[c], display_width(cells[c]));
    }
}

void TextTable::append_line(std::string& text, const Cells& cells) const {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
        line += c == 0 ? kMargin : kGap;
        const std::size_t padding = widths_[c] - display_width(cells[c]);
        if (columns_[c].align == Align::right) {
            line.append(padding, ' ');
        }
        line += cells[c];
        if (columns_[c].align == Align::left) {
            line.append(padding, ' ');
        }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line;
    text += '\n';
}

} // namespace mptcp::taps
