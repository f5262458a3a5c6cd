#include "taps/csv_writer.hpp"

#include "taps/output.hpp"

#include <algorithm>

namespace mptcp::taps {

namespace {

using Cells = std::vector<std::string>;

void append_keys(const Schema& schema, const std::string& prefix, Cells& keys) {
    for (const Field& field : schema) {
        if (field.kind == FieldKind::record) {
            append_keys(field.nested, prefix + field.key + "_", keys);
        } else if (field.kind == FieldKind::scalar) {
            keys.push_back(prefix + field.key);
        }
    }
}

/// `record` may be null: then all its cells are empty.
void append_values(const Schema& schema, const Record* record, Cells& cells) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Value* value = record != nullptr ? &(*record)[i] : nullptr;
        if (schema[i].kind == FieldKind::record) {
            append_values(schema[i].nested, value != nullptr ? value->get_if<Record>() : nullptr,
                          cells);
        } else if (schema[i].kind == FieldKind::scalar) {
            cells.push_back(value != nullptr ? machine_text(*value) : std::string());
        }
    }
}

/// The keys around a list: prefixed by the row's name, but for the one that is the row's number.
Cells outer_keys(const Schema& schema, const std::string& row_name) {
    Cells keys;
    append_keys(schema, {}, keys);
    for (std::string& key : keys) {
        if (key != row_name) {
            key.insert(0, row_name + "_");
        }
    }
    return keys;
}

} // namespace

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
    schema_ = schema;
    const auto list = std::find_if(schema_.begin(), schema_.end(),
                                   [](const Field& f) { return f.kind == FieldKind::list; });
    list_ = static_cast<std::size_t>(list - schema_.begin());
    Cells keys;
    if (list == schema_.end()) {
        append_keys(schema_, {}, keys);
    } else {
        keys = outer_keys(schema_, info.row_name);
        append_keys(list->nested, {}, keys);
    }
    write_line(keys);
}

void CsvWriter::row(const Record& record) {
    if (tables_ > 1) {
        return;
    }
    Cells outer;
    append_values(schema_, &record, outer);
    if (list_ == schema_.size()) {
        write_line(outer);
        return;
    }
    const auto* list = record[list_].get_if<RecordList>();
    const bool empty = list == nullptr || list->records.empty();
    for (std::size_t i = 0; i < (empty ? 1 : list->records.size()); ++i) {
        Cells cells = outer;
        append_values(schema_[list_].nested, empty ? nullptr : &list->records[i], cells);
        write_line(cells);
    }
}

void CsvWriter::end_table() {
}

void CsvWriter::end() {
}

void CsvWriter::write_line(const Cells& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += i == 0 ? "" : ",";
        line += csv_cell(cells[i]);
    }
    line += "\r\n";
    write(stream_, line);
}

} // namespace mptcp::taps
