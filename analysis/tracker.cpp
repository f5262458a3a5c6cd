#include "tracker.hpp"

#include "byte_classifier.hpp"
#include "connection_registry.hpp"
#include "handshakes.hpp"
#include "options.hpp"
#include "signalling.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace mptcp {

class Tracker::Engine {
  public:
    explicit Engine(const Settings& settings)
        : registry(settings), classifier(settings.verify_checksums) {}

    const SegmentFacts& observe(const Segment& segment);
    [[nodiscard]] LaterFacts later_facts(const SegmentFacts& facts) const;
    void settle();
    [[nodiscard]] const SubflowState& subflow(FlowId flow) const { return *subflows_[flow / 2]; }

    ConnectionRegistry registry;
    ByteClassifier classifier;
    std::uint64_t segments_with_cut_options = 0;

  private:
    [[nodiscard]] SubflowState* known(const Segment& segment) const;
    SubflowState* subflow_of(const Segment& segment);
    static bool reuses_flow(const SubflowState& subflow, const Segment& segment);
    void take(SubflowState& subflow, Side sender, const Segment& segment);
    void infer_connection(SubflowState& subflow, Side sender);
    void queue_release(ConnectionState& connection, Nanoseconds time);
    void release_closed(Nanoseconds now);

    Handshakes handshakes_{registry};
    /// In the order in which they were found.
    std::vector<SubflowState*> subflows_;
    std::vector<SubflowState*> by_stream_;
    /// The latest flow between two endpoints, in both orders.
    std::unordered_map<Flow, SubflowState*, FlowHash> by_endpoints_;
    struct Closed {
        ConnectionNumber connection;
        Nanoseconds time;
    };
    std::deque<Closed> closed_;

    SegmentId next_id_ = 0;
    bool is_settled_ = false;
    TcpOptions options_;
    SegmentFacts facts_;
};

SubflowState* Tracker::Engine::known(const Segment& segment) const {
    if (segment.stream != kNoStream) {
        return segment.stream < by_stream_.size() ? by_stream_[segment.stream] : nullptr;
    }
    const auto it = by_endpoints_.find({segment.source, segment.destination});
    return it == by_endpoints_.end() ? nullptr : it->second;
}

/// A SYN with another sequence number than the flow began with: the 4-tuple is used again.
bool Tracker::Engine::reuses_flow(const SubflowState& subflow, const Segment& segment) {
    if (!segment.has(tcp_flag::syn) || segment.has(tcp_flag::ack)) {
        return false;
    }
    const auto sender = subflow.side_of(segment.source);
    if (!sender) {
        return false;
    }
    const auto isn = subflow.direction(*sender).isn();
    return isn ? *isn != segment.sequence : subflow.has_ended();
}

SubflowState* Tracker::Engine::subflow_of(const Segment& segment) {
    SubflowState* subflow = known(segment);
    if (subflow != nullptr && !reuses_flow(*subflow, segment)) {
        parse_tcp_options(segment.options, segment.has(tcp_flag::syn), segment.has(tcp_flag::ack),
                          options_);
        return subflow;
    }
    const bool mptcp = has_mptcp_option(segment.options);
    if (!mptcp && subflow == nullptr) {
        return nullptr;
    }
    parse_tcp_options(segment.options, segment.has(tcp_flag::syn), segment.has(tcp_flag::ack),
                      options_);
    subflow = mptcp && segment.source != segment.destination ? &handshakes_.open(segment, options_)
                                                             : nullptr;
    if (subflow != nullptr) {
        const auto flow = static_cast<FlowId>(2 * subflows_.size());
        subflow->flow_ids = {flow, flow + 1};
        subflows_.push_back(subflow);
        subflow->stream = segment.stream;
        subflow->first_frame = segment.frame;
        subflow->start = segment.time;
        subflow->last = segment.time;
    }
    by_endpoints_[{segment.source, segment.destination}] = subflow;
    by_endpoints_[{segment.destination, segment.source}] = subflow;
    if (segment.stream != kNoStream) {
        if (segment.stream >= by_stream_.size()) {
            by_stream_.resize(segment.stream + 1);
        }
        by_stream_[segment.stream] = subflow;
    }
    return subflow;
}

const SegmentFacts& Tracker::Engine::observe(const Segment& segment) {
    // Copied whole: clearing its many members one by one takes three times as long.
    static const SegmentFacts kNothing;
    facts_ = kNothing;
    if (is_settled_) {
        is_settled_ = false;
        classifier.reopen();
    }
    facts_.id = next_id_++;
    facts_.frame = segment.frame;
    facts_.time = segment.time;
    segments_with_cut_options += segment.options_cut ? 1 : 0;
    release_closed(segment.time);
    SubflowState* subflow = subflow_of(segment);
    const auto sender = subflow == nullptr ? std::nullopt : subflow->side_of(segment.source);
    if (sender) {
        take(*subflow, *sender, segment);
    }
    return facts_;
}

