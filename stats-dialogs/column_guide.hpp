#pragma once
/// What the columns of a report mean, in the words of its page in docs/reports, which is built in.

#include "taps/schema.hpp"

#include <QRegularExpression>
#include <QString>

#include <string_view>
#include <vector>

namespace mptcp::dialogs {

struct ColumnWords {
    taps::Unit unit = taps::Unit::none;
    /// Seconds since the epoch.
    bool is_date = false;
    /// One sentence, in plain text.
    QString definition;
};

class ColumnGuide {
  public:
    /// `report` is the name of one of taps/report.hpp.
    explicit ColumnGuide(std::string_view report);

    /// `table` is the name of a table in JSON; empty for the first one. Empty words for a key that
    /// the page does not describe.
    [[nodiscard]] ColumnWords words(std::string_view table, std::string_view key) const;

  private:
    struct Entry {
        /// Empty for the first table.
        QString table;
        QRegularExpression keys;
        ColumnWords words;
    };

    void add_row(const QString& table, const QString& line);

    std::vector<Entry> entries_;
};

} // namespace mptcp::dialogs
