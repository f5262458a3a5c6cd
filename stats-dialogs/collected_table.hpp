#pragma once
/// The rows of a report's table, as flat as CSV has them, kept column by column: nine bytes a cell,
/// so that tables of a million rows can be shown and sorted.

#include "taps/flat_table.hpp"
#include "taps/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mptcp::dialogs {

class CollectedTable {
  public:
    CollectedTable() = default;
    /// `name` as in JSON, `keys` as in CSV.
    CollectedTable(std::string name, std::vector<std::string> keys);

    /// One cell for each key.
    void add(const taps::FlatTable::Cells& cells);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::optional<std::size_t> column(std::string_view key) const;
    /// Words, not quantities; also if none of its values is known.
    [[nodiscard]] bool holds_text(std::size_t column) const;
    /// A scalar.
    [[nodiscard]] taps::Value value(std::size_t row, std::size_t column) const;

    /// All rows in the order of a column: unknown values last in either direction, texts with
    /// numbers in them by these, equal ones as they were added.
    [[nodiscard]] std::vector<std::uint32_t> sorted_by(std::size_t column, bool descending) const;

  private:
    enum class Kind : std::uint8_t {
        unknown,
        boolean,
        integer,
        natural,
        real,
        text,
        hex,
        seconds,
    };
    struct Column {
        std::vector<Kind> kinds;
        /// What it is by its kind; of a text the index in `texts`.
        std::vector<std::uint64_t> bits;
        std::vector<std::string> texts;
        std::unordered_map<std::string, std::uint64_t> index_of_text;
        unsigned hex_digits = 0;
        bool holds_quantity = false;

        void add(const taps::Value& value);
        [[nodiscard]] taps::Value value(std::size_t row) const;
        /// Something that orders the rows with a known value.
        [[nodiscard]] std::vector<double> ranks() const;
        [[nodiscard]] std::vector<double> ranks_of_texts() const;
    };

    std::string name_;
    std::vector<std::string> keys_;
    std::vector<Column> columns_;
    std::size_t rows_ = 0;
};

} // namespace mptcp::dialogs
