#include "analysis/subflow_direction.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "tests/unit/names.hpp"
#include "tests/unit/orders.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

constexpr std::uint64_t kData = std::uint64_t{1} << 63;

void carry(SubflowDirection& direction, Interval range, Nanoseconds time = 0) {
    direction.carry(
        range, [&](Interval fresh) { direction.sent(fresh, time); },
        [&](Interval known) { direction.sent_again(known); });
}

/// SSN `ssn` is at data position kData + `ssn` + `shift`.
AnnouncedMapping mapping_of(std::uint32_t ssn, std::uint32_t length, std::uint64_t shift = 0) {
    return {ssn, length, kData + ssn + shift, 1};
}

void announce(SubflowDirection& direction, const AnnouncedMapping& mapping, Interval payload = {}) {
    direction.announce(mapping, payload, [](Interval) {});
}

struct Acks {
    TcpOptions options;
    std::vector<std::uint32_t> fulfilled;
    std::optional<Nanoseconds> rtt;
};

Acks acknowledge(SubflowDirection& direction, std::uint32_t ack,
                 const std::vector<SackBlock>& blocks = {}, Nanoseconds time = 0) {
    Acks result;
    for (const SackBlock& block : blocks) {
        result.options.sack.push_back(block);
    }
    result.rtt = direction.acknowledge(ack, result.options, time, [&](const OutcomeWatch& watch) {
        result.fulfilled.push_back(watch.reinjection);
    });
    return result;
}

// --- mappings

/// After the mappings of `pieces` in this order, each byte has the first one that covered it.
void mappings_in_order(const Pieces& ordered, std::uint32_t isn) {
    SubflowDirection direction;
    direction.synchronize(isn, 0);
    std::map<std::uint64_t, std::uint64_t> model;
    const std::uint64_t first = *direction.first_position();
    std::uint64_t shift = 0;
    for (const Piece& piece : ordered) {
        shift += 1000;
        announce(direction, mapping_of(1 + piece.offset, piece.length, shift));
        for (std::uint32_t i = piece.offset; i < piece.offset + piece.length; ++i) {
            model.emplace(first + i, kData + 1 + i + shift);
        }
    }
    std::uint64_t cursor = first;
    direction.visit_mappings(
        {first, first + 30},
        [&](Interval part, const Mapping& mapping) {
            assert_int_equal(part.begin, cursor);
            for (; cursor < part.end; ++cursor) {
                assert_int_equal(cursor + mapping.dsn_minus_ssn, model.at(cursor));
            }
        },
        [&](Interval gap) {
            assert_int_equal(gap.begin, cursor);
            for (; cursor < gap.end; ++cursor) {
                assert_false(model.contains(cursor));
            }
        });
    assert_int_equal(cursor, first + 30);
}

void mappings_in_every_order(void** /*state*/) {
    for_every_set_in_every_order([](const Pieces& ordered) {
        mappings_in_order(ordered, 0xfffffff4);
        mappings_in_order(ordered, 77);
    });
}

void neighbours_with_one_difference_are_one(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(0xfffffff0, 0);
    announce(direction, mapping_of(11, 10));
    announce(direction, mapping_of(1, 10));
    announce(direction, mapping_of(21, 10, 5));
    announce(direction, mapping_of(41, 10, 5));
    const std::uint64_t first = *direction.first_position();
    std::vector<Interval> mapped;
    std::vector<Interval> gaps;
    direction.visit_mappings(
        {first + 5, first + 60}, [&](Interval part, const Mapping&) { mapped.push_back(part); },
        [&](Interval gap) { gaps.push_back(gap); });
    assert_int_equal(mapped.size(), 3);
    assert_true(mapped[0] == Interval({first + 5, first + 20}));
    assert_true(mapped[1] == Interval({first + 20, first + 30}));
    assert_true(mapped[2] == Interval({first + 40, first + 50}));
    assert_int_equal(gaps.size(), 2);
    assert_int_equal(direction.mapping_conflicts(), 0);
}

void conflicts_are_counted(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(1000, 0);
    announce(direction, mapping_of(1, 100));
    announce(direction, mapping_of(1, 100));
    announce(direction, mapping_of(50, 100));
    assert_int_equal(direction.mapping_conflicts(), 0);
    announce(direction, mapping_of(1, 10, 1));
    assert_int_equal(direction.mapping_conflicts(), 1);
}

void old_mappings_are_forgotten(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(0xffff0000, 0);
    constexpr std::uint32_t kLength = 60'000;
    constexpr std::uint32_t kCount = 2000;
    for (std::uint32_t i = 0; i < kCount; ++i) {
        const std::uint64_t begin = *direction.first_position() + std::uint64_t{i} * kLength;
        announce(direction, mapping_of(1 + i * kLength, kLength));
        carry(direction, {begin, begin + kLength});
    }
    // 120 MB went by; 16 MB of mappings are kept.
    assert_true(direction.mappings().size() < kCount / 4);
    assert_int_equal(direction.carried().interval_count(), 1);
}

