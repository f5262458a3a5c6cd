#pragma once
/// `tshark -z mptcp,…`: makes the reports known to Wireshark.

#include "analysis/tracker.hpp"

namespace mptcp::taps {

/// What the reports ask of the plugin.
struct Analysis {
    /// The Tracker of the current file, or null if there is none.
    Tracker* (*tracker)() = nullptr;
    /// From now on Tracker::later_facts() will be asked for, also where there is one pass only.
    void (*want_history)() = nullptr;
    /// From now on segments are taken past stock TCP, and queued for the tap `mptcp_bulk`.
    void (*want_bulk)() = nullptr;
};

/// Call once, from a plugin's register_protoinfo.
void register_taps(const Analysis& analysis);

} // namespace mptcp::taps
