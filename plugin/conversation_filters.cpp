#include "conversation_filters.hpp"

#include "analysis_session.hpp"
#include "wireshark_compat.hpp"

#include <optional>

namespace mptcp::plugin {

namespace {

/// Of the packet's first segment that is MPTCP. A post-dissector adds no layer to ask for: what was
/// kept for later passes knows the packet.
std::optional<FlowPlace> place_of(const packet_info* pinfo) {
    AnalysisSession* session = AnalysisSession::current();
    if (session == nullptr || pinfo == nullptr) {
        return std::nullopt;
    }
    const auto segments = session->facts().of_frame(pinfo->num);
    if (segments.begin() == segments.end()) {
        return std::nullopt;
    }
    return session->tracker().place((*segments.begin()).flow);
}

template <typename Result, typename... Extra>
Result is_valid(packet_info* pinfo, Extra... /*user_data*/) {
    return place_of(pinfo).has_value();
}

template <typename Result, typename... Extra>
Result connection_filter(packet_info* pinfo, Extra... /*user_data*/) {
    const auto place = place_of(pinfo);
    return place ? g_strdup_printf("mptcp_analysis.connection == %u", place->connection) : nullptr;
}

template <typename Result, typename... Extra>
Result subflow_filter(packet_info* pinfo, Extra... /*user_data*/) {
    const auto place = place_of(pinfo);
    return place
               ? g_strdup_printf("mptcp_analysis.connection == %u && mptcp_analysis.subflow == %u",
                                 place->connection, place->subflow)
               : nullptr;
}

} // namespace

void register_conversation_filters() {
    compat::add_conversation_filter(register_conversation_filter, "mptcp_analysis",
                                    "MPTCP Connection", is_valid, connection_filter);
    compat::add_conversation_filter(register_conversation_filter, "mptcp_analysis", "MPTCP Subflow",
                                    is_valid, subflow_filter);
}

} // namespace mptcp::plugin
