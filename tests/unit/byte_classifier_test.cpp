#include "analysis/byte_classifier.hpp"

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

// --- the classes

void every_class_of_byte(void** /*state*/) {
    TwoPaths s;
    assert_bytes(s.data(0, client, {1, 0, 1000}).bytes, {.fresh = 1000});
    assert_bytes(s.data(0, client, {1, 0, 1000}).bytes, {.retransmitted = 1000});
    assert_bytes(s.data(s.lte, client, {1, 0, 1000}).bytes, {.other = 1000});
    assert_bytes(s.data(0, client, {1001, 0, 1000}).bytes, {.same = 1000});
    assert_bytes(s.bytes(s.lte, client, 1001, 500).bytes, {.unmapped = 500});
    assert_bytes(s.bytes(s.lte, client, 1001, 500).bytes, {.retransmitted = 500});
    assert_bytes(s.data(s.lte, server, {1, 0, 700}).bytes, {.fresh = 700});
    s.finish();
    s.assert_subflow(0, client, {.fresh = 1000, .same = 1000, .retransmitted = 1000});
    s.assert_subflow(s.lte, client, {.other = 1000, .retransmitted = 500, .unmapped = 500});
    s.assert_subflow(s.lte, server, {.fresh = 700});
    s.assert_direction(server, {.fresh = 700});
}

void classes_within_one_segment(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    s.data(s.lte, client, {1, 200, 100});
    // 1–100 again, 101–200 never sent, 201–300 known from the other subflow, 301–400 without
    // mapping.
    const SegmentFacts facts = s.announce_with(0, client, {101, 100, 200}, 1, 400);
    assert_bytes(facts.bytes, {.fresh = 100, .other = 100, .retransmitted = 100, .unmapped = 100});
    assert_int_equal(facts.pending_bytes, 100);
    const auto events = s.connection().reinjections_of(facts.id);
    assert_int_equal(events.size(), 1);
    assert_int_equal(events.front()->bytes, 100);
    s.finish();
}

void partial_overlap_of_a_reinjection(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {101, 200, 100});
    const SegmentFacts facts = s.data(s.lte, client, {1, 50, 200});
    assert_bytes(facts.bytes, {.fresh = 100, .other = 100});
    assert_false(facts.out_of_order);
    s.finish();
    // Two events: their bytes were carried first by different segments.
    const auto events = s.reinjections();
    assert_int_equal(events.size(), 2);
    assert_int_equal(events[0].bytes, 50);
    assert_int_equal(events[0].dsn, s.dsn(client, 50));
    assert_int_equal(events[1].bytes, 50);
    assert_int_equal(events[1].dsn, s.dsn(client, 200));
    assert_int_equal(events[1].first_frame, events[0].first_frame + 1);
}

void whoever_carried_it_before_it_is_the_same(void** /*state*/) {
    // First carried by 0, reinjected by 1: again by 1 is its own, again by 0 as well.
    TwoPaths s;
    const unsigned third = s.join({.id = 3});
    s.data(0, client, {1, 0, 100});
    assert_bytes(s.data(s.lte, client, {1, 0, 100}).bytes, {.other = 100});
    assert_bytes(s.data(s.lte, client, {101, 0, 100}).bytes, {.same = 100});
    assert_bytes(s.data(0, client, {101, 0, 100}).bytes, {.same = 100});
    assert_bytes(s.data(third, client, {1, 0, 100}).bytes, {.other = 100});
    s.finish();
}

void both_directions_are_apart(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    assert_bytes(s.data(s.lte, server, {1, 0, 100}).bytes, {.fresh = 100});
    assert_bytes(s.data(0, server, {1, 0, 100}).bytes, {.other = 100});
    s.finish();
    assert_int_equal(s.reinjections().front().sender, s.side(server));
}

void over_all_wraps_in_both_widths(void** /*state*/) {
    // The session's numbers wrap at 512 (SSN) and at 832 (DSN).
    for (const bool wide : {true, false}) {
        TwoPaths s({.wide_dsn = wide, .wide_ack = wide});
        for (std::uint32_t i = 0; i < 20; ++i) {
            const Data piece{1 + i * 100, i * 100, 100};
            assert_bytes(s.data(0, client, piece).bytes, {.fresh = 100});
        }
        for (std::uint32_t i = 0; i < 20; ++i) {
            assert_bytes(s.data(s.lte, client, {1 + i * 100, (19 - i) * 100, 100}).bytes,
                         {.other = 100});
        }
        s.data_ack(0, server, 2000);
        s.finish();
        assert_int_equal(*s.data_flow(client).data_acked_bytes, 2000);
    }
}

// --- mappings

void mapping_spans_many_segments(void** /*state*/) {
    OpenSession s;
    assert_bytes(s.announce_with(0, client, {1, 0, 1000}, 1, 100).bytes, {.fresh = 100});
    for (std::uint32_t ssn = 101; ssn < 1001; ssn += 100) {
        assert_bytes(s.bytes(0, client, ssn, 100).bytes, {.fresh = 100});
    }
    s.finish();
    s.assert_direction(client, {.fresh = 1000});
}

