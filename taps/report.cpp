#include "taps/report.hpp"

#include "taps/connections_report.hpp"
#include "taps/events_report.hpp"
#include "taps/interval_report.hpp"
#include "taps/mappings_report.hpp"
#include "taps/order_report.hpp"
#include "taps/reinjections_report.hpp"
#include "taps/rtt_report.hpp"
#include "taps/segments_report.hpp"
#include "taps/series_report.hpp"
#include "taps/subflows_report.hpp"
#include "taps/summary_report.hpp"
#include "taps/verify_report.hpp"
#include "taps/wording.hpp"

#include <algorithm>
#include <unordered_set>

namespace mptcp::taps {

std::span<const ReportType> report_types() {
    static const std::vector<ReportType> types = {
        {{.name = "summary"},
         "Which paths each connection used, how much they carried, and why",
         Reads::connections,
         write_summary},
        {{.name = "connections"},
         "One row per connection and attempt: paths, shares, scheduling, overhead",
         Reads::history,
         write_connections},
        {{.name = "subflows"},
         "One row per subflow and direction: bytes, shares, round-trip times, ends",
         Reads::connections,
         write_subflows},
        {{.name = "reinjections"},
         "What was sent again on which subflow, how late, and whether it helped",
         Reads::connections,
         write_reinjections},
        {{.name = "mappings"},
         "Every mapping of data to a subflow, how much of it was carried, and its checksum",
         Reads::segments,
         write_mappings},
        {{.name = "events"},
         "What happened to connections and subflows, as `ip mptcp monitor` tells it",
         Reads::connections,
         write_events},
        {{.name = "rtt"},
         "Round-trip times at data level and of each subflow",
         Reads::connections,
         write_rtt},
        {{.name = "order"},
         "Data out of order, what waited behind holes, stalls, and the scheduler",
         Reads::history,
         write_order},
        {{.name = "interval", .has_interval = true},
         "What each subflow carried in every second, or in another interval",
         Reads::segments,
         write_interval},
        {{.name = "series",
          .formats = {Format::csv, Format::json, Format::xplot},
          .has_graph = true},
         "Every point of one graph",
         Reads::segments,
         write_series},
        {{.name = "segments"},
         "Every segment with all that was computed of it",
         Reads::segments,
         write_segments},
        {{.name = "verify"},
         "Every check made of keys, HMACs, checksums, mappings and windows, and its result",
         Reads::segments,
         write_verify},
    };
    return types;
}

const ReportType* find_report_type(std::string_view name) {
    const std::span<const ReportType> types = report_types();
    const auto found = std::find_if(types.begin(), types.end(), [name](const ReportType& type) {
        return type.grammar.name == name;
    });
    return found == types.end() ? nullptr : &*found;
}

Nanoseconds origin_of(const Tracker* tracker) {
    if (tracker == nullptr) {
        return 0;
    }
    const std::vector<const Connection*> all = tracker->connections();
    const auto first =
        std::min_element(all.begin(), all.end(), [](const Connection* x, const Connection* y) {
            return x->start() < y->start();
        });
    return first == all.end() ? 0 : (*first)->start();
}

std::string nothing_selected(const ReportInput& input) {
    if (input.tracker == nullptr) {
        return nothing_found(0, 0);
    }
    return input.selection.selected(*input.tracker).empty()
               ? nothing_found(input.tracker->connections().size(),
                               input.tracker->segments_with_cut_options())
               : std::string();
}

void for_each_segment(const ReportInput& input,
                      const std::function<void(const LoggedSegment&)>& segment) {
    if (input.tracker == nullptr) {
        return;
    }
    std::unordered_set<const Connection*> selected;
    for (const Connection* connection : input.selection.selected(*input.tracker)) {
        selected.insert(connection);
    }
    input.segments.for_each(*input.tracker, [&](const LoggedSegment& logged) {
        if (selected.contains(&logged.connection)) {
            segment(logged);
        }
    });
}

} // namespace mptcp::taps
