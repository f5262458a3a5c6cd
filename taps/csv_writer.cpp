#include "taps/csv_writer.hpp"

#include "taps/output.hpp"

namespace mptcp::taps {

std::string csv_cell(std::string_view content) {
    if (content.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string(content);
    }
    std::string cell = "\"";
    for (const char c : content) {
        cell.append(c == '"' ? 2 : 1, c);
    }
    return cell + '"';
}

void CsvWriter::begin(const DocumentInfo& /*info*/) {
}

void CsvWriter::text(std::string_view /*paragraph*/) {
}

void CsvWriter::begin_table(const TableInfo& info, const Schema& schema) {
    if (++tables_ > 1) {
        return;
    }
    table_ = FlatTable(info, schema);
    write_line(table_.keys());
}

void CsvWriter::row(const Record& record) {
    if (tables_ > 1) {
        return;
    }
    table_.for_each_row(record, [this](const FlatTable::Cells& values) {
        std::vector<std::string> cells;
        cells.reserve(values.size());
        for (const Value* value : values) {
            cells.push_back(machine_text(*value));
        }
        write_line(cells);
    });
}

void CsvWriter::end_table() {
}

void CsvWriter::end() {
}

void CsvWriter::write_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += i == 0 ? "" : ",";
        line += csv_cell(cells[i]);
    }
    line += "\r\n";
    write(stream_, line);
}

} // namespace mptcp::taps