void mapping_ahead_on_a_pure_ack(void** /*state*/) {
    OpenSession s;
    s.announce(0, client, {1, 0, 300});
    s.announce(0, client, {301, 300, 300});
    assert_bytes(s.bytes(0, client, 1, 600).bytes, {.fresh = 600});
    s.finish();
}

void mapping_comes_late(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    const SegmentFacts early = s.bytes(0, client, 101, 100);
    assert_bytes(early.bytes, {.unmapped = 100});
    assert_int_equal(early.pending_bytes, 100);
    s.announce(0, client, {101, 100, 100});
    s.finish();
    assert_bytes(s.capture.settled(early), {.fresh = 100});
    s.assert_direction(client, {.fresh = 200});
}

void mapping_that_comes_late_tells_when_data_went_on(void** /*state*/) {
    TwoPaths s;
    const SegmentFacts early = s.data_alone(0, server, {.ssn = 1, .offset = 0, .length = 100});
    s.capture.wait(kSecond);
    s.data(s.lte, server, {.ssn = 1, .offset = 100, .length = 50});
    s.announce(0, server, {.ssn = 1, .offset = 0, .length = 100});
    assert_int_equal(s.flow(0, server).totals.last_progress, early.time);
    s.finish();
}

void mapping_comes_late_piece_by_piece(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    const SegmentFacts early = s.bytes(0, client, 101, 300);
    s.data(s.lte, client, {1, 200, 50});
    s.announce(0, client, {201, 200, 100});
    s.announce(0, client, {101, 100, 100});
    s.finish();
    assert_bytes(s.capture.settled(early), {.fresh = 150, .other = 50, .unmapped = 100});
    const auto events = s.reinjections();
    assert_int_equal(events.size(), 1);
    assert_int_equal(events[0].frame, early.frame);
}

void mapping_is_repeated(void** /*state*/) {
    OpenSession s;
    s.announce_with(0, client, {1, 0, 300}, 1, 100);
    assert_bytes(s.announce_with(0, client, {1, 0, 300}, 101, 100).bytes, {.fresh = 100});
    s.announce(0, client, {1, 0, 300});
    assert_bytes(s.announce_with(0, client, {1, 0, 300}, 201, 100).bytes, {.fresh = 100});
    s.finish();
    s.assert_direction(client, {.fresh = 300});
}

void first_of_two_mappings_counts(void** /*state*/) {
    OpenSession s;
    s.announce(0, client, {1, 0, 100});
    s.announce(0, client, {51, 500, 100});
    assert_bytes(s.bytes(0, client, 1, 150).bytes, {.fresh = 150});
    // 51–100 are at offset 50 then, 101–150 at 550.
    const unsigned lte = s.join();
    assert_bytes(s.data(lte, client, {1, 50, 50}).bytes, {.other = 50});
    assert_bytes(s.data(lte, client, {51, 550, 50}).bytes, {.other = 50});
    assert_bytes(s.data(lte, client, {101, 500, 50}).bytes, {.fresh = 50});
    s.finish();
}

void dsn_out_of_reach_maps_nothing(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    for (const std::uint64_t jump : {std::uint64_t{1} << 63, std::uint64_t{1} << 62,
                                     (std::uint64_t{1} << 63) - 1, std::uint64_t{1} << 48}) {
        Dss dss;
        dss.data_ack = WireDsn{s.dsn(server, jump), true};
        dss.mapping = {{s.dsn(client, jump), true}, 101, 50, std::nullopt};
        s.pure_ack(0, client, option::dss(dss));
    }
    assert_bytes(s.data(0, client, {101, 100, 100}).bytes, {.fresh = 100});
    assert_bytes(s.data(0, server, {1, 0, 100}).bytes, {.fresh = 100});
    s.data_ack(0, server, 200);
    s.finish();
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 200);
}

// --- first data

void first_data_in_mp_capable(void** /*state*/) {
    OpenSession s;
    assert_bytes(s.capable_data(0, {1, 0, 100}).bytes, {.fresh = 100});
    assert_bytes(s.data(0, client, {101, 100, 100}).bytes, {.fresh = 100});
    s.data_ack(0, server, 200);
    s.finish();
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 200);
    assert_int_equal(s.connection().relative_dsn(client, s.dsn(client, 0)), 1);
}

void data_of_mp_capable_spans_segments(void** /*state*/) {
    NewSession s;
    s.half_open();
    assert_bytes(s.capable_data(0, {1, 0, 100}).bytes, {.fresh = 100});
    assert_bytes(s.capable_data(0, {1, 0, 100}).bytes, {.retransmitted = 100});
    s.finish();
    assert_int_equal(s.connection().handshake(), Handshake::complete);
}

