#include "stats-dialogs/level_of_detail.hpp"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace mptcp::dialogs;

Q_DECLARE_METATYPE(Mark)

namespace {

constexpr unsigned kColumns = 700;
constexpr unsigned kRows = 400;
constexpr std::size_t kMillion = 1'000'000;

using Marks = std::vector<Mark>;
/// Column and row.
using Pixels = std::set<std::pair<long, long>>;

View whole_view(const Marks& marks) {
    View view{.left = std::numeric_limits<double>::max(),
              .right = std::numeric_limits<double>::lowest(),
              .bottom = std::numeric_limits<double>::max(),
              .top = std::numeric_limits<double>::lowest(),
              .columns = kColumns,
              .rows = kRows};
    for (const Mark& mark : marks) {
        view.left = std::min(view.left, mark.x);
        view.right = std::max(view.right, mark.x);
        view.bottom = std::min(view.bottom, mark.low);
        view.top = std::max(view.top, mark.high());
    }
    return view;
}

View part_of(View view, double left, double right, double bottom, double top) {
    const double width = view.right - view.left;
    const double height = view.top - view.bottom;
    view.right = view.left + width * right;
    view.left += width * left;
    view.top = view.bottom + height * top;
    view.bottom += height * bottom;
    return view;
}

void paint(const View& view, double x, double low, double high, Pixels& pixels) {
    if (x < view.left || x > view.right || high < view.bottom || low > view.top) {
        return;
    }
    const auto row = [&](double y) {
        return std::lround(
            std::floor((std::clamp(y, view.bottom, view.top) - view.bottom) / view.pixel_height()));
    };
    const long column = std::lround(std::floor((x - view.left) / view.pixel_width()));
    for (long at = row(low); at <= row(high); ++at) {
        pixels.emplace(column, at);
    }
}

Pixels painted_one_by_one(const Marks& marks, const View& view) {
    Pixels pixels;
    for (const Mark& mark : marks) {
        paint(view, mark.x, mark.low, mark.high(), pixels);
    }
    return pixels;
}

Pixels painted_as_spans(const LevelOfDetail& marks, const View& view) {
    Pixels pixels;
    for (const Span& span : marks.spans(view)) {
        paint(view, span.x, span.low, span.high, pixels);
    }
    return pixels;
}

Mark point(double x, double y, std::size_t id) {
    return {.x = x, .low = y, .height = 0, .id = static_cast<std::uint32_t>(id)};
}

/// Data that grows, in bars, with some of it again far below and holes between.
Marks transfer(std::size_t count) {
    std::mt19937 random(1);
    Marks marks;
    for (std::size_t i = 0; i < count; ++i) {
        const double behind = random() % 50 == 0 ? 300'000.0 : 0.0;
        marks.push_back({.x = static_cast<double>(i) * 1e-4,
                         .low = std::max(0.0, static_cast<double>(i) * 1400 - behind),
                         .height = 1400,
                         .id = static_cast<std::uint32_t>(i)});
    }
    return marks;
}

/// Values without any order, the worst to sum up.
Marks noise(std::size_t count) {
    std::mt19937 random(2);
    std::uniform_real_distribution<double> value(-1, 1);
    Marks marks;
    for (std::size_t i = 0; i < count; ++i) {
        marks.push_back(point(static_cast<double>(i), value(random), i));
    }
    return marks;
}

/// Two levels with nothing between them.
Marks lanes(std::size_t count) {
    Marks marks;
    for (std::size_t i = 0; i < count; ++i) {
        marks.push_back(point(static_cast<double>(i), i % 2 == 0 ? 0 : 10, i));
    }
    return marks;
}

std::vector<View> views_of(const Marks& marks) {
    const View whole = whole_view(marks);
    return {whole, part_of(whole, 0.2, 0.7, 0.3, 0.6), part_of(whole, 0.5, 0.5001, 0.4, 0.6),
            part_of(whole, -1, 3, -2, 2)};
}

} // namespace

class LevelOfDetailTest : public QObject {
    Q_OBJECT

  private slots:
    void nothing();
    void a_single_mark();
    void draws_the_same_pixels_as_all_marks_data();
    void draws_the_same_pixels_as_all_marks();
    void draws_no_more_than_the_pixels_show_data();
    void draws_no_more_than_the_pixels_show();
    void spans_reach_as_far_as_the_marks_of_their_column();
    void what_lies_apart_stays_apart();
    void corners_keep_the_extremes_and_the_ends_of_each_column();
    void corners_reach_beyond_the_view();
    void sorts_and_keeps_the_order_of_equals();
    void finds_the_nearest_mark();
    void finds_no_mark_beyond_the_radius();
};

