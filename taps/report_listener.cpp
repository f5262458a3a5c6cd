#include "plugin/wireshark_compat.hpp"

#include "taps/report_listener.hpp"

#include <algorithm>

namespace mptcp::taps {

/// What Wireshark calls.
struct ReportListener::Callbacks {
    static ReportListener& of(void* listener) { return *static_cast<ReportListener*>(listener); }

    static void reset(void* listener) { of(listener).forget(); }

    static tap_packet_status packet(void* data, packet_info* /*pinfo*/, epan_dissect_t* /*edt*/,
                                    const void* tapped, tap_flags_t /*flags*/) {
        ReportListener& listener = of(data);
        listener.take(*static_cast<const SegmentFacts*>(tapped));
        return listener.redraw_ == Redraw::meanwhile ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
    }

    static void draw(void* listener) { of(listener).draw_(); }
};

ReportListener::~ReportListener() {
    if (listening_) {
        remove_tap_listener(this);
    }
}

void ReportListener::forget() {
    selection_.filtered.clear();
    segments_.clear();
    passed_ = 0;
}

void ReportListener::take(const SegmentFacts& facts) {
    ++passed_;
    if (!selection_.filter.empty()) {
        selection_.filtered.add(facts);
    }
    if (logs_segments_) {
        segments_.add(facts);
    }
}

std::string ReportListener::listen(const std::string& filter, Mode mode) {
    selection_.filter = filter;
    const bool takes_packets =
        mode == Mode::normal && (logs_segments_ || !filter.empty() || redraw_ == Redraw::meanwhile);
    GString* const error = register_tap_listener(
        takes_packets ? "mptcp_analysis" : "mptcp_report", this,
        filter.empty() ? nullptr : filter.c_str(), TL_REQUIRES_NOTHING, Callbacks::reset,
        takes_packets ? Callbacks::packet : nullptr, Callbacks::draw, nullptr);
    listening_ = error == nullptr;
    if (listening_) {
        return {};
    }
    std::string message(error->str);
    g_string_free(error, TRUE);
    std::replace(message.begin(), message.end(), '\n', ' ');
    return message;
}

} // namespace mptcp::taps
