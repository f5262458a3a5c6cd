#include "post_dissector.hpp"

#include "analysis_session.hpp"
#include "bulk_mode.hpp"
#include "capture_time.hpp"
#include "deferred_analysis.hpp"
#include "experts.hpp"
#include "field.hpp"
#include "fields.hpp"
#include "onlookers.hpp"
#include "preferences.hpp"
#include "stock_streams.hpp"
#include "tcp_hook.hpp"
#include "wireshark_compat.hpp"

#include <new>
#include <type_traits>

// Facts live in packet scope, where no destructor runs.
static_assert(std::is_trivially_destructible_v<mptcp::SegmentFacts>);

namespace mptcp::plugin {

namespace {

int analysis_protocol_id = -1;
int analysis_tap = -1;
int tcp_protocol = -1;
dissector_handle_t end_of_frame_handle = nullptr;
bool hook_in_place = true;
bool statistics_served = false;
/// To know from one first-pass frame to the next whether Wireshark keeps its frames.
const frame_data* previous_frame_data = nullptr;

void show(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, const Tracker& tracker,
          const SegmentFacts& facts) {
    // By number, not from the facts alone: it may have been merged into another one since.
    const Connection* connection = tracker.connection(facts.connection);
    if (connection == nullptr || facts.subflow >= connection->subflows().size()) {
        return;
    }
    const SegmentView view{pinfo->pool, tracker,
                           *connection, *connection->subflows()[facts.subflow],
                           facts,       pinfo->fd->visited != 0};
    proto_item* item = tree != nullptr ? add_segment_to_tree(tvb, tree, view) : nullptr;
    add_experts(pinfo, item, view);
}

bool is_shown(const proto_tree* tree) {
    return tree != nullptr || experts_are_wanted();
}

/// One pass of tshark: taps listen already, and the next frame's data lies where this one's did.
bool frames_are_discarded(const packet_info* pinfo) {
    const bool same_place = pinfo->fd == previous_frame_data;
    previous_frame_data = pinfo->fd;
    return same_place && fetch_tapped_data(analysis_tap, 0) != nullptr;
}

/// In packet scope.
SegmentFacts* copy_of(const SegmentFacts& facts, const packet_info* pinfo) {
    return new (wmem_alloc(pinfo->pool, sizeof(SegmentFacts))) SegmentFacts(facts);
}

void first_pass(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, AnalysisSession& session) {
    session.begin_frame(pinfo->num);
    // All of them first: an exception while the tree is filled must keep none from engine and taps.
    CapturedSegment* const segments = take_captured_segments();
    for (CapturedSegment* captured = segments; captured != nullptr; captured = captured->next) {
        take_stock_numbers(captured->segment);
        const SegmentFacts& facts = session.observe(captured->segment);
        if (facts.is_mptcp()) {
            // The engine's own last as long as this frame, unless another segment follows in it.
            captured->facts = captured->next == nullptr ? &facts : copy_of(facts, pinfo);
            tap_queue_packet(analysis_tap, pinfo, captured->facts);
        }
    }
    for (CapturedSegment* captured = is_shown(tree) ? segments : nullptr; captured != nullptr;
         captured = captured->next) {
        if (captured->facts != nullptr) {
            show(tvb, pinfo, tree, session.tracker(), *captured->facts);
        }
    }
    if (session.keeps_facts() && frames_are_discarded(pinfo)) {
        session.keep_no_facts();
    }
}

void later_pass(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, AnalysisSession& session) {
    // What the end of the capture tells, so far.
    session.tracker().settle();
    const Tracker& tracker = session.tracker();
    const FactsStore::Segments of_first_pass = session.facts().of_frame(pinfo->num);
    const Nanoseconds time = to_nanoseconds(pinfo->abs_ts);
    // Taps get them as they were: who sums them up completes them when it is asked, for more may
    // come to be known until then.
    for (const SegmentFacts& facts : of_first_pass) {
        SegmentFacts* const tapped = copy_of(facts, pinfo);
        const FlowPlace place = tracker.place(facts.flow);
        tapped->time = time;
        tapped->connection = place.connection;
        tapped->subflow = place.subflow;
        tapped->sender = place.sender;
        tap_queue_packet(analysis_tap, pinfo, tapped);
    }
    if (!is_shown(tree)) {
        return;
    }
    for (SegmentFacts facts : of_first_pass) {
        facts.time = time;
        show(tvb, pinfo, tree, tracker, tracker.completed(facts));
    }
}

void warn_if_hook_is_bypassed(const packet_info* pinfo) {
    static bool warned = false;
    if (hook_in_place || warned ||
        wmem_list_find(pinfo->layers, GINT_TO_POINTER(tcp_protocol)) == nullptr) {
        return;
    }
    warned = true;
    ws_log("mptcp_analysis", LOG_LEVEL_WARNING,
           "Decode As for ip.proto 6 passes Multipath TCP analysis by: remove it to analyse TCP.");
}

int dissect_end_of_frame(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* /*data*/) {
    AnalysisSession* session = AnalysisSession::current();
    if (session == nullptr) {
        return 0;
    }
    warn_if_hook_is_bypassed(pinfo);
    if (session->is_fed()) {
        (pinfo->fd->visited ? later_pass : first_pass)(tvb, pinfo, tree, *session);
    }
    // 0 takes back the layer that calling a dissector adds: the frame's protocols stay stock's.
    return 0;
}

void open_file() {
    previous_frame_data = nullptr;
    statistics_served = false;
    take_captured_segments();
    forget_stock_streams();
    AnalysisSession::open_current(chosen_settings());
    begin_file_in_bulk();
    begin_file_deferred();
    hook_in_place = tcp_hook_is_in_place();
    if (!hook_in_place) {
        engage_post_dissector();
    }
}

void close_file() {
    AnalysisSession::close_current();
    forget_stock_streams();
}

} // namespace

void engage_post_dissector() {
    static bool engaged = false;
    if (!engaged) {
        engaged = true;
        register_postdissector(end_of_frame_handle);
    }
}

void serve_frame_statistics() {
    if (statistics_served) {
        return;
    }
    statistics_served = true;
    GArray* wanted = nullptr;
    if (frames_are_tapped() &&
        proto_is_protocol_enabled(find_protocol_by_id(analysis_protocol_id))) {
        wanted = g_array_new(FALSE, FALSE, sizeof(int));
        g_array_append_vals(wanted, countable_fields().data(),
                            static_cast<guint>(countable_fields().size()));
        engage_post_dissector();
    }
    set_postdissector_wanted_hfids(end_of_frame_handle, wanted);
}

void register_post_dissector(int analysis_protocol) {
    analysis_protocol_id = analysis_protocol;
    tcp_protocol = proto_get_id_by_filter_name("tcp");
    prepare_stock_streams();
    analysis_tap = register_tap("mptcp_analysis");
    register_onlookers(analysis_tap);
    end_of_frame_handle = create_dissector_handle(dissect_end_of_frame, analysis_protocol);
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
}

} // namespace mptcp::plugin
