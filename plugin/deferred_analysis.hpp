#pragma once
/// The analysis of a file of which nobody looks at single frames: tshark in one pass, without a
/// tree, where reports are drawn at the end.
///
/// Segments go to the engine some at a time (segment_batch.hpp), and nothing is kept for later
/// passes. Where no report is drawn either, nothing is analysed.

#include "wireshark_compat.hpp"

#include "analysis/segment.hpp"

#include <cstdint>

namespace mptcp::plugin {

enum class Analysed : std::uint8_t {
    in_its_frame,
    deferred,
    never,
};

/// Another file was opened, and its AnalysisSession with it.
void begin_file_deferred();
/// How the segments of the file that is open are analysed: decided by the first frame for which
/// that is asked. tshark does the same with all frames.
Analysed analysis_of(packet_info* pinfo, const proto_tree* tree);

/// The next segment, before stock TCP sees it; without its stock numbers. Its bytes are copied.
void defer(const Segment& segment);
/// Shows all deferred segments to the engine. Stock TCP has seen them.
void finish_deferred();

} // namespace mptcp::plugin
