#include "analysis/interval_map.hpp"
#include "analysis/sequence_space.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/orders.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

struct Numbered {
    unsigned number = 0;
};

using Map = IntervalMap<Numbered>;

/// 0 stands for "no value".
using Model = std::map<std::uint64_t, unsigned>;

unsigned at(const Model& model, std::uint64_t position) {
    const auto it = model.find(position);
    return it == model.end() ? 0 : it->second;
}

/// What a walk over a range told, byte by byte and in ascending order.
class Told {
  public:
    explicit Told(Interval range) : cursor_(range.begin), end_(range.end) {}

    void add(const Model& model, Interval part, unsigned number) {
        assert_int_equal(part.begin, cursor_);
        assert_true(part.begin < part.end);
        for (; cursor_ < part.end; ++cursor_) {
            assert_int_equal(at(model, cursor_), number);
        }
    }
    void is_complete() const { assert_true(cursor_ >= end_); }

  private:
    std::uint64_t cursor_;
    std::uint64_t end_;
};

void add(Map& map, Model& model, Interval range, unsigned number) {
    Told told(range);
    map.add(
        range, Numbered{number}, [&](Interval part) { told.add(model, part, 0); },
        [&](Interval part, const Numbered& value) { told.add(model, part, value.number); });
    told.is_complete();
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        model.try_emplace(position, number);
    }
}

void assign(Map& map, Model& model, Interval range, unsigned number) {
    map.assign(range, {number});
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        model[position] = number;
    }
}

void take(Map& map, Model& model, Interval range) {
    std::uint64_t cursor = range.begin;
    std::size_t bytes = 0;
    map.take(range, [&](Interval part, const Numbered& value) {
        assert_true(cursor <= part.begin && part.begin < part.end && part.end <= range.end);
        for (cursor = part.begin; cursor < part.end; ++cursor) {
            assert_int_equal(at(model, cursor), value.number);
        }
        bytes += part.size();
    });
    std::size_t expected = 0;
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        expected += model.erase(position);
    }
    assert_int_equal(bytes, expected);
}

void assert_same(const Map& map, const Model& model) {
    assert_int_equal(map.empty(), model.empty());
    std::size_t bytes = 0;
    std::uint64_t last_end = 0;
    std::size_t intervals = 0;
    map.visit([&](Interval range, const Numbered& value) {
        assert_true(last_end <= range.begin && range.begin < range.end);
        last_end = range.end;
        for (std::uint64_t position = range.begin; position < range.end; ++position) {
            assert_int_equal(at(model, position), value.number);
        }
        bytes += range.size();
        ++intervals;
    });
    assert_int_equal(map.size(), intervals);
    assert_int_equal(bytes, model.size());
}

void assert_answers(const Map& map, const Model& model, Interval range) {
    for (std::uint64_t begin = range.begin; begin < range.end; ++begin) {
        const Numbered* found = map.find(begin);
        assert_int_equal(found == nullptr ? 0 : found->number, at(model, begin));
        for (std::uint64_t end = begin; end <= range.end; ++end) {
            Told told({begin, end});
            map.visit(
                {begin, end},
                [&](Interval part, const Numbered& value) { told.add(model, part, value.number); },
                [&](Interval gap) { told.add(model, gap, 0); });
            told.is_complete();
        }
    }
}

void every_order_at(std::uint32_t first) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        Map map;
        Model model;
        TcpSequenceSpace space;
        space.place(first);
        unsigned number = 0;
        for (const Piece& piece : ordered) {
            const std::uint64_t begin = space.place(first + piece.offset);
            add(map, model, {begin, begin + piece.length}, ++number);
            space.advance(begin + piece.length);
        }
        assert_same(map, model);
    });
}

void every_order(void** /*state*/) {
    every_order_at(1);
}

void every_order_over_the_wrap(void** /*state*/) {
    for (std::uint32_t before = 1; before <= 24; before += 5) {
        every_order_at(0U - before);
    }
}

void every_order_of_assignments(void** /*state*/) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        Map map;
        Model model;
        unsigned number = 0;
        for (const Piece& piece : ordered) {
            const std::uint64_t begin = 50 + piece.offset;
            assign(map, model, {begin, begin + piece.length}, ++number);
        }
        assert_same(map, model);
    });
}

void every_order_of_takings(void** /*state*/) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        Map map;
        Model model;
        add(map, model, {51, 60}, 1);
        add(map, model, {60, 65}, 2);
        add(map, model, {67, 80}, 3);
        for (const Piece& piece : ordered) {
            const std::uint64_t begin = 50 + piece.offset;
            take(map, model, {begin, begin + piece.length});
        }
        assert_same(map, model);
    });
}

void answers_every_question(void** /*state*/) {
    for (const Pieces& pieces : piece_sets()) {
        Map map;
        Model model;
        assert_answers(map, model, {50, 80});
        unsigned number = 0;
        for (const Piece& piece : pieces) {
            add(map, model, {52 + piece.offset, 52 + piece.offset + piece.length}, ++number);
            assert_answers(map, model, {50, 80});
        }
    }
}

void tells_where_the_next_interval_begins(void** /*state*/) {
    Map map;
    assert_false(map.first_from(0).has_value());
    map.add({10, 20}, {1});
    map.add({40, 50}, {2});
    // Between others: this one and the first lie in the tree from now on, the last does not.
    map.add({30, 35}, {3});
    assert_int_equal(map.first_from(0).value(), 10);
    assert_int_equal(map.first_from(10).value(), 10);
    assert_int_equal(map.first_from(11).value(), 30);
    assert_int_equal(map.first_from(31).value(), 40);
    assert_false(map.first_from(41).has_value());
}

