#include "analysis/first_copies.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/cmocka.hpp"

using namespace mptcp;

namespace {

constexpr std::uint64_t kOrigin = std::uint64_t{1} << 63;

using Model = std::map<std::uint64_t, FirstCopy>;

void assert_same_copy(const FirstCopy& actual, const FirstCopy& expected) {
    assert_int_equal(actual.frame, expected.frame);
    assert_int_equal(actual.subflow, expected.subflow);
    assert_int_equal(actual.time, expected.time);
    assert_int_equal(actual.ssn_minus_dsn, expected.ssn_minus_dsn);
    assert_int_equal(actual.id, expected.id);
}

void add(FirstCopies& copies, Model& model, Interval range, const FirstCopy& copy) {
    copies.add(range, copy);
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        assert_true(model.emplace(position, copy).second);
    }
}

/// Every byte of `range` is told once and rightly, or has no first copy.
void assert_visits(const FirstCopies& copies, const Model& model, Interval range) {
    std::vector<std::uint64_t> told;
    copies.visit(range, [&](Interval part, const FirstCopy& copy) {
        assert_true(range.begin <= part.begin && part.begin < part.end && part.end <= range.end);
        for (std::uint64_t position = part.begin; position < part.end; ++position) {
            const auto it = model.find(position);
            assert_true(it != model.end());
            assert_same_copy(copy, it->second);
            told.push_back(position);
        }
    });
    std::sort(told.begin(), told.end());
    auto expected = model.lower_bound(range.begin);
    for (const std::uint64_t position : told) {
        assert_int_equal(position, expected++->first);
    }
    assert_true(expected == model.lower_bound(range.end));
}

void assert_finds(const FirstCopies& copies, const Model& model, std::uint64_t position) {
    const auto found = copies.find(position);
    const auto it = model.find(position);
    assert_int_equal(found.has_value(), it != model.end());
    if (found) {
        assert_same_copy(*found, it->second);
    }
}

FirstCopy copy_number(std::uint32_t i) {
    return {i, i % 3, 1'700'000'000'000'000'000 + i * 1'000'000LL,
            std::uint64_t{0} - kOrigin + (std::uint64_t{i % 3} << 40),
            // Most frames hold one segment.
            i + i / 20};
}

/// `count` segments of 10 bytes in order, all frozen.
FirstCopies frozen(std::uint32_t count, Model& model) {
    FirstCopies copies;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t begin = kOrigin + i * 10;
        add(copies, model, {begin, begin + 10}, copy_number(i + 1));
    }
    copies.freeze(kOrigin + count * 10);
    return copies;
}

void empty_store_finds_nothing(void** /*state*/) {
    FirstCopies copies;
    assert_false(copies.find(kOrigin).has_value());
    copies.freeze(kOrigin + 1000);
    copies.visit({0, ~std::uint64_t{0}}, [](Interval, const FirstCopy&) { fail(); });
}

void blocks_give_back_what_they_took(void** /*state*/) {
    // Block edges are at 64 records.
    for (const std::uint32_t count : {1U, 2U, 63U, 64U, 65U, 127U, 128U, 129U, 500U}) {
        Model model;
        const FirstCopies copies = frozen(count, model);
        const std::uint64_t end = kOrigin + count * 10;
        for (std::uint64_t position = kOrigin - 2; position < end + 2; ++position) {
            assert_finds(copies, model, position);
        }
        assert_visits(copies, model, {kOrigin - 100, end + 100});
        assert_visits(copies, model, {kOrigin + 635, kOrigin + 645});
        assert_visits(copies, model, {kOrigin + 3, end - 3});
    }
}

void freezes_step_by_step(void** /*state*/) {
    FirstCopies copies;
    Model model;
    for (std::uint32_t i = 0; i < 300; ++i) {
        const std::uint64_t begin = kOrigin + i * 10;
        add(copies, model, {begin, begin + 10}, copy_number(i));
        // Inside the segment before: that one is not over yet.
        copies.freeze(begin - 5);
        assert_finds(copies, model, begin - 5);
        assert_finds(copies, model, begin + 5);
        assert_finds(copies, model, kOrigin + i * 5);
    }
    assert_visits(copies, model, {kOrigin, kOrigin + 3000});
}

void late_ranges_fill_frozen_holes(void** /*state*/) {
    FirstCopies copies;
    Model model;
    for (std::uint32_t i = 0; i < 200; ++i) {
        add(copies, model, {kOrigin + i * 20, kOrigin + i * 20 + 10}, copy_number(i));
    }
    copies.freeze(kOrigin + 4000);
    for (std::uint32_t i = 200; i > 0; --i) {
        const std::uint64_t hole = kOrigin + (i - 1) * 20 + 10;
        add(copies, model, {hole, hole + 10}, copy_number(1000 + i));
        assert_visits(copies, model, {hole - 15, hole + 25});
    }
    assert_visits(copies, model, {kOrigin, kOrigin + 4000});
    // One that lies on both sides of the frozen edge.
    add(copies, model, {kOrigin - 5, kOrigin}, copy_number(7));
    add(copies, model, {kOrigin + 4000, kOrigin + 4100}, copy_number(8));
    assert_visits(copies, model, {kOrigin - 100, kOrigin + 4200});
}

