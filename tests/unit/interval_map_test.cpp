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

/// Neighbours stay apart.
struct Plain {
    unsigned number = 0;
};

/// Neighbours of the same number are one.
struct Joining {
    unsigned number = 0;
    [[nodiscard]] bool continues(const Joining& left) const { return number == left.number; }
};

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

template <typename Value>
void add(IntervalMap<Value>& map, Model& model, Interval range, unsigned number) {
    Told told(range);
    map.add(
        range, Value{number}, [&](Interval part) { told.add(model, part, 0); },
        [&](Interval part, const Value& value) { told.add(model, part, value.number); });
    told.is_complete();
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        model.try_emplace(position, number);
    }
}

template <typename Value>
void assign(IntervalMap<Value>& map, Model& model, Interval range, unsigned number) {
    map.assign(range, Value{number});
    for (std::uint64_t position = range.begin; position < range.end; ++position) {
        model[position] = number;
    }
}

template <typename Value>
void take(IntervalMap<Value>& map, Model& model, Interval range) {
    std::uint64_t cursor = range.begin;
    std::size_t bytes = 0;
    map.take(range, [&](Interval part, const Value& value) {
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

template <typename Value>
void assert_same(const IntervalMap<Value>& map, const Model& model) {
    assert_int_equal(map.empty(), model.empty());
    std::size_t bytes = 0;
    std::uint64_t last_end = 0;
    for (const auto& [begin, entry] : map.entries()) {
        assert_true(last_end <= begin && begin < entry.end);
        last_end = entry.end;
        for (std::uint64_t position = begin; position < entry.end; ++position) {
            assert_int_equal(at(model, position), entry.value.number);
        }
        bytes += entry.end - begin;
    }
    assert_int_equal(bytes, model.size());
}

template <typename Value>
void assert_answers(const IntervalMap<Value>& map, const Model& model, Interval range) {
    for (std::uint64_t begin = range.begin; begin < range.end; ++begin) {
        const auto it = map.find(begin);
        assert_int_equal(it == map.entries().end() ? 0 : it->second.value.number, at(model, begin));
        for (std::uint64_t end = begin; end <= range.end; ++end) {
            Told told({begin, end});
            map.visit(
                {begin, end},
                [&](Interval part, const Value& value) { told.add(model, part, value.number); },
                [&](Interval gap) { told.add(model, gap, 0); });
            told.is_complete();
        }
    }
}

template <typename Value>
void every_order_at(std::uint32_t first, unsigned numbers) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        IntervalMap<Value> map;
        Model model;
        TcpSequenceSpace space;
        space.place(first);
        unsigned number = 0;
        for (const Piece& piece : ordered) {
            const std::uint64_t begin = space.place(first + piece.offset);
            number = number % numbers + 1;
            add(map, model, {begin, begin + piece.length}, number);
            space.advance(begin + piece.length);
        }
        assert_same(map, model);
    });
}

void every_order(void** /*state*/) {
    every_order_at<Plain>(1, 100);
    every_order_at<Joining>(1, 100);
    every_order_at<Joining>(1, 1);
    every_order_at<Joining>(1, 2);
}

void every_order_over_the_wrap(void** /*state*/) {
    for (std::uint32_t before = 1; before <= 24; before += 5) {
        every_order_at<Plain>(0U - before, 100);
        every_order_at<Joining>(0U - before, 2);
    }
}

void every_order_of_assignments(void** /*state*/) {
    for_every_set_in_every_order([&](const Pieces& ordered) {
        IntervalMap<Plain> map;
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
        IntervalMap<Plain> map;
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
        IntervalMap<Plain> map;
        Model model;
        assert_answers(map, model, {50, 80});
        unsigned number = 0;
        for (const Piece& piece : pieces) {
            add(map, model, {52 + piece.offset, 52 + piece.offset + piece.length}, ++number);
            assert_answers(map, model, {50, 80});
        }
    }
}

void growth_in_order_stays_one_entry(void** /*state*/) {
    IntervalMap<Joining> joined;
    IntervalMap<Plain> apart;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        joined.add({100 + i * 10, 110 + i * 10}, {1});
        apart.add({100 + i * 10, 110 + i * 10}, {1});
    }
    assert_int_equal(joined.entries().size(), 1);
    assert_int_equal(joined.entries().begin()->second.end, 10'100);
    assert_int_equal(apart.entries().size(), 1000);
    // Another number, or a hole, begins another entry.
    joined.add({10'100, 10'110}, {2});
    joined.add({10'120, 10'130}, {2});
    assert_int_equal(joined.entries().size(), 3);
}

void removes_whole_entries_below(void** /*state*/) {
    for (std::uint64_t edge = 0; edge < 40; ++edge) {
        IntervalMap<Plain> map;
        map.add({10, 20}, {1});
        map.add({20, 25}, {2});
        map.add({30, 35}, {3});
        std::vector<Interval> removed;
        map.remove_below(edge, [&](Interval range, const Plain& value) {
            assert_int_equal(value.number, removed.size() + 1);
            removed.push_back(range);
        });
        const std::size_t expected =
            std::size_t{edge >= 20} + std::size_t{edge >= 25} + std::size_t{edge >= 35};
        assert_int_equal(removed.size(), expected);
        assert_int_equal(map.entries().size(), 3 - expected);
        if (expected > 0) {
            assert_true(removed.front() == Interval({10, 20}));
        }
    }
}

void changes_every_value(void** /*state*/) {
    IntervalMap<Plain> map;
    map.add({10, 20}, {1});
    map.add({30, 35}, {2});
    map.for_each([](Plain& value) { value.number += 5; });
    assert_int_equal(map.find(15)->second.value.number, 6);
    assert_int_equal(map.find(30)->second.value.number, 7);
    map.clear();
    assert_true(map.empty());
    assert_true(map.find(15) == map.entries().end());
}

template <typename Value>
void random_use(unsigned seed, unsigned numbers) {
    std::mt19937 random{seed};
    for (unsigned round = 0; round < 100; ++round) {
        IntervalMap<Value> map;
        Model model;
        for (unsigned step = 0; step < 100; ++step) {
            const std::uint64_t begin = 1000 + random() % 150;
            const Interval range{begin, begin + random() % 12};
            const unsigned number = 1 + static_cast<unsigned>(random()) % numbers;
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
    random_use<Plain>(1, 50);
    random_use<Joining>(2, 2);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_order),
        cmocka_unit_test(every_order_over_the_wrap),
        cmocka_unit_test(every_order_of_assignments),
        cmocka_unit_test(every_order_of_takings),
        cmocka_unit_test(answers_every_question),
        cmocka_unit_test(growth_in_order_stays_one_entry),
        cmocka_unit_test(removes_whole_entries_below),
        cmocka_unit_test(changes_every_value),
        cmocka_unit_test(survives_random_use),
    };
    return cmocka_run_group_tests_name("interval_map", tests, nullptr, nullptr);
}
