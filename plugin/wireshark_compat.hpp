#pragma once
/// The one place for what differs between the Wireshark versions that this source builds on
/// (4.0 to 4.6). It includes the headers whose order or linkage matters, and nothing of ours: who
/// calls Wireshark includes this first.

// GLib has C++ templates in it: it must come before any `extern "C"` block that includes it.
#include <glib.h>

#include <wireshark.h>

#include <epan/packet.h>
#include <epan/proto_data.h>
#include <epan/stat_tap_ui.h>
#include <epan/stats_tree.h>
#include <epan/tap.h>
#include <wsutil/wslog.h>

#include <ws_version.h>

#define MPTCP_WIRESHARK_AT_LEAST(major, minor)                                                     \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#if !MPTCP_WIRESHARK_AT_LEAST(4, 0)
#error "Wireshark 4.0 or later is needed."
#endif

namespace mptcp::compat {

/// What callbacks and their arguments use for truth values.
#if MPTCP_WIRESHARK_AT_LEAST(4, 4)
using Boolean = bool;
#else
using Boolean = gboolean;
#endif

/// What a `-z` callback (stat_tap_init_cb) returns: nothing before 4.6, then whether it succeeded.
#if MPTCP_WIRESHARK_AT_LEAST(4, 6)
using StatTapResult = bool;
#else
using StatTapResult = void;
#endif

/// The end of a `-z` callback: `return stat_tap_result(ok);`
inline StatTapResult stat_tap_result([[maybe_unused]] bool succeeded) {
#if MPTCP_WIRESHARK_AT_LEAST(4, 6)
    return succeeded;
#endif
}

/// Between a menu and an entry in the name of a stats tree.
#ifdef STATS_TREE_MENU_SEPARATOR
inline constexpr const char* kStatsTreeSeparator = STATS_TREE_MENU_SEPARATOR;
#else
inline constexpr const char* kStatsTreeSeparator = "/";
#endif

} // namespace mptcp::compat
