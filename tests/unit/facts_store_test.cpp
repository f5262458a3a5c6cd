#include "plugin/facts_store.hpp"

#include "tests/unit/cmocka.hpp"

#include <vector>

using mptcp::ByteClass;
using mptcp::FrameNumber;
using mptcp::SegmentFacts;
using mptcp::Side;
using mptcp::plugin::FactsStore;

namespace {

SegmentFacts facts_of(FrameNumber frame) {
    SegmentFacts facts;
    facts.id = frame * 10ULL;
    facts.frame = frame;
    facts.connection = 3;
    facts.subflow = 2;
    facts.sender = Side::b;
    facts.option_bytes = 20;
    return facts;
}

SegmentFacts with_bytes(SegmentFacts facts, ByteClass byte_class, std::uint32_t bytes) {
    facts.payload_bytes += bytes;
    facts.bytes[byte_class] += bytes;
    return facts;
}

void assert_same(const SegmentFacts& actual, const SegmentFacts& expected) {
    assert_int_equal(actual.id, expected.id);
    assert_int_equal(actual.frame, expected.frame);
    assert_int_equal(actual.connection, expected.connection);
    assert_int_equal(actual.subflow, expected.subflow);
    assert_int_equal(actual.sender, expected.sender);
    assert_int_equal(actual.duplicate, expected.duplicate);
    assert_int_equal(actual.out_of_order, expected.out_of_order);
    assert_int_equal(actual.payload_bytes, expected.payload_bytes);
    assert_memory_equal(actual.bytes.bytes.data(), expected.bytes.bytes.data(),
                        sizeof(expected.bytes.bytes));
    assert_int_equal(actual.pending_bytes, expected.pending_bytes);
    assert_int_equal(actual.newly_acked_bytes, expected.newly_acked_bytes);
    assert_int_equal(actual.option_bytes, expected.option_bytes);
    assert_int_equal(actual.reinjections_end - actual.reinjections_begin,
                     expected.reinjections_end - expected.reinjections_begin);
    if (expected.reinjections_end != expected.reinjections_begin) {
        assert_int_equal(actual.reinjections_begin, expected.reinjections_begin);
    }
}

/// Facts of every shape that the store packs, and of every shape that it does not.
std::vector<SegmentFacts> all_shapes() {
    std::vector<SegmentFacts> shapes{facts_of(1)};
    for (std::size_t i = 0; i < mptcp::kByteClasses; ++i) {
        shapes.push_back(with_bytes(facts_of(1), static_cast<ByteClass>(i), 1420));
    }
    shapes.push_back(
        with_bytes(with_bytes(facts_of(1), ByteClass::fresh, 10), ByteClass::retransmitted, 5));

    SegmentFacts pending = with_bytes(facts_of(1), ByteClass::unmapped, 1420);
    pending.pending_bytes = 1420;
    shapes.push_back(pending);
    pending.pending_bytes = 20;
    shapes.push_back(pending);

    SegmentFacts duplicate = facts_of(1);
    duplicate.duplicate = true;
    duplicate.payload_bytes = 1420;
    shapes.push_back(duplicate);

    SegmentFacts reinjection = with_bytes(facts_of(1), ByteClass::reinjected_other_subflow, 1420);
    reinjection.reinjections_begin = 7;
    reinjection.reinjections_end = 9;
    shapes.push_back(reinjection);

    SegmentFacts large = with_bytes(facts_of(1), ByteClass::fresh, 500'000);
    large.out_of_order = true;
    large.newly_acked_bytes = 1ULL << 40;
    large.subflow = 70'000;
    shapes.push_back(large);
    return shapes;
}

void test_facts_come_back_as_they_were_added(void** /*state*/) {
    FactsStore store;
    std::vector<SegmentFacts> added;
    FrameNumber frame = 1;
    for (SegmentFacts facts : all_shapes()) {
        facts.frame = frame;
        frame += 2;
        store.add(facts);
        added.push_back(facts);
    }
    for (const SegmentFacts& facts : added) {
        const std::size_t index = store.first_of(facts.frame);
        assert_int_equal(store.frame(index), facts.frame);
        assert_same(store.facts(index), facts);
        assert_int_equal(store.first_of(facts.frame + 1), index + 1);
    }
}

void test_a_frame_has_several_segments(void** /*state*/) {
    FactsStore store;
    for (const FrameNumber frame : {4U, 5U, 5U, 5U, 8U}) {
        store.add(facts_of(frame));
    }
    const std::size_t first = store.first_of(5);
    assert_int_equal(first, 1);
    assert_int_equal(store.frame(first + 2), 5);
    assert_int_equal(store.frame(first + 3), 8);
    assert_int_equal(store.first_of(9), store.size());
    assert_int_equal(store.first_of(1), 0);
}

void test_a_frame_that_comes_again_replaces_the_earlier_one(void** /*state*/) {
    FactsStore store;
    const std::vector<SegmentFacts> shapes = all_shapes();
    for (const SegmentFacts& facts : shapes) {
        store.forget_from(1);
        assert_int_equal(store.size(), 0);
        store.add(facts);
        assert_same(store.facts(0), facts);
    }
    store.forget_from(2);
    assert_int_equal(store.size(), 1);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_come_back_as_they_were_added),
        cmocka_unit_test(test_a_frame_has_several_segments),
        cmocka_unit_test(test_a_frame_that_comes_again_replaces_the_earlier_one),
    };
    return cmocka_run_group_tests_name("facts_store", tests, nullptr, nullptr);
}
