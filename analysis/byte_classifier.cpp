#include "byte_classifier.hpp"

#include "reinjections.hpp"

#include <algorithm>

namespace mptcp {

namespace {

/// So many segments without options confirm a suspected fallback.
constexpr std::uint32_t kSuspectSegments = 64;

/// The window of a segment in bytes; none if the scale is unknown.
std::optional<std::uint64_t> offered_window(const SubflowState& subflow, Side sender,
                                            const Segment& segment) {
    if (segment.has(tcp_flag::syn)) {
        return segment.window;
    }
    const SubflowDirection& own = subflow.direction(sender);
    const SubflowDirection& other = subflow.direction(opposite(sender));
    if (!own.synchronized() || !other.synchronized()) {
        return std::nullopt;
    }
    // RFC 7323 section 2.2: no scaling unless both SYNs offer it.
    const unsigned scale = other.window_scale ? own.window_scale.value_or(0) : 0;
    return std::uint64_t{segment.window} << scale;
}

} // namespace

// -- mappings -----------------------------------------------------------------------------------

void ByteClassifier::announce(SubflowState& subflow, Side sender, const Segment& segment,
                              const TcpOptions& options, SegmentFacts& facts) {
    const Work work{subflow, sender, segment, options, facts};
    for (const MptcpOption& option : options.mptcp) {
        if (const auto* dss = std::get_if<Dss>(&option)) {
            announce_dss(work, *dss);
        } else if (const auto* capable = std::get_if<MpCapable>(&option)) {
            announce_with_capable(work, *capable);
        }
    }
}

void ByteClassifier::announce_with_capable(const Work& work, const MpCapable& capable) {
    // RFC 8684 section 3.1: MP_CAPABLE with data maps SSN 1 to IDSN + 1.
    DataDirection& data = work.subflow.connection->direction(work.sender);
    const Segment& segment = work.segment;
    const bool first_data = capable.sender_key && capable.receiver_key && capable.version > 0 &&
                            segment.payload_length > 0 && !segment.has(tcp_flag::syn);
    if (!first_data || !data.first_position()) {
        return;
    }
    SubflowDirection& direction = work.subflow.direction(work.sender);
    Interval range = direction.place_payload(segment.sequence, false, segment.payload_length);
    if (capable.data_length) {
        // Segmentation offload repeats the option in segments after the first.
        range.begin = direction.first_position().value_or(range.begin);
        range.end = range.begin + *capable.data_length;
    }
    const Dsn dsn = data.space.dsn(*data.first_position());
    if (capable.checksum) {
        expect_checksum(work, range, dsn, 1, static_cast<std::uint16_t>(range.size()),
                        *capable.checksum);
    }
    direction.map(range, *data.first_position(), segment.frame,
                  [&](Interval mapped) { resolve_pending(work.subflow, work.sender, mapped); });
    const auto length = static_cast<std::uint32_t>(range.size());
    work.facts.mapping = MappingFacts{dsn, 1, length, segment.frame};
    work.facts.announced = AnnouncedFacts{.kind = AnnouncedFacts::Kind::mp_capable,
                                          .dsn = dsn,
                                          .ssn = 1,
                                          .length = length,
                                          .position = range.begin,
                                          .checksum = capable.checksum,
                                          .repeated = !direction.mapped_anew()};
}

void ByteClassifier::announce_dss(const Work& work, const Dss& dss) {
    ConnectionState& connection = *work.subflow.connection;
    DataDirection& data = connection.direction(work.sender);
    SubflowDirection& direction = work.subflow.direction(work.sender);
    direction.dss_seen = data.dss_seen = true;
    if (!dss.mapping) {
        return;
    }
    const WireMapping& mapping = *dss.mapping;
    if (mapping.length == 0) {
        announce_infinite(work, mapping);
        return;
    }
    const auto position = data.space.place(mapping.dsn);
    if (!position) {
        return;
    }
    connection.note_first_dsn(work.sender);
    if (data.suspected_fallback && data.suspected_fallback->cause != FallbackCause::mp_fail &&
        !connection.fallback_[index(work.sender)]) {
        // The segment without options was only captured before the one with its mapping.
        data.suspected_fallback.reset();
        data.suspect_segments = 0;
    }
    const std::uint32_t payload_length = mapping.length - (dss.data_fin ? 1U : 0U);
    if (dss.data_fin) {
        if (!data.fin_position()) {
            connection.note(event_at(EventType::data_fin, work.segment, work.subflow, work.sender));
        }
        if (data.finish(*position + payload_length)) {
            connection.note(event_at(EventType::data_fin_acked, work.segment, work.subflow,
                                     opposite(work.sender)));
        }
    }
    const Dsn dsn = data.space.dsn(*position);
    AnnouncedFacts& announced = work.facts.announced.emplace();
    announced.dsn = dsn;
    announced.ssn = mapping.ssn;
    announced.length = payload_length;
    announced.checksum = mapping.checksum;
    announced.data_fin = dss.data_fin;
    if (payload_length == 0) {
        return;
    }
    // Another subflow may have sent the first data.
    if (!data.idsn_checked && data.first_position() && mapping.ssn == 1 &&
        work.subflow.role == SubflowRole::initial && data.coverage().empty()) {
        data.idsn_checked = true;
        work.facts.idsn.result =
            *position == *data.first_position() ? Verification::good : Verification::bad;
    }
    const Interval payload = direction.place_payload(
        work.segment.sequence, work.segment.has(tcp_flag::syn), work.segment.payload_length);
    const std::uint64_t conflicts = direction.mapping_conflicts();
    const auto begin = direction.position_of_ssn(mapping.ssn);
    if (begin && mapping.checksum) {
        expect_checksum(work, {*begin, *begin + payload_length}, dsn, mapping.ssn, mapping.length,
                        *mapping.checksum);
    }
    direction.announce(
        {mapping.ssn, payload_length, *position, work.segment.frame}, payload,
        [&](Interval mapped) { resolve_pending(work.subflow, work.sender, mapped); });
    work.facts.mapping_conflict |= direction.mapping_conflicts() > conflicts;
    work.facts.mapping = MappingFacts{dsn, mapping.ssn, payload_length, work.segment.frame};
    announced.position = direction.position_of_ssn(mapping.ssn).value_or(0);
    announced.repeated = announced.position != 0 && !direction.mapped_anew();
}

void ByteClassifier::expect_checksum(const Work& work, Interval range, Dsn dsn, std::uint32_t ssn,
                                     std::uint16_t wire_length, std::uint16_t checksum) const {
    SubflowDirection& direction = work.subflow.direction(work.sender);
    if (!verify_checksums_ || direction.carried().contains(range.begin)) {
        return;
    }
    const DataSequenceSpace& space = work.subflow.connection->direction(work.sender).space;
    const UnverifiedReason obstacle =
        !space.high_half_known()              ? UnverifiedReason::high_half_not_captured
        : direction.carried().overlaps(range) ? UnverifiedReason::incomplete
                                              : UnverifiedReason::none;
    direction.checksums.announce(
        {range, dsn, ssn, wire_length, checksum, work.segment.frame, obstacle});
}

void ByteClassifier::announce_infinite(const Work& work, const WireMapping& mapping) {
    ConnectionState& connection = *work.subflow.connection;
    const Segment& segment = work.segment;
    DataDirection& data = connection.direction(work.sender);
    if (const auto position = data.space.place(mapping.dsn)) {
        work.facts.announced = AnnouncedFacts{.kind = AnnouncedFacts::Kind::infinite,
                                              .dsn = data.space.dsn(*position),
                                              .ssn = mapping.ssn,
                                              .checksum = mapping.checksum};
    }
    if (connection.fallback_[index(work.sender)]) {
        return;
    }
    SubflowDirection& direction = work.subflow.direction(work.sender);
    const Interval payload =
        direction.place_payload(segment.sequence, false, segment.payload_length);
    const std::uint64_t from = direction.position_of_ssn(mapping.ssn).value_or(payload.begin);
    data.fallback_from = from;
    credit_fallback(work.subflow, work.sender, from);
    const bool failed = connection.mp_fail_by[index(opposite(work.sender))];
    connection.fallback_[index(work.sender)] =
        Fallback{failed ? FallbackCause::mp_fail : FallbackCause::infinite_mapping, segment.frame,
                 segment.time, work.sender};
    connection.note(event_at(EventType::infinite_map, segment, work.subflow, work.sender));
    connection.note(event_at(EventType::fallback, segment, work.subflow, work.sender));
}

void ByteClassifier::resolve_pending(SubflowState& subflow, Side sender, Interval mapped) {
    SubflowDirection& direction = subflow.direction(sender);
    if (direction.pending().empty()) {
        return;
    }
    direction.pending().take(mapped, [&](Interval range, const PendingBytes& bytes) {
        direction.visit_mappings(
            range,
            [&](Interval piece, const Mapping& mapping) {
                ByteCounts counts;
                const FirstCopy copy{bytes.frame, subflow.number, bytes.time,
                                     std::uint64_t{0} - mapping.dsn_minus_ssn, bytes.segment_id};
                const Interval data_range = shifted(piece, mapping.dsn_minus_ssn);
                classify_mapped(subflow, sender, {data_range, copy}, counts);
                credit(subflow, sender, bytes, counts);
                direction.pending_sent_again().visit(
                    piece,
                    [&](Interval again, bool) {
                        subflow.connection->direction(sender).sent_again(
                            shifted(again, mapping.dsn_minus_ssn));
                    },
                    [](Interval) {});
            },
            [](Interval) {});
    });
}

void ByteClassifier::credit(SubflowState& subflow, Side sender, const PendingBytes& pending,
                            const ByteCounts& counts) {
    late_credits_[pending.segment_id] += counts;
    Totals& totals = subflow.totals(sender);
    totals.bytes[ByteClass::unmapped] -= counts.total();
    totals.bytes += counts;
    if (counts.has_progress()) {
        totals.last_progress = std::max(totals.last_progress, pending.time);
    }
}

ByteCounts ByteClassifier::late_credit(SegmentId id) const {
    const auto it = late_credits_.find(id);
    return it == late_credits_.end() ? ByteCounts{} : it->second;
}

// -- payload ------------------------------------------------------------------------------------

void ByteClassifier::classify(SubflowState& subflow, Side sender, const Segment& segment,
                              const TcpOptions& options, SegmentFacts& facts) {
    facts.payload_bytes = segment.payload_length;
    if (segment.payload_length == 0) {
        return;
    }
    const Work work{subflow, sender, segment, options, facts};
    SubflowDirection& direction = subflow.direction(sender);
    const Interval payload = direction.place_payload(segment.sequence, segment.has(tcp_flag::syn),
                                                     segment.payload_length);
    fall_back_after_mp_fail(work);
    direction.carry(
        payload, [&](Interval fresh) { classify_fresh(work, fresh); },
        [&](Interval known) { classify_retransmitted(work, known); });
    note_levels(work);
}

void ByteClassifier::note_levels(const Work& work) {
    const DataDirection& data = work.subflow.connection->direction(work.sender);
    work.facts.subflow_flight = work.subflow.direction(work.sender).flight();
    if (work.facts.dsn) {
        work.facts.flight = data.flight();
        work.facts.window_limited = data.window_limits(work.segment.payload_length);
        work.facts.window_known = data.window_known();
        work.facts.beyond_window = work.facts.window_limited &&
                                   data.exceeds_window(data.space.position(work.facts.dsn->end));
    }
}

void ByteClassifier::classify_retransmitted(const Work& work, Interval range) {
    work.facts.bytes[ByteClass::retransmitted] += range.size();
    SubflowDirection& direction = work.subflow.direction(work.sender);
    DataDirection& data = work.subflow.connection->direction(work.sender);
    direction.sent_again(range);
    if (is_plain_tcp(work)) {
        return;
    }
    direction.visit_mappings(
        range,
        [&](Interval piece, const Mapping& mapping) {
            data.sent_again(shifted(piece, mapping.dsn_minus_ssn));
            note_mapping(work, piece, mapping);
        },
        [&](Interval gap) { direction.pending_sent_again(gap); }, SubflowDirection::kMostMappings);
}

void ByteClassifier::classify_fresh(const Work& work, Interval range) {
    SubflowDirection& direction = work.subflow.direction(work.sender);
    ConnectionState& connection = *work.subflow.connection;
    DataDirection& data = connection.direction(work.sender);
    direction.sent(range, work.segment.time);

    if (is_plain_tcp(work)) {
        work.facts.bytes[ByteClass::fallback] += range.size();
        return;
    }
    const auto from = data.fallback_from;
    if (from && range.end > *from) {
        const Interval fallen{std::max(range.begin, *from), range.end};
        work.facts.bytes[ByteClass::fallback] += fallen.size();
        range.end = fallen.begin;
    } else if (connection.attempt_cause() == AttemptCause::no_mp_capable_in_synack) {
        work.facts.bytes[ByteClass::fallback] += range.size();
        return;
    }
    if (range.empty()) {
        return;
    }
    if (!direction.checksums.idle()) {
        note_checksum(work, range);
    }
    direction.visit_mappings(
        range,
        [&](Interval piece, const Mapping& mapping) {
            classify_fresh_mapped(work, piece, mapping);
        },
        [&](Interval gap) { classify_unmapped(work, gap); });
}

void ByteClassifier::note_checksum(const Work& work, Interval range) {
    SubflowDirection& direction = work.subflow.direction(work.sender);
    const Segment& segment = work.segment;
    const Interval payload = direction.place_payload(segment.sequence, segment.has(tcp_flag::syn),
                                                     segment.payload_length);
    const ByteView captured = segment.payload.subspan(
        std::min<std::uint64_t>(range.begin - payload.begin, segment.payload.size()));
    const auto judged = direction.checksums.pass(range, captured);
    if (judged.check.result != Verification::absent) {
        work.facts.checksum = judged.check;
        work.facts.checksum_frame = judged.frame;
    }
}

void ByteClassifier::classify_fresh_mapped(const Work& work, Interval piece,
                                           const Mapping& mapping) {
    SegmentFacts& facts = work.facts;
    const FirstCopy copy{work.segment.frame, work.subflow.number, work.segment.time,
                         std::uint64_t{0} - mapping.dsn_minus_ssn, facts.id};
    const Interval data_range = shifted(piece, mapping.dsn_minus_ssn);
    note_mapping(work, piece, mapping);
    const bool none_new_yet = facts.bytes[ByteClass::fresh] == 0;
    const CarryResult result =
        classify_mapped(work.subflow, work.sender, {data_range, copy}, facts.bytes);
    if (result.out_of_order && none_new_yet) {
        facts.out_of_order = true;
        facts.reorder_distance = result.reorder_distance;
    }
    facts.hole_filled_bytes += result.hole_filled_bytes;
    facts.scheduler_switch |= result.scheduler_switch;
    facts.stall = facts.stall ? facts.stall : result.stall;
}

void ByteClassifier::note_mapping(const Work& work, Interval piece, const Mapping& mapping) {
    const DataSequenceSpace& space = work.subflow.connection->direction(work.sender).space;
    const Interval data_range = shifted(piece, mapping.dsn_minus_ssn);
    const DsnRange dsns{space.dsn(data_range.begin), space.dsn(data_range.end)};
    if (!work.facts.dsn) {
        work.facts.dsn = dsns;
        const SubflowDirection& direction = work.subflow.direction(work.sender);
        work.facts.mapping =
            MappingFacts{space.dsn(mapping.begin + mapping.dsn_minus_ssn),
                         direction.ssn_of(mapping.begin), mapping.length, mapping.frame};
    } else if (work.facts.dsn->end == dsns.begin) {
        work.facts.dsn->end = dsns.end;
    }
}

void ByteClassifier::classify_unmapped(const Work& work, Interval range) {
    SubflowDirection& direction = work.subflow.direction(work.sender);
    ConnectionState& connection = *work.subflow.connection;
    DataDirection& data = connection.direction(work.sender);
    if (direction.is_tfo(range.begin)) {
        // Mapped later only if the server did not take them from the SYN.
        work.facts.tfo = true;
        add_pending(work, range);
        return;
    }
    if (!data.suspected_fallback) {
        data.suspected_fallback = suspicion(work);
    }
    if (data.suspected_fallback && ++data.suspect_segments >= kSuspectSegments) {
        confirm_fallback(work.subflow, work.sender);
        work.facts.bytes[ByteClass::fallback] += range.size();
        return;
    }
    FrameNumber& vanished = work.subflow.options_vanished_frame[index(work.sender)];
    if (vanished == 0 && !work.options.has_mptcp() && !work.segment.options_cut &&
        direction.dss_seen && !data.suspected_fallback) {
        vanished = work.segment.frame;
        connection.note(
            event_at(EventType::options_vanished, work.segment, work.subflow, work.sender));
    }
    add_pending(work, range);
}

void ByteClassifier::add_pending(const Work& work, Interval range) {
    work.facts.bytes[ByteClass::unmapped] += range.size();
    work.facts.pending_bytes += static_cast<std::uint32_t>(range.size());
    work.subflow.direction(work.sender)
        .pending()
        .add(range, {work.facts.id, work.segment.frame, work.segment.time});
}

// -- fallback -----------------------------------------------------------------------------------

std::optional<Fallback> ByteClassifier::suspicion(const Work& work) {
    const ConnectionState& connection = *work.subflow.connection;
    const bool only_subflow =
        work.subflow.role != SubflowRole::join && connection.living_subflows() == 1;
    const bool failed = connection.mp_fail_by[index(opposite(work.sender))];
    const bool dss_before = connection.data(work.sender).dss_seen;
    if (!only_subflow || work.options.has_mptcp() || work.segment.options_cut ||
        (dss_before && !failed)) {
        return std::nullopt;
    }
    return Fallback{failed ? FallbackCause::mp_fail : FallbackCause::options_vanished,
                    work.segment.frame, work.segment.time, work.sender};
}

void ByteClassifier::fall_back_after_mp_fail(const Work& work) {
    ConnectionState& connection = *work.subflow.connection;
    DataDirection& data = connection.direction(work.sender);
    if (!connection.mp_fail_by[index(opposite(work.sender))] ||
        connection.fallback_[index(work.sender)]) {
        return;
    }
    const std::optional<Fallback> suspected = suspicion(work);
    if (!suspected) {
        return;
    }
    if (!data.suspected_fallback || data.suspected_fallback->cause != FallbackCause::mp_fail) {
        data.suspected_fallback = suspected;
    }
    confirm_fallback(work.subflow, work.sender);
}

bool ByteClassifier::is_plain_tcp(const Work& work) {
    const auto& fallback = work.subflow.connection->fallback_[index(work.sender)];
    return fallback && fallback->cause == FallbackCause::mp_fail && !work.options.has_mptcp() &&
           !work.segment.options_cut;
}

std::vector<ByteClassifier::PendingPiece> ByteClassifier::confirm_fallback(SubflowState& subflow,
                                                                           Side sender) {
    ConnectionState& connection = *subflow.connection;
    DataDirection& data = connection.direction(sender);
    SubflowDirection& direction = subflow.direction(sender);
    connection.fallback_[index(sender)] = data.suspected_fallback;
    if (connection.kind() == ConnectionKind::connection) {
        Event event;
        event.type = EventType::fallback;
        event.time = data.suspected_fallback->time;
        event.frame = data.suspected_fallback->frame;
        event.host = sender;
        event.subflow = subflow.number;
        connection.note(event);
    }
    // The bytes of a TFO SYN were sent before.
    data.fallback_from =
        direction.pending().first_from(direction.tfo_end()).value_or(direction.carried().highest());
    return credit_fallback(subflow, sender, *data.fallback_from);
}

void ByteClassifier::withdraw_fallback(const Settled& settled) {
    ConnectionState& connection = *settled.subflow->connection;
    connection.fallback_[index(settled.sender)].reset();
    connection.direction(settled.sender).fallback_from = settled.fallback_from;
    std::erase_if(connection.events_, [&](const Event& event) {
        return event.type == EventType::fallback && event.host == settled.sender;
    });
}

std::vector<ByteClassifier::PendingPiece>
ByteClassifier::credit_fallback(SubflowState& subflow, Side sender, std::uint64_t from) {
    std::vector<PendingPiece> credited;
    subflow.direction(sender).pending().take({from, ~std::uint64_t{0}},
                                             [&](Interval range, const PendingBytes& bytes) {
                                                 ByteCounts counts;
                                                 counts[ByteClass::fallback] = range.size();
                                                 credit(subflow, sender, bytes, counts);
                                                 credited.push_back({range, bytes});
                                             });
    return credited;
}

void ByteClassifier::take_back_credit(const Settled& settled) {
    Totals& totals = settled.subflow->totals(settled.sender);
    totals.last_progress = settled.last_progress;
    for (const auto& [range, bytes] : settled.credited) {
        const auto credit = late_credits_.find(bytes.segment_id);
        credit->second[ByteClass::fallback] -= range.size();
        if (credit->second.total() == 0) {
            late_credits_.erase(credit);
        }
        totals.bytes[ByteClass::fallback] -= range.size();
        totals.bytes[ByteClass::unmapped] += range.size();
        settled.subflow->direction(settled.sender).pending().add(range, bytes);
    }
}

void ByteClassifier::settle(ConnectionState& connection) {
    if (connection.states().empty()) {
        return;
    }
    SubflowState& subflow = *connection.states().front();
    for (const Side side : {Side::a, Side::b}) {
        DataDirection& data = connection.direction(side);
        if (connection.kind() == ConnectionKind::attempt &&
            !subflow.direction(side).pending().empty()) {
            const Nanoseconds last_progress = subflow.totals(side).last_progress;
            settled_.push_back({&subflow, side, last_progress, credit_fallback(subflow, side, 0),
                                false, data.fallback_from});
        }
        if (data.suspected_fallback && !connection.fallback_[index(side)]) {
            const Nanoseconds last_progress = subflow.totals(side).last_progress;
            const auto fallback_from = data.fallback_from;
            settled_.push_back({&subflow, side, last_progress, confirm_fallback(subflow, side),
                                true, fallback_from});
        }
    }
}

void ByteClassifier::reopen() {
    for (; !settled_.empty(); settled_.pop_back()) {
        take_back_credit(settled_.back());
        if (settled_.back().confirmed) {
            withdraw_fallback(settled_.back());
        }
    }
}

// -- data level ---------------------------------------------------------------------------------

CarryResult ByteClassifier::classify_mapped(SubflowState& subflow, Side sender,
                                            const CarriedRange& carried, ByteCounts& counts) {
    DataDirection& data = subflow.connection->direction(sender);
    return data.carry(
        carried, [&](Interval fresh) { counts[ByteClass::fresh] += fresh.size(); },
        [&](Interval piece, const FirstCopy& first, bool same_subflow) {
            counts[same_subflow ? ByteClass::reinjected_same_subflow
                                : ByteClass::reinjected_other_subflow] += piece.size();
            if (first.frame != 0) {
                note_reinjection(*subflow.connection, sender, {piece, carried.copy, first},
                                 same_subflow);
            }
        });
}

// -- acknowledgments ----------------------------------------------------------------------------

void ByteClassifier::acknowledge(SubflowState& subflow, Side sender, const Segment& segment,
                                 const TcpOptions& options, SegmentFacts& facts) {
    ConnectionState& connection = *subflow.connection;
    const Side receiver = opposite(sender);
    connection.direction(receiver).receiver_seen = true;
    // A host takes no acknowledgment from a RST (RFC 9293 section 3.10.7.4).
    if (segment.has(tcp_flag::ack) && !segment.has(tcp_flag::rst)) {
        const auto rtt = subflow.direction(receiver).acknowledge(
            segment.acknowledgment, options, segment.time, [&](const OutcomeWatch& watch) {
                Reinjection& event = connection.reinjections_[watch.reinjection];
                if (event.outcome == ReinjectionOutcome::unknown) {
                    event.outcome = watch.is_original ? ReinjectionOutcome::redundant
                                                      : ReinjectionOutcome::useful;
                }
            });
        if (rtt) {
            subflow.flows[index(receiver)].rtt.add(*rtt);
            facts.subflow_rtt = rtt;
        }
    }
    const Dss* dss = options.find<Dss>();
    if (dss == nullptr || !dss->data_ack) {
        return;
    }
    DataDirection& data = connection.direction(receiver);
    const auto position = data.space.place(*dss->data_ack);
    if (!position) {
        return;
    }
    connection.note_first_dsn(receiver);
    const DataAckResult result = data.acknowledge(*position, segment.time, segment.frame);
    facts.newly_acked_bytes = result.newly_acked_bytes;
    facts.data_ack = data.space.dsn(*position);
    if (const auto window = offered_window(subflow, sender, segment)) {
        facts.window = data.offer_window(*position + *window);
    }
    if (result.rtt) {
        data.rtt.add(*result.rtt);
        facts.data_rtt = result.rtt;
    }
    if (result.fin_acked) {
        connection.note(event_at(EventType::data_fin_acked, segment, subflow, sender));
    }
}

} // namespace mptcp
