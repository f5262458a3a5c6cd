#pragma once
/// Bulk mode (`-z mptcp,<report>,bulk`): the engine gets its segments straight from their bytes,
/// and stock TCP is not called.
///
/// That takes stock TCP from everybody else, so it is for tshark with nothing else to do: see
/// bulk_refusal.hpp. Plain frames are taken at the link layer (link_takeover.hpp), all others by
/// the hook at `ip.proto` (tcp_hook.hpp). Streams are numbered by a flow table of its own. Nothing
/// is kept for later passes.
///
/// Tap `mptcp_bulk`: as `mptcp_analysis`, for the reports of bulk mode. It has a name of its own so
/// that somebody else who listens to the analysis is seen.

#include "stream_table.hpp"
#include "wireshark_compat.hpp"

#include "analysis/segment.hpp"

#include <cstdint>

namespace mptcp::plugin {

void register_bulk_mode(int analysis_protocol);

/// From now on, for the file that is open and those to come. Call it before the first frame.
void request_bulk_mode();
bool bulk_mode_is_on();

/// Another file was opened, and its AnalysisSession with it.
void begin_file_in_bulk();
/// Once for each frame that is looked at, before its first segment: ends tshark if bulk mode would
/// take something from somebody.
void begin_frame_in_bulk(packet_info* pinfo, const proto_tree* tree);

/// Gives the next segment of the capture its stream. For all of them, also before MPTCP is seen.
void number_in_bulk(Segment& segment, StreamTable::Length length);

/// How long the segment's facts are needed: the engine's own last until the next segment.
enum class Segments : std::uint8_t {
    one_in_frame,
    maybe_more_in_frame,
};
/// Shows a numbered segment to the engine, and what that says to the tap.
void observe_in_bulk(packet_info* pinfo, const Segment& segment, Segments segments);

} // namespace mptcp::plugin
