#pragma once
/// Events in words.

#include "segment_view.hpp"

namespace mptcp::plugin {

/// A sentence, in packet scope: "Server refuses subflow 1: lack of resources".
const char* event_text(const SegmentView& view, const Event& event);

} // namespace mptcp::plugin