// --- the base where no SYN was captured

void base_from_a_whole_mapping(void** /*state*/) {
    SubflowDirection direction;
    const Interval payload = direction.place_payload(0xfffffff0, false, 100);
    std::vector<Interval> mapped;
    const AnnouncedMapping ahead = mapping_of(601, 50);
    direction.announce(ahead, {}, [&](Interval range) { mapped.push_back(range); });
    assert_true(mapped.empty());
    direction.announce(mapping_of(501, 100), payload,
                       [&](Interval range) { mapped.push_back(range); });
    // The one before has its place as well now.
    assert_int_equal(mapped.size(), 2);
    assert_true(mapped[0] == Interval({payload.end, payload.end + 50}));
    assert_true(mapped[1] == payload);
    assert_int_equal(direction.ssn_of(payload.begin), 501);
}

/// One mapping over six segments, captured in this order: the base is known as soon as the first
/// and the last were seen.
void base_in_every_order(void** /*state*/) {
    const Pieces segments{{0, 10}, {10, 10}, {20, 10}, {30, 10}, {40, 10}, {50, 10}};
    for_every_order(segments, [](const Pieces& ordered) {
        SubflowDirection direction;
        bool first = false;
        bool last = false;
        for (const Piece& segment : ordered) {
            const Interval payload =
                direction.place_payload(0xffffffe0 + segment.offset, false, segment.length);
            announce(direction, mapping_of(7001, 60), payload);
            carry(direction, payload);
            first |= segment.offset == 0;
            last |= segment.offset == 50;
            assert_int_equal(direction.position_of_ssn(7001).has_value(), first && last);
        }
        assert_int_equal(static_cast<std::uint32_t>(*direction.position_of_ssn(7001)), 0xffffffe0);
        assert_int_equal(direction.mappings().size(), 1);
    });
}

void tfo_base_in_either_reading(void** /*state*/) {
    for (const std::uint32_t counted : {0U, 40U}) {
        SubflowDirection direction;
        direction.synchronize(0xfffffff0, 40);
        assert_true(direction.is_tfo(*direction.first_position() - 1));
        assert_true(direction.is_tfo(*direction.first_position() - 40));
        assert_false(direction.is_tfo(*direction.first_position()));
        assert_false(direction.position_of_ssn(1).has_value());
        const Interval payload = direction.place_payload(0xfffffff0 + 41, false, 100);
        assert_int_equal(payload.begin, *direction.first_position());
        announce(direction, mapping_of(1 + counted, 100), payload);
        assert_int_equal(*direction.position_of_ssn(1 + counted), payload.begin);
    }
}

// --- acknowledgments

void sacks_in_every_order(void** /*state*/) {
    constexpr std::uint32_t kIsn = 0xfffffff4;
    for_every_set_in_every_order([](const Pieces& ordered) {
        SubflowDirection direction;
        direction.synchronize(kIsn, 0);
        const std::uint64_t first = *direction.first_position();
        carry(direction, {first, first + 40});
        std::set<std::uint64_t> model;
        for (const Piece& piece : ordered) {
            const std::uint32_t left = kIsn + 3 + piece.offset;
            acknowledge(direction, kIsn + 1, {{left, left + piece.length}});
            for (std::uint32_t i = 0; i < piece.length; ++i) {
                model.insert(first + 2 + piece.offset + i);
            }
        }
        for (std::uint64_t begin = first; begin < first + 35; ++begin) {
            bool all = true;
            for (std::uint64_t end = begin + 1; end < first + 35; ++end) {
                all = all && model.contains(end - 1);
                assert_int_equal(direction.is_acknowledged({begin, end}), all);
            }
        }
    });
}

void watches_are_fulfilled_once(void** /*state*/) {
    constexpr std::uint32_t kIsn = 0xfffffff0;
    SubflowDirection direction;
    direction.synchronize(kIsn, 0);
    const std::uint64_t first = *direction.first_position();
    carry(direction, {first, first + 100});
    for (std::uint32_t i = 0; i < 10; ++i) {
        direction.watch({first + i * 10, first + i * 10 + 10}, {i, first + i * 10, false});
    }
    assert_true(acknowledge(direction, kIsn + 10).fulfilled.empty());
    assert_true(acknowledge(direction, kIsn + 11).fulfilled == std::vector<std::uint32_t>{0});
    // 25–45 holds piece 3 only, 60–80 holds 6 and 7.
    const auto sacked = acknowledge(direction, kIsn + 11, {{kIsn + 26, kIsn + 46}});
    assert_true(sacked.fulfilled == std::vector<std::uint32_t>{3});
    const auto more = acknowledge(direction, kIsn + 11, {{kIsn + 61, kIsn + 81}});
    assert_true(more.fulfilled == (std::vector<std::uint32_t>{6, 7}));
    // Blocks that grow together complete what lay between.
    const auto between = acknowledge(direction, kIsn + 11, {{kIsn + 46, kIsn + 61}});
    assert_true(between.fulfilled == (std::vector<std::uint32_t>{4, 5}));
    const auto rest = acknowledge(direction, kIsn + 101);
    assert_true(rest.fulfilled == (std::vector<std::uint32_t>{1, 2, 8, 9}));
    assert_true(acknowledge(direction, kIsn + 101).fulfilled.empty());
    assert_false(direction.unacknowledged());
}

