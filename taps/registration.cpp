#include "taps/registration.hpp"

#include "taps/option_tree.hpp"
#include "taps/report_queue.hpp"
#include "taps/stat_tables.hpp"

#include <glib.h>

#include <epan/stat_tap_ui.h>

#include <type_traits>

namespace mptcp::taps {

namespace {

/// stat_tap_init_cb returns nothing or whether it worked, by Wireshark's version: takes what it is.
template <typename Callback>
struct StatInit;

template <typename Result>
struct StatInit<Result (*)(const char*, void*)> {
    static Result run(const char* argument, void* queue) {
        const bool accepted = static_cast<ReportQueue*>(queue)->request(argument);
        if constexpr (!std::is_void_v<Result>) {
            return accepted;
        } else {
            static_cast<void>(accepted);
        }
    }
};

void register_argument(const char* argument, ReportQueue& queue) {
    stat_tap_ui ui = {};
    ui.group = REGISTER_STAT_GROUP_GENERIC;
    ui.title = "MPTCP";
    ui.cli_string = argument;
    ui.tap_init_cb = StatInit<stat_tap_init_cb>::run;
    register_stat_tap_ui(&ui, &queue);
}

} // namespace

void register_taps(const Analysis& analysis) {
    // Wireshark keeps it until the process ends.
    static ReportQueue queue(analysis);
    register_argument("mptcp", queue);
    // tshark and Wireshark would take the name of a table for the table, but for who comes first.
    for (const std::string_view report : kStatTableReports) {
        register_argument(stat_table_name(report).c_str(), queue);
    }
    register_stat_tables(analysis);
    register_option_tree();
}

} // namespace mptcp::taps
