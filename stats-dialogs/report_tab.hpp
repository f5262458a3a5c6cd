#pragma once
/// One tab of a connection's window: a report as people read it, its tables, or both.

#include "stats-dialogs/capture.hpp"
#include "stats-dialogs/report_table_model.hpp"

#include <QWidget>

#include <optional>
#include <string_view>
#include <vector>

class QLabel;
class QPlainTextEdit;

namespace mptcp::dialogs {

class ReportView;

class ReportTab final : public QWidget {
    Q_OBJECT
  public:
    struct Table {
        /// As in JSON; empty for the report's first one.
        std::string_view name;
        /// Above the table; null for none.
        const char* caption;
        std::vector<ReportTableModel::Heading> headings;
    };

    /// `report` is the name of one of taps/report.hpp.
    /// `label` is what screen readers call its contents.
    ReportTab(Capture& capture, std::string_view report, const QString& label, bool with_text,
              const std::vector<Table>& tables, QWidget* parent);

    [[nodiscard]] std::string_view report() const { return report_; }
    /// Whether it shows what the capture holds now.
    [[nodiscard]] bool is_current() const { return is_current_; }
    void outdate() { is_current_ = false; }

    /// What the report says of one connection. If it reads segments they have to be loaded.
    void show_connection(ConnectionNumber connection);
    void clear();
    /// Instead of the tables: why there is nothing to see.
    void say(const QString& why);

    /// The table in use: the one with the focus, else the first. Null if there is none.
    [[nodiscard]] ReportView* view() const;

  private:
    Capture& capture_;
    std::string_view report_;
    bool is_current_ = false;
    QLabel* note_;
    QPlainTextEdit* text_ = nullptr;
    std::vector<ReportView*> views_;
};

} // namespace mptcp::dialogs
