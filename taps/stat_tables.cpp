#include "taps/stat_tables.hpp"

#include "plugin/wireshark_compat.hpp"

#include "taps/flat_table.hpp"
#include "taps/report.hpp"

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mptcp::taps {

namespace {

using Item = stat_tap_table_item_type;

Item number_item(double number) {
    Item item = {};
    item.type = TABLE_ITEM_FLOAT;
    item.value.float_value = number;
    return item;
}

Item integer_item(std::uint64_t number) {
    if (number > std::numeric_limits<guint>::max()) {
        return number_item(static_cast<double>(number));
    }
    Item item = {};
    item.type = TABLE_ITEM_UINT;
    item.value.uint_value = static_cast<guint>(number);
    return item;
}

Item text_item(const std::string& text) {
    Item item = {};
    item.type = TABLE_ITEM_STRING;
    item.value.string_value = g_strdup(text.c_str());
    return item;
}

/// What has no type of its own there (truth values, hexadecimal numbers) is text.
Item item_of(const Value& value) {
    if (value.is_null()) {
        return {};
    }
    if (const auto* number = value.get_if<std::uint64_t>()) {
        return integer_item(*number);
    }
    if (const auto* number = value.get_if<std::int64_t>()) {
        return *number < 0 ? number_item(static_cast<double>(*number))
                           : integer_item(static_cast<std::uint64_t>(*number));
    }
    if (const auto* number = value.get_if<double>()) {
        return number_item(*number);
    }
    if (const auto* time = value.get_if<Seconds>()) {
        return number_item(static_cast<double>(time->nanoseconds) / kNanosecondsPerSecond);
    }
    return text_item(machine_text(value));
}

struct Table {
    std::vector<std::string> columns;
    /// The texts in them are for stat_tap_free_table_item_cb to free.
    std::vector<std::vector<Item>> rows;
};

/// Keeps the first table of a report.
class TableKeeper final : public ReportWriter {
  public:
    [[nodiscard]] Audience audience() const override { return Audience::machines; }

    void begin(const DocumentInfo& /*info*/) override {}
    void text(std::string_view /*paragraph*/) override {}

    void begin_table(const TableInfo& info, const Schema& schema) override {
        if (++tables_ == 1) {
            flat_ = FlatTable(info, schema);
            table_.columns = flat_.keys();
        }
    }

    void row(const Record& record) override {
        if (tables_ > 1) {
            return;
        }
        flat_.for_each_row(record, [this](const FlatTable::Cells& cells) {
            std::vector<Item>& row = table_.rows.emplace_back();
            for (const Value* cell : cells) {
                row.push_back(item_of(*cell));
            }
        });
    }

    void end_table() override {}
    void end() override {}

    [[nodiscard]] const Table& table() const { return table_; }

  private:
    unsigned tables_ = 0;
    FlatTable flat_;
    Table table_;
};

/// Of the whole capture; `tracker` may be null.
Table table_of(const ReportType& type, const Tracker* tracker) {
    const Selection everything;
    const ReportOptions options;
    const SegmentLog segments;
    TableKeeper keeper;
    type.write({tracker, everything, options, segments}, keeper);
    return keeper.table();
}

/// Wireshark hands the base to the callbacks.
class StatTable : public stat_tap_table_ui {
  public:
    StatTable(const Analysis& analysis, const ReportType& type);

  private:
    static void fill(stat_tap_table_ui* ui);
    static void free_item(stat_tap_table* table, guint row, guint column, Item* item);

    Analysis analysis_;
    const ReportType& type_;
    std::string name_;
    std::string title_;
    std::vector<std::string> columns_;
    std::vector<stat_tap_table_item> items_;
};

StatTable::StatTable(const Analysis& analysis, const ReportType& type)
    : stat_tap_table_ui(), analysis_(analysis), type_(type),
      name_(stat_table_name(type.grammar.name)), title_("MPTCP " + std::string(type.grammar.name)),
      columns_(table_of(type, nullptr).columns) {
    for (const std::string& column : columns_) {
        // Each cell has a type of its own.
        items_.push_back({.type = TABLE_ITEM_NONE,
                          .align = TAP_ALIGN_LEFT,
                          .column_name = column.c_str(),
                          .field_format = ""});
    }
    group = REGISTER_STAT_GROUP_GENERIC; // has no menu: Wireshark's windows are others
    title = title_.c_str();
    tap_name = "mptcp_analysis";
    cli_string = name_.c_str();
    stat_tap_init_cb = fill;
    stat_tap_free_table_item_cb = free_item;
    nfields = items_.size();
    fields = items_.data();
}

/// Called when the table is asked for, and the capture is read by then.
void StatTable::fill(stat_tap_table_ui* ui) {
    auto& self = *static_cast<StatTable*>(ui);
    Tracker* const tracker = self.analysis_.tracker();
    if (tracker != nullptr) {
        tracker->settle();
    }
    const std::vector<std::vector<Item>> rows = table_of(self.type_, tracker).rows;
    const auto columns = static_cast<guint>(self.columns_.size());
    stat_tap_table* const table =
        stat_tap_init_table(ui->title, static_cast<int>(columns), 0, nullptr);
    for (guint i = 0; i < rows.size(); ++i) {
        stat_tap_init_table_row(table, i, columns, rows[i].data());
    }
    stat_tap_add_table(ui, table);
}

void StatTable::free_item(stat_tap_table* /*table*/, guint /*row*/, guint /*column*/, Item* item) {
    if (item->type == TABLE_ITEM_STRING) {
        g_free(const_cast<char*>(item->value.string_value));
    }
}

} // namespace

std::string stat_table_name(std::string_view report) {
    return "mptcp," + std::string(report);
}

void register_stat_tables(const Analysis& analysis) {
    // Wireshark keeps them until the process ends.
    static std::vector<std::unique_ptr<StatTable>> tables;
    for (const std::string_view report : kStatTableReports) {
        tables.push_back(std::make_unique<StatTable>(analysis, *find_report_type(report)));
        register_stat_tap_table_ui(tables.back().get());
    }
}

} // namespace mptcp::taps
