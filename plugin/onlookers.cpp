#include "onlookers.hpp"

#include "experts.hpp"
#include "program.hpp"

namespace mptcp::plugin {

namespace {

int facts_tap = -1;
int report_tap = -1;

} // namespace

void register_onlookers(int analysis_tap) {
    facts_tap = analysis_tap;
    report_tap = register_tap("mptcp_report");
}

bool reports_are_drawn() {
    return have_tap_listener(report_tap) != 0;
}

bool frames_are_tapped() {
    static const int frame_tap = find_tap_id("frame");
    return have_tap_listener(frame_tap) != 0;
}

std::string other_tap_with_listener() {
    GList* const names = get_tap_names();
    std::string found;
    for (const GList* each = names; each != nullptr; each = each->next) {
        const auto* name = static_cast<const char*>(each->data);
        const int tap = find_tap_id(name);
        if (tap != report_tap && have_tap_listener(tap)) {
            found = name;
        }
    }
    g_list_free(names);
    return found;
}

bool taps_are_served(packet_info* pinfo) {
    static const char any_data = 0;
    tap_queue_packet(facts_tap, pinfo, &any_data);
    return fetch_tapped_data(facts_tap, 0) != nullptr;
}

bool is_looked_at(packet_info* pinfo, const proto_tree* tree) {
    return tree != nullptr || have_tap_listener(facts_tap) || experts_are_wanted() ||
           frames_are_tapped() || !is_tshark() || !taps_are_served(pinfo);
}

} // namespace mptcp::plugin