void a_range_over_the_frozen_edge_is_whole(void** /*state*/) {
    FirstCopies copies;
    Model model;
    add(copies, model, {kOrigin, kOrigin + 10}, copy_number(1));
    add(copies, model, {kOrigin + 20, kOrigin + 30}, copy_number(2));
    copies.freeze(kOrigin + 25);
    add(copies, model, {kOrigin + 10, kOrigin + 20}, copy_number(3));
    copies.freeze(kOrigin + 30);
    add(copies, model, {kOrigin + 30, kOrigin + 50}, copy_number(4));
    assert_visits(copies, model, {kOrigin, kOrigin + 60});
}

void keeps_extreme_values(void** /*state*/) {
    FirstCopies copies;
    Model model;
    const FirstCopy extremes[] = {
        {0, 0, 0, 0, 0},
        {0xffffffff, 0xffffffff, INT64_MAX, ~std::uint64_t{0}, ~std::uint64_t{0}},
        {1, 1, INT64_MIN, std::uint64_t{1} << 63, std::uint64_t{1} << 63},
        {0xffffffff, 0, -1, (std::uint64_t{1} << 63) - 1, 0},
        {0, 0xffffffff, 1, 1, 7},
    };
    std::uint64_t position = kOrigin;
    for (unsigned round = 0; round < 40; ++round) {
        for (const FirstCopy& copy : extremes) {
            add(copies, model, {position, position + 2}, copy);
            position += round % 2 == 0 ? 2 : 1'000'000'000'000;
        }
    }
    copies.freeze(position);
    assert_visits(copies, model, {0, ~std::uint64_t{0}});
}

void clear_forgets_all(void** /*state*/) {
    Model model;
    FirstCopies copies = frozen(200, model);
    copies.clear();
    model.clear();
    assert_visits(copies, model, {0, ~std::uint64_t{0}});
    add(copies, model, {kOrigin + 5, kOrigin + 9}, copy_number(1));
    copies.freeze(kOrigin + 9);
    assert_visits(copies, model, {0, ~std::uint64_t{0}});
}

class RandomUse {
  public:
    explicit RandomUse(unsigned seed) : random_(seed) {}

    void run() {
        for (unsigned step = 0; step < 600; ++step) {
            const std::uint64_t near = edge_ + below(300) - below(200);
            switch (below(8)) {
            case 0:
                copies_.freeze(near);
                break;
            case 1:
                assert_visits(copies_, model_, {near, near + below(100)});
                break;
            case 2:
                assert_finds(copies_, model_, near);
                break;
            case 3:
                add_free_parts({kOrigin + below(edge_ - kOrigin + 1), near});
                break;
            default:
                add_free_parts({near, near + 1 + below(20)});
                edge_ += below(15);
            }
        }
        assert_visits(copies_, model_, {kOrigin - 1000, edge_ + 1000});
    }

  private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    /// Adds up to 30 bytes of `range`, each part that is still free with a copy of its own.
    void add_free_parts(Interval range) {
        range.end = std::min(range.end, range.begin + 30);
        while (!range.empty()) {
            Interval part{range.begin, range.begin};
            while (part.end < range.end && !model_.contains(part.end)) {
                ++part.end;
            }
            if (!part.empty()) {
                add(copies_, model_, part,
                    {static_cast<FrameNumber>(random_()), static_cast<SubflowNumber>(below(4)),
                     static_cast<Nanoseconds>(below(1'000'000'000)), random_()});
            }
            range.begin = part.end + 1;
        }
    }

    std::mt19937_64 random_;
    FirstCopies copies_;
    Model model_;
    std::uint64_t edge_ = kOrigin + 400;
};

void survives_random_use(void** /*state*/) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        RandomUse{seed}.run();
    }
}

void the_last_part_stands_for_the_rest(void** /*state*/) {
    // Frozen, late and live ones by turns.
    FirstCopies copies;
    for (std::uint32_t i = 0; i < 100; ++i) {
        copies.add({kOrigin + i * 20, kOrigin + i * 20 + 10}, copy_number(2 * i));
    }
    copies.freeze(kOrigin + 500);
    for (std::uint32_t i = 0; i < 100; ++i) {
        copies.add({kOrigin + i * 20 + 10, kOrigin + i * 20 + 20}, copy_number(2 * i + 1));
    }
    const Interval all{kOrigin + 5, kOrigin + 1995};
    for (const std::size_t most : {1U, 7U, 60U, 200U}) {
        const auto parts = copies.parts_of(all, most);
        assert_int_equal(parts.size(), most);
        std::uint64_t begin = all.begin;
        for (std::uint32_t i = 0; i < parts.size(); ++i) {
            assert_same_copy(parts[i].copy, copy_number(i));
            assert_int_equal(parts[i].range.begin, begin);
            begin = parts[i].range.end;
        }
        assert_int_equal(begin, all.end);
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(empty_store_finds_nothing),
        cmocka_unit_test(blocks_give_back_what_they_took),
        cmocka_unit_test(freezes_step_by_step),
        cmocka_unit_test(late_ranges_fill_frozen_holes),
        cmocka_unit_test(a_range_over_the_frozen_edge_is_whole),
        cmocka_unit_test(keeps_extreme_values),
        cmocka_unit_test(clear_forgets_all),
        cmocka_unit_test(survives_random_use),
        cmocka_unit_test(the_last_part_stands_for_the_rest),
    };
    return cmocka_run_group_tests_name("first_copies", tests, nullptr, nullptr);
}
