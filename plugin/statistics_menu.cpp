#include "wireshark_compat.hpp"

#include "statistics_menu.hpp"

#include "analysis_session.hpp"

#include "stats-dialogs/module.hpp"

#include <epan/plugin_if.h>
#include <wsutil/report_message.h>

#include <gmodule.h>

#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <string>

namespace mptcp::plugin {

namespace {

/// Null until the first click, and if the module cannot be loaded.
const dialogs::Windows* windows = nullptr;

Tracker* settled_tracker() {
    AnalysisSession* const session = AnalysisSession::current();
    if (session == nullptr || !session->is_fed()) {
        return nullptr;
    }
    session->tracker().settle();
    return &session->tracker();
}

std::size_t segments() {
    const AnalysisSession* const session = AnalysisSession::current();
    return session != nullptr ? session->facts().size() : 0;
}

ConnectionNumber connection_of(FrameNumber frame) {
    AnalysisSession* const session = AnalysisSession::current();
    if (session != nullptr) {
        for (const SegmentFacts& facts : session->facts().of_frame(frame)) {
            return session->tracker().completed(facts).connection;
        }
    }
    return kNoConnection;
}

/// <plugins>/<version>/epan/mptcp_analysis.so has its windows in
/// <plugins>/<version>/mptcp_analysis/mptcp_dialogs.so, where Wireshark looks for no plugin.
std::filesystem::path module_path() {
    Dl_info self{};
    if (dladdr(reinterpret_cast<const void*>(&module_path), &self) == 0) {
        return {};
    }
    const std::filesystem::path plugin = self.dli_fname;
    return plugin.parent_path().parent_path() / plugin.stem() / "mptcp_dialogs.so";
}

/// Gives what is wrong, or nothing.
std::string load_windows() {
    static const dialogs::Host host{settled_tracker, segments, connection_of};
    const std::string path = module_path().string();
    GModule* const module = g_module_open(path.c_str(), G_MODULE_BIND_LOCAL);
    if (module == nullptr) {
        return std::string("The windows of Statistics > MPTCP are missing: ") + g_module_error();
    }
    gpointer entry = nullptr;
    if (g_module_symbol(module, dialogs::kEntryPoint, &entry) != 0) {
        windows = reinterpret_cast<dialogs::EntryPoint>(entry)(host, MPTCP_PLUGIN_VERSION);
    }
    if (windows == nullptr) {
        g_module_close(module);
        return path + " is of another version than the plugin: install both anew.";
    }
    g_module_make_resident(module);
    return {};
}

void open_window(ext_menubar_gui_type /*gui_type*/, gpointer /*gui_object*/, gpointer window) {
    if (windows == nullptr) {
        const std::string problem = load_windows();
        if (!problem.empty()) {
            report_failure("%s", problem.c_str());
            return;
        }
    }
    windows->open(static_cast<dialogs::Window>(GPOINTER_TO_UINT(window)));
}

void tell_windows() {
    if (windows != nullptr) {
        windows->capture_closed();
    }
}

struct Entry {
    const char* label;
    const char* tooltip;
    dialogs::Window window;
};

constexpr std::array<Entry, 3> kEntries{{
    {"&Connections…", "Multipath TCP connections and attempts of this capture",
     dialogs::Window::connections},
    {"&Analyze Connection…",
     "Subflows, reinjections, events, mappings and checks of the "
     "Multipath TCP connection of the selected packet",
     dialogs::Window::analysis},
    {"&Graphs…", "Graphs of the Multipath TCP connection of the selected packet",
     dialogs::Window::graphs},
}};

} // namespace

void register_statistics_menu(int analysis_protocol) {
    ext_menu_t* const menu = ext_menubar_register_menu(analysis_protocol, "MPTCP", TRUE);
    ext_menubar_set_parentmenu(menu, "Statistics");
    for (const Entry& entry : kEntries) {
        ext_menubar_add_entry(menu, entry.label, entry.tooltip, open_window,
                              GUINT_TO_POINTER(static_cast<guint>(entry.window)));
    }
    register_cleanup_routine(tell_windows);
}

} // namespace mptcp::plugin