/// TFO: 50 bytes in the SYN, then data whose SSNs count from before or behind them.
void tfo_in_either_reading(void** /*state*/) {
    for (const bool behind : {false, true}) {
        NewSession s;
        s.add_path();
        assert_bytes(s.capable_syn(0, 50).bytes, {.unmapped = 50});
        s.capable_syn_ack(0);
        if (behind) {
            s.count_ssn_behind_tfo(0, 50);
        }
        s.capable_ack(0);
        assert_bytes(s.data(0, client, {51, 0, 100}).bytes, {.fresh = 100});
        assert_bytes(s.data(0, client, {151, 100, 100}).bytes, {.fresh = 100});
        s.data_ack(0, server, 200);
        s.finish();
        s.assert_direction(client, {.fresh = 200, .unmapped = 50});
        assert_int_equal(*s.data_flow(client).data_acked_bytes, 200);
        assert_false(s.connection().fallback().has_value());
    }
}

void tfo_reading_shows_late(void** /*state*/) {
    // The mapping is so long that the first segments fit both readings.
    for (const bool behind : {false, true}) {
        NewSession s;
        s.half_open(50);
        if (behind) {
            s.count_ssn_behind_tfo(0, 50);
        }
        s.capable_ack(0);
        const Data mapping{51, 0, 300};
        s.announce_with(0, client, mapping, 51, 100);
        s.announce_with(0, client, mapping, 151, 100);
        s.announce_with(0, client, mapping, 251, 100);
        // Known from here on at the latest.
        assert_bytes(s.data(0, client, {351, 300, 100}).bytes, {.fresh = 100});
        s.finish();
        s.assert_direction(client, {.fresh = 400, .unmapped = 50});
    }
}

void tfo_with_first_data_in_mp_capable(void** /*state*/) {
    NewSession s;
    s.half_open(50);
    assert_bytes(s.capable_data(0, {51, 0, 100}).bytes, {.fresh = 100});
    s.count_ssn_behind_tfo(0, 50);
    assert_bytes(s.data(0, client, {151, 100, 100}).bytes, {.fresh = 100});
    s.finish();
    s.assert_direction(client, {.fresh = 200, .unmapped = 50});
}

// --- checksums

void no_checksum_without_the_high_half_of_the_dsn(void** /*state*/) {
    NewSession s({.first_dsn = {{0x123456789abcdef0, 1}}, .wide_dsn = false});
    s.add_paths(1);
    s.data(0, client, {1, 0, 100});
    Dss dss;
    dss.mapping = WireMapping{{0x9abcdef0 + 100, false}, 101, 100, 0x1234};
    const SegmentFacts facts = s.bytes(0, client, 101, 100, option::dss(dss));
    assert_int_equal(facts.checksum.result, Verification::unverified);
    assert_int_equal(facts.checksum.reason, UnverifiedReason::high_half_not_captured);
}

// --- data sequence numbers

void the_high_half_of_dsns_comes_later(void** /*state*/) {
    NewSession s({.first_dsn = {{0x12345678fffffff0, 0xaaaabbbbccccdddd}},
                  .wide_dsn = false,
                  .wide_ack = false});
    s.add_paths(1);
    s.data(0, server, {1, 0, 100});
    const SegmentFacts narrow = s.data(0, client, {1, 0, 100});
    const SegmentFacts wrapped = s.data(0, client, {101, 100, 100});
    const SegmentFacts again = s.data(0, client, {201, 0, 50});
    assert_int_equal(narrow.dsn->begin, 0xfffffff0);
    Dss dss;
    dss.data_ack = WireDsn{s.dsn(server, 100), true};
    dss.mapping = WireMapping{{s.dsn(client, 200), true}, 251, 100, {}};
    const SegmentFacts wide = s.bytes(0, client, 251, 100, option::dss(dss));
    const Tracker& tracker = s.capture.tracker;
    for (const auto& [facts, offset] : {std::pair{narrow, 0U}, {wrapped, 100U}, {wide, 200U}}) {
        const SegmentFacts now = tracker.completed(facts);
        assert_int_equal(now.dsn->begin, s.dsn(client, offset));
        assert_int_equal(now.dsn->end, s.dsn(client, offset + 100));
        assert_int_equal(now.mapping->dsn, s.dsn(client, offset));
    }
    assert_int_equal(*tracker.completed(narrow).data_ack >> 32, 0xaaaabbbb);
    assert_int_equal(s.reinjections().front().dsn, s.dsn(client, 0));
    assert_int_equal(tracker.completed(again).dsn->begin, s.dsn(client, 0));
    s.capture.finish();
}

// --- reinjections

/// 100 bytes on the first path, 50 ms before they go over the second one as well.
struct FirstCopySent : TwoPaths {
    FirstCopySent() {
        data(0, client, {1, 0, 100});
        capture.wait(49 * kMillisecond);
    }
    void reinject() { data(lte, client, {1, 0, 100}); }
    void assert_outcome(ReinjectionOutcome outcome) const {
        finish();
        const auto events = reinjections();
        assert_int_equal(events.size(), 1);
        assert_int_equal(events[0].outcome, outcome);
    }
};

