#pragma once
/// What a mark of a graph is, in words.

#include "stats-dialogs/graph_data.hpp"

namespace mptcp::dialogs {

struct WordChoice {
    /// Times count from the start of the capture's first connection.
    bool has_capture_times = false;
    /// Data sequence numbers as on the wire.
    bool has_raw_numbers = false;
};

/// "Packet 12 · Subflow 1 (10.1.1.1) · Reinjected · DSN 1449–2896 (1448 bytes) · 1.234567 s".
QString mark_words(const GraphData& data, const Curve& curve, const Mark& mark,
                   const WordChoice& choice);

} // namespace mptcp::dialogs
