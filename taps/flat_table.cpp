#include "taps/flat_table.hpp"

#include <algorithm>
#include <utility>

namespace mptcp::taps {

namespace {

using Keys = std::vector<std::string>;
using Cells = FlatTable::Cells;

void append_keys(const Schema& schema, const std::string& prefix, Keys& keys) {
    for (const Field& field : schema) {
        if (field.kind == FieldKind::record) {
            append_keys(field.nested, prefix + field.key + "_", keys);
        } else if (field.kind == FieldKind::scalar) {
            keys.push_back(prefix + field.key);
        }
    }
}

/// `record` may be null: then all its cells are.
void append_cells(const Schema& schema, const Record* record, Cells& cells) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Value* value = record != nullptr ? &(*record)[i] : nullptr;
        if (schema[i].kind == FieldKind::record) {
            append_cells(schema[i].nested, value != nullptr ? value->get_if<Record>() : nullptr,
                         cells);
        } else if (schema[i].kind == FieldKind::scalar) {
            static const Value unknown;
            cells.push_back(value != nullptr ? value : &unknown);
        }
    }
}

/// The keys around a list: prefixed by the row's name, but for the one that is the row's number.
Keys outer_keys(const Schema& schema, const std::string& row_name) {
    Keys keys;
    append_keys(schema, {}, keys);
    for (std::string& key : keys) {
        if (key != row_name) {
            key.insert(0, row_name + "_");
        }
    }
    return keys;
}

} // namespace

FlatTable::FlatTable(const TableInfo& info, Schema schema) : schema_(std::move(schema)) {
    const auto list = std::find_if(schema_.begin(), schema_.end(),
                                   [](const Field& f) { return f.kind == FieldKind::list; });
    list_ = static_cast<std::size_t>(list - schema_.begin());
    if (list == schema_.end()) {
        append_keys(schema_, {}, keys_);
    } else {
        keys_ = outer_keys(schema_, info.row_name);
        append_keys(list->nested, {}, keys_);
    }
}

void FlatTable::for_each_row(const Record& record,
                             const std::function<void(const Cells&)>& row) const {
    Cells outer;
    append_cells(schema_, &record, outer);
    if (list_ == schema_.size()) {
        row(outer);
        return;
    }
    const auto* list = record[list_].get_if<RecordList>();
    const bool empty = list == nullptr || list->records.empty();
    for (std::size_t i = 0; i < (empty ? 1 : list->records.size()); ++i) {
        Cells cells = outer;
        append_cells(schema_[list_].nested, empty ? nullptr : &list->records[i], cells);
        row(cells);
    }
}

} // namespace mptcp::taps