void sacks_below_the_ack_are_nothing(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(1000, 0);
    const std::uint64_t first = *direction.first_position();
    carry(direction, {first, first + 100});
    // A duplicate SACK (RFC 2883), one turned round, an empty one.
    acknowledge(direction, 1051, {{1001, 1011}, {1090, 1080}, {1070, 1070}});
    assert_true(direction.is_acknowledged({first, first + 50}));
    assert_false(direction.is_acknowledged({first + 50, first + 51}));
    assert_false(direction.is_acknowledged({first + 79, first + 80}));
    assert_int_equal(*direction.flight(), 50);
}

void round_trip_times_by_karns_rule(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(0xffffff80, 0);
    const std::uint64_t first = *direction.first_position();
    const std::uint32_t sequence = 0xffffff81;
    const auto send = [&](std::uint32_t offset, Nanoseconds time) {
        carry(direction, {first + offset, first + offset + 100}, time);
    };
    assert_false(direction.flight().has_value());
    send(0, 0);
    send(100, 10 * kMillisecond);
    send(200, 20 * kMillisecond);
    send(100, 30 * kMillisecond);
    assert_int_equal(*acknowledge(direction, sequence + 100, {}, 40 * kMillisecond).rtt,
                     40 * kMillisecond);
    // Sent twice; then again something that was sent once.
    assert_false(acknowledge(direction, sequence + 200, {}, 41 * kMillisecond).rtt.has_value());
    assert_int_equal(*acknowledge(direction, sequence + 250, {}, 42 * kMillisecond).rtt,
                     22 * kMillisecond);
    assert_int_equal(*acknowledge(direction, sequence + 300, {}, 43 * kMillisecond).rtt,
                     23 * kMillisecond);
    // Nothing new.
    assert_false(acknowledge(direction, sequence + 300, {}, 44 * kMillisecond).rtt.has_value());
    assert_false(acknowledge(direction, sequence + 10, {}, 44 * kMillisecond).rtt.has_value());
    // Beyond all that was captured.
    assert_false(acknowledge(direction, sequence + 400, {}, 45 * kMillisecond).rtt.has_value());
    assert_int_equal(*direction.flight(), 0);
}

void no_round_trip_time_if_the_clock_goes_back(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(100, 0);
    const std::uint64_t first = *direction.first_position();
    carry(direction, {first, first + 100}, 50 * kMillisecond);
    assert_false(acknowledge(direction, 201, {}, 40 * kMillisecond).rtt.has_value());
}

void moves_to_another_connection(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(1000, 0);
    const std::uint64_t first = *direction.first_position();
    announce(direction, mapping_of(1, 100));
    carry(direction, {first, first + 100});
    direction.watch({first, first + 100}, {3, first, true});
    direction.renumber(40, 7);
    assert_int_equal(direction.mappings().find(first)->dsn_minus_ssn + first, kData + 1 + 7);
    assert_true(acknowledge(direction, 1101).fulfilled == std::vector<std::uint32_t>{43});
}

void release_keeps_what_was_carried(void** /*state*/) {
    SubflowDirection direction;
    direction.synchronize(1000, 0);
    const std::uint64_t first = *direction.first_position();
    announce(direction, mapping_of(1, 100));
    carry(direction, {first, first + 100});
    direction.release();
    std::uint64_t known = 0;
    direction.carry(
        {first + 50, first + 150}, [](Interval) {}, [&](Interval range) { known += range.size(); });
    assert_int_equal(known, 50);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(mappings_in_every_order),
        cmocka_unit_test(neighbours_with_one_difference_are_one),
        cmocka_unit_test(conflicts_are_counted),
        cmocka_unit_test(old_mappings_are_forgotten),
        cmocka_unit_test(base_from_a_whole_mapping),
        cmocka_unit_test(base_in_every_order),
        cmocka_unit_test(tfo_base_in_either_reading),
        cmocka_unit_test(sacks_in_every_order),
        cmocka_unit_test(watches_are_fulfilled_once),
        cmocka_unit_test(sacks_below_the_ack_are_nothing),
        cmocka_unit_test(round_trip_times_by_karns_rule),
        cmocka_unit_test(no_round_trip_time_if_the_clock_goes_back),
        cmocka_unit_test(moves_to_another_connection),
        cmocka_unit_test(release_keeps_what_was_carried),
    };
    return cmocka_run_group_tests_name("subflow_direction", tests, nullptr, nullptr);
}
