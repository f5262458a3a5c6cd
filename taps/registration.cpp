#include "taps/registration.hpp"

#include "taps/option_tree.hpp"
#include "taps/report_queue.hpp"

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

} // namespace

void register_taps(const Analysis& analysis) {
    // Wireshark keeps both until the process ends.
    static ReportQueue queue(analysis);
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .title = "MPTCP",
        .cli_string = "mptcp",
        .tap_init_cb = StatInit<stat_tap_init_cb>::run,
        .nparams = 0,
        .params = nullptr,
    };
    register_stat_tap_ui(&ui, &queue);
    register_option_tree();
}

} // namespace mptcp::taps
