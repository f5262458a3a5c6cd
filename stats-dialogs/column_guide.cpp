#include "stats-dialogs/column_guide.hpp"

#include <QFile>
#include <QStringList>
#include <QTextStream>

#include <algorithm>
#include <map>

// Resources of a static library are only there if they are asked for, outside of any namespace.
static void take_in_pages() {
    Q_INIT_RESOURCE(pages);
}

namespace mptcp::dialogs {

namespace {

taps::Unit unit_named(const QString& name) {
    static const std::map<QString, taps::Unit> units = {
        {"bytes", taps::Unit::bytes},
        {"count", taps::Unit::count},
        {"bit/s", taps::Unit::bits_per_second},
        {"s", taps::Unit::seconds},
        {"s since the epoch", taps::Unit::seconds},
        {"ratio", taps::Unit::ratio},
    };
    const auto found = units.find(name);
    return found == units.end() ? taps::Unit::none : found->second;
}

/// "`<host>_address`, `frame`" as a pattern.
QRegularExpression pattern_of(const QString& names) {
    static const QRegularExpression quoted("`([^`]*)`");
    QStringList patterns;
    for (auto match = quoted.globalMatch(names); match.hasNext();) {
        patterns << match.next().captured(1);
    }
    QString pattern = patterns.join('|');
    pattern.replace("<direction>", "(?:client_to_server|server_to_client)");
    pattern.replace("<host>", "(?:client|server)");
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern));
}

QString plain(QString text) {
    static const QRegularExpression link(R"(\[([^\]]*)\]\([^)]*\))");
    return text.replace(link, R"(\1)").remove('`').remove('*');
}

QStringList cells_of(const QString& line) {
    QStringList cells = line.split('|');
    for (QString& cell : cells) {
        cell = cell.trimmed();
    }
    return cells;
}

} // namespace

ColumnGuide::ColumnGuide(std::string_view report) {
    take_in_pages();
    QFile page(
        QString(":/reports/%1.md").arg(QString::fromUtf8(report.data(), int(report.size()))));
    if (!page.open(QIODevice::ReadOnly | QIODevice::Text)) {
        return;
    }
    static const QRegularExpression head(R"(^\| (?:column|key of `(?<table>\w+)`) \| unit \|)");
    bool in_table = false;
    QString table;
    QTextStream lines(&page);
    for (QString line; lines.readLineInto(&line);) {
        const QRegularExpressionMatch start = head.match(line);
        if (start.hasMatch()) {
            in_table = true;
            table = start.captured("table");
        } else if (!line.startsWith('|')) {
            in_table = false;
        } else if (in_table) {
            add_row(table, line);
        }
    }
}

void ColumnGuide::add_row(const QString& table, const QString& line) {
    const QStringList cells = cells_of(line);
    // An empty cell before the first '|' and one behind the last.
    if (cells.size() < 5 || !cells[1].startsWith('`')) {
        return;
    }
    const QString definition = plain(QStringList(cells.mid(3, cells.size() - 4)).join('|'));
    entries_.push_back(
        {table,
         pattern_of(cells[1]),
         {unit_named(cells[2]),
          cells[2].contains("since the epoch") || definition.contains("since the epoch"),
          definition}});
}

ColumnWords ColumnGuide::words(std::string_view table, std::string_view key) const {
    const QString name = QString::fromUtf8(key.data(), int(key.size()));
    const QString wanted = QString::fromUtf8(table.data(), int(table.size()));
    const auto in = [&](const QString& where) {
        return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.table == where && entry.words.definition != "as above" &&
                   entry.keys.match(name).hasMatch();
        });
    };
    auto found = in(wanted);
    if (found == entries_.end()) {
        found = in(QString());
    }
    return found == entries_.end() ? ColumnWords() : found->words;
}

} // namespace mptcp::dialogs
