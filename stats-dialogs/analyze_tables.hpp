#pragma once
/// Which reports a connection's window shows, and which of their columns at first.

#include "stats-dialogs/report_tab.hpp"

#include <string_view>
#include <vector>

namespace mptcp::dialogs {

struct AnalyzeTable {
    /// With its mnemonic.
    const char* label;
    std::string_view report;
    /// As people read it, above the tables.
    bool with_text;
    std::vector<ReportTab::Table> tables;
};

/// In the order of the tabs.
const std::vector<AnalyzeTable>& analyze_tables();

} // namespace mptcp::dialogs
