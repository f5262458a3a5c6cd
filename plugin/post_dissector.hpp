#pragma once
/// Runs at the end of each frame: feeds the frame's segments to the engine on the first pass, and
/// shows what the engine says (fields, tap) on every pass. Not where nobody looks: see
/// deferred_analysis.hpp.
///
/// Tap `mptcp_analysis`: its data is a `const mptcp::SegmentFacts*`, queued once for each segment
/// of an MPTCP connection or attempt.

namespace mptcp::plugin {

void register_post_dissector(int analysis_protocol);

/// From now on frames are looked at when they end. Until there is something to look for, Wireshark
/// is not asked to call: a capture without MPTCP pays nothing for it.
void engage_post_dissector();

/// Makes `-z io,stat,…,SUM(field)filter` see our fields although the filter does not name them:
/// Wireshark fills in only fields that somebody asked for. Once per file, before the first segment
/// is looked at.
void serve_frame_statistics();

} // namespace mptcp::plugin
