#pragma once
/// `tshark -z mptcp,…`: makes the reports known to Wireshark.

#include "analysis/tracker.hpp"

#include <functional>

namespace mptcp::taps {

/// The Tracker of the current file, or null if there is none.
using TrackerSource = std::function<mptcp::Tracker*()>;

/// Call once, from a plugin's register_protoinfo.
void register_taps(TrackerSource source);

} // namespace mptcp::taps
