#include "bulk_mode.hpp"

#include "analysis_session.hpp"
#include "bulk_refusal.hpp"
#include "link_takeover.hpp"
#include "stream_table.hpp"

#include <wsutil/report_message.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp::plugin {

namespace {

constexpr StreamTable::Rules kStreamRules =
    compat::kTcpStreamsEnd ? StreamTable::Rules::ends_count : StreamTable::Rules::only_syn_begins;

protocol_t* analysis_protocol_record = nullptr;
bool is_requested = false;
bool is_permitted = false;
std::optional<StreamTable> streams;
std::vector<FactsListener> listeners;
/// Taken, and not shown to the engine yet.
SegmentBatch batch;

/// Not std::exit: nothing that tshark has begun to print is to be seen.
[[noreturn]] void refuse(const std::string& reason) {
    report_failure("-z mptcp,<report>,bulk: %s", reason.c_str());
    std::fflush(stderr);
    std::_Exit(EXIT_FAILURE);
}

void show_to_engine(AnalysisSession& session, const Segment& segment) {
    if (!session.wants(segment.options, segment.options_cut)) {
        return;
    }
    const SegmentFacts& facts = session.observe(segment);
    if (!facts.is_mptcp()) {
        return;
    }
    for (const FactsListener& listener : listeners) {
        listener(facts);
    }
}

} // namespace

void register_bulk_mode(int analysis_protocol) {
    analysis_protocol_record = find_protocol_by_id(analysis_protocol);
}

void begin_file_in_bulk() {
    is_permitted = false;
    streams.emplace(kStreamRules);
    batch.clear();
}

void request_bulk_mode(FactsListener listener) {
    if (listener) {
        listeners.push_back(std::move(listener));
    }
    if (is_requested) {
        return;
    }
    is_requested = true;
    // On a terminal, too, what comes before the first packet is held back until that is seen.
    std::setvbuf(stdout, nullptr, _IOFBF, BUFSIZ);
    take_link_layers_over();
    begin_file_in_bulk();
}

bool bulk_mode_is_on() {
    return is_requested;
}

void begin_frame_in_bulk(packet_info* pinfo, const proto_tree* tree) {
    if (is_permitted) {
        return;
    }
    const std::string reason = why_not_in_bulk(pinfo, tree);
    if (!reason.empty()) {
        refuse(reason);
    }
    is_permitted = true;
    AnalysisSession::current()->keep_no_facts();
}

void take_in_bulk(const BatchedSegment& taken) {
    batch.add(taken);
    if (batch.is_full()) {
        finish_bulk();
    }
}

void finish_bulk() {
    AnalysisSession& session = *AnalysisSession::current();
    const bool analyses = proto_is_protocol_enabled(analysis_protocol_record) != 0;
    batch.take_each([&](BatchedSegment& each) {
        each.segment.stream = streams->number(each.segment, each.lesson);
        if (each.is_analysed && analyses) {
            show_to_engine(session, each.segment);
        }
    });
}

} // namespace mptcp::plugin
