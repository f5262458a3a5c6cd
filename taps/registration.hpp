#pragma once
/// `tshark -z mptcp,…`: makes the reports known to Wireshark.

#include "analysis/tracker.hpp"

#include <functional>
#include <string>

namespace mptcp::taps {

/// Gets the facts of a segment of an MPTCP connection or attempt. They are valid during the call.
using FactsListener = std::function<void(const SegmentFacts&)>;

/// What the reports ask of the plugin.
struct Analysis {
    /// The Tracker of the current file, or null if there is none.
    Tracker* (*tracker)() = nullptr;
    /// Why no packet is analysed, whatever the capture holds; empty if packets are analysed.
    std::string (*why_off)() = nullptr;
    /// From now on Tracker::later_facts() will be asked for, also where there is one pass only.
    void (*want_history)() = nullptr;
    /// From now on segments are taken past stock TCP, and their facts given to the listener, which
    /// may be empty. What listens to the tap `mptcp_report` is drawn at the end.
    void (*want_bulk)(FactsListener listener) = nullptr;
};

/// Call once, from a plugin's register_protoinfo.
void register_taps(const Analysis& analysis);

} // namespace mptcp::taps
