#pragma once
/// Bulk mode (`-z mptcp,<report>,bulk`): the engine gets its segments straight from their bytes,
/// and stock TCP is not called.
///
/// That takes stock TCP from everybody else, so it is for tshark with nothing else to do: see
/// bulk_refusal.hpp. Plain frames are taken at the link layer (link_takeover.hpp), all others by
/// the hook at `ip.proto` (tcp_hook.hpp). Streams are numbered by a flow table of its own. Segments
/// go to the engine some at a time (segment_batch.hpp), and nothing is kept for later passes.

#include "segment_batch.hpp"
#include "wireshark_compat.hpp"

#include "analysis/facts.hpp"

#include <functional>

namespace mptcp::plugin {

/// Gets the facts of each segment of an MPTCP connection or attempt. They are valid during the
/// call.
using FactsListener = std::function<void(const SegmentFacts&)>;

void register_bulk_mode(int analysis_protocol);

/// From now on, for the file that is open and those to come. Call it before the first frame; once
/// for each listener, which may be empty.
void request_bulk_mode(FactsListener listener);
bool bulk_mode_is_on();

/// Another file was opened, and its AnalysisSession with it.
void begin_file_in_bulk();
/// Once for each frame that is looked at, before its first segment: ends tshark if bulk mode would
/// take something from somebody.
void begin_frame_in_bulk(packet_info* pinfo, const proto_tree* tree);
/// The next segment of the capture, of all there are: also before MPTCP is seen.
void take_in_bulk(const BatchedSegment& taken);
/// Shows all that were taken to the engine. Not without an AnalysisSession.
void finish_bulk();

} // namespace mptcp::plugin