void reinjection_knows_its_first_copy(void** /*state*/) {
    FirstCopySent s;
    const FrameNumber first = s.capture.frames();
    s.reinject();
    s.assert_outcome(ReinjectionOutcome::unknown);
    const Reinjection event = s.reinjections()[0];
    assert_int_equal(event.frame, s.capture.frames());
    assert_int_equal(event.time, s.capture.now());
    assert_int_equal(event.bytes, 100);
    assert_int_equal(event.dsn, s.dsn(client, 0));
    assert_int_equal(event.sender, client);
    assert_int_equal(event.subflow, 1);
    assert_int_equal(event.first_subflow, 0);
    assert_int_equal(event.first_frame, first);
    assert_int_equal(event.delay, 50 * kMillisecond);
    assert_int_equal(event.copy, 2);
    assert_int_equal(event.next_frame, 0);
    assert_false(event.same_subflow);
}

void reinjection_is_useful(void** /*state*/) {
    FirstCopySent s;
    s.reinject();
    s.ack(s.lte, server, 101);
    s.ack(0, server, 101);
    s.assert_outcome(ReinjectionOutcome::useful);
}

void reinjection_is_useful_by_sack(void** /*state*/) {
    FirstCopySent s;
    s.data(s.lte, client, {1, 100, 100});
    s.data(s.lte, client, {101, 0, 100});
    s.ack(s.lte, server, 1, {{101, 201}});
    s.ack(0, server, 101);
    s.assert_outcome(ReinjectionOutcome::useful);
}

void reinjection_is_redundant_by_ack(void** /*state*/) {
    FirstCopySent s;
    s.reinject();
    s.ack(0, server, 101);
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::redundant);
}

void reinjection_is_redundant_from_the_start(void** /*state*/) {
    FirstCopySent s;
    s.ack(0, server, 101);
    s.reinject();
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::redundant);
}

void reinjection_is_redundant_by_sack(void** /*state*/) {
    FirstCopySent s;
    s.data(0, client, {101, 100, 100});
    s.data(0, client, {201, 200, 100});
    s.ack(0, server, 1, {{201, 301}});
    s.data(s.lte, client, {1, 200, 100});
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::redundant);
}

void a_later_sack_makes_it_redundant(void** /*state*/) {
    FirstCopySent s;
    s.data(0, client, {101, 100, 100});
    s.data(s.lte, client, {1, 100, 100});
    s.ack(0, server, 1, {{101, 201}});
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::redundant);
}

void part_of_the_original_is_not_the_original(void** /*state*/) {
    FirstCopySent s;
    s.reinject();
    s.ack(0, server, 100);
    s.ack(s.lte, server, 101);
    s.ack(0, server, 101);
    s.assert_outcome(ReinjectionOutcome::useful);
}

void reinjection_is_unneeded(void** /*state*/) {
    FirstCopySent s;
    s.data_ack(0, server, 100);
    s.reinject();
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::unneeded);
}

void data_ack_of_a_part_leaves_it_needed(void** /*state*/) {
    FirstCopySent s;
    s.data_ack(0, server, 99);
    s.reinject();
    s.ack(s.lte, server, 101);
    s.assert_outcome(ReinjectionOutcome::useful);
}

void chain_over_three_paths(void** /*state*/) {
    FirstCopySent s;
    const unsigned third = s.join({.id = 3});
    s.reinject();
    const FrameNumber second_frame = s.capture.frames();
    s.data(third, client, {1, 0, 100});
    const FrameNumber third_frame = s.capture.frames();
    s.data(third, client, {101, 50, 50});
    const FrameNumber fourth_frame = s.capture.frames();
    s.finish();
    const auto events = s.reinjections();
    assert_int_equal(events.size(), 3);
    assert_int_equal(events[0].copy, 2);
    assert_int_equal(events[0].frame, second_frame);
    assert_int_equal(events[0].next_frame, third_frame);
    assert_int_equal(events[1].copy, 3);
    assert_int_equal(events[1].next_frame, fourth_frame);
    assert_int_equal(events[1].first_frame, events[0].first_frame);
    assert_int_equal(events[2].copy, 4);
    assert_int_equal(events[2].next_frame, 0);
    assert_true(events[2].same_subflow);
}

void nobody_knows_whether_a_reset_subflow_delivered(void** /*state*/) {
    FirstCopySent s;
    s.ack(0, server, 101);
    s.rst(0, server, option::mp_tcprst(reset_reason::unspecified));
    s.reinject();
    s.finish();
    assert_int_equal(s.reinjections().size(), 1);
    assert_int_equal(s.reinjections()[0].outcome, ReinjectionOutcome::unknown);
}

void retransmission_of_a_reinjection_is_none(void** /*state*/) {
    FirstCopySent s;
    s.reinject();
    assert_bytes(s.data(s.lte, client, {1, 0, 100}).bytes, {.retransmitted = 100});
    s.finish();
    assert_int_equal(s.reinjections().size(), 1);
    assert_int_equal(s.reinjections()[0].next_frame, 0);
}

void reinjection_on_the_same_subflow(void** /*state*/) {
    FirstCopySent s;
    s.data(0, client, {101, 0, 100});
    s.ack(0, server, 201);
    s.assert_outcome(ReinjectionOutcome::redundant);
    assert_true(s.reinjections()[0].same_subflow);
    s.assert_subflow(0, client, {.fresh = 100, .same = 100});
}

