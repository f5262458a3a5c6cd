#pragma once
/// One segment as it is shown, with what it belongs to.

#include "wireshark_compat.hpp"

#include "analysis/connection.hpp"
#include "analysis/facts.hpp"
#include "analysis/tracker.hpp"

#include <algorithm>

namespace mptcp::plugin {

struct SegmentView {
    wmem_allocator_t* packet_scope;
    const Tracker& tracker;
    const Connection& connection;
    const Subflow& subflow;
    /// As of now.
    const SegmentFacts& facts;
    /// As of when the segment was first seen.
    const SegmentFacts& first_facts;
    /// Not its first pass: what came to be known later may be shown.
    bool is_later_pass;

    [[nodiscard]] bool is_from_client() const { return facts.sender == connection.client_side(); }
    /// Payload without a mapping where there should be one. On the first pass it may still come.
    [[nodiscard]] std::uint64_t missing_mapping_bytes() const {
        return facts.tfo ? 0 : facts.bytes[ByteClass::unmapped];
    }
    /// Some of the payload had its mapping announced only after it.
    [[nodiscard]] bool mapped_late() const {
        return facts.bytes[ByteClass::unmapped] != first_facts.bytes[ByteClass::unmapped];
    }
};

/// Calls `take(const Event&)` for each event that the segment tells.
template <typename Take>
void for_each_event(const SegmentView& view, Take&& take) {
    const auto& events = view.connection.events();
    std::size_t low = 0;
    for (std::size_t high = events.size(); low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        if (events[middle].frame < view.facts.frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < events.size() && events[low].frame == view.facts.frame; ++low) {
        // Another segment of the frame may tell of another subflow. MP_PRIO of v0 does so itself.
        if (events[low].subflow == view.facts.subflow ||
            events[low].type == EventType::subflow_priority) {
            take(events[low]);
        }
    }
}

/// Calls `take(const Reinjection&)` for each reinjection event of the segment.
template <typename Take>
void for_each_reinjection(const SegmentView& view, Take&& take) {
    const auto& events = view.connection.reinjections();
    const std::size_t begin = view.facts.reinjections_begin;
    const std::size_t end = std::min<std::size_t>(view.facts.reinjections_end, events.size());
    for (std::size_t i = begin; i < end; ++i) {
        take(events[i]);
    }
    if (!view.mapped_late()) {
        return;
    }
    // What a late mapping made a reinjection was noted when the mapping came.
    for (std::size_t i = 0; i < events.size(); ++i) {
        const bool is_noted = i >= begin && i < end;
        if (!is_noted && events[i].frame == view.facts.frame &&
            events[i].subflow == view.facts.subflow) {
            take(events[i]);
        }
    }
}

} // namespace mptcp::plugin
