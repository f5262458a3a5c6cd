#pragma once
/// One segment as it is shown, with what it belongs to.

#include "wireshark_compat.hpp"

#include "analysis/connection.hpp"
#include "analysis/facts.hpp"
#include "analysis/tracker.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace mptcp::plugin {

struct SegmentView {
    wmem_allocator_t* packet_scope;
    const Tracker& tracker;
    const Connection& connection;
    const Subflow& subflow;
    /// As of now.
    const SegmentFacts& facts;
    /// Not its first pass: what came to be known later may be shown.
    bool is_later_pass;

    [[nodiscard]] bool is_from_client() const { return facts.sender == connection.client_side(); }
    /// Payload without a mapping where there should be one. On the first pass it may still come.
    [[nodiscard]] std::uint64_t missing_mapping_bytes() const {
        return facts.tfo ? 0 : facts.bytes[ByteClass::unmapped];
    }
    /// In packet scope: Wireshark's exceptions may end a loop over them.
    [[nodiscard]] std::span<const Reinjection* const> reinjections() const {
        const std::vector<const Reinjection*> events = connection.reinjections_of(facts.id);
        auto* const kept = wmem_alloc_array(packet_scope, const Reinjection*, events.size());
        std::copy(events.begin(), events.end(), kept);
        return {kept, events.size()};
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

} // namespace mptcp::plugin
