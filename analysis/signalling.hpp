#pragma once
/// Address and priority signalling, MP_FAIL, MP_FASTCLOSE, and how subflows end.

#include "connection_state.hpp"
#include "options.hpp"
#include "segment.hpp"

namespace mptcp {

/// Notes what the options of a segment signal: ADD_ADDR, REMOVE_ADDR, MP_PRIO, MP_FAIL,
/// MP_FASTCLOSE, MP_TCPRST.
void observe_signals(SubflowState& subflow, Side sender, const Segment& segment,
                     const TcpOptions& options, SegmentFacts& facts);

/// Notes FIN and RST.
void observe_ending(SubflowState& subflow, Side sender, const Segment& segment,
                    const TcpOptions& options);

/// Notes the end of the connection: both DATA_FINs are acknowledged, a host aborts it, or it is
/// over with its last subflow. Each of them is an event: without one there is nothing to look for.
void observe_closing(SubflowState& subflow, Side sender, const Segment& segment);

/// Gives an end to the subflows that have none, as far as the end of the capture tells.
void settle_endings(ConnectionState& connection);

} // namespace mptcp
