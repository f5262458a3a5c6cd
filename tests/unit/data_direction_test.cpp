#include "analysis/data_direction.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/unit/names.hpp"
#include "tests/unit/orders.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

struct Carried {
    std::uint64_t fresh = 0;
    std::uint64_t other = 0;
    std::uint64_t same = 0;
    CarryResult result;
};

/// `length` bytes at `offset` behind the first byte, by `subflow` in `frame`.
Carried carry(DataDirection& data, std::uint64_t offset, std::uint64_t length,
              SubflowNumber subflow = 0, FrameNumber frame = 1, Nanoseconds time = 0) {
    const std::uint64_t begin = *data.first_position() + offset;
    Carried sum;
    sum.result = data.carry(
        {{begin, begin + length}, {frame, subflow, time, 0}},
        [&](Interval part) { sum.fresh += part.size(); },
        [&](Interval part, const FirstCopy&, bool same) {
            (same ? sum.same : sum.other) += part.size();
        });
    assert_int_equal(sum.fresh + sum.other + sum.same, length);
    return sum;
}

DataAckResult acknowledge(DataDirection& data, std::uint64_t offset, Nanoseconds time = 0,
                          FrameNumber frame = 1) {
    return data.acknowledge(*data.first_position() + offset, time, frame);
}

// --- carriers

constexpr Dsn kFirsts[] = {1, 0x00000007fffffff5, 0xfffffffffffffff5, 0x7ffffffffffffff5};

/// Each piece on the next of three subflows.
void carriers_in_order(const Pieces& ordered, Dsn first) {
    DataDirection data;
    data.begin_at(first);
    std::map<std::uint64_t, std::set<SubflowNumber>> carriers;
    SubflowNumber subflow = 0;
    for (const Piece& piece : ordered) {
        Carried expected;
        for (std::uint64_t at = piece.offset; at < piece.offset + piece.length; ++at) {
            std::set<SubflowNumber>& known = carriers[at];
            ++(known.empty()             ? expected.fresh
               : known.contains(subflow) ? expected.same
                                         : expected.other);
            known.insert(subflow);
        }
        const Carried actual = carry(data, piece.offset, piece.length, subflow);
        assert_int_equal(actual.fresh, expected.fresh);
        assert_int_equal(actual.other, expected.other);
        assert_int_equal(actual.same, expected.same);
        subflow = (subflow + 1) % 3;
    }
    assert_int_equal(data.coverage().size(), carriers.size());
}

void carriers_in_every_order(void** /*state*/) {
    for_every_set_in_every_order([](const Pieces& ordered) {
        for (const Dsn first : kFirsts) {
            carriers_in_order(ordered, first);
        }
    });
}

/// Two records of one direction that carried `ordered` by turns, or one after the other.
class TwoRecords {
  public:
    TwoRecords(const Pieces& ordered, bool wide, unsigned split) {
        for (unsigned i = 0; i < ordered.size(); ++i) {
            const unsigned of = split == 0 ? i % 2 : i < split ? 0 : 1;
            const std::uint64_t first = ordered[i].offset;
            const Dsn dsn = kFirst + first;
            const auto begin = records_[of].space.place({wide ? dsn : dsn << 32 >> 32, wide});
            records_[of].carry(
                {{*begin, *begin + ordered[i].length}, {i + 1, 0, 0, 0, i + 1}},
                [&](Interval part) { fresh_ += part.size(); },
                [](Interval, const FirstCopy&, bool) {});
            for (std::uint64_t at = first; at < first + ordered[i].length; ++at) {
                first_carrier_.try_emplace(at, std::pair(i + 1, of));
            }
        }
    }

    /// Whatever each carried, the union is right after `kept` absorbed the other one.
    void absorb_into(unsigned kept) {
        DataDirection& data = records_[kept];
        const Absorbed absorbed = data.absorb(records_[1 - kept], 1, 0);
        std::uint64_t repeated = 0;
        for (const RepeatedPiece& each : absorbed.repeated) {
            assert_true(each.first.id < each.copy.id);
            assert_int_not_equal(each.first.subflow, each.copy.subflow);
            repeated += each.piece.size();
        }
        assert_int_equal(fresh_ - repeated, first_carrier_.size());
        assert_int_equal(data.coverage().size(), first_carrier_.size());
        for (const auto& [offset, carrier] : first_carrier_) {
            const auto position = data.space.place({kFirst + offset, true});
            const auto first = data.first_copies().find(*position);
            assert_true(first.has_value());
            assert_int_equal(first->frame, carrier.first);
            assert_int_equal(first->id, carrier.first);
            assert_int_equal(first->subflow, carrier.second == kept ? 0 : 1);
        }
    }

