#pragma once
/// The figures of the `reinjections` report. Points into the Tracker: build it anew after more
/// segments.

#include "analysis/tracker.hpp"
#include "taps/selection.hpp"
#include "taps/summary_model.hpp"

#include <cstdint>
#include <vector>

namespace mptcp::taps {

struct ReinjectionEvent {
    const Connection* connection = nullptr;
    const Reinjection* reinjection = nullptr;
    /// How often its bytes, or the most repeated of them, were carried in all.
    std::uint32_t copies = 0;
};

/// Bytes of one direction that one subflow carried first and one, perhaps the same, repeated.
struct ReinjectionMatrixCell {
    const Connection* connection = nullptr;
    Side sender = Side::a;
    SubflowNumber first_subflow = 0;
    SubflowNumber subflow = 0;
    ReinjectionFigures figures;
};

struct ReinjectionsModel {
    /// In the order of the frames.
    std::vector<ReinjectionEvent> events;
    /// By connection, direction (client to server first) and subflows; none that is empty.
    std::vector<ReinjectionMatrixCell> matrix;
};

/// `tracker` may be null: no MPTCP.
ReinjectionsModel reinjections_of(const Tracker* tracker, const Selection& selection);

} // namespace mptcp::taps
