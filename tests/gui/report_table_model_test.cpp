#include "stats-dialogs/analyze_tables.hpp"
#include "stats-dialogs/report_run.hpp"
#include "stats-dialogs/report_table_model.hpp"
#include "stats-dialogs/report_view.hpp"
#include "stats-dialogs/table_collector.hpp"
#include "taps/report.hpp"

#include <QAbstractItemModelTester>
#include <QtTest>

#include "session_capture.hpp"

using namespace mptcp;
using namespace mptcp::dialogs;
using test::client;
using test::server;

namespace {

/// Data on two subflows, the second of which repeats what the first carried.
struct Transfer : test::TwoPaths {
    Transfer() {
        data(0, server, {.ssn = 1, .offset = 0, .length = 1000});
        data_ack(0, client, 1000);
        data(0, server, {.ssn = 1001, .offset = 1000, .length = 500});
        data(1, server, {.ssn = 1, .offset = 1000, .length = 500});
        data_ack(1, client, 1500);
    }
};

CollectedTable collected(Capture& capture, std::string_view report, std::size_t table = 0) {
    TableCollector collector;
    capture.load_segments();
    run_report(capture, report, {}, collector);
    return std::move(collector.tables()[table]);
}

QString header(const QAbstractItemModel& model, int column, int role = Qt::DisplayRole) {
    return model.headerData(column, Qt::Horizontal, role).toString();
}

} // namespace

