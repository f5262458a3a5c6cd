#include "bulk_refusal.hpp"

#include "onlookers.hpp"
#include "tcp_hook.hpp"

namespace mptcp::plugin {

std::string why_not_in_bulk(packet_info* pinfo, const proto_tree* tree) {
    const std::string tap = other_tap_with_listener();
    if (!tap.empty()) {
        return "it goes with no other statistic or export (one listens to '" + tap + "')";
    }
    if (!taps_are_served(pinfo)) {
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
