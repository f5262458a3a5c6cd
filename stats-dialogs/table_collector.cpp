#include "stats-dialogs/table_collector.hpp"

namespace mptcp::dialogs {

void TableCollector::begin(const taps::DocumentInfo& /*info*/) {
}

void TableCollector::text(std::string_view /*paragraph*/) {
}

void TableCollector::begin_table(const taps::TableInfo& info, const taps::Schema& schema) {
    flat_ = taps::FlatTable(info, schema);
    tables_.emplace_back(info.key, flat_.keys());
}

void TableCollector::row(const taps::Record& record) {
    flat_.for_each_row(record,
                       [this](const taps::FlatTable::Cells& cells) { tables_.back().add(cells); });
}

void TableCollector::end_table() {
}

void TableCollector::end() {
}

} // namespace mptcp::dialogs
