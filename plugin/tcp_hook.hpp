#pragma once
/// Takes TCP segments from packets: a handle chained in front of stock TCP at `ip.proto`.
///
/// It keeps what the engine needs and calls stock TCP, which works as if the hook were not there
/// (but for bulk mode, in which stock TCP is not called).
/// Only a frame's first pass is kept; who listens to the tap `mptcp_options` gets the options on
/// every pass. What stock TCP makes of the segment (its stream number) is not known yet: the
/// post-dissector asks for it at the end of the frame, or it is asked for even later if nobody
/// looks at single frames (deferred_analysis.hpp).

#include "wireshark_compat.hpp"

#include "analysis/facts.hpp"
#include "analysis/segment.hpp"

namespace mptcp::plugin {

/// One segment of the frame that is being dissected, in packet scope as the bytes are that it looks
/// at. No destructor will run.
struct CapturedSegment {
    Segment segment;
    CapturedSegment* next = nullptr;
    /// What the engine says of it; null as long as it was not asked, or if it is no MPTCP.
    const SegmentFacts* facts = nullptr;
};

/// Registers the protocol in name only that carries the hook's handle. `analysis_protocol` switches
/// the copying on and off.
void register_tcp_hook(int analysis_protocol);
/// Puts the hook in front of whatever dissects TCP over IP.
void chain_tcp_hook();

/// What the hook's handle belongs to: in name only, and enabled with TCP itself.
int tcp_hook_protocol();

/// False if Decode As gave TCP over IP to another dissector, so that the hook is passed by.
bool tcp_hook_is_in_place();

/// The segments kept since the last call, in the order of dissection: those of this frame.
CapturedSegment* take_captured_segments();

} // namespace mptcp::plugin
