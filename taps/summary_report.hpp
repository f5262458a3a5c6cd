#pragma once
/// `summary`: was MPTCP used, how much did each path carry, what was repeated, and if a path was
/// not used, why?
///
/// For machines one record per connection with its subflows, by the keys of the interface. `start`
/// is in seconds since the epoch with nine digits, `duration` lasts to the last segment. Of keys
/// that are not plain: `goodput_from_data_acks` is false where no DATA_ACK was seen, or a display
/// filter is set: then goodput counts data bytes seen. `vantage` is null where the capture does not
/// tell. For people a verdict and a table of subflows; there a start counts from the first MPTCP
/// packet, a subflow's from its connection's.

#include "taps/report.hpp"

namespace mptcp::taps {

void write_summary(const ReportInput& input, ReportWriter& writer);

} // namespace mptcp::taps
