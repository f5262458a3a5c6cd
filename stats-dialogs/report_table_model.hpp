#pragma once
/// A collected table as views show it: values as people read them, sorted by any column. It holds
/// no item per row; sorting is a permutation.

#include "stats-dialogs/collected_table.hpp"
#include "stats-dialogs/column_guide.hpp"

#include "analysis/units.hpp"

#include <QAbstractTableModel>

#include <string_view>
#include <vector>

namespace mptcp::dialogs {

class ReportTableModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    /// How a column is called; one that is not named is called by its key.
    struct Heading {
        std::string_view key;
        const char* text;
    };

    /// The table of this name of a report; the first one if it has no name.
    ReportTableModel(std::string_view report, std::string_view table, std::vector<Heading> headings,
                     QObject* parent);

    /// Shows these rows, in the order that was chosen last. Times are shown from `origin` on.
    void show(CollectedTable table, Nanoseconds origin);
    void clear() { show({}, 0); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    /// None if there is no such column.
    [[nodiscard]] std::optional<int> column_of(std::string_view key) const;
    [[nodiscard]] bool holds_text(int column) const;
    /// Null if the column is missing or the value unknown.
    [[nodiscard]] taps::Value value(int row, std::string_view key) const;

  private:
    [[nodiscard]] QString text_of(const taps::Value& value, const ColumnWords& words) const;
    void order_rows();

    std::string report_;
    std::string table_name_;
    std::vector<Heading> headings_;
    ColumnGuide guide_;
    CollectedTable table_;
    /// Of each column of the table.
    std::vector<ColumnWords> words_;
    Nanoseconds origin_ = 0;
    /// Rows of the table in the order shown.
    std::vector<std::uint32_t> order_;
    int sorted_column_ = -1;
    Qt::SortOrder sort_order_ = Qt::AscendingOrder;
};

} // namespace mptcp::dialogs
