#include "facts.hpp"

#include <algorithm>
#include <numeric>

namespace mptcp {

const char* reason_text(UnverifiedReason reason) {
    switch (reason) {
    case UnverifiedReason::none:
        break;
    case UnverifiedReason::no_key:
        return "key not captured";
    case UnverifiedReason::unknown_token:
        return "no connection in the capture has this token";
    case UnverifiedReason::payload_cut:
        return "payload not captured in full";
    case UnverifiedReason::incomplete:
        return "payload missing, or before its mapping";
    case UnverifiedReason::window_not_captured:
        return "window not captured";
    case UnverifiedReason::high_half_not_captured:
        return "upper half of the DSN not captured";
    case UnverifiedReason::options_cut:
        return "options not captured in full";
    }
    return nullptr;
}

std::uint64_t ByteCounts::total() const {
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
}

ByteCounts& ByteCounts::operator+=(const ByteCounts& other) {
    for (std::size_t i = 0; i < kByteClasses; ++i) {
        bytes[i] += other.bytes[i];
    }
    return *this;
}

void Totals::add(const SegmentFacts& facts) {
    if (facts.duplicate) {
        ++duplicate_segments;
        return;
    }
    ++segments;
    bytes += facts.bytes;
    option_bytes += facts.option_bytes;
    out_of_order_segments += facts.out_of_order ? 1 : 0;
    newly_acked_bytes += facts.newly_acked_bytes;
    if (facts.payload_bytes > 0) {
        first_payload = data_segments == 0 ? facts.time : first_payload;
        last_payload = facts.time;
        ++data_segments;
    }
    if (facts.bytes.has_progress()) {
        last_progress = std::max(last_progress, facts.time);
    }
}

Totals& Totals::operator+=(const Totals& other) {
    if (other.data_segments > 0) {
        const bool mine = data_segments > 0;
        first_payload =
            mine && first_payload < other.first_payload ? first_payload : other.first_payload;
        last_payload =
            mine && last_payload > other.last_payload ? last_payload : other.last_payload;
    }
    last_progress = std::max(last_progress, other.last_progress);
    segments += other.segments;
    duplicate_segments += other.duplicate_segments;
    data_segments += other.data_segments;
    bytes += other.bytes;
    option_bytes += other.option_bytes;
    out_of_order_segments += other.out_of_order_segments;
    newly_acked_bytes += other.newly_acked_bytes;
    return *this;
}

} // namespace mptcp
