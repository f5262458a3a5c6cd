#include "stats-dialogs/collected_table.hpp"

#include <QtTest>

#include <string>
#include <vector>

using namespace mptcp;
using namespace mptcp::dialogs;
using taps::Value;

namespace {

constexpr std::size_t kMillion = 1'000'000;

CollectedTable table_of(const std::vector<Value>& values) {
    CollectedTable table("rows", {"value"});
    for (const Value& value : values) {
        table.add({&value});
    }
    return table;
}

std::vector<std::string> sorted_texts(const CollectedTable& table, bool descending) {
    std::vector<std::string> texts;
    for (const std::uint32_t row : table.sorted_by(0, descending)) {
        texts.push_back(taps::machine_text(table.value(row, 0)));
    }
    return texts;
}

} // namespace

class CollectedTableTest : public QObject {
    Q_OBJECT
  private slots:
    void values_come_out_as_they_went_in() {
        const std::vector<Value> values = {
            {},
            true,
            false,
            std::int64_t{-5},
            std::uint64_t{1} << 63U,
            0.1,
            "10.1.0.1",
            taps::Hex{.value = 0xfedcba9876543210, .digits = 16},
            taps::Seconds{-1},
            "10.1.0.1",
        };
        const CollectedTable table = table_of(values);
        QCOMPARE(table.rows(), values.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
            QVERIFY2(table.value(row, 0).variant().index() == values[row].variant().index(),
                     std::to_string(row).c_str());
            QCOMPARE(taps::machine_text(table.value(row, 0)), taps::machine_text(values[row]));
        }
    }

    void numbers_sort_by_size_and_unknown_ones_last_either_way() {
        const CollectedTable table = table_of({10U, {}, 9U, 100U, {}, 2U});
        QCOMPARE(sorted_texts(table, false),
                 (std::vector<std::string>{"2", "9", "10", "100", "", ""}));
        QCOMPARE(sorted_texts(table, true),
                 (std::vector<std::string>{"100", "10", "9", "2", "", ""}));
    }

    void negative_numbers_and_times_sort_below_zero() {
        QCOMPARE(
            sorted_texts(table_of({std::int64_t{1}, std::int64_t{-2}, std::int64_t{0}}), false),
            (std::vector<std::string>{"-2", "0", "1"}));
        const CollectedTable times = table_of({taps::Seconds{5}, taps::Seconds{-5}});
        QCOMPARE(times.sorted_by(0, false), (std::vector<std::uint32_t>{1, 0}));
    }

    void large_numbers_that_differ_in_the_last_bit_are_told_apart() {
        const std::uint64_t large = (std::uint64_t{1} << 60U) + 2;
        const CollectedTable table =
            table_of({taps::Hex{.value = large}, taps::Hex{.value = large - 1},
                      taps::Hex{.value = large + 1}});
        QCOMPARE(table.sorted_by(0, false), (std::vector<std::uint32_t>{1, 0, 2}));
    }

    void numbers_in_texts_sort_by_size() {
        const CollectedTable table = table_of({"10.1.0.10", "10.1.0.9", "10.1.0.100"});
        QCOMPARE(sorted_texts(table, false),
                 (std::vector<std::string>{"10.1.0.9", "10.1.0.10", "10.1.0.100"}));
    }

    void equal_rows_keep_their_order() {
        const CollectedTable table = table_of({"b", "a", "b", "a"});
        QCOMPARE(table.sorted_by(0, false), (std::vector<std::uint32_t>{1, 3, 0, 2}));
        QCOMPARE(table.sorted_by(0, true), (std::vector<std::uint32_t>{0, 2, 1, 3}));
    }

    void only_columns_without_quantities_hold_text() {
        QVERIFY(table_of({"a", {}}).holds_text(0));
        QVERIFY(table_of({true}).holds_text(0));
        QVERIFY(!table_of({{}, 1U}).holds_text(0));
    }

    void a_million_rows_are_kept_and_sorted() {
        CollectedTable table("rows", {"number", "word"});
        const Value words[] = {"useful", "redundant", "unneeded"};
        for (std::size_t i = 0; i < kMillion; ++i) {
            const Value number((i * 7919) % kMillion);
            table.add({&number, &words[i % 3]});
        }
        const std::vector<std::uint32_t> order = table.sorted_by(0, false);
        for (std::size_t i = 0; i < kMillion; ++i) {
            // 7919 is prime: every number comes once.
            QCOMPARE(*table.value(order[i], 0).get_if<std::uint64_t>(), i);
        }
    }
};

QTEST_APPLESS_MAIN(CollectedTableTest)
#include "collected_table_test.moc"
