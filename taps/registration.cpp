#include "plugin/wireshark_compat.hpp"

#include "taps/registration.hpp"

#include "taps/option_tree.hpp"
#include "taps/report_queue.hpp"
#include "taps/stat_tables.hpp"

#include <string>

namespace mptcp::taps {

namespace {

compat::StatTapResult request_report(const char* argument, void* queue) {
    return compat::stat_tap_result(static_cast<ReportQueue*>(queue)->request(argument));
}

void register_argument(const char* argument, ReportQueue& queue) {
    stat_tap_ui ui = {};
    ui.group = REGISTER_STAT_GROUP_GENERIC;
    ui.title = "MPTCP";
    ui.cli_string = argument;
    ui.tap_init_cb = request_report;
    register_stat_tap_ui(&ui, &queue);
}

} // namespace

void register_taps(const Analysis& analysis) {
    // Wireshark keeps it until the process ends.
    static ReportQueue queue(analysis);
    register_cleanup_routine([] { queue.end_file(); });
    register_argument("mptcp", queue);
    // tshark and Wireshark would take the name of a table for the table, but for who comes first.
    for (const std::string_view report : kStatTableReports) {
        register_argument(stat_table_name(report).c_str(), queue);
    }
    register_stat_tables(analysis);
    register_option_tree();
}

} // namespace mptcp::taps
