#pragma once
/// Who looks at single frames.
///
/// What a program was told is not told to a plugin, but it shows when a frame is dissected: in the
/// tree that is asked for, in who listens to which tap, and in whether taps are served at all.
///
/// Tap `mptcp_report`: nothing is queued for it. A report that needs nothing but the Tracker
/// listens to it, to be drawn.

#include "wireshark_compat.hpp"

#include <string>

namespace mptcp::plugin {

/// `analysis_tap` is the tap that SegmentFacts are queued for.
void register_onlookers(int analysis_tap);

bool reports_are_drawn();
/// Statistics of whole frames may count fields without a tree of their own.
bool frames_are_tapped();
/// The name of a tap that somebody listens to, but for `mptcp_report`; empty if there is none.
std::string other_tap_with_listener();
/// The first of two passes over a file serves no taps. Not while somebody listens to
/// `mptcp_analysis`.
bool taps_are_served(packet_info* pinfo);

/// Whether somebody may see what the engine says of this frame, now or in a later pass.
bool is_looked_at(packet_info* pinfo, const proto_tree* tree);

} // namespace mptcp::plugin
