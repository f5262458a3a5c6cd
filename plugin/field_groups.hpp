#pragma once
/// The fields of one segment, in the order in which they are shown. Each group has a file of its
/// own.

#include "field.hpp"
#include "segment_view.hpp"

namespace mptcp::plugin {

/// Who sent it on which path.
void register_identity_fields(int protocol);
void add_identity(const Place& place, const SegmentView& view);

/// What its payload was.
void register_byte_fields(int protocol);
void add_bytes(const Place& place, const SegmentView& view);

/// Data sequence numbers, the mapping, and what is in flight and in the window.
void register_data_fields(int protocol);
void add_data(const Place& place, const SegmentView& view);

/// What it repeats, and who repeated it.
void register_reinjection_fields(int protocol);
void add_reinjections(const Place& place, const SegmentView& view);

/// Order of the data, round-trip times and stalls.
void register_timing_fields(int protocol);
void add_timing(const Place& place, const SegmentView& view);

/// What happened to connections and subflows.
void register_event_fields(int protocol);
void add_events(const Place& place, const SegmentView& view);

void register_verification_fields(int protocol);
void add_verification(const Place& place, const SegmentView& view);

} // namespace mptcp::plugin