void Tracker::Engine::take(SubflowState& subflow, Side sender, const Segment& segment) {
    facts_.flow = subflow.flow_ids[index(sender)];
    facts_.duplicate = subflow.direction(sender).is_second_capture(segment);
    const std::size_t events_before = subflow.connection->events().size();
    if (!facts_.duplicate) {
        handshakes_.observe(subflow, sender, segment, options_, facts_);
        sender = subflow.sender_of(facts_.flow);
        facts_.option_bytes = options_.mptcp_bytes;
        facts_.options_cut = segment.options_cut;
        if (!options_.only_dss()) {
            observe_signals(subflow, sender, segment, options_, facts_);
        }
        classifier.acknowledge(subflow, sender, segment, options_, facts_);
        classifier.announce(subflow, sender, segment, options_, facts_);
        infer_connection(subflow, sender);
        sender = subflow.sender_of(facts_.flow);
        classifier.classify(subflow, sender, segment, options_, facts_);
        observe_ending(subflow, sender, segment, options_);
        if (subflow.connection->events().size() != events_before) {
            observe_closing(subflow, sender, segment);
        }
    }
    ConnectionState& connection = *subflow.connection;
    SubflowDirection& sending = subflow.direction(sender);
    if (!facts_.duplicate) {
        sending.last_seen = segment.time;
        sending.last_frame = segment.frame;
        subflow.last = std::max(subflow.last, segment.time);
        connection.last_ = std::max(connection.last_, segment.time);
    }
    if (segment.mptcp_stream != kNoStream) {
        connection.mptcp_stream_ = segment.mptcp_stream;
    }
    registry.note_progress(connection, sender);
    for (const Side side : {Side::a, Side::b}) {
        SegmentId& full = subflow.full_dsns_from[index(side)];
        if (full == kNoSegment && connection.direction(side).space.high_half_known()) {
            full = facts_.id;
            connection.note_high_half(side);
        }
    }
    facts_.connection = connection.number();
    facts_.subflow = subflow.number;
    facts_.sender = sender;
    facts_.payload_bytes = segment.payload_length;
    subflow.totals(sender).add(facts_);
    if (subflow.has_ended() && connection.living_subflows() == 0) {
        queue_release(connection, segment.time);
    }
}

void Tracker::Engine::infer_connection(SubflowState& subflow, Side sender) {
    ConnectionState& connection = *subflow.connection;
    constexpr std::uint32_t kMostAttempts = 32;
    if (connection.handshake() != Handshake::not_captured ||
        connection.inference_attempts == kMostAttempts) {
        return;
    }
    const Dss* dss = options_.find<Dss>();
    if (dss == nullptr) {
        return;
    }
    connection.dsn_evidence[index(sender)] += dss->mapping ? 1 : 0;
    connection.dsn_evidence[index(opposite(sender))] += dss->data_ack ? 1 : 0;
    ++connection.inference_attempts;
    registry.infer(connection);
}

void Tracker::Engine::queue_release(ConnectionState& connection, Nanoseconds time) {
    if (!connection.release_queued) {
        connection.release_queued = true;
        closed_.push_back({connection.number(), time});
    }
}

/// Long after the end nothing but stray retransmissions can come, and those need no more than what
/// was carried.
void Tracker::Engine::release_closed(Nanoseconds now) {
    constexpr Nanoseconds kLinger = 60'000'000'000;
    while (!closed_.empty() && now - closed_.front().time > kLinger) {
        ConnectionState* connection = registry.find(closed_.front().connection);
        closed_.pop_front();
        if (connection == nullptr) {
            continue;
        }
        connection->release_queued = false;
        // Each time all subflows are gone through, and there is less to be freed.
        constexpr std::uint32_t kMostReleases = 8;
        if (connection->is_over() && connection->releases < kMostReleases) {
            ++connection->releases;
            connection->release();
        }
    }
}

void Tracker::Engine::settle() {
    if (is_settled_) {
        return;
    }
    is_settled_ = true;
    for (ConnectionState* connection : registry.all()) {
        classifier.settle(*connection);
        settle_endings(*connection);
        connection->settle_blocked();
    }
}

