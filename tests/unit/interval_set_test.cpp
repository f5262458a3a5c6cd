#include "analysis/interval_set.hpp"
#include "analysis/sequence_space.hpp"

#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "tests/unit/orders.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

using Model = std::set<std::uint64_t>;

struct Part {
    Interval range;
    bool fresh = false;
    friend bool operator==(const Part&, const Part&) = default;
};

/// The parts of `range` that are in the model and that are not, each as long as can be.
std::vector<Part> parts_of(const Model& model, Interval range) {
    std::vector<Part> parts;
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        const bool fresh = !model.contains(position);
        if (parts.empty() || parts.back().fresh != fresh) {
            parts.push_back({{position, position}, fresh});
        }
        parts.back().range.end = position + 1;
    }
    return parts;
}

void add(IntervalSet& set, Model& model, Interval range) {
    std::vector<Part> told;
    set.add(
        range,
        [&](Interval part) {
            told.push_back({part, true});
        },
        [&](Interval part) {
            told.push_back({part, false});
        });
    assert_true(told == parts_of(model, range));
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        model.insert(position);
    }
}

std::vector<Interval> runs_of(const Model& model) {
    std::vector<Interval> runs;
    for (const std::uint64_t position : model) {
        if (runs.empty() || runs.back().end != position) {
            runs.push_back({position, position});
        }
        runs.back().end = position + 1;
    }
    return runs;
}

void assert_same(const IntervalSet& set, const Model& model) {
    const std::vector<Interval> runs = runs_of(model);
    assert_int_equal(set.empty(), model.empty());
    assert_int_equal(set.size(), model.size());
    assert_int_equal(set.interval_count(), runs.size());
    assert_int_equal(set.lowest(), runs.empty() ? 0 : runs.front().begin);
    assert_int_equal(set.highest(), runs.empty() ? 0 : runs.back().end);
    auto run = runs.begin();
    for (const auto& [begin, end] : set.intervals()) {
        assert_true(Interval({begin, end}) == *run++);
    }
}

/// Every question, asked of every position and every range in and around `range`.
void assert_answers(const IntervalSet& set, const Model& model, Interval range) {
    const std::vector<Interval> runs = runs_of(model);
    for (std::uint64_t begin = range.begin - 2; begin < range.end + 2; ++begin) {
        Interval holding;
        for (const Interval& run : runs) {
            if (run.begin <= begin && begin < run.end) {
                holding = run;
            }
        }
        assert_int_equal(set.contains(begin), !holding.empty());
        assert_true(set.interval_at(begin) == holding);
        assert_int_equal(set.contiguous_end(begin), holding.empty() ? begin : holding.end);
        bool covered = true;
        bool touched = false;
        std::uint64_t within = 0;
        for (std::uint64_t end = begin; end < range.end + 2; ++end) {
            assert_int_equal(set.size_within({begin, end}), within);
            assert_int_equal(set.covers({begin, end}), covered);
            assert_int_equal(set.overlaps({begin, end}), touched);
            covered = covered && model.contains(end);
            touched = touched || model.contains(end);
            within += model.contains(end) ? 1 : 0;
        }
    }
}

void every_order_at(std::uint32_t first) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        IntervalSet set;
        Model model;
        TcpSequenceSpace space;
        const std::uint64_t origin = space.place(first);
        for (const Piece& piece : ordered) {
            const std::uint64_t begin = space.place(first + piece.offset);
            assert_int_equal(begin, origin + piece.offset);
            add(set, model, {begin, begin + piece.length});
            space.advance(begin + piece.length);
        }
        assert_same(set, model);
    });
}

void every_order(void** /*state*/) {
    every_order_at(0);
    every_order_at(1'000'000);
}

void every_order_over_the_wrap(void** /*state*/) {
    for (std::uint32_t before = 0; before <= 24; before += 3) {
        every_order_at(0U - before);
    }
}

void answers_every_question(void** /*state*/) {
    constexpr std::uint64_t kOrigin = (std::uint64_t{1} << 32) - 12;
    for (const Pieces& pieces : piece_sets()) {
        IntervalSet set;
        Model model;
        assert_answers(set, model, {kOrigin, kOrigin + 30});
        for (const Piece& piece : pieces) {
            const std::uint64_t begin = kOrigin + piece.offset;
            add(set, model, {begin, begin + piece.length});
            assert_answers(set, model, {kOrigin, kOrigin + 30});
        }
    }
}

void empty_ranges_change_nothing(void** /*state*/) {
    IntervalSet set;
    Model model;
    add(set, model, {7, 7});
    assert_same(set, model);
    add(set, model, {5, 9});
    add(set, model, {7, 7});
    add(set, model, {9, 9});
    // Turned round, as nonsense of the wire may make it.
    bool told = false;
    set.add(
        {8, 6}, [&](Interval) { told = true; }, [&](Interval) { told = true; });
    assert_false(told);
    assert_same(set, model);
}

void removes_below_every_position(void** /*state*/) {
    for (const Pieces& pieces : piece_sets()) {
        for (std::uint64_t edge = 98; edge < 130; ++edge) {
            IntervalSet set;
            Model model;
            for (const Piece& piece : pieces) {
                add(set, model, {100 + piece.offset, 100 + piece.offset + piece.length});
            }
            set.remove_below(edge);
            std::erase_if(model, [&](std::uint64_t position) { return position < edge; });
            assert_same(set, model);
            add(set, model, {101, 119});
            assert_same(set, model);
        }
    }
}

void survives_random_use(void** /*state*/) {
    std::mt19937 random{4711};
    for (unsigned round = 0; round < 200; ++round) {
        IntervalSet set;
        Model model;
        for (unsigned step = 0; step < 100; ++step) {
            const std::uint64_t begin = 1000 + random() % 200;
            if (random() % 10 == 0) {
                set.remove_below(begin);
                model.erase(model.begin(), model.lower_bound(begin));
            } else {
                add(set, model, {begin, begin + random() % 12});
            }
            assert_same(set, model);
        }
        assert_answers(set, model, {1000, 1060});
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_order),
        cmocka_unit_test(every_order_over_the_wrap),
        cmocka_unit_test(answers_every_question),
        cmocka_unit_test(empty_ranges_change_nothing),
        cmocka_unit_test(removes_below_every_position),
        cmocka_unit_test(survives_random_use),
    };
    return cmocka_run_group_tests_name("interval_set", tests, nullptr, nullptr);
}