void LevelOfDetailTest::nothing() {
    const LevelOfDetail none;
    const View view{.right = 1, .top = 1, .columns = 10, .rows = 10};
    QVERIFY(none.is_empty());
    QVERIFY(none.spans(view).empty());
    QVERIFY(none.corners(view).empty());
    QVERIFY(!none.nearest(view, 0, 0, 100));
}

void LevelOfDetailTest::a_single_mark() {
    const LevelOfDetail one({{.x = 3, .low = 4, .height = 2, .id = 7}});
    const LevelOfDetail::Bounds bounds = one.bounds();
    QCOMPARE(bounds.left, 3.0);
    QCOMPARE(bounds.right, 3.0);
    QCOMPARE(bounds.bottom, 4.0);
    QCOMPARE(bounds.top, 6.0);
    const View view{.left = 0, .right = 10, .bottom = 0, .top = 10, .columns = 100, .rows = 100};
    QCOMPARE(one.spans(view).size(), std::size_t{1});
    QCOMPARE(one.spans(view).front().high, 6.0);
    QVERIFY(one.spans(part_of(view, 0.4, 1, 0, 1)).empty());
    QVERIFY(one.spans(part_of(view, 0, 1, 0.7, 1)).empty());
    QVERIFY(one.spans(part_of(view, 0, 0, 0, 1)).empty());
}

