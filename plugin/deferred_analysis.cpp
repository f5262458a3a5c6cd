#include "deferred_analysis.hpp"

#include "analysis_session.hpp"
#include "onlookers.hpp"
#include "segment_batch.hpp"
#include "stock_streams.hpp"

#include <optional>

namespace mptcp::plugin {

namespace {

/// Of the file; none as long as no segment was wanted.
std::optional<Analysed> analysed;
SegmentBatch batch;

Analysed first_choice(packet_info* pinfo, const proto_tree* tree) {
    if (is_looked_at(pinfo, tree)) {
        return Analysed::in_its_frame;
    }
    AnalysisSession::current()->keep_no_facts();
    return reports_are_drawn() ? Analysed::deferred : Analysed::never;
}

} // namespace

void begin_file_deferred() {
    analysed.reset();
    batch.clear();
}

Analysed analysis_of(packet_info* pinfo, const proto_tree* tree) {
    if (!analysed) {
        analysed = first_choice(pinfo, tree);
    }
    return *analysed;
}

void defer(const Segment& segment) {
    if (batch.is_full()) {
        finish_deferred();
    }
    batch.add({.segment = segment, .lesson = {}});
}

void finish_deferred() {
    AnalysisSession* const session = AnalysisSession::current();
    batch.take_each([&](BatchedSegment& each) {
        take_stock_numbers(each.segment);
        session->observe(each.segment);
    });
}

} // namespace mptcp::plugin
