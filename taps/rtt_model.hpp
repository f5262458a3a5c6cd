#pragma once
/// The rows of the `rtt` report. Points into the Tracker: build it anew after more segments.

#include "taps/report.hpp"

#include <vector>

namespace mptcp::taps {

/// Round trips of what one host sends, at data level or on one subflow.
struct RttRow {
    const Connection* connection = nullptr;
    /// Null at data level.
    const Subflow* subflow = nullptr;
    Side sender = Side::a;

    [[nodiscard]] const RttSamples& samples() const;
    /// Where the capture was taken, seen from the host that sends: what lies between there and the
    /// other host is what the samples measure.
    [[nodiscard]] Vantage vantage() const;
};

/// For each selected connection the data level, then its subflows; each in both directions, the
/// client's first.
std::vector<RttRow> rtt_rows(const ReportInput& input);

} // namespace mptcp::taps
