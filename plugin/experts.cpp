#include "experts.hpp"

#include "fallback_cause.hpp"

#include "analysis/event_words.hpp"

#include <algorithm>
#include <array>

namespace mptcp::plugin {

namespace {

/// Constants in the order of kDescriptions.
enum class Expert : std::uint8_t {
    reinjection,
    reinjection_unneeded,
    subflow_refused,
    fallback,
    options_vanished,
    bad_hmac,
    bad_checksum,
    bad_key,
    mapping_conflict,
    mapping_missing,
    stall,
    window_full,
    reset_reason,
    option_length,
};

struct Description {
    const char* filter_name;
    int group;
    int severity;
    /// Constant, so that `-z expert` counts.
    const char* summary;
};

constexpr std::array kDescriptions{
    Description{"mptcp_analysis.expert.reinjection", PI_SEQUENCE, PI_CHAT,
                "Data is sent again (reinjection)"},
    Description{"mptcp_analysis.expert.reinjection_unneeded", PI_SEQUENCE, PI_NOTE,
                "Data is sent again although it was acknowledged (unneeded reinjection)"},
    Description{"mptcp_analysis.expert.subflow_refused", PI_SEQUENCE, PI_WARN, "Subflow refused"},
    Description{"mptcp_analysis.expert.fallback", PI_SEQUENCE, PI_WARN, "Fallback to TCP"},
    Description{"mptcp_analysis.expert.options_vanished", PI_SEQUENCE, PI_WARN,
                "Data comes without MPTCP options, which came before"},
    Description{"mptcp_analysis.expert.bad_hmac", PI_SECURITY, PI_ERROR, "Wrong HMAC"},
    Description{"mptcp_analysis.expert.bad_checksum", PI_CHECKSUM, PI_ERROR, "Wrong DSS checksum"},
    Description{"mptcp_analysis.expert.bad_key", PI_PROTOCOL, PI_WARN,
                "Wrong key, token or initial data sequence number"},
    Description{"mptcp_analysis.expert.mapping_conflict", PI_PROTOCOL, PI_WARN,
                "Mapping contradicts an earlier one"},
    Description{"mptcp_analysis.expert.mapping_missing", PI_SEQUENCE, PI_NOTE,
                "Data without a mapping"},
    Description{"mptcp_analysis.expert.stall", PI_SEQUENCE, PI_NOTE,
                "First new data after a stall"},
    Description{"mptcp_analysis.expert.window_full", PI_SEQUENCE, PI_CHAT,
                "The receive window has no room for one more segment"},
    Description{"mptcp_analysis.expert.reset_reason", PI_SEQUENCE, PI_NOTE, "Reset with a reason"},
    Description{"mptcp_analysis.expert.option_length", PI_MALFORMED, PI_WARN,
                "MPTCP option of a length that no RFC gives it"},
};

using Ids = std::array<expert_field, kDescriptions.size()>;

Ids unregistered() {
    Ids ids;
    ids.fill(EI_INIT);
    return ids;
}

Ids ids = unregistered();

/// Where expert information goes.
struct Target {
    packet_info* pinfo;
    proto_item* item;

    void tell(Expert expert) const {
        expert_add_info(pinfo, item, &ids[static_cast<std::size_t>(expert)]);
    }
    void tell_if(bool is_so, Expert expert) const {
        if (is_so) {
            tell(expert);
        }
    }
    /// The summary, and `detail` behind a colon if there is one.
    void tell(Expert expert, const char* detail) const {
        if (detail == nullptr) {
            tell(expert);
            return;
        }
        const auto number = static_cast<std::size_t>(expert);
        expert_add_info_format(pinfo, item, &ids[number], "%s: %s", kDescriptions[number].summary,
                               detail);
    }
};

const char* reason_of(const Event& event) {
    return event.reason ? reset_reason_name(*event.reason) : nullptr;
}

void tell_events(const Target& target, const SegmentView& view) {
    for_each_event(view, [&](const Event& event) {
        switch (event.type) {
        case EventType::subflow_refused:
            target.tell(Expert::subflow_refused, reason_of(event));
            break;
        case EventType::tcprst:
            target.tell(Expert::reset_reason, reason_of(event));
            break;
        case EventType::options_vanished:
            target.tell(Expert::options_vanished);
            break;
        default:
            break;
        }
    });
    const FallbackShown fallback = fallback_shown_by(view);
    if (fallback != FallbackShown::none) {
        target.tell(Expert::fallback, fallback_text(fallback));
    }
}

void tell_reinjections(const Target& target, const SegmentView& view) {
    const std::span<const Reinjection* const> events = view.reinjections();
    const bool unneeded = std::any_of(events.begin(), events.end(), [](const Reinjection* event) {
        return event->outcome == ReinjectionOutcome::unneeded;
    });
    target.tell_if(!events.empty(), unneeded ? Expert::reinjection_unneeded : Expert::reinjection);
}

void tell_verification(const Target& target, const SegmentView& view) {
    const auto is_bad = [](const Check& check) { return check.result == Verification::bad; };
    if (is_bad(view.facts.hmac)) {
        target.tell(Expert::bad_hmac, "MP_JOIN");
    }
    if (is_bad(view.facts.add_addr)) {
        target.tell(Expert::bad_hmac, "ADD_ADDR");
    }
    target.tell_if(is_bad(view.facts.checksum), Expert::bad_checksum);
    target.tell_if(is_bad(view.facts.token) || is_bad(view.facts.idsn), Expert::bad_key);
    target.tell_if(view.facts.bad_option_length, Expert::option_length);
}

void tell_data(const Target& target, const SegmentView& view) {
    target.tell_if(view.facts.mapping_conflict, Expert::mapping_conflict);
    if (view.missing_mapping_bytes() > 0) {
        target.tell(Expert::mapping_missing,
                    view.is_later_pass ? nullptr : "none has been announced so far");
    }
    target.tell_if(view.facts.stall.has_value(), Expert::stall);
    target.tell_if(view.facts.window_limited, Expert::window_full);
}

} // namespace

void register_experts(int analysis_protocol) {
    static std::array<ei_register_info, kDescriptions.size()> registered;
    for (std::size_t i = 0; i < kDescriptions.size(); ++i) {
        const Description& one = kDescriptions[i];
        registered[i] = {&ids[i], {one.filter_name, one.group, one.severity, one.summary, EXPFILL}};
    }
    expert_module_t* module = expert_register_protocol(analysis_protocol);
    expert_register_field_array(module, registered.data(), static_cast<int>(registered.size()));
}

bool experts_are_wanted() {
    // Wireshark registers it after the plugins.
    static const int expert_tap = find_tap_id("expert");
    return have_tap_listener(expert_tap) != 0;
}

void add_experts(packet_info* pinfo, proto_item* item, const SegmentView& view) {
    if (view.facts.duplicate) {
        return;
    }
    const Target target{pinfo, item};
    tell_events(target, view);
    tell_reinjections(target, view);
    tell_verification(target, view);
    tell_data(target, view);
}

} // namespace mptcp::plugin