void one_first_copy_is_one_event(void** /*state*/) {
    // One segment under two mappings, told in the wrong order, is still one first copy.
    TwoPaths s;
    s.announce(0, client, {101, 100, 100});
    s.announce(0, client, {1, 0, 100});
    s.bytes(0, client, 1, 200);
    s.data(s.lte, client, {1, 0, 200});
    s.finish();
    assert_int_equal(s.reinjections().size(), 1);
    assert_int_equal(s.reinjections()[0].bytes, 200);
}

// --- DATA_FIN

void data_fin_alone_is_no_payload(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    assert_bytes(s.data_fin(0, client, 100).bytes, {});
    const FrameNumber fin_frame = s.capture.frames();
    s.data_fin(0, client, 100);
    s.data_ack(0, server, 100);
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 100);
    assert_false(s.data_flow(client).data_fin_acked);
    const SegmentFacts facts = s.data_ack(0, server, 101);
    assert_int_equal(facts.newly_acked_bytes, 0);
    s.finish();
    assert_true(s.data_flow(client).data_fin);
    assert_true(s.data_flow(client).data_fin_acked);
    assert_false(s.data_flow(server).data_fin);
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 100);
    assert_int_equal(s.event(EventType::data_fin).frame, fin_frame);
    assert_int_equal(s.event(EventType::data_fin).host, client);
    assert_int_equal(s.event(EventType::data_fin_acked).frame, facts.frame);
    assert_int_equal(s.connection().end(), ConnectionEnd::open);
}

void data_fin_with_data(void** /*state*/) {
    OpenSession s;
    assert_bytes(s.data_with_fin(0, client, {1, 0, 100}).bytes, {.fresh = 100});
    const SegmentFacts facts = s.data_ack(0, server, 101);
    assert_int_equal(facts.newly_acked_bytes, 100);
    s.data_fin(0, server, 0);
    s.finish();
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 100);
    assert_true(s.data_flow(client).data_fin_acked);
    assert_int_equal(s.connection().end(), ConnectionEnd::data_fin);
}

// --- fallback

void assert_fallback(const Session& s, FallbackCause cause, FrameNumber frame, Side sender) {
    const auto fallback = s.connection().fallback();
    assert_true(fallback.has_value());
    assert_int_equal(fallback->cause, cause);
    assert_int_equal(fallback->frame, frame);
    assert_int_equal(fallback->sender, sender);
    const Event event = s.event(EventType::fallback);
    assert_int_equal(event.frame, frame);
    assert_int_equal(event.host, sender);
}

void infinite_mapping_is_a_fallback(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    assert_bytes(s.infinite_mapping(0, client, {101, 100, 100}).bytes, {.fallback = 100});
    const FrameNumber frame = s.capture.frames();
    assert_bytes(s.bytes(0, client, 201, 100).bytes, {.fallback = 100});
    assert_bytes(s.bytes(0, client, 201, 100).bytes, {.retransmitted = 100});
    assert_bytes(s.data(0, server, {1, 0, 100}).bytes, {.fresh = 100});
    s.infinite_mapping(0, client, {301, 300, 10});
    s.finish();
    s.assert_direction(client, {.fresh = 100, .retransmitted = 100, .fallback = 210});
    assert_fallback(s, FallbackCause::infinite_mapping, frame, client);
    assert_int_equal(s.event(EventType::infinite_map).frame, frame);
}

void bytes_before_the_infinite_mapping_keep_their_class(void** /*state*/) {
    // Its SSN says where it begins: the segment with it may carry older bytes.
    OpenSession s;
    s.announce(0, client, {1, 0, 100});
    const Bytes infinite = option::mapping(s.dsn(client, 100), 101, 0);
    assert_bytes(s.bytes(0, client, 51, 100, infinite).bytes, {.fresh = 50, .fallback = 50});
    assert_bytes(s.bytes(0, client, 1, 50).bytes, {.fresh = 50});
    s.finish();
}

void options_vanish_before_any_dss(void** /*state*/) {
    for (const unsigned segments : {3U, 200U}) {
        OpenSession s;
        const FrameNumber frame = s.capture.frames() + 1;
        for (std::uint32_t i = 0; i < segments; ++i) {
            s.bytes(0, client, 1 + i * 100, 100);
            s.ack(0, server, 1 + i * 100);
        }
        s.finish();
        s.assert_direction(client, {.fallback = segments * 100});
        assert_fallback(s, FallbackCause::options_vanished, frame, client);
        assert_int_equal(s.count_events(EventType::infinite_map), 0);
        assert_int_equal(s.count_events(EventType::options_vanished), 0);
        assert_int_equal(s.connection().kind(), ConnectionKind::connection);
    }
}

void options_vanish_after_mp_fail(void** /*state*/) {
    OpenSession s;
    s.data(0, server, {1, 0, 100});
    s.pure_ack(0, client, option::mp_fail(s.dsn(server, 0)));
    s.bytes(0, server, 101, 100);
    const FrameNumber frame = s.capture.frames();
    s.bytes(0, server, 201, 100);
    s.finish();
    s.assert_direction(server, {.fresh = 100, .fallback = 200});
    assert_fallback(s, FallbackCause::mp_fail, frame, server);
    assert_int_equal(s.event(EventType::mp_fail).host, client);
}

