#include "plugin/facts_store.hpp"

#include "tests/unit/cmocka.hpp"

#include <limits>
#include <vector>

using mptcp::AnnouncedFacts;
using mptcp::ByteClass;
using mptcp::DsnRange;
using mptcp::FrameNumber;
using mptcp::MappingFacts;
using mptcp::SegmentFacts;
using mptcp::UnverifiedReason;
using mptcp::Verification;
using mptcp::plugin::FactsStore;

namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
constexpr mptcp::FlowId kFlow = 5;

SegmentFacts pure_ack(FrameNumber frame) {
    SegmentFacts facts;
    facts.id = frame * 3ULL;
    facts.frame = frame;
    facts.flow = kFlow;
    facts.option_bytes = 12;
    facts.data_ack = 0xfedcba9876543210ULL + frame;
    facts.window = 260'000;
    facts.newly_acked_bytes = 2840;
    facts.data_rtt = 21'000'123;
    facts.subflow_rtt = 20'500'456;
    return facts;
}

SegmentFacts data_segment(FrameNumber frame) {
    constexpr std::uint32_t bytes = 1420;
    const mptcp::Dsn dsn = 0x8000000000000000ULL + frame * 1420ULL;
    SegmentFacts facts;
    facts.id = frame - 1;
    facts.frame = frame;
    facts.flow = kFlow;
    facts.option_bytes = 20;
    facts.payload_bytes = bytes;
    facts.bytes[ByteClass::fresh] = bytes;
    facts.dsn = DsnRange{dsn, dsn + bytes};
    facts.data_ack = 0x123456789abcdefULL;
    facts.mapping = MappingFacts{dsn - 1420, 3'000'000'000U + frame, 4 * bytes, frame - 1};
    facts.flight = 300'000;
    facts.subflow_flight = 120'000;
    return facts;
}

/// Every number at its longest, every flag set.
SegmentFacts largest() {
    SegmentFacts facts;
    facts.id = kLargest;
    facts.frame = 1;
    facts.flow = std::numeric_limits<mptcp::FlowId>::max();
    facts.duplicate = facts.out_of_order = facts.window_limited = true;
    facts.scheduler_switch = facts.mapping_conflict = facts.bad_option_length = true;
    facts.tfo = facts.options_cut = true;
    facts.payload_bytes = facts.pending_bytes = facts.option_bytes = 0xffffffff;
    facts.bytes.bytes.fill(kLargest / 7);
    facts.newly_acked_bytes = facts.reorder_distance = facts.hole_filled_bytes = kLargest;
    facts.dsn = DsnRange{kLargest, kLargest / 3};
    facts.data_ack = kLargest;
    facts.mapping = MappingFacts{kLargest / 2, 0xffffffff, 0xffffffff, 0xffffffff};
    facts.announced = AnnouncedFacts{.kind = AnnouncedFacts::Kind::infinite,
                                     .dsn = kLargest / 5,
                                     .ssn = 0xfffffffe,
                                     .length = 0xfffffffe,
                                     .position = kLargest / 3,
                                     .checksum = std::uint16_t{0xffff},
                                     .data_fin = true,
                                     .repeated = true};
    facts.window_known = facts.beyond_window = true;
    facts.data_rtt = facts.subflow_rtt = facts.stall = std::numeric_limits<std::int64_t>::min();
    facts.flight = facts.subflow_flight = facts.window = kLargest;
    facts.hmac = facts.add_addr = {Verification::unverified, UnverifiedReason::no_key};
    facts.checksum = {Verification::unverified, UnverifiedReason::incomplete};
    facts.checksum_frame = 0xffffffff;
    facts.token = {Verification::unverified, UnverifiedReason::options_cut};
    facts.idsn = {Verification::good, UnverifiedReason::none};
    return facts;
}

void assert_same(const SegmentFacts& actual, const SegmentFacts& expected) {
    assert_true(actual.id == expected.id);
    assert_int_equal(actual.frame, expected.frame);
    assert_int_equal(actual.flow, expected.flow);
    assert_int_equal(actual.duplicate, expected.duplicate);
    assert_int_equal(actual.out_of_order, expected.out_of_order);
    assert_int_equal(actual.payload_bytes, expected.payload_bytes);
    assert_true(actual.bytes.bytes == expected.bytes.bytes);
    assert_int_equal(actual.pending_bytes, expected.pending_bytes);
    assert_int_equal(actual.tfo, expected.tfo);
    assert_true(actual.newly_acked_bytes == expected.newly_acked_bytes);
    assert_int_equal(actual.option_bytes, expected.option_bytes);
    assert_true(actual.dsn == expected.dsn);
    assert_true(actual.data_ack == expected.data_ack);
    assert_true(actual.mapping == expected.mapping);
    assert_true(actual.announced == expected.announced);
    assert_true(actual.data_rtt == expected.data_rtt);
    assert_true(actual.subflow_rtt == expected.subflow_rtt);
    assert_true(actual.flight == expected.flight);
    assert_true(actual.subflow_flight == expected.subflow_flight);
    assert_true(actual.window == expected.window);
    assert_int_equal(actual.window_limited, expected.window_limited);
    assert_int_equal(actual.window_known, expected.window_known);
    assert_int_equal(actual.beyond_window, expected.beyond_window);
    assert_true(actual.reorder_distance == expected.reorder_distance);
    assert_true(actual.hole_filled_bytes == expected.hole_filled_bytes);
    assert_true(actual.stall == expected.stall);
    assert_int_equal(actual.scheduler_switch, expected.scheduler_switch);
    assert_int_equal(actual.mapping_conflict, expected.mapping_conflict);
    assert_int_equal(actual.bad_option_length, expected.bad_option_length);
    assert_int_equal(actual.options_cut, expected.options_cut);
    assert_true(actual.hmac == expected.hmac);
    assert_true(actual.add_addr == expected.add_addr);
    assert_true(actual.checksum == expected.checksum);
    assert_int_equal(actual.checksum_frame, expected.checksum_frame);
    assert_true(actual.token == expected.token);
    assert_true(actual.idsn == expected.idsn);
}

void add(FactsStore& store, const SegmentFacts& facts) {
    store.begin_frame(facts.frame);
    store.add(facts);
}

std::vector<SegmentFacts> of_frame(const FactsStore& store, FrameNumber frame) {
    std::vector<SegmentFacts> found;
    for (const SegmentFacts& facts : store.of_frame(frame)) {
        found.push_back(facts);
    }
    return found;
}

std::vector<SegmentFacts> all_shapes() {
    SegmentFacts with_mapping_only = data_segment(1);
    with_mapping_only.dsn.reset();
    SegmentFacts nothing;
    nothing.frame = 1;
    return {nothing, pure_ack(1), data_segment(1), with_mapping_only, largest()};
}

void facts_come_back_as_they_were_added(void** /*state*/) {
    FactsStore store;
    std::vector<SegmentFacts> added;
    FrameNumber frame = 1;
    for (unsigned round = 0; round < 3; ++round) {
        for (SegmentFacts facts : all_shapes()) {
            facts.frame = frame;
            frame += 2;
            add(store, facts);
            added.push_back(facts);
        }
    }
    for (const SegmentFacts& facts : added) {
        const auto found = of_frame(store, facts.frame);
        assert_int_equal(found.size(), 1);
        assert_same(found.front(), facts);
        assert_int_equal(of_frame(store, facts.frame + 1).size(), 0);
    }
}

void a_frame_has_several_segments(void** /*state*/) {
    FactsStore store;
    for (const FrameNumber frame : {4U, 5U, 8U}) {
        store.begin_frame(frame);
        store.add(pure_ack(frame));
        if (frame == 5) {
            store.add(data_segment(frame));
            store.add(pure_ack(frame));
        }
    }
    const auto found = of_frame(store, 5);
    assert_int_equal(found.size(), 3);
    assert_same(found[1], data_segment(5));
    assert_same(found[2], pure_ack(5));
    assert_int_equal(of_frame(store, 8).size(), 1);
    assert_int_equal(of_frame(store, 9).size(), 0);
    assert_int_equal(of_frame(store, 1).size(), 0);
}

void a_frame_that_comes_again_replaces_the_earlier_one(void** /*state*/) {
    FactsStore store;
    add(store, pure_ack(1));
    for (SegmentFacts facts : all_shapes()) {
        facts.frame = 2;
        add(store, facts);
        assert_int_equal(store.size(), 2);
        assert_same(of_frame(store, 2).front(), facts);
    }
    store.begin_frame(2);
    assert_int_equal(of_frame(store, 2).size(), 0);
    assert_same(of_frame(store, 1).front(), pure_ack(1));
}

void a_million_segments_take_few_bytes_each(void** /*state*/) {
    constexpr FrameNumber segments = 1'000'000;
    FactsStore store;
    for (FrameNumber frame = 1; frame <= segments; ++frame) {
        add(store, frame % 2 == 0 ? pure_ack(frame) : data_segment(frame));
    }
    assert_true(store.memory() / segments < 48);
    for (FrameNumber frame = 1; frame <= segments; frame += 9973) {
        assert_same(of_frame(store, frame).front(),
                    frame % 2 == 0 ? pure_ack(frame) : data_segment(frame));
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(facts_come_back_as_they_were_added),
        cmocka_unit_test(a_frame_has_several_segments),
        cmocka_unit_test(a_frame_that_comes_again_replaces_the_earlier_one),
        cmocka_unit_test(a_million_segments_take_few_bytes_each),
    };
    return cmocka_run_group_tests_name("facts_store", tests, nullptr, nullptr);
}
