#include "stats-dialogs/report_table_model.hpp"

#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace mptcp::dialogs {

namespace {

QString from_utf8(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<int>(text.size()));
}

/// The promised words of enumerations are written as in "server_to_client".
bool is_promised_word(std::string_view text) {
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

} // namespace

ReportTableModel::ReportTableModel(std::string_view report, std::string_view table,
                                   std::vector<Heading> headings, QObject* parent)
    : QAbstractTableModel(parent), report_(report), table_name_(table),
      headings_(std::move(headings)), guide_(report) {
}

void ReportTableModel::show(CollectedTable table, Nanoseconds origin) {
    beginResetModel();
    table_ = std::move(table);
    origin_ = origin;
    words_.clear();
    for (const std::string& key : table_.keys()) {
        words_.push_back(guide_.words(table_name_, key));
    }
    order_rows();
    endResetModel();
}

void ReportTableModel::order_rows() {
    if (sorted_column_ >= 0 && sorted_column_ < columnCount()) {
        order_ = table_.sorted_by(static_cast<std::size_t>(sorted_column_),
                                  sort_order_ == Qt::DescendingOrder);
        return;
    }
    order_.resize(table_.rows());
    std::iota(order_.begin(), order_.end(), 0);
}

void ReportTableModel::sort(int column, Qt::SortOrder order) {
    sorted_column_ = column;
    sort_order_ = order;
    emit layoutAboutToBeChanged();
    const std::vector<std::uint32_t> before = order_;
    order_rows();
    // Where each row of the table stands now, for what is selected.
    std::vector<int> place(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
        place[order_[i]] = static_cast<int>(i);
    }
    const QModelIndexList old = persistentIndexList();
    QModelIndexList moved;
    for (const QModelIndex& index : old) {
        moved << this->index(place[before[static_cast<std::size_t>(index.row())]], index.column());
    }
    changePersistentIndexList(old, moved);
    emit layoutChanged();
}

int ReportTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(table_.rows());
}

int ReportTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(table_.keys().size());
}

QString ReportTableModel::text_of(const taps::Value& value, const ColumnWords& words) const {
    const auto* const seconds = value.get_if<taps::Seconds>();
    if (seconds != nullptr && words.is_date) {
        return from_utf8(fmt::format("{:.6f}", to_seconds(seconds->nanoseconds - origin_)));
    }
    QString text = from_utf8(taps::people_text(value, words.unit));
    if (const auto* word = value.get_if<std::string>();
        word != nullptr && is_promised_word(*word)) {
        text.replace('_', ' ');
    }
    return text;
}

QVariant ReportTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const auto column = static_cast<std::size_t>(index.column());
    const taps::Value value = table_.value(order_[static_cast<std::size_t>(index.row())], column);
    const ColumnWords& words = words_[column];
    switch (role) {
    case Qt::DisplayRole:
        return text_of(value, words);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (table_.holds_text(column) ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::ToolTipRole:
        // All digits, where the cell shows three.
        return from_utf8(taps::machine_text(value));
    default:
        return {};
    }
}

QVariant ReportTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return QAbstractTableModel::headerData(section, orientation, role);
    }
    const std::string& key = table_.keys()[static_cast<std::size_t>(section)];
    const ColumnWords& words = words_[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) {
        const auto named =
            std::find_if(headings_.begin(), headings_.end(),
                         [&key](const Heading& heading) { return heading.key == key; });
        return named != headings_.end() ? tr(named->text) : from_utf8(key);
    }
    if (role == Qt::ToolTipRole) {
        const QString note =
            words.is_date ? tr(" Shown from the start of the first connection on.") : QString();
        return QString("<p><b>%1</b><br>%2.%3</p>")
            .arg(from_utf8(key), words.definition.toHtmlEscaped(), note);
    }
    return {};
}

bool ReportTableModel::holds_text(int column) const {
    return table_.holds_text(static_cast<std::size_t>(column));
}

std::optional<int> ReportTableModel::column_of(std::string_view key) const {
    const auto column = table_.column(key);
    return column ? std::optional(static_cast<int>(*column)) : std::nullopt;
}

taps::Value ReportTableModel::value(int row, std::string_view key) const {
    const auto column = table_.column(key);
    return column ? table_.value(order_[static_cast<std::size_t>(row)], *column) : taps::Value();
}

} // namespace mptcp::dialogs
