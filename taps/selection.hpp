#pragma once
/// Which part of a capture a report shows: the connections asked for, and the additive figures of
/// the segments that a display filter let through.

#include "analysis/tracker.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace mptcp::taps {

/// Adds up the facts of the segments that passed.
class FilteredFigures {
  public:
    void add(const SegmentFacts& facts);
    void clear();

    /// Of one direction of a subflow. What came to be known later is put right: bytes whose mapping
    /// came, and bytes that had been repeated.
    [[nodiscard]] Totals totals(const Tracker& tracker, const Subflow& subflow, Side sender) const;
    /// Did this frame, which holds MPTCP, pass?
    [[nodiscard]] bool has_frame(FrameNumber frame) const {
        return frame < frames_.size() && frames_[frame];
    }

  private:
    struct Figures {
        Totals totals;
        /// Segments with bytes whose mapping had not come.
        std::vector<SegmentId> pending;
    };

    std::unordered_map<FlowId, Figures> flows_;
    /// One bit per frame of the capture.
    std::vector<bool> frames_;
};

struct Selection {
    /// Empty for all.
    std::vector<ConnectionNumber> connections;
    /// Empty for none.
    std::string filter;
    /// Only filled with a filter.
    FilteredFigures filtered;

    /// The connections asked for, by number.
    [[nodiscard]] std::vector<const Connection*> selected(const Tracker& tracker) const;
    /// Of one direction of a subflow, as far as the filter lets it through.
    [[nodiscard]] Totals totals(const Tracker& tracker, const Subflow& subflow, Side sender) const;
    [[nodiscard]] bool shows(FrameNumber frame) const {
        return filter.empty() || filtered.has_frame(frame);
    }
};

} // namespace mptcp::taps