void mapped_data_without_options_after_mp_fail(void** /*state*/) {
    OpenSession s;
    s.announce_with(0, server, {1, 0, 300}, 1, 100);
    s.pure_ack(0, client, option::mp_fail(s.dsn(server, 0)));
    // First what was sent before, then what fills a hole.
    assert_bytes(s.bytes(0, server, 1, 100).bytes, {.retransmitted = 100});
    const FrameNumber frame = s.capture.frames();
    assert_bytes(s.bytes(0, server, 201, 100).bytes, {.fallback = 100});
    assert_bytes(s.bytes(0, server, 101, 100).bytes, {.fallback = 100});
    s.capture.finish();
    s.assert_direction(server, {.fresh = 100, .retransmitted = 100, .fallback = 200});
    assert_fallback(s, FallbackCause::mp_fail, frame, server);
}

void mp_fail_is_heeded_by_data_that_fills_a_hole(void** /*state*/) {
    OpenSession s;
    s.announce(0, server, {1, 0, 300});
    s.bytes(0, server, 201, 100);
    s.pure_ack(0, client, option::mp_fail(s.dsn(server, 0)));
    assert_bytes(s.bytes(0, server, 1, 100).bytes, {.fallback = 100});
    s.capture.finish();
    s.assert_direction(server, {.fresh = 100, .fallback = 100});
}

void infinite_mapping_after_mp_fail(void** /*state*/) {
    OpenSession s;
    s.data(0, server, {1, 0, 100});
    s.pure_ack(0, client, option::mp_fail(s.dsn(server, 0)));
    s.infinite_mapping(0, server, {101, 100, 100});
    const FrameNumber frame = s.capture.frames();
    s.finish();
    assert_fallback(s, FallbackCause::mp_fail, frame, server);
    assert_int_equal(s.count_events(EventType::infinite_map), 1);
}

void options_vanish_on_one_of_two_subflows(void** /*state*/) {
    TwoPaths s;
    s.data(0, client, {1, 0, 100});
    s.data(s.lte, client, {1, 100, 100});
    const SegmentFacts first = s.bytes(s.lte, client, 101, 100);
    assert_bytes(first.bytes, {.unmapped = 100});
    s.bytes(s.lte, client, 201, 100);
    s.data(0, client, {101, 200, 100});
    s.finish();
    s.assert_subflow(s.lte, client, {.fresh = 100, .unmapped = 200});
    s.assert_subflow(0, client, {.fresh = 200});
    assert_false(s.connection().fallback().has_value());
    assert_int_equal(s.event(EventType::options_vanished).frame, first.frame);
    assert_int_equal(s.event(EventType::options_vanished).subflow, 1);
    assert_int_equal(s.subflow(s.lte).options_vanished_frame[index(client)], first.frame);
    assert_int_equal(s.subflow(0).options_vanished_frame[index(client)], 0);
}

void data_before_its_mapping_is_no_fallback(void** /*state*/) {
    // A mapping over two segments whose second one is captured first.
    OpenSession s;
    const SegmentFacts early = s.bytes(0, client, 101, 100);
    s.announce_with(0, client, {1, 0, 200}, 1, 100);
    s.data(0, client, {201, 200, 100});
    s.finish();
    assert_bytes(s.capture.settled(early), {.fresh = 100});
    assert_false(s.connection().fallback().has_value());
    assert_int_equal(s.count_events(EventType::fallback), 0);
}

void pending_bytes_under_an_infinite_mapping(void** /*state*/) {
    // The segment with the mapping is captured after the one behind it.
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    const SegmentFacts early = s.bytes(0, client, 201, 100);
    s.infinite_mapping(0, client, {101, 100, 100});
    s.finish();
    assert_bytes(s.capture.settled(early), {.fallback = 100});
    s.assert_direction(client, {.fresh = 100, .fallback = 200});
}

// --- acknowledgments and round-trip times

double only_sample(const RttSamples& samples) {
    assert_int_equal(samples.count(), 1);
    return samples.statistics()->mean;
}

void assert_milliseconds(double seconds, double milliseconds) {
    assert_true(seconds > (milliseconds - 0.01) / 1000 && seconds < (milliseconds + 0.01) / 1000);
}

void rtt_at_both_levels(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.capture.wait(9 * kMillisecond);
    s.ack(0, server, 101);
    s.capture.wait(9 * kMillisecond);
    const SegmentFacts facts = s.data_ack(0, server, 100);
    assert_int_equal(facts.newly_acked_bytes, 100);
    s.data_ack(0, server, 100);
    s.finish();
    assert_milliseconds(only_sample(s.flow(0, client).rtt), 10);
    assert_milliseconds(only_sample(s.data_flow(client).rtt), 20);
    assert_int_equal(s.flow(0, server).rtt.count(), 0);
    assert_int_equal(s.data_flow(server).rtt.count(), 0);
}

