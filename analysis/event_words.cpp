#include "event_words.hpp"

namespace mptcp {

const char* event_name(EventType type) {
    switch (type) {
    case EventType::created:
        return "CREATED";
    case EventType::established:
        return "ESTABLISHED";
    case EventType::closed:
        return "CLOSED";
    case EventType::announced:
    case EventType::announced_echo:
        return "ANNOUNCED";
    case EventType::removed:
        return "REMOVED";
    case EventType::subflow_established:
        return "SF_ESTABLISHED";
    case EventType::subflow_refused:
        return "SF_REFUSED";
    case EventType::subflow_closed:
        return "SF_CLOSED";
    case EventType::subflow_priority:
        return "SF_PRIO";
    case EventType::fallback:
        return "FALLBACK";
    case EventType::infinite_map:
        return "INFINITE_MAP";
    case EventType::mp_fail:
        return "MP_FAIL";
    case EventType::fastclose:
        return "FASTCLOSE";
    case EventType::tcprst:
        return "TCPRST";
    case EventType::data_fin:
        return "DATA_FIN";
    case EventType::data_fin_acked:
        return "DATA_FIN_ACKED";
    case EventType::options_vanished:
        return "OPTIONS_VANISHED";
    }
    return "";
}

const char* reset_reason_name(std::uint8_t reason) {
    switch (reason) {
    case reset_reason::unspecified:
        return "unspecified error";
    case reset_reason::mptcp_specific:
        return "MPTCP-specific error";
    case reset_reason::lack_of_resources:
        return "lack of resources";
    case reset_reason::administratively_prohibited:
        return "administratively prohibited";
    case reset_reason::too_much_outstanding_data:
        return "too much outstanding data";
    case reset_reason::unacceptable_performance:
        return "unacceptable performance";
    case reset_reason::middlebox_interference:
        return "middlebox interference";
    default:
        return nullptr;
    }
}

} // namespace mptcp
