#pragma once
/// A table as one flat list of columns, for formats that know nothing else:
/// - The fields of a nested record follow in its place, their keys joined by '_' (`rtt_min`).
/// - If the rows hold a list, every element of the list becomes a row of its own, under the keys of
///   the element. What it belongs to is repeated in front of it, its keys prefixed by the row's
///   name (a subflow's row has `role`, and `connection_version` of its connection). A row whose
///   list is empty becomes one row with the element's columns unknown.

#include "taps/report_writer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mptcp::taps {

class FlatTable {
  public:
    /// None of them is a null pointer; unknown values are null values.
    using Cells = std::vector<const Value*>;

    FlatTable() = default;
    FlatTable(const TableInfo& info, Schema schema);

    [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
    /// Calls `row` for each flat row of a record; the cells last as long as the record.
    void for_each_row(const Record& record, const std::function<void(const Cells&)>& row) const;

  private:
    Schema schema_;
    /// Position of the list in schema_, or its size.
    std::size_t list_ = 0;
    std::vector<std::string> keys_;
};

} // namespace mptcp::taps
