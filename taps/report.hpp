#pragma once
/// A report: takes the state of the analysis, pushes its pieces to a writer.

#include "analysis/tracker.hpp"
#include "taps/report_writer.hpp"
#include "taps/selection.hpp"

#include <span>
#include <string_view>

namespace mptcp::taps {

struct ReportType {
    std::string_view name;
    /// What it answers, in one line.
    std::string_view answers;
    /// `tracker` is null if the capture holds no MPTCP.
    void (*write)(const Tracker* tracker, const Selection& selection, ReportWriter& writer);
};

/// Every report there is, in the order in which they are listed.
std::span<const ReportType> report_types();

/// Null if there is none of that name.
const ReportType* find_report_type(std::string_view name);

} // namespace mptcp::taps