void LevelOfDetailTest::draws_the_same_pixels_as_all_marks_data() {
    QTest::addColumn<Marks>("marks");
    for (const std::size_t count : {1, 2, 15, 16, 17, 256, 257, 5000, 100'000}) {
        const auto name = [count](const char* what) {
            return QByteArray(what) + ' ' + QByteArray::number(static_cast<qulonglong>(count));
        };
        QTest::newRow(name("transfer")) << transfer(count);
        // More would have more gaps in a column than are told apart.
        if (count <= 5000) {
            QTest::newRow(name("lanes")) << lanes(count);
            QTest::newRow(name("noise")) << noise(count);
        }
    }
}

void LevelOfDetailTest::draws_the_same_pixels_as_all_marks() {
    QFETCH(Marks, marks);
    const LevelOfDetail detail(marks);
    for (const View& view : views_of(marks)) {
        if (view.is_empty()) {
            continue;
        }
        const Pixels wanted = painted_one_by_one(marks, view);
        const Pixels drawn = painted_as_spans(detail, view);
        QVERIFY(std::includes(drawn.begin(), drawn.end(), wanted.begin(), wanted.end()));
        // A gap smaller than a pixel may be filled: no pixel is farther than one from a real one.
        for (const auto& [column, row] : drawn) {
            QVERIFY(wanted.count({column, row}) + wanted.count({column, row - 1}) +
                        wanted.count({column, row + 1}) >
                    0);
        }
    }
}

void LevelOfDetailTest::draws_no_more_than_the_pixels_show_data() {
    QTest::addColumn<Marks>("marks");
    QTest::addColumn<unsigned>("most_in_a_column");
    QTest::newRow("transfer") << transfer(kMillion) << 4U;
    QTest::newRow("lanes") << lanes(kMillion) << 2U;
    // Spans that do not touch.
    QTest::newRow("noise") << noise(kMillion) << kRows / 2;
}

void LevelOfDetailTest::draws_no_more_than_the_pixels_show() {
    QFETCH(Marks, marks);
    QFETCH(unsigned, most_in_a_column);
    const LevelOfDetail detail(marks);
    for (const View& view : views_of(marks)) {
        QVERIFY(detail.spans(view).size() <= std::size_t{most_in_a_column} * (kColumns + 1));
        QVERIFY(detail.corners(view).size() <=
                LevelOfDetail::kCornersPerColumn * (kColumns + 1) + 2);
    }
    const Pixels drawn = painted_as_spans(detail, whole_view(marks));
    const Pixels wanted = painted_one_by_one(marks, whole_view(marks));
    QVERIFY(std::includes(drawn.begin(), drawn.end(), wanted.begin(), wanted.end()));
}

void LevelOfDetailTest::spans_reach_as_far_as_the_marks_of_their_column() {
    using Ends = std::map<long, std::pair<double, double>>;
    const Marks marks = noise(kMillion);
    const View view = whole_view(marks);
    const auto add = [&](Ends& ends, double x, double low, double high) {
        const long column = std::lround(std::floor((x - view.left) / view.pixel_width()));
        auto& [lowest, highest] = ends.try_emplace(column, low, high).first->second;
        lowest = std::min(lowest, low);
        highest = std::max(highest, high);
    };
    Ends wanted;
    for (const Mark& mark : marks) {
        add(wanted, mark.x, mark.low, mark.high());
    }
    Ends drawn;
    for (const Span& span : LevelOfDetail(marks).spans(view)) {
        add(drawn, span.x, span.low, span.high);
    }
    QCOMPARE(drawn, wanted);
}

void LevelOfDetailTest::what_lies_apart_stays_apart() {
    const LevelOfDetail detail(lanes(kMillion));
    const View view = whole_view(lanes(kMillion));
    const std::vector<Span> spans = detail.spans(view);
    // The last mark is alone on the right edge.
    QCOMPARE(spans.size(), std::size_t{2} * kColumns + 1);
    for (const Span& span : spans) {
        // Lanes at 0 and at 10, in slices of a 64th.
        QVERIFY(span.high <= 2 * 10.0 / 64 || span.low >= 10 - 2 * 10.0 / 64);
    }
}

void LevelOfDetailTest::corners_keep_the_extremes_and_the_ends_of_each_column() {
    struct Column {
        double first = 0;
        double low = 0;
        double high = 0;
        double last = 0;
    };
    const Marks marks = noise(50'000);
    const View view = whole_view(marks);
    const auto add = [&](std::map<long, Column>& columns, double x, double y) {
        const long number = std::lround(std::floor((x - view.left) / view.pixel_width()));
        Column& column = columns.try_emplace(number, Column{y, y, y, y}).first->second;
        column.low = std::min(column.low, y);
        column.high = std::max(column.high, y);
        column.last = y;
    };
    std::map<long, Column> wanted;
    for (const Mark& mark : marks) {
        add(wanted, mark.x, mark.low);
    }
    std::map<long, Column> drawn;
    double before = view.left;
    for (const Corner& corner : LevelOfDetail(marks).corners(view)) {
        QVERIFY(corner.x >= before);
        before = corner.x;
        add(drawn, corner.x, corner.y);
    }
    QCOMPARE(drawn.size(), wanted.size());
    for (const auto& [number, column] : wanted) {
        QCOMPARE(drawn[number].first, column.first);
        QCOMPARE(drawn[number].low, column.low);
        QCOMPARE(drawn[number].high, column.high);
        QCOMPARE(drawn[number].last, column.last);
    }
}

void LevelOfDetailTest::corners_reach_beyond_the_view() {
    const LevelOfDetail detail({point(0, 5, 0), point(10, 6, 1), point(20, 7, 2)});
    const View between{.left = 12, .right = 13, .bottom = 0, .top = 9, .columns = 10, .rows = 10};
    const std::vector<Corner> corners = detail.corners(between);
    QCOMPARE(corners.size(), std::size_t{2});
    QCOMPARE(corners[0].x, 10.0);
    QCOMPARE(corners[1].x, 20.0);
}

void LevelOfDetailTest::sorts_and_keeps_the_order_of_equals() {
    const LevelOfDetail detail(
        {point(2, 0, 0), point(1, 0, 1), point(2, 0, 2), point(1, 0, 3), point(0, 0, 4)});
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < detail.size(); ++i) {
        ids.push_back(detail[i].id);
    }
    QCOMPARE(ids, (std::vector<std::uint32_t>{4, 1, 3, 0, 2}));
    QCOMPARE(detail.first_from(1), std::size_t{1});
    QCOMPARE(detail.first_from(2.5), std::size_t{5});
}

void LevelOfDetailTest::finds_the_nearest_mark() {
    std::mt19937 random(3);
    const Marks marks = transfer(3000);
    const LevelOfDetail detail(marks);
    for (const View& view : views_of(marks)) {
        std::uniform_real_distribution<double> x(view.left, view.right);
        std::uniform_real_distribution<double> y(view.bottom, view.top);
        const auto distance = [&](const Mark& mark, double at_x, double at_y) {
            const double beside = std::max({mark.low - at_y, at_y - mark.high(), 0.0});
            return std::hypot((mark.x - at_x) / view.pixel_width(), beside / view.pixel_height());
        };
        for (unsigned i = 0; i < 200; ++i) {
            const double at_x = x(random);
            const double at_y = y(random);
            double wanted = std::numeric_limits<double>::max();
            for (const Mark& mark : marks) {
                wanted = std::min(wanted, distance(mark, at_x, at_y));
            }
            const auto found = detail.nearest(view, at_x, at_y, 1e9);
            QVERIFY(found.has_value());
            QCOMPARE(distance(detail[*found], at_x, at_y), wanted);
        }
    }
}

void LevelOfDetailTest::finds_no_mark_beyond_the_radius() {
    const LevelOfDetail detail({point(5, 5, 0)});
    const View view{.left = 0, .right = 10, .bottom = 0, .top = 10, .columns = 100, .rows = 100};
    QVERIFY(detail.nearest(view, 5.9, 5, 10));
    QVERIFY(!detail.nearest(view, 6.1, 5, 10));
    QVERIFY(detail.nearest(view, 5.5, 5.5, 10));
    QVERIFY(!detail.nearest(view, 5.8, 5.8, 10));
}

QTEST_APPLESS_MAIN(LevelOfDetailTest)
#include "level_of_detail_test.moc"