void rtt_of_the_newest_byte(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.capture.wait(50 * kMillisecond);
    s.data(0, client, {101, 100, 100});
    s.data(0, client, {201, 200, 100});
    s.capture.wait(19 * kMillisecond);
    // Up to the middle of the second segment, 21 ms after it.
    s.ack(0, server, 151);
    s.data_ack(0, server, 150);
    s.finish();
    assert_milliseconds(only_sample(s.flow(0, client).rtt), 21);
    assert_milliseconds(only_sample(s.data_flow(client).rtt), 22);
}

void no_rtt_of_retransmissions(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {1, 0, 100});
    s.ack(0, server, 101);
    s.data_ack(0, server, 100);
    assert_int_equal(s.flow(0, client).rtt.count(), 0);
    assert_int_equal(s.data_flow(client).rtt.count(), 0);
    // The next byte is another matter.
    s.data(0, client, {101, 100, 100});
    s.ack(0, server, 201);
    s.data_ack(0, server, 200);
    s.finish();
    assert_int_equal(s.flow(0, client).rtt.count(), 1);
    assert_int_equal(s.data_flow(client).rtt.count(), 1);
}

void no_data_rtt_of_reinjections(void** /*state*/) {
    FirstCopySent s;
    s.reinject();
    s.ack(0, server, 101);
    s.ack(s.lte, server, 101);
    s.data_ack(s.lte, server, 100);
    s.finish();
    // Each subflow carried its bytes once, the connection did not.
    assert_int_equal(s.flow(0, client).rtt.count(), 1);
    assert_int_equal(s.flow(s.lte, client).rtt.count(), 1);
    assert_int_equal(s.data_flow(client).rtt.count(), 0);
}

void no_data_rtt_if_the_mapping_came_later_still(void** /*state*/) {
    // Sent twice without mapping: which copy was it?
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data_ack(0, server, 100);
    s.bytes(0, client, 101, 100);
    s.bytes(0, client, 101, 100);
    s.announce(0, client, {101, 100, 100});
    s.data_ack(0, server, 200);
    s.finish();
    assert_int_equal(s.data_flow(client).rtt.count(), 1);
}

void data_fin_gives_no_rtt_of_its_own(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data_ack(0, server, 100);
    s.data_fin(0, client, 100);
    s.data_ack(0, server, 101);
    s.finish();
    assert_int_equal(s.data_flow(client).rtt.count(), 1);
}

void acknowledgments_in_every_width(void** /*state*/) {
    // A host may send its mappings in 64 bits and its DATA_ACKs in 32.
    for (const bool wide_ack : {true, false}) {
        OpenSession s({.wide_dsn = !wide_ack, .wide_ack = wide_ack});
        std::uint64_t acked = 0;
        for (std::uint32_t i = 0; i < 50; ++i) {
            s.data(0, server, {1 + i * 100, i * 100, 100});
            acked += s.data_ack(0, client, 100 + i * 100).newly_acked_bytes;
        }
        // Old ones tell nothing.
        assert_int_equal(s.data_ack(0, client, 50).newly_acked_bytes, 0);
        s.finish();
        assert_int_equal(acked, 5000);
        assert_int_equal(*s.data_flow(server).data_acked_bytes, 5000);
        assert_int_equal(s.data_flow(server).rtt.count(), 50);
    }
}

// --- order

void out_of_order_and_blocked_time(void** /*state*/) {
    TwoPaths s;
    assert_false(s.data(0, client, {1, 0, 100}).out_of_order);
    assert_true(s.data(s.lte, client, {1, 200, 100}).out_of_order);
    s.capture.wait(9 * kMillisecond);
    assert_true(s.data(s.lte, client, {101, 400, 100}).out_of_order);
    s.capture.wait(9 * kMillisecond);
    assert_false(s.data(0, client, {101, 100, 100}).out_of_order);
    s.capture.wait(9 * kMillisecond);
    assert_false(s.data(0, client, {201, 300, 100}).out_of_order);
    s.capture.wait(500 * kMillisecond);
    assert_false(s.data(0, client, {301, 500, 100}).out_of_order);
    s.finish();
    assert_int_equal(s.data_flow(client).blocked, 30 * kMillisecond);
    assert_int_equal(s.flow(s.lte, client).totals.out_of_order_segments, 2);
    assert_int_equal(s.flow(0, client).totals.out_of_order_segments, 0);
}

void a_hole_may_stay(void** /*state*/) {
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {201, 200, 100});
    s.capture.wait(98 * kMillisecond);
    s.data(0, server, {1, 0, 100});
    s.finish();
    assert_int_equal(s.data_flow(client).blocked, 99 * kMillisecond);
    assert_int_equal(s.data_flow(server).blocked, 0);
}

void a_data_ack_fills_the_hole(void** /*state*/) {
    // The bytes of the hole passed elsewhere, unseen.
    OpenSession s;
    s.data(0, client, {1, 0, 100});
    s.data(0, client, {101, 200, 100});
    s.capture.wait(9 * kMillisecond);
    s.data_ack(0, server, 300);
    assert_false(s.data(0, client, {201, 300, 100}).out_of_order);
    s.finish();
    assert_int_equal(s.data_flow(client).blocked, 10 * kMillisecond);
}

