#include "taps/text_writer.hpp"

#include "taps/output.hpp"
#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mptcp::taps {

namespace {

/// Enough rows to know the widths of a table that streams.
constexpr std::size_t kBatch = 256;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAscii = {{
    {"→", "->"},
    {"←", "<-"},
    {"–", "-"},
    {"…", "..."},
}};

std::size_t indent_of(std::string_view paragraph) {
    const std::size_t first = paragraph.find_first_not_of(' ');
    return first == std::string_view::npos ? paragraph.size() : first;
}

} // namespace

std::string styled(std::string_view text, const TextStyle& style) {
    std::string result(text);
    if (style.utf8) {
        return result;
    }
    for (const auto& [symbol, ascii] : kAscii) {
        for (std::size_t at = result.find(symbol); at != std::string::npos;
             at = result.find(symbol, at + ascii.size())) {
            result.replace(at, symbol.size(), ascii);
        }
    }
    return result;
}

void TextWriter::begin(const DocumentInfo& info) {
    if (!info.filter.empty()) {
        text(fmt::format("Bytes, segments and reinjections: only frames that match \"{}\". "
                         "All else: the whole capture.",
                         info.filter));
        text("");
    }
}

void TextWriter::text(std::string_view paragraph) {
    const std::size_t indent = indent_of(paragraph);
    const std::string body = styled(paragraph.substr(indent), style_);
    write(stream_, (body.empty() ? body : wrapped(body, style_.width, indent)) + '\n');
}

void TextWriter::begin_table(const TableInfo& /*info*/, const Schema& schema) {
    schema_ = schema;
    std::vector<TextTable::Column> columns;
    for (const Field& field : schema_) {
        columns.push_back({.heading = styled(field.heading, style_), .align = field.align});
    }
    table_.emplace(std::move(columns));
    headings_written_ = false;
}

void TextWriter::row(const Record& record) {
    std::vector<std::string> cells;
    cells.reserve(record.size());
    for (std::size_t i = 0; i < record.size(); ++i) {
        cells.push_back(styled(people_text(record[i], schema_[i].unit), style_));
    }
    table_->add(std::move(cells));
    if (++waiting_ == kBatch) {
        flush_rows();
    }
}

void TextWriter::end_table() {
    flush_rows();
    table_.reset();
}

void TextWriter::end() {
}

void TextWriter::flush_rows() {
    if (!headings_written_) {
        write(stream_, table_->headings());
        headings_written_ = true;
    }
    write(stream_, table_->take_rows());
    waiting_ = 0;
}

} // namespace mptcp::taps