  private:
    static constexpr Dsn kFirst = 0x00000007fffffff5;

    std::array<DataDirection, 2> records_;
    std::uint64_t fresh_ = 0;
    /// By offset: frame and record.
    std::map<std::uint64_t, std::pair<FrameNumber, unsigned>> first_carrier_;
};

void absorbed_in_every_order(void** /*state*/) {
    for_every_set_in_every_order([](const Pieces& ordered) {
        for (const bool wide : {true, false}) {
            for (unsigned split = 0; split < ordered.size(); ++split) {
                TwoRecords(ordered, wide, split).absorb_into(0);
                TwoRecords(ordered, wide, split).absorb_into(1);
            }
        }
    });
}

void released_bytes_are_still_repeated(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    carry(data, 0, 100);
    data.release();
    assert_int_equal(carry(data, 50, 100, 1).other, 50);
    // Of what came since, all is known.
    assert_int_equal(carry(data, 0, 150, 1).same, 50);
}

// --- acknowledgments

void acknowledged_bytes_and_times(void** /*state*/) {
    DataDirection data;
    data.begin_at(0xfffffffffffffff0);
    assert_int_equal(*data.flight(), 0);
    carry(data, 0, 100, 0, 1, 0);
    carry(data, 100, 100, 0, 2, 10 * kMillisecond);
    assert_int_equal(*data.flight(), 200);
    DataAckResult ack = acknowledge(data, 150, 30 * kMillisecond);
    assert_int_equal(ack.newly_acked_bytes, 150);
    assert_int_equal(*ack.rtt, 20 * kMillisecond);
    assert_int_equal(*data.flight(), 50);
    assert_int_equal(acknowledge(data, 150, 0).newly_acked_bytes, 0);
    assert_int_equal(acknowledge(data, 20, 0).newly_acked_bytes, 0);
    carry(data, 100, 100, 1, 3, 40 * kMillisecond);
    ack = acknowledge(data, 200, 50 * kMillisecond);
    assert_int_equal(ack.newly_acked_bytes, 50);
    assert_false(ack.rtt.has_value());
    assert_int_equal(*data.data_acked_bytes, 200);
}

void an_acknowledgment_out_of_reach(void** /*state*/) {
    DataDirection data;
    data.begin_at(1000);
    carry(data, 0, 100);
    assert_int_equal(acknowledge(data, std::uint64_t{1} << 39).newly_acked_bytes, 0);
    assert_false(data.data_acked_bytes.has_value());
    assert_int_equal(acknowledge(data, 100).newly_acked_bytes, 100);
}

void data_fin_is_no_byte(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    carry(data, 0, 100, 0, 1, 0);
    data.finish(*data.first_position() + 100);
    assert_true(data.data_fin);
    const DataAckResult ack = acknowledge(data, 101, 5 * kMillisecond);
    assert_int_equal(ack.newly_acked_bytes, 100);
    assert_int_equal(*ack.rtt, 5 * kMillisecond);
    assert_true(ack.fin_acked);
    assert_true(data.data_fin_acked);
    assert_int_equal(*data.data_acked_bytes, 100);
    assert_false(acknowledge(data, 101).fin_acked);
}

void data_fin_comes_after_its_acknowledgment(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    carry(data, 0, 100);
    acknowledge(data, 101);
    assert_true(data.finish(*data.first_position() + 100));
    assert_true(data.data_fin_acked);
    assert_int_equal(*data.data_acked_bytes, 100);
    assert_false(acknowledge(data, 101).fin_acked);
}

void idsn_may_be_known_late(void** /*state*/) {
    DataDirection data;
    const auto begin = data.space.place({1100, true});
    data.carry(
        {{*begin, *begin + 100}, {1, 0, 0, 0}}, [](Interval) {},
        [](Interval, const FirstCopy&, bool) {});
    data.acknowledge(*begin + 100, 0, 2);
    data.begin_at(1000);
    assert_int_equal(*data.data_acked_bytes, 200);
    assert_int_equal(acknowledge(data, 250).newly_acked_bytes, 50);
    assert_int_equal(*data.data_acked_bytes, 250);
}

