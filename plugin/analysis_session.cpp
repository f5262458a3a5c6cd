#include "analysis_session.hpp"

#include "analysis/options.hpp"

namespace mptcp::plugin {

namespace {
std::unique_ptr<AnalysisSession> current_session;
bool history_wanted = false;
} // namespace

AnalysisSession* AnalysisSession::current() {
    return current_session.get();
}

void AnalysisSession::open_current(const Settings& settings) {
    current_session = std::make_unique<AnalysisSession>(settings);
}

void AnalysisSession::close_current() {
    current_session.reset();
}

bool AnalysisSession::wants(ByteView options, bool options_cut) {
    if (!mptcp_seen_) {
        mptcp_seen_ = has_mptcp_option(options);
        is_fed_ = is_fed_ || mptcp_seen_ || options_cut;
    }
    return mptcp_seen_ || options_cut;
}

void AnalysisSession::begin_frame(FrameNumber frame) {
    if (keeps_facts_) {
        facts_.begin_frame(frame);
    }
}

const SegmentFacts& AnalysisSession::observe(const Segment& segment) {
    const SegmentFacts& facts = tracker_.observe(segment);
    if (keeps_facts_ && facts.is_mptcp()) {
        facts_.add(facts);
    }
    return facts;
}

void AnalysisSession::keep_no_facts() {
    keeps_facts_ = false;
    facts_ = FactsStore();
    if (!history_wanted) {
        tracker_.forget_history();
    }
}

void AnalysisSession::want_history() {
    history_wanted = true;
}

} // namespace mptcp::plugin
