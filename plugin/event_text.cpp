#include "event_text.hpp"

#include "endpoint_text.hpp"

#include "analysis/event_words.hpp"

namespace mptcp::plugin {

namespace {

const char* address_id_text(wmem_allocator_t* scope, const Event& event) {
    return event.address_id ? wmem_strdup_printf(scope, "address ID %u", *event.address_id)
                            : "an address";
}

const char* announced_text(wmem_allocator_t* scope, const Event& event) {
    const auto& [address, port] = event.announced;
    const char* id = address_id_text(scope, event);
    if (address.empty()) {
        return id;
    }
    const char* text = port == 0 ? wmem_strdup(scope, address.text().c_str())
                                 : endpoint_text(scope, event.announced);
    return wmem_strdup_printf(scope, "%s, %s", id, text);
}

/// ": lack of resources, transient"; empty if there is no MP_TCPRST.
const char* reason_text(wmem_allocator_t* scope, const Event& event) {
    if (!event.reason) {
        return "";
    }
    const char* name = reset_reason_name(*event.reason);
    const char* transient = event.flag ? ", transient" : "";
    return name != nullptr ? wmem_strdup_printf(scope, ": %s%s", name, transient)
                           : wmem_strdup_printf(scope, ": reason %u%s", *event.reason, transient);
}

} // namespace

const char* event_text(const SegmentView& view, const Event& event) {
    wmem_allocator_t* scope = view.packet_scope;
    const char* host = event.host == view.connection.client_side() ? "Client" : "Server";
    const auto said = [&](const char* what) {
        return wmem_strdup_printf(scope, "%s %s", host, what);
    };
    const auto of_subflow = [&](const char* format, const char* rest = "") {
        return wmem_strdup_printf(scope, format, host, event.subflow, rest);
    };
    switch (event.type) {
    case EventType::created:
        return said("opens a connection");
    case EventType::established:
        return "Connection established";
    case EventType::closed:
        return "Connection closed";
    case EventType::announced:
        return wmem_strdup_printf(scope, "%s announces %s", host, announced_text(scope, event));
    case EventType::announced_echo:
        return wmem_strdup_printf(scope, "%s echoes %s", host, announced_text(scope, event));
    case EventType::removed:
        return wmem_strdup_printf(scope, "%s withdraws %s", host, address_id_text(scope, event));
    case EventType::subflow_established:
        return wmem_strdup_printf(scope, "Subflow %u established", event.subflow);
    case EventType::subflow_refused:
        return of_subflow("%s refuses subflow %u%s", reason_text(scope, event));
    case EventType::subflow_closed:
        return of_subflow("%s closes subflow %u%s", reason_text(scope, event));
    case EventType::subflow_priority:
        return of_subflow("%s makes subflow %u %s", event.flag ? "a backup" : "regular");
    case EventType::fallback:
        return said("falls back to TCP");
    case EventType::infinite_map:
        return said("sends an infinite mapping");
    case EventType::mp_fail:
        return said("reports a failed checksum");
    case EventType::fastclose:
        return said("aborts the connection");
    case EventType::tcprst:
        return of_subflow("%s resets subflow %u%s", reason_text(scope, event));
    case EventType::data_fin:
        return said("has no more data to send");
    case EventType::data_fin_acked:
        return said("acknowledges the DATA_FIN");
    case EventType::options_vanished:
        return of_subflow("%s's data on subflow %u comes without MPTCP options%s");
    }
    return "";
}

} // namespace mptcp::plugin
