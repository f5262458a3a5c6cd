#pragma once
/// The one place for what differs between the Wireshark versions that this source builds on
/// (4.0 to 4.6). It includes the headers whose order or linkage matters, and nothing of ours: who
/// calls Wireshark includes this first.

// GLib has C++ templates in it: it must come before any `extern "C"` block that includes it.
#include <glib.h>

#include <wireshark.h>

#include <epan/conversation_filter.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/stat_tap_ui.h>
#include <epan/stats_tree.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>
#include <wsutil/wslog.h>

#include <ws_version.h>

#include <type_traits>

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

/// What a `-z` callback returns: nothing, or by version whether it succeeded.
using StatTapResult = std::invoke_result_t<stat_tap_init_cb, const char*, void*>;

/// The end of a `-z` callback: `return stat_tap_result(ok);`
inline StatTapResult stat_tap_result(bool succeeded) {
    return static_cast<StatTapResult>(succeeded);
}

/// Whether stock TCP begins another stream after FIN or RST, and learns from fragments, too.
inline constexpr bool kTcpStreamsEnd = MPTCP_WIRESHARK_AT_LEAST(4, 2);

/// Whether a preference holds something of its own that a user can set.
inline bool is_setting(pref_t* preference) {
#if MPTCP_WIRESHARK_AT_LEAST(4, 6)
    const int type = prefs_get_type(preference);
    return type != PREF_STATIC_TEXT && type != PREF_UAT &&
           !prefs_is_preference_obsolete(preference);
#else
    constexpr int others = PREF_OBSOLETE | PREF_STATIC_TEXT | PREF_UAT;
    return (prefs_get_type(preference) & others) == 0;
#endif
}

/// register_conversation_filter() and its callbacks took a `user_data` on the way to 4.4. By shape,
/// not by version: `is_valid` and `build` are function templates over <Result, Extra...>, to be
/// given as is_filter_valid_func and build_filter_string_func.
template <typename Register>
void add_conversation_filter(Register* register_filter, const char* protocol, const char* label,
                             is_filter_valid_func is_valid, build_filter_string_func build) {
    if constexpr (std::is_invocable_v<Register*, const char*, const char*, is_filter_valid_func,
                                      build_filter_string_func>) {
        register_filter(protocol, label, is_valid, build);
    } else {
        register_filter(protocol, label, is_valid, build, nullptr);
    }
}

} // namespace mptcp::compat
