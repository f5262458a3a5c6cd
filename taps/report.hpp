#pragma once
/// A report: takes the state of the analysis, pushes its pieces to a writer.

#include "analysis/tracker.hpp"
#include "taps/arguments.hpp"
#include "taps/report_writer.hpp"
#include "taps/segment_log.hpp"
#include "taps/selection.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace mptcp::taps {

struct ReportInput {
    /// Null if the capture holds no MPTCP.
    const Tracker* tracker = nullptr;
    const Selection& selection;
    const ReportOptions& options;
    /// What passed the filter, if the report asked for it.
    const SegmentLog& segments;
};

/// Calls `segment` for each logged one of the selected connections, in capture order.
void for_each_segment(const ReportInput& input,
                      const std::function<void(const LoggedSegment&)>& segment);

/// When the first connection of the capture starts: where times for people count from.
Nanoseconds origin_of(const Tracker* tracker);

/// For people: why there is nothing to show; empty if a connection is selected.
std::string nothing_selected(const ReportInput& input);

/// What a report reads besides the connections that the Tracker keeps.
enum class Reads : std::uint8_t {
    connections,
    /// What else the Tracker can keep: in which order data and acknowledgments came.
    history,
    /// Every segment: they are logged while they pass.
    segments,
};

struct ReportType {
    ReportGrammar grammar;
    /// What it answers, in one line.
    std::string_view answers;
    Reads reads = Reads::connections;
    void (*write)(const ReportInput& input, ReportWriter& writer) = nullptr;
};

/// Every report there is, in the order in which they are listed.
std::span<const ReportType> report_types();

/// Null if there is none of that name.
const ReportType* find_report_type(std::string_view name);

} // namespace mptcp::taps
