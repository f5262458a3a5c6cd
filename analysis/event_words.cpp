#include "event_words.hpp"

namespace mptcp {

namespace {

std::string address_id_text(const Event& event) {
    return event.address_id ? "address ID " + std::to_string(*event.address_id) : "an address";
}

std::string announced_text(const Event& event) {
    const auto& [address, port] = event.announced;
    if (address.empty()) {
        return address_id_text(event);
    }
    return address_id_text(event) + ", " +
           (port == 0 ? address.text() : endpoint_text(event.announced));
}

/// ": lack of resources, transient"; empty if there is no MP_TCPRST.
std::string reason_text(const Event& event) {
    if (!event.reason) {
        return {};
    }
    return ": " + reset_reason_text(*event.reason) + (event.flag ? ", transient" : "");
}

} // namespace

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

std::string reset_reason_text(std::uint8_t reason) {
    const char* name = reset_reason_name(reason);
    return name != nullptr ? name : "reason " + std::to_string(reason);
}

std::string event_text(const Event& event, Side client) {
    const std::string host = event.host == client ? "Client" : "Server";
    const std::string subflow = "subflow " + std::to_string(event.subflow);
    switch (event.type) {
    case EventType::created:
        return host + " opens a connection";
    case EventType::established:
        return "Connection established";
    case EventType::closed:
        return "Connection closed";
    case EventType::announced:
        return host + " announces " + announced_text(event);
    case EventType::announced_echo:
        return host + " echoes " + announced_text(event);
    case EventType::removed:
        return host + " withdraws " + address_id_text(event);
    case EventType::subflow_established:
        return "Subflow " + std::to_string(event.subflow) + " established";
    case EventType::subflow_refused:
        return host + " refuses " + subflow + reason_text(event);
    case EventType::subflow_closed:
        return host + " closes " + subflow + reason_text(event);
    case EventType::subflow_priority:
        return host + " makes " + subflow + (event.flag ? " a backup" : " regular");
    case EventType::fallback:
        return host + " falls back to TCP";
    case EventType::infinite_map:
        return host + " sends an infinite mapping";
    case EventType::mp_fail:
        return host + " reports a failed checksum";
    case EventType::fastclose:
        return host + " aborts the connection";
    case EventType::tcprst:
        return host + " resets " + subflow + reason_text(event);
    case EventType::data_fin:
        return host + " has no more data to send";
    case EventType::data_fin_acked:
        return host + " acknowledges the DATA_FIN";
    case EventType::options_vanished:
        return host + "'s data on " + subflow + " comes without MPTCP options";
    }
    return {};
}

} // namespace mptcp
