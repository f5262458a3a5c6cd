/// The composition root: what Wireshark loads, and where the parts are put together.

#include "wireshark_compat.hpp"

#include "analysis_session.hpp"
#include "bulk_mode.hpp"
#include "conversation_filters.hpp"
#include "conversation_table.hpp"
#include "deferred_analysis.hpp"
#include "experts.hpp"
#include "fields.hpp"
#include "options_tap.hpp"
#include "post_dissector.hpp"
#include "preferences.hpp"
#include "statistics_menu.hpp"
#include "tcp_hook.hpp"

#include "taps/registration.hpp"

// `const` has internal linkage in C++ unless a declaration says otherwise; WS_DLL_PUBLIC says
// `extern`.
extern "C" {
WS_DLL_PUBLIC const char plugin_version[];
WS_DLL_PUBLIC const int plugin_want_major;
WS_DLL_PUBLIC const int plugin_want_minor;
WS_DLL_PUBLIC void plugin_register();

const char plugin_version[] = MPTCP_PLUGIN_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;
}

namespace {

namespace plugin = mptcp::plugin;

mptcp::Tracker* current_tracker() {
    plugin::AnalysisSession* session = plugin::AnalysisSession::current();
    if (session == nullptr) {
        return nullptr;
    }
    if (plugin::bulk_mode_is_on()) {
        plugin::finish_bulk();
    }
    plugin::finish_deferred();
    return &session->tracker();
}

std::string why_analysis_is_off() {
    for (const char* protocol : {"mptcp_analysis", "tcp"}) {
        const int number = proto_get_id_by_filter_name(protocol);
        if (!proto_is_protocol_enabled(find_protocol_by_id(number))) {
            return std::string("no packet is analysed: the protocol ") + protocol + " is disabled";
        }
    }
    return plugin::tcp_hook_is_in_place()
               ? ""
               : "no packet is analysed: Decode As for ip.proto 6 passes the analysis by";
}

/// Everything is registered here, taps included: sharkd calls no other kind of plugin.
void register_analysis() {
    const int protocol =
        proto_register_protocol("Multipath TCP Analysis", "MPTCP Analysis", "mptcp_analysis");
    plugin::register_fields(protocol);
    plugin::register_experts(protocol);
    plugin::register_preferences(protocol);
    plugin::register_conversation_filters();
    plugin::register_options_tap();
    plugin::register_conversation_table(protocol);
    plugin::register_tcp_hook(protocol);
    plugin::register_post_dissector(protocol);
    plugin::register_bulk_mode(protocol);
    plugin::register_statistics_menu(protocol);
    mptcp::taps::register_taps({.tracker = current_tracker,
                                .why_off = why_analysis_is_off,
                                .want_history = plugin::AnalysisSession::want_history,
                                .want_bulk = plugin::request_bulk_mode});
}

} // namespace

void plugin_register() {
    static proto_plugin registration;
    registration.register_protoinfo = register_analysis;
    registration.register_handoff = plugin::chain_tcp_hook;
    proto_register_plugin(&registration);
}
