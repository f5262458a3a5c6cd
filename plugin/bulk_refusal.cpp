#include "bulk_refusal.hpp"

#include "tcp_hook.hpp"

namespace mptcp::plugin {

namespace {

/// The name of a tap that somebody listens to, other than `bulk_tap`; empty if there is none.
std::string other_tap_with_listener(int bulk_tap) {
    GList* const names = get_tap_names();
    std::string found;
    for (const GList* each = names; each != nullptr; each = each->next) {
        const auto* name = static_cast<const char*>(each->data);
        const int tap = find_tap_id(name);
        if (tap != bulk_tap && have_tap_listener(tap)) {
            found = name;
        }
    }
    g_list_free(names);
    return found;
}

/// The first of two passes over a file serves no taps. `tap` has no listeners.
bool taps_are_served(packet_info* pinfo, int tap) {
    static const char any_data = 0;
    tap_queue_packet(tap, pinfo, &any_data);
    return fetch_tapped_data(tap, 0) != nullptr;
}

} // namespace

std::string why_not_in_bulk(packet_info* pinfo, const proto_tree* tree, int bulk_tap) {
    const std::string tap = other_tap_with_listener(bulk_tap);
    if (!tap.empty()) {
        return "it goes with no other statistic or export (one listens to '" + tap + "')";
    }
    if (!taps_are_served(pinfo, find_tap_id("mptcp_analysis"))) {
        return "it goes with no second pass (-2)";
    }
    if (tree != nullptr || pinfo->cinfo != nullptr) {
        return "it goes with no packet list, fields or display filter (give -q, and none of -V, "
               "-T, -O, -Y)";
    }
    if (!tcp_hook_is_in_place()) {
        return "it goes with no Decode As for ip.proto 6";
    }
    return {};
}

} // namespace mptcp::plugin
