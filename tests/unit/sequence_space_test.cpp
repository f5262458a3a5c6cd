#include "analysis/interval_map.hpp"
#include "analysis/sequence_space.hpp"

#include <cstdint>
#include <map>
#include <optional>

#include "tests/unit/orders.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

constexpr std::uint64_t k2To32 = std::uint64_t{1} << 32;
constexpr std::uint64_t k2To31 = std::uint64_t{1} << 31;

WireDsn wide(Dsn dsn) {
    return {dsn, true};
}

WireDsn narrow(Dsn dsn) {
    return {dsn % k2To32, false};
}

// --- TCP

void tcp_low_half_is_the_sequence_number(void** /*state*/) {
    for (const std::uint32_t isn : {0U, 1U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
        TcpSequenceSpace space;
        assert_false(space.anchored());
        assert_int_equal(space.place(isn) % k2To32, isn);
        assert_true(space.anchored());
    }
}

void tcp_counts_on_through_many_wraps(void** /*state*/) {
    TcpSequenceSpace space;
    const std::uint64_t origin = space.place(0xfffffff0);
    constexpr std::uint32_t kStep = 0x30000000;
    for (std::uint64_t i = 1; i < 100; ++i) {
        const auto sequence = static_cast<std::uint32_t>(0xfffffff0 + i * kStep);
        assert_int_equal(space.place(sequence), origin + i * kStep);
        space.advance(space.place(sequence));
        assert_int_equal(space.highest(), origin + i * kStep);
        // What lies behind is still found, and moves nothing.
        assert_int_equal(space.place(sequence - kStep), origin + (i - 1) * kStep);
        space.advance(space.place(sequence - kStep));
        assert_int_equal(space.highest(), origin + i * kStep);
    }
}

void tcp_reaches_half_the_space_both_ways(void** /*state*/) {
    TcpSequenceSpace space;
    const std::uint64_t origin = space.place(5);
    assert_int_equal(space.near(5 + 0x7fffffffU), origin + k2To31 - 1);
    assert_int_equal(space.near(5 - 0x80000000U), origin - k2To31);
    assert_int_equal(space.highest(), origin);
}

// --- data

void data_counts_through_both_wraps(void** /*state*/) {
    const Dsn firsts[] = {1, k2To32 - 100, 0x1234567800000000 - 100, 0 - std::uint64_t{100},
                          (std::uint64_t{1} << 63) - 100};
    for (const Dsn first : firsts) {
        DataSequenceSpace space;
        space.anchor(first);
        for (std::uint64_t offset = 0; offset < 1000; offset += 10) {
            const std::uint64_t expected = DataSequenceSpace::kOrigin + offset;
            assert_int_equal(*space.place(wide(first + offset)), expected);
            assert_int_equal(*space.place(narrow(first + offset)), expected);
            assert_int_equal(space.dsn(expected), first + offset);
            assert_int_equal(space.position(first + offset), expected);
            space.advance(expected);
        }
        assert_int_equal(*space.place(narrow(first)), DataSequenceSpace::kOrigin);
    }
}

/// DSNs of a store in every order, in both widths mixed, over a wrap.
void every_order_at(Dsn first, bool known) {
    struct Nothing {};
    for_every_set_in_every_order([&](const Pieces& ordered) {
        DataSequenceSpace space;
        if (known) {
            space.anchor(first);
        }
        IntervalMap<Nothing> store;
        std::map<Dsn, bool> model;
        bool is_wide = true;
        for (const Piece& piece : ordered) {
            const Dsn dsn = first + piece.offset;
            const auto begin = space.place(is_wide ? wide(dsn) : narrow(dsn));
            assert_true(begin.has_value());
            store.add({*begin, *begin + piece.length}, {});
            space.advance(*begin + piece.length);
            for (std::uint32_t i = 0; i < piece.length; ++i) {
                model[dsn + i] = true;
            }
            is_wide = !is_wide;
        }
        std::size_t bytes = 0;
        store.visit([&](Interval range, const Nothing&) {
            for (std::uint64_t position = range.begin; position < range.end; ++position, ++bytes) {
                assert_true(model.contains(space.dsn(position)));
            }
        });
        assert_int_equal(bytes, model.size());
    });
}

void every_order_over_the_wraps(void** /*state*/) {
    for (const bool known : {true, false}) {
        every_order_at(0x00000005fffffff5, known);
        every_order_at(0xfffffffffffffff5, known);
        every_order_at(0x7ffffffffffffff5, known);
    }
}

void first_number_anchors(void** /*state*/) {
    DataSequenceSpace space;
    assert_false(space.anchored());
    assert_int_equal(*space.place(wide(0xabcdef0000000000)), DataSequenceSpace::kOrigin);
    assert_true(space.anchored());
    assert_true(space.high_half_known());
    assert_int_equal(space.highest(), DataSequenceSpace::kOrigin);
}

void high_half_may_come_later(void** /*state*/) {
    DataSequenceSpace space;
    assert_int_equal(*space.place(narrow(0xfffffff0)), DataSequenceSpace::kOrigin);
    assert_true(space.anchored());
    assert_false(space.high_half_known());
    assert_int_equal(space.dsn(DataSequenceSpace::kOrigin), 0xfffffff0);
    const std::uint64_t after_wrap = *space.place(narrow(0x10));
    assert_int_equal(after_wrap, DataSequenceSpace::kOrigin + 0x20);
    space.advance(after_wrap);

    // 64 bits tell the high half; positions stay.
    assert_int_equal(*space.place(wide(0x7700000030)), DataSequenceSpace::kOrigin + 0x40);
    assert_true(space.high_half_known());
    assert_int_equal(space.dsn(DataSequenceSpace::kOrigin), 0x76fffffff0);
    assert_int_equal(space.position(0x7700000010), after_wrap);
    assert_int_equal(*space.place(narrow(0xfffffff8)), DataSequenceSpace::kOrigin + 8);
}

void key_may_come_later(void** /*state*/) {
    DataSequenceSpace space;
    assert_true(space.place(narrow(1000)).has_value());
    space.anchor(0x5500000000 + 990);
    assert_true(space.high_half_known());
    assert_int_equal(space.dsn(DataSequenceSpace::kOrigin), 0x5500000000 + 1000);
    assert_int_equal(space.position(0x5500000000 + 990), DataSequenceSpace::kOrigin - 10);
    // What is known is not learnt anew.
    space.anchor(0x1100000000);
    assert_int_equal(space.dsn(DataSequenceSpace::kOrigin), 0x5500000000 + 1000);
}

void numbers_too_far_have_no_place(void** /*state*/) {
    constexpr std::uint64_t kFar = std::uint64_t{1} << 40;
    DataSequenceSpace space;
    space.anchor(1);
    assert_true(space.place(wide(1 + kFar)).has_value());
    assert_false(space.place(wide(2 + kFar)).has_value());
    assert_true(space.place(wide(1 - kFar)).has_value());
    assert_false(space.place(wide(0 - kFar)).has_value());
    for (const std::uint64_t jump : {std::uint64_t{1} << 62, std::uint64_t{1} << 63,
                                     (std::uint64_t{1} << 63) + 1, (std::uint64_t{1} << 63) - 1}) {
        assert_false(space.place(wide(1 + jump)).has_value());
    }
    assert_int_equal(space.highest(), DataSequenceSpace::kOrigin);
}

void leaps_come_to_an_end_before_the_positions_do(void** /*state*/) {
    constexpr std::uint64_t kLeap = std::uint64_t{1} << 40;
    constexpr unsigned kLeaps = 1 << 16; // 2^56 in all
    DataSequenceSpace space;
    space.anchor(1);
    for (std::uint64_t i = 1; i <= kLeaps; ++i) {
        const auto position = space.place(wide(1 + i * kLeap));
        assert_true(position == DataSequenceSpace::kOrigin + i * kLeap);
        space.advance(*position);
    }
    assert_false(space.place(wide(2 + kLeaps * kLeap)).has_value());
    assert_false(space.place(narrow(2 + kLeaps * kLeap)).has_value());
    assert_true(space.place(wide(kLeaps * kLeap)).has_value());
}

void narrow_numbers_follow_the_highest(void** /*state*/) {
    DataSequenceSpace space;
    space.anchor(0x1'00000000);
    // Three times around the 32-bit space, a gigabyte a step.
    constexpr std::uint64_t kStep = std::uint64_t{1} << 30;
    for (std::uint64_t offset = 0; offset < 3 * k2To32; offset += kStep) {
        const auto position = space.place(narrow(0x1'00000000 + offset));
        assert_int_equal(*position, DataSequenceSpace::kOrigin + offset);
        space.advance(*position);
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(tcp_low_half_is_the_sequence_number),
        cmocka_unit_test(tcp_counts_on_through_many_wraps),
        cmocka_unit_test(tcp_reaches_half_the_space_both_ways),
        cmocka_unit_test(data_counts_through_both_wraps),
        cmocka_unit_test(every_order_over_the_wraps),
        cmocka_unit_test(first_number_anchors),
        cmocka_unit_test(high_half_may_come_later),
        cmocka_unit_test(key_may_come_later),
        cmocka_unit_test(numbers_too_far_have_no_place),
        cmocka_unit_test(leaps_come_to_an_end_before_the_positions_do),
        cmocka_unit_test(narrow_numbers_follow_the_highest),
    };
    return cmocka_run_group_tests_name("sequence_space", tests, nullptr, nullptr);
}
