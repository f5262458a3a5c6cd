#include "stats-dialogs/graph_ticker.hpp"

#include <QtTest>

using namespace mptcp::dialogs;

namespace {

struct Ticks {
    QVector<double> places;
    QVector<QString> labels;
};

Ticks ticks(GraphTicker& ticker, double low, double high) {
    Ticks all;
    ticker.generate(QCPRange(low, high), QLocale::c(), 'f', 0, all.places, nullptr, &all.labels);
    return all;
}

QVector<QString> labels(GraphTicker& ticker, double low, double high) {
    return ticks(ticker, low, high).labels;
}

} // namespace

class GraphTickerTest : public QObject {
    Q_OBJECT

  private slots:
    void prefixes_fit_what_is_shown();
    void close_ticks_have_the_decimals_that_tell_them_apart();
    void times_count_from_another_origin();
    void sequence_numbers_as_on_the_wire();
    void shares_are_in_percent();
    void lanes_are_whole();
};

void GraphTickerTest::prefixes_fit_what_is_shown() {
    const GraphTicker bytes(AxisUnit::bytes);
    QCOMPARE(bytes.unit_text({0, 900}), QString("B"));
    QCOMPARE(bytes.unit_text({0, 2000}), QString("kB"));
    QCOMPARE(bytes.unit_text({0, 3e6}), QString("MB"));
    QCOMPARE(bytes.unit_text({0, 3e9}), QString("GB"));
    const GraphTicker rate(AxisUnit::bits_per_second);
    QCOMPARE(rate.unit_text({0, 5e6}), QString("Mbit/s"));
    const GraphTicker time(AxisUnit::seconds);
    QCOMPARE(time.unit_text({0, 2000}), QString("s"));
    QCOMPARE(time.unit_text({0, 0.3}), QString("ms"));
    QCOMPARE(time.unit_text({0, 0.0003}), QString("µs"));
    GraphTicker megabytes(AxisUnit::bytes);
    QCOMPARE(labels(megabytes, 0, 2e6), (QVector<QString>{"0.0", "0.5", "1.0", "1.5", "2.0"}));
    GraphTicker milliseconds(AxisUnit::seconds);
    QCOMPARE(labels(milliseconds, 0, 0.2), (QVector<QString>{"0", "50", "100", "150", "200"}));
}

void GraphTickerTest::close_ticks_have_the_decimals_that_tell_them_apart() {
    GraphTicker bytes(AxisUnit::bytes);
    const QVector<QString> close = labels(bytes, 1'000'000, 1'000'004);
    QVERIFY(close.contains("1.000001") && close.contains("1.000002"));
    // No half bytes.
    QCOMPARE(labels(bytes, 0, 2).count("1"), 1);
    QVERIFY(!labels(bytes, 0, 2).contains("0.5"));
}

void GraphTickerTest::times_count_from_another_origin() {
    GraphTicker time(AxisUnit::seconds);
    time.set_offset(100.25);
    const Ticks all = ticks(time, 0, 4);
    QVERIFY(all.labels.contains("101") && all.labels.contains("103"));
    QCOMPARE(all.places[all.labels.indexOf("101")], 0.75);
}

void GraphTickerTest::sequence_numbers_as_on_the_wire() {
    GraphTicker sequence(AxisUnit::bytes);
    sequence.set_base(12'345'678'901'234'567'890U);
    QCOMPARE(sequence.unit_text({0, 3e6}), QString());
    const Ticks all = ticks(sequence, 0, 2'000'000);
    QVERIFY(all.labels.contains("12345678901235000000"));
    QCOMPARE(all.places[all.labels.indexOf("12345678901235000000")], 432'110.0);
    // They wrap.
    sequence.set_base(18'446'744'073'709'551'615U);
    QVERIFY(labels(sequence, 0, 8).contains("0"));
}

void GraphTickerTest::shares_are_in_percent() {
    GraphTicker share(AxisUnit::ratio);
    QCOMPARE(share.unit_text({0, 1}), QString("%"));
    QCOMPARE(labels(share, 0, 1), (QVector<QString>{"0", "20", "40", "60", "80", "100"}));
}

void GraphTickerTest::lanes_are_whole() {
    GraphTicker lanes(AxisUnit::lanes);
    QCOMPARE(lanes.unit_text({0, 1}), QString());
    QCOMPARE(labels(lanes, -0.5, 1.5), (QVector<QString>{"0", "1"}));
}

QTEST_GUILESS_MAIN(GraphTickerTest)
#include "graph_ticker_test.moc"
