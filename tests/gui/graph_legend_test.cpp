#include "stats-dialogs/graph_legend.hpp"

#include <QtTest>

using namespace mptcp;
using namespace mptcp::dialogs;

namespace {

GraphData data_with_subflows(std::size_t count) {
    GraphData data;
    for (SubflowNumber number = 0; number < count; ++number) {
        data.subflows.push_back({number, QStringLiteral("Subflow %1").arg(number)});
    }
    return data;
}

} // namespace

class GraphLegendTest : public QObject {
    Q_OBJECT

  private slots:
    void names_every_subflow();
    void counts_those_that_are_too_many();
};

void GraphLegendTest::names_every_subflow() {
    QCustomPlot plot;
    add_legend_items(*plot.legend, data_with_subflows(kMostNamedSubflows + 1), plot.palette());
    QCOMPARE(plot.legend->itemCount(), int(kMostNamedSubflows) + 1);
}

void GraphLegendTest::counts_those_that_are_too_many() {
    QCustomPlot plot;
    add_legend_items(*plot.legend, data_with_subflows(kMostNamedSubflows + 60), plot.palette());
    QCOMPARE(plot.legend->itemCount(), int(kMostNamedSubflows) + 1);
    const auto* last =
        dynamic_cast<GraphLegendItem*>(plot.legend->item(plot.legend->itemCount() - 1));
    QVERIFY(last != nullptr);
    QCOMPARE(last->text(), QStringLiteral("60 more subflows"));
}

QTEST_MAIN(GraphLegendTest)
#include "graph_legend_test.moc"