class ReportTableModelTest : public QObject {
    Q_OBJECT
  private slots:
    void keeps_the_rules_of_models() {
        Transfer session;
        SessionCapture capture(session.capture);
        ReportTableModel model("reinjections", "", {}, nullptr);
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.show(collected(capture, "reinjections"), 0);
        QCOMPARE(model.rowCount(), 1);
        model.sort(0, Qt::DescendingOrder);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.columnCount(), 0);
    }

    void cells_are_for_people_and_tooltips_exact() {
        Transfer session;
        SessionCapture capture(session.capture);
        ReportTableModel model("reinjections", "", {{"bytes", "Bytes"}}, nullptr);
        model.show(collected(capture, "reinjections"), 0);
        const int bytes = *model.column_of("bytes");
        QCOMPARE(header(model, bytes), QString("Bytes"));
        QCOMPARE(model.index(0, bytes).data().toString(), QString("500 B"));
        QCOMPARE(model.index(0, bytes).data(Qt::ToolTipRole).toString(), QString("500"));
        const int direction = *model.column_of("direction");
        QCOMPARE(header(model, direction), QString("direction"));
        QCOMPARE(model.index(0, direction).data().toString(), QString("server to client"));
        const int next = *model.column_of("next_frame");
        QCOMPARE(model.index(0, next).data().toString(), QString("–"));
    }

    void times_count_from_the_origin() {
        Transfer session;
        SessionCapture capture(session.capture);
        const Nanoseconds origin = capture.tracker()->connections().front()->start();
        ReportTableModel model("events", "", {}, nullptr);
        model.show(collected(capture, "events"), origin);
        const int time = *model.column_of("time");
        QCOMPARE(model.index(0, time).data().toString(), QString("0.000000"));
        // A frame each millisecond: the second event is of the SYN/ACK or of a later frame.
        const auto frame = model.value(1, "frame");
        const double seconds = model.index(1, time).data().toString().toDouble();
        QCOMPARE(seconds, double(*frame.get_if<std::uint64_t>() - 1) / 1000);
    }

    /// Each report's page defines each of its columns: tooltips would be empty otherwise.
    void every_column_is_defined() {
        Transfer session;
        SessionCapture capture(session.capture);
        capture.load_segments();
        for (const taps::ReportType& type : taps::report_types()) {
            TableCollector collector;
            run_report(capture, type.grammar.name, {}, collector);
            for (const CollectedTable& table : collector.tables()) {
                const bool is_first = &table == &collector.tables().front();
                const ColumnGuide guide(type.grammar.name);
                for (const std::string& key : table.keys()) {
                    const ColumnWords words = guide.words(is_first ? "" : table.name(), key);
                    QVERIFY2(!words.definition.isEmpty() && words.definition != "as above",
                             (std::string(type.grammar.name) + " " + key).c_str());
                }
            }
        }
    }

    void units_are_those_of_the_page() {
        const ColumnGuide connections("connections");
        QCOMPARE(connections.words("", "client_to_server_data_bytes").unit, taps::Unit::bytes);
        QCOMPARE(connections.words("", "server_to_client_goodput_bps").unit,
                 taps::Unit::bits_per_second);
        QVERIFY(connections.words("", "start").is_date);
        QVERIFY(!connections.words("", "duration").is_date);
        QVERIFY(connections.words("", "no_such_column").definition.isEmpty());
    }

    /// Columns that a window shows at first exist in the report.
    void every_heading_has_its_column() {
        Transfer session;
        SessionCapture capture(session.capture);
        capture.load_segments();
        for (const AnalyzeTable& tab : analyze_tables()) {
            TableCollector collector;
            run_report(capture, tab.report, {}, collector);
            for (std::size_t i = 0; i < tab.tables.size(); ++i) {
                for (const ReportTableModel::Heading& heading : tab.tables[i].headings) {
                    QVERIFY2(collector.tables()[i].column(heading.key),
                             (std::string(tab.report) + " " + std::string(heading.key)).c_str());
                }
            }
        }
    }

    void selection_follows_its_row_when_sorted() {
        test::TwoPaths session;
        for (std::uint16_t i = 0; i < 5; ++i) {
            session.data(0, server, {.ssn = 1 + i * 100U, .offset = i * 100U, .length = 100});
        }
        SessionCapture capture(session.capture);
        ReportView view(capture, "mappings", "", {{"frame", "Packet"}, {"dsn", "DSN"}}, nullptr);
        view.show_table(collected(capture, "mappings"), 0);
        view.selectRow(2);
        const FrameNumber frame = view.current_frame();
        QVERIFY(frame != 0);
        view.sortByColumn(*view.rows().column_of("frame"), Qt::DescendingOrder);
        QCOMPARE(view.current_frame(), frame);
        QVERIFY(view.currentIndex().row() != 2 || view.rows().rowCount() == 5);
        QCOMPARE(view.rows().index(0, *view.rows().column_of("frame")).data().toUInt(),
                 session.capture.frames());
    }

    void rows_lead_to_their_packet_and_to_a_filter() {
        Transfer session;
        SessionCapture capture(session.capture);
        ReportView view(capture, "subflows", "", {{"subflow", "Subflow"}}, nullptr);
        view.show_table(collected(capture, "subflows"), 0);
        view.selectRow(3);
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Return);
        const Subflow& second = *session.capture.connection().subflows()[1];
        QCOMPARE(capture.gone_to, std::vector<FrameNumber>{second.first_frame});
        QCOMPARE(view.current_filter(),
                 QString("mptcp_analysis.connection == 0 && mptcp_analysis.subflow == 1"));
        view.apply_current_filter();
        QCOMPARE(capture.applied, std::vector<QString>{view.current_filter()});
    }

    void rows_are_copied_as_they_are_shown() {
        Transfer session;
        SessionCapture capture(session.capture);
        ReportView view(capture, "reinjections", "", {{"bytes", "Bytes"}, {"outcome", "Outcome"}},
                        nullptr);
        view.show_table(collected(capture, "reinjections"), 0);
        view.selectAll();
        const QString outcome =
            view.rows().index(0, *view.rows().column_of("outcome")).data().toString();
        QCOMPARE(view.selected_text(), "500 B\t" + outcome);
    }
};

QTEST_MAIN(ReportTableModelTest)
#include "report_table_model_test.moc"