LaterFacts Tracker::Engine::later_facts(const SegmentFacts& facts) const {
    LaterFacts later;
    ConnectionState* connection = registry.find(facts.connection);
    if (connection == nullptr || facts.duplicate) {
        return later;
    }
    const auto reinjected = connection->reinjected_in.find(facts.frame);
    if (reinjected != connection->reinjected_in.end()) {
        later.reinjected_in = reinjected->second;
    }
    for (const Reinjection* event : connection->reinjections_of(facts.id)) {
        later.reinjected_in = event->next_frame != 0 ? event->next_frame : later.reinjected_in;
    }
    if (!facts.dsn) {
        return later;
    }
    const DataDirection& data = connection->direction(facts.sender);
    if (const auto* ack = data.acknowledged_at(data.space.position(facts.dsn->end))) {
        later.acked_in = ack->frame;
    }
    if (facts.out_of_order) {
        const auto* filled = data.in_order_at(data.space.position(facts.dsn->begin) + 1);
        if (filled != nullptr && filled->time >= facts.time) {
            later.reorder_delay = filled->time - facts.time;
        }
    }
    return later;
}

Tracker::Tracker(const Settings& settings) : engine_(std::make_unique<Engine>(settings)) {
}

Tracker::~Tracker() = default;

const SegmentFacts& Tracker::observe(const Segment& segment) {
    return engine_->observe(segment);
}

std::vector<const Connection*> Tracker::connections() const {
    const auto all = engine_->registry.all();
    return {all.begin(), all.end()};
}

const Connection* Tracker::connection(ConnectionNumber number) const {
    return engine_->registry.find(number);
}

ByteCounts Tracker::late_credit(SegmentId id) const {
    return engine_->classifier.late_credit(id);
}

FlowPlace Tracker::place(FlowId flow) const {
    const SubflowState& subflow = engine_->subflow(flow);
    const Side sender = subflow.sender_of(flow);
    return {subflow.connection->number(), subflow.number, sender};
}

namespace {

/// Keys may have been captured after what they verify.
void complete_checks(const SubflowState& subflow, SegmentFacts& facts) {
    if (facts.hmac.result == Verification::unverified) {
        const bool in_third_ack = subflow.initiator == facts.sender;
        const Verification now = in_third_ack ? subflow.ack_hmac : subflow.synack_hmac;
        if (now == Verification::good || now == Verification::bad) {
            facts.hmac = {now, UnverifiedReason::none};
        }
    }
    if (facts.token.result == Verification::unverified && subflow.join_token) {
        const Host& joined = subflow.connection->host(opposite(facts.sender));
        if (joined.key && joined.token == subflow.join_token) {
            facts.token = {Verification::good, UnverifiedReason::none};
        }
    }
}

/// The high half of the DSNs may have been captured after the segment.
void complete_dsns(const SubflowState& subflow, SegmentFacts& facts) {
    const auto high_half = [&](Side side) -> Dsn {
        const bool told = facts.id >= subflow.full_dsns_from[index(side)];
        return told ? 0 : subflow.connection->direction(side).space.high_half();
    };
    if (const Dsn missing = high_half(facts.sender); missing != 0) {
        if (facts.dsn) {
            facts.dsn->begin += missing;
            facts.dsn->end += missing;
        }
        if (facts.mapping) {
            facts.mapping->dsn += missing;
        }
        if (facts.announced) {
            facts.announced->dsn += missing;
        }
    }
    if (facts.data_ack) {
        *facts.data_ack += high_half(opposite(facts.sender));
    }
}

} // namespace

SegmentFacts Tracker::completed(const SegmentFacts& facts) const {
    SegmentFacts result = facts;
    const FlowPlace now = place(facts.flow);
    result.connection = now.connection;
    result.subflow = now.subflow;
    result.sender = now.sender;
    complete_checks(engine_->subflow(facts.flow), result);
    complete_dsns(engine_->subflow(facts.flow), result);
    const ByteCounts credit = facts.pending_bytes > 0 ? late_credit(facts.id) : ByteCounts{};
    result.bytes[ByteClass::unmapped] -= credit.total();
    result.bytes += credit;
    result.pending_bytes = 0;
    result.bytes.note_repeated_later(
        engine_->subflow(facts.flow).flow(now.sender).repeated_later_of(facts.id));
    return result;
}

LaterFacts Tracker::later_facts(const SegmentFacts& facts) const {
    return engine_->later_facts(facts);
}

std::uint64_t Tracker::carried_bytes(FlowId flow, std::uint64_t position,
                                     std::uint32_t length) const {
    const SubflowState& subflow = engine_->subflow(flow);
    return subflow.direction(subflow.sender_of(flow))
        .carried()
        .size_within({position, position + length});
}

DataOrder Tracker::data_order(const Connection& connection, Side sender) const {
    ConnectionState* state = engine_->registry.find(connection.number());
    return state == nullptr ? DataOrder() : DataOrder(state->direction(sender), state->last());
}

void Tracker::forget_history() {
    engine_->registry.forget_history();
}

std::uint64_t Tracker::segments_with_cut_options() const {
    return engine_->segments_with_cut_options;
}

void Tracker::settle() {
    engine_->settle();
}

} // namespace mptcp