void first_bytes_may_be_missing(void** /*state*/) {
    // Captured from the second segment on: the first is a hole below, from the IDSN.
    OpenSession s;
    s.data(0, client, {101, 100, 100});
    s.capture.wait(9 * kMillisecond);
    s.data_ack(0, server, 200);
    s.capture.wait(100 * kMillisecond);
    s.data(0, client, {201, 200, 100});
    s.finish();
    assert_int_equal(s.data_flow(client).blocked, 10 * kMillisecond);
    assert_int_equal(*s.data_flow(client).data_acked_bytes, 200);
}

void acknowledged_before_it_is_seen(void** /*state*/) {
    // The capture lost the first bytes; the DATA_ACK for them comes before any data.
    OpenSession s;
    s.data_ack(0, server, 500);
    assert_false(s.data(0, client, {501, 500, 100}).out_of_order);
    s.capture.wait(100 * kMillisecond);
    assert_false(s.data(0, client, {601, 600, 100}).out_of_order);
    s.finish();
    assert_int_equal(s.data_flow(client).blocked, 0);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_class_of_byte),
        cmocka_unit_test(classes_within_one_segment),
        cmocka_unit_test(partial_overlap_of_a_reinjection),
        cmocka_unit_test(whoever_carried_it_before_it_is_the_same),
        cmocka_unit_test(both_directions_are_apart),
        cmocka_unit_test(over_all_wraps_in_both_widths),
        cmocka_unit_test(mapping_spans_many_segments),
        cmocka_unit_test(mapping_ahead_on_a_pure_ack),
        cmocka_unit_test(mapping_comes_late),
        cmocka_unit_test(mapping_that_comes_late_tells_when_data_went_on),
        cmocka_unit_test(mapping_comes_late_piece_by_piece),
        cmocka_unit_test(mapping_is_repeated),
        cmocka_unit_test(first_of_two_mappings_counts),
        cmocka_unit_test(dsn_out_of_reach_maps_nothing),
        cmocka_unit_test(first_data_in_mp_capable),
        cmocka_unit_test(data_of_mp_capable_spans_segments),
        cmocka_unit_test(tfo_in_either_reading),
        cmocka_unit_test(tfo_reading_shows_late),
        cmocka_unit_test(tfo_with_first_data_in_mp_capable),
        cmocka_unit_test(reinjection_knows_its_first_copy),
        cmocka_unit_test(reinjection_is_useful),
        cmocka_unit_test(reinjection_is_useful_by_sack),
        cmocka_unit_test(reinjection_is_redundant_by_ack),
        cmocka_unit_test(reinjection_is_redundant_from_the_start),
        cmocka_unit_test(reinjection_is_redundant_by_sack),
        cmocka_unit_test(a_later_sack_makes_it_redundant),
        cmocka_unit_test(part_of_the_original_is_not_the_original),
        cmocka_unit_test(reinjection_is_unneeded),
        cmocka_unit_test(data_ack_of_a_part_leaves_it_needed),
        cmocka_unit_test(chain_over_three_paths),
        cmocka_unit_test(nobody_knows_whether_a_reset_subflow_delivered),
        cmocka_unit_test(retransmission_of_a_reinjection_is_none),
        cmocka_unit_test(no_checksum_without_the_high_half_of_the_dsn),
        cmocka_unit_test(the_high_half_of_dsns_comes_later),
        cmocka_unit_test(reinjection_on_the_same_subflow),
        cmocka_unit_test(one_first_copy_is_one_event),
        cmocka_unit_test(data_fin_alone_is_no_payload),
        cmocka_unit_test(data_fin_with_data),
        cmocka_unit_test(infinite_mapping_is_a_fallback),
        cmocka_unit_test(bytes_before_the_infinite_mapping_keep_their_class),
        cmocka_unit_test(options_vanish_before_any_dss),
        cmocka_unit_test(options_vanish_after_mp_fail),
        cmocka_unit_test(mapped_data_without_options_after_mp_fail),
        cmocka_unit_test(mp_fail_is_heeded_by_data_that_fills_a_hole),
        cmocka_unit_test(infinite_mapping_after_mp_fail),
        cmocka_unit_test(options_vanish_on_one_of_two_subflows),
        cmocka_unit_test(data_before_its_mapping_is_no_fallback),
        cmocka_unit_test(pending_bytes_under_an_infinite_mapping),
        cmocka_unit_test(rtt_at_both_levels),
        cmocka_unit_test(rtt_of_the_newest_byte),
        cmocka_unit_test(no_rtt_of_retransmissions),
        cmocka_unit_test(no_data_rtt_of_reinjections),
        cmocka_unit_test(no_data_rtt_if_the_mapping_came_later_still),
        cmocka_unit_test(data_fin_gives_no_rtt_of_its_own),
        cmocka_unit_test(acknowledgments_in_every_width),
        cmocka_unit_test(out_of_order_and_blocked_time),
        cmocka_unit_test(a_hole_may_stay),
        cmocka_unit_test(a_data_ack_fills_the_hole),
        cmocka_unit_test(first_bytes_may_be_missing),
        cmocka_unit_test(acknowledged_before_it_is_seen),
    };
    return cmocka_run_group_tests_name("byte_classifier", tests, nullptr, nullptr);
}