/// What comes in order, and goes in order, while holes are filled now and then.
void grows_above_while_it_shrinks_below(void** /*state*/) {
    Map map;
    Model model;
    for (std::uint64_t i = 1; i < 400; ++i) {
        const std::uint64_t end = 100 + i * 10;
        add(map, model, {end - 10, end - (i % 7 == 0 ? 4 : 0)}, static_cast<unsigned>(i));
        if (i % 35 == 0) {
            add(map, model, {end - 80, end}, static_cast<unsigned>(1000 + i));
        }
        if (i % 3 == 0 && i > 20) {
            const std::uint64_t edge = end - 200 + i % 11;
            map.remove_below(edge, [&](Interval range, const Numbered&) {
                assert_true(range.end <= edge);
                model.erase(model.find(range.begin), model.lower_bound(range.end));
            });
        }
        assert_same(map, model);
    }
    assert_answers(map, model, {4000, 4060});
}

void removes_whole_intervals_below(void** /*state*/) {
    for (std::uint64_t edge = 0; edge < 40; ++edge) {
        Map map;
        map.add({10, 20}, {1});
        map.add({20, 25}, {2});
        map.add({30, 35}, {3});
        std::vector<Interval> removed;
        map.remove_below(edge, [&](Interval range, const Numbered& value) {
            assert_int_equal(value.number, removed.size() + 1);
            removed.push_back(range);
        });
        const std::size_t expected =
            std::size_t{edge >= 20} + std::size_t{edge >= 25} + std::size_t{edge >= 35};
        assert_int_equal(removed.size(), expected);
        assert_int_equal(map.size(), 3 - expected);
        if (expected > 0) {
            assert_true(removed.front() == Interval({10, 20}));
        }
    }
}

void changes_every_value(void** /*state*/) {
    Map map;
    map.add({10, 20}, {1});
    map.add({30, 35}, {2});
    map.for_each([](Numbered& value) { value.number += 5; });
    assert_int_equal(map.find(15)->number, 6);
    assert_int_equal(map.find(30)->number, 7);
    map.clear();
    assert_true(map.empty());
    assert_null(map.find(15));
}

void random_use(unsigned seed) {
    std::mt19937 random{seed};
    for (unsigned round = 0; round < 100; ++round) {
        Map map;
        Model model;
        for (unsigned step = 0; step < 100; ++step) {
            const std::uint64_t begin = 1000 + random() % 150;
            const Interval range{begin, begin + random() % 12};
            const unsigned number = 1 + static_cast<unsigned>(random()) % 50;
            switch (random() % 8) {
            case 0:
                take(map, model, range);
                break;
            case 1:
            case 2:
                assign(map, model, range, number);
                break;
            default:
                add(map, model, range, number);
            }
            assert_same(map, model);
        }
        assert_answers(map, model, {1000, 1030});
    }
}

void survives_random_use(void** /*state*/) {
    random_use(1);
    random_use(2);
}

void stops_after_so_many(void** /*state*/) {
    for (const bool in_order : {true, false}) {
        Map map;
        for (unsigned i = 0; i < 10; ++i) {
            const std::uint64_t begin = 100 + 10 * (in_order ? i : 9 - i);
            map.add({begin, begin + 5}, Numbered{i});
        }
        unsigned found = 0;
        unsigned gaps = 0;
        const auto visit = [&](std::size_t most) {
            found = gaps = 0;
            map.visit(
                {100, 200}, [&](Interval, const Numbered&) { ++found; }, [&](Interval) { ++gaps; },
                most);
        };
        visit(3);
        assert_int_equal(found, 3);
        assert_int_equal(gaps, 2);
        visit(10);
        assert_int_equal(found, 10);
        std::uint64_t fresh = 0;
        const std::uint64_t end = map.add(
            {95, 200}, Numbered{99}, [&](Interval part) { fresh += part.size(); },
            [](Interval, const Numbered&) {}, 2);
        assert_int_equal(end, 115);
        assert_int_equal(fresh, 5 + 5);
        assert_null(map.find(115));
        assert_int_equal(map.find(105)->number, 99);
    }
}

void removes_the_first(void** /*state*/) {
    Map map;
    map.remove_first();
    for (const std::uint64_t begin : {30U, 10U, 40U, 50U}) {
        map.add({begin, begin + 5}, Numbered{});
    }
    for (const std::uint64_t lowest : {10U, 30U, 40U, 50U}) {
        assert_int_equal(*map.first_from(0), lowest);
        map.remove_first();
    }
    assert_true(map.empty());
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_order),
        cmocka_unit_test(every_order_over_the_wrap),
        cmocka_unit_test(every_order_of_assignments),
        cmocka_unit_test(every_order_of_takings),
        cmocka_unit_test(answers_every_question),
        cmocka_unit_test(tells_where_the_next_interval_begins),
        cmocka_unit_test(grows_above_while_it_shrinks_below),
        cmocka_unit_test(removes_whole_intervals_below),
        cmocka_unit_test(changes_every_value),
        cmocka_unit_test(survives_random_use),
        cmocka_unit_test(stops_after_so_many),
        cmocka_unit_test(removes_the_first),
    };
    return cmocka_run_group_tests_name("interval_map", tests, nullptr, nullptr);
}
