#pragma once
/// Stock TCP's own numbers of a segment's flow, read without touching its state.
///
/// Asking Wireshark for a conversation costs as much as dissecting a header, so the answer is kept
/// per flow and direction until a SYN may have begun another one.

#include "analysis/segment.hpp"

namespace mptcp::plugin {

/// Looks up the protocol that keeps those numbers; once, when all protocols are registered.
void prepare_stock_streams();
/// Forgets everything: the numbers belong to the file that is open.
void forget_stock_streams();
/// The segment's flow may be another stream from now on.
void forget_stock_stream(const Segment& segment);

/// Fills in `stream` and `mptcp_stream`, as far as stock TCP has dissected the segment.
void take_stock_numbers(Segment& segment);

} // namespace mptcp::plugin
