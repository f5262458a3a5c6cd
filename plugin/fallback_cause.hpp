#pragma once
/// What a segment shows of a fallback to TCP: in the midst of a connection, or of an attempt that
/// never became one.

#include "segment_view.hpp"

#include <array>

namespace mptcp::plugin {

enum class FallbackShown : std::uint8_t {
    none,
    infinite_mapping,
    mp_fail,
    options_vanished,
    no_mp_capable_in_synack,
    no_mp_capable_in_ack,
};

inline constexpr std::array kFallbackCauses{
    value_string{static_cast<std::uint32_t>(FallbackShown::infinite_mapping), "infinite_mapping"},
    value_string{static_cast<std::uint32_t>(FallbackShown::mp_fail), "mp_fail"},
    value_string{static_cast<std::uint32_t>(FallbackShown::options_vanished), "options_vanished"},
    value_string{static_cast<std::uint32_t>(FallbackShown::no_mp_capable_in_synack),
                 "no_mp_capable_in_synack"},
    value_string{static_cast<std::uint32_t>(FallbackShown::no_mp_capable_in_ack),
                 "no_mp_capable_in_ack"},
    value_string{0, nullptr},
};

/// In words, for people.
inline const char* fallback_text(FallbackShown fallback) {
    switch (fallback) {
    case FallbackShown::none:
        break;
    case FallbackShown::infinite_mapping:
        return "infinite mapping";
    case FallbackShown::mp_fail:
        return "a checksum failed";
    case FallbackShown::options_vanished:
        return "data comes without MPTCP options";
    case FallbackShown::no_mp_capable_in_synack:
        return "no MP_CAPABLE in the SYN/ACK";
    case FallbackShown::no_mp_capable_in_ack:
        return "no MP_CAPABLE in the third ACK";
    }
    return nullptr;
}

inline FallbackShown fallback_shown_by(const SegmentView& view) {
    const FrameNumber frame = view.facts.frame;
    switch (view.connection.attempt_cause()) {
    case AttemptCause::no_mp_capable_in_synack:
        return frame == view.subflow.syn_ack.frame ? FallbackShown::no_mp_capable_in_synack
                                                   : FallbackShown::none;
    case AttemptCause::no_mp_capable_in_ack:
        return frame == view.subflow.third_ack.frame ? FallbackShown::no_mp_capable_in_ack
                                                     : FallbackShown::none;
    default:
        break;
    }
    const auto fallback = view.connection.fallback();
    if (!fallback || fallback->frame != frame) {
        return FallbackShown::none;
    }
    switch (fallback->cause) {
    case FallbackCause::none:
        break;
    case FallbackCause::infinite_mapping:
        return FallbackShown::infinite_mapping;
    case FallbackCause::mp_fail:
        return FallbackShown::mp_fail;
    case FallbackCause::options_vanished:
        return FallbackShown::options_vanished;
    }
    return FallbackShown::none;
}

} // namespace mptcp::plugin