// --- windows

void right_edge_never_moves_left(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    const std::uint64_t first = *data.first_position();
    carry(data, 0, 100);
    assert_false(data.window_limits(1'000'000));
    acknowledge(data, 50);
    assert_int_equal(data.offer_window(first + 50 + 1000), 1000);
    acknowledge(data, 100);
    assert_int_equal(data.offer_window(first + 100 + 200), 950);
    assert_false(data.window_limits(950));
    assert_true(data.window_limits(951));
    carry(data, 100, 900);
    assert_true(data.window_limits(51));
    assert_false(data.window_limits(50));
}

// --- order

void order_of_new_bytes(void** /*state*/) {
    DataDirection data;
    data.begin_at(0xffffffff);
    data.keep_history(true);
    CarryResult result = carry(data, 100, 100, 0, 1, 0).result;
    assert_true(result.out_of_order);
    assert_int_equal(result.reorder_distance, 100);
    assert_int_equal(result.hole_filled_bytes, 0);
    result = carry(data, 300, 100, 1, 2, 5 * kMillisecond).result;
    assert_int_equal(result.reorder_distance, 300);
    assert_true(result.scheduler_switch);
    result = carry(data, 150, 100, 1, 3, 6 * kMillisecond).result;
    assert_true(result.out_of_order);
    assert_int_equal(result.reorder_distance, 200);
    assert_int_equal(result.hole_filled_bytes, 50);
    assert_false(result.scheduler_switch);
    result = carry(data, 0, 400, 0, 4, 20 * kMillisecond).result;
    assert_false(result.out_of_order);
    assert_int_equal(result.hole_filled_bytes, 150);
    data.settle_blocked(100 * kMillisecond);
    assert_int_equal(data.blocked, 20 * kMillisecond);
    const std::uint64_t first = *data.first_position();
    assert_int_equal(data.in_order_at(first + 400)->frame, 4);
    assert_null(data.in_order_at(first + 401));
    acknowledge(data, 250, 0, 7);
    acknowledge(data, 400, 0, 8);
    assert_int_equal(data.acknowledged_at(first + 250)->frame, 7);
    assert_int_equal(data.acknowledged_at(first + 251)->frame, 8);
}

void stalls(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    data.receiver_seen = true;
    const Nanoseconds long_time = data.shortest_stall + kMillisecond;
    Nanoseconds now = 0;
    carry(data, 0, 100, 0, 1, now);
    now += data.shortest_stall;
    assert_false(carry(data, 100, 100, 0, 2, now).result.stall.has_value());
    now += long_time;
    // Repetitions are no new data, and another subflow resumes.
    assert_false(carry(data, 100, 100, 1, 3, now - kMillisecond).result.stall.has_value());
    assert_int_equal(*carry(data, 200, 100, 1, 4, now).result.stall, long_time);
    // All was acknowledged: nobody waits.
    acknowledge(data, 300, now + kMillisecond);
    now += 10 * long_time;
    assert_false(carry(data, 300, 100, 1, 5, now).result.stall.has_value());
    assert_int_equal(data.stalls.size(), 1);
}

void no_stalls_where_only_the_sender_was_captured(void** /*state*/) {
    DataDirection data;
    data.begin_at(1);
    carry(data, 0, 100, 0, 1, 0);
    carry(data, 100, 100, 0, 2, 10 * data.shortest_stall);
    assert_true(data.stalls.empty());
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(carriers_in_every_order),
        cmocka_unit_test(absorbed_in_every_order),
        cmocka_unit_test(released_bytes_are_still_repeated),
        cmocka_unit_test(acknowledged_bytes_and_times),
        cmocka_unit_test(an_acknowledgment_out_of_reach),
        cmocka_unit_test(data_fin_is_no_byte),
        cmocka_unit_test(data_fin_comes_after_its_acknowledgment),
        cmocka_unit_test(idsn_may_be_known_late),
        cmocka_unit_test(right_edge_never_moves_left),
        cmocka_unit_test(order_of_new_bytes),
        cmocka_unit_test(stalls),
        cmocka_unit_test(no_stalls_where_only_the_sender_was_captured),
    };
    return cmocka_run_group_tests_name("data_direction", tests, nullptr, nullptr);
}
