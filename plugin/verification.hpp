#pragma once
/// The checks of a segment as they stand: keys may have been captured after it.

#include "segment_view.hpp"

namespace mptcp::plugin {

Check join_hmac_check(const SegmentView& view);
Check add_addr_check(const SegmentView& view);
Check checksum_check(const SegmentView& view);
Check token_check(const SegmentView& view);
Check idsn_check(const SegmentView& view);

} // namespace mptcp::plugin
