#include "stats-dialogs/analyze_dialog.hpp"

#include "stats-dialogs/connection_selector.hpp"
#include "stats-dialogs/report_tab.hpp"
#include "stats-dialogs/report_view.hpp"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QtTest>

#include "session_capture.hpp"

using namespace mptcp;
using namespace mptcp::dialogs;
using test::client;
using test::server;

namespace {

/// Data on two subflows, the second repeats 500 bytes in frame `repeated`; then a reset.
struct Transfer : test::TwoPaths {
    FrameNumber repeated = 0;
    FrameNumber reset = 0;

    Transfer() {
        data(0, server, {.ssn = 1, .offset = 0, .length = 1000});
        data_ack(0, client, 1000);
        data(0, server, {.ssn = 1001, .offset = 1000, .length = 500});
        repeated = data(1, server, {.ssn = 1, .offset = 1000, .length = 500}).frame;
        data_ack(1, client, 1500);
        reset = rst(1, server, test::option::mp_tcprst(5)).frame;
    }
};

QTabWidget& tabs_of(AnalyzeDialog& dialog) {
    return *dialog.findChild<QTabWidget*>();
}

ReportTab& open_tab(AnalyzeDialog& dialog, const QString& label) {
    QTabWidget& tabs = tabs_of(dialog);
    for (int i = 0; i < tabs.count(); ++i) {
        if (tabs.tabText(i).remove('&') == label) {
            tabs.setCurrentIndex(i);
            QCoreApplication::processEvents();
            return *static_cast<ReportTab*>(tabs.widget(i));
        }
    }
    qFatal("no tab %s", qPrintable(label));
}

int rows(AnalyzeDialog& dialog, const QString& label) {
    return open_tab(dialog, label).view()->rows().rowCount();
}

bool says(const QWidget& dialog, const QString& text) {
    for (const QLabel* label : dialog.findChildren<QLabel*>()) {
        if (label->text().contains(text)) {
            return true;
        }
    }
    return false;
}

} // namespace

class AnalyzeDialogTest : public QObject {
    Q_OBJECT
  private slots:
    void every_tab_is_filled() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, kNoConnection, nullptr);
        QVERIFY(open_tab(dialog, "Summary")
                    .findChild<QPlainTextEdit*>()
                    ->toPlainText()
                    .contains("Connection 0"));
        QCOMPARE(rows(dialog, "Subflows"), 4);
        QCOMPARE(rows(dialog, "Reinjections"), 1);
        // Each data segment announces its mapping; the handshakes none.
        QCOMPARE(rows(dialog, "Mappings"), 3);
        QVERIFY(rows(dialog, "Events") > 3);
        QVERIFY(rows(dialog, "Verification") > 3);
        for (const QString& label : {QString("Round-Trip Times"), QString("Order and Stalls")}) {
            QVERIFY(!open_tab(dialog, label)
                         .findChild<QPlainTextEdit*>()
                         ->toPlainText()
                         .trimmed()
                         .isEmpty());
        }
    }

    void reinjections_come_with_their_matrix() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        const auto views = open_tab(dialog, "Reinjections").findChildren<ReportView*>();
        QCOMPARE(views.size(), 2);
        const ReportTableModel& matrix = views[1]->rows();
        QCOMPARE(matrix.rowCount(), 1);
        QCOMPARE(*matrix.value(0, "bytes").get_if<std::uint64_t>(), std::uint64_t{500});
        QCOMPARE(*matrix.value(0, "first_subflow").get_if<std::uint64_t>(), std::uint64_t{0});
        QCOMPARE(*matrix.value(0, "subflow").get_if<std::uint64_t>(), std::uint64_t{1});
    }

    void segments_are_read_when_a_tab_needs_them_and_once() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        rows(dialog, "Subflows");
        QCOMPARE(capture.readings, 0U);
        rows(dialog, "Mappings");
        rows(dialog, "Verification");
        QCOMPARE(capture.readings, 1U);
    }

    void a_stopped_reading_is_told_and_can_be_repeated() {
        Transfer session;
        SessionCapture capture(session.capture);
        capture.stops = true;
        AnalyzeDialog dialog(capture, 0, nullptr);
        QCOMPARE(rows(dialog, "Mappings"), 0);
        QVERIFY(says(dialog, "Not all packets were read"));
        capture.stops = false;
        rows(dialog, "Subflows");
        QCOMPARE(rows(dialog, "Mappings"), 3);
    }

    void n_leads_from_problem_to_problem_and_round() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_N);
        QVERIFY(says(dialog, "sent again"));
        QTest::keyClick(&dialog, Qt::Key_N);
        QTest::keyClick(&dialog, Qt::Key_N);
        QCOMPARE(capture.gone_to,
                 (std::vector<FrameNumber>{session.repeated, session.reset, session.repeated}));
    }

    void n_leads_through_the_next_file() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_N);
        capture.close();
        QTest::keyClick(&dialog, Qt::Key_N);
        Transfer next;
        next.data(0, server, {.ssn = 1501, .offset = 1500, .length = 100});
        capture.open(next.capture);
        QTest::keyClick(&dialog, Qt::Key_N);
        QCOMPARE(capture.gone_to, (std::vector<FrameNumber>{session.repeated, next.repeated}));
    }

    void n_leads_from_the_start_in_a_window_that_was_opened_without_a_file() {
        Transfer session;
        SessionCapture capture(session.capture);
        capture.close();
        AnalyzeDialog dialog(capture, kNoConnection, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        capture.open(session.capture);
        QTest::keyClick(&dialog, Qt::Key_N);
        QCOMPARE(capture.gone_to, std::vector<FrameNumber>{session.repeated});
    }

    void n_finds_problems_that_came_meanwhile() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_N);
        QTest::keyClick(&dialog, Qt::Key_N);
        session.data(0, server, {.ssn = 1501, .offset = 1500, .length = 100});
        const FrameNumber later = session.rst(0, server, test::option::mp_tcprst(1)).frame;
        capture.tell_change();
        QTest::keyClick(&dialog, Qt::Key_N);
        QCOMPARE(capture.gone_to,
                 (std::vector<FrameNumber>{session.repeated, session.reset, later}));
    }

    void a_connection_without_problems_says_so() {
        test::TwoPaths session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_N);
        QVERIFY(capture.gone_to.empty());
        QVERIFY(says(dialog, "no problem packets"));
    }

    void another_connection_can_be_chosen() {
        Transfer session;
        test::Session other(session.capture,
                            {.keys = {0x5555, 0x6666}, .net = 9, .client_port = 41'000});
        other.open();
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 1, nullptr);
        QCOMPARE(dialog.connection(), ConnectionNumber{1});
        QCOMPARE(rows(dialog, "Subflows"), 2);
        dialog.findChild<ConnectionSelector*>()->step(-1);
        QCOMPARE(dialog.connection(), ConnectionNumber{0});
        QCOMPARE(rows(dialog, "Subflows"), 4);
        QVERIFY(dialog.windowTitle().contains("Connection 0"));
    }

    void a_growing_capture_refreshes_the_tab_in_front() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        QCOMPARE(rows(dialog, "Mappings"), 3);
        session.data(0, server, {.ssn = 1501, .offset = 1500, .length = 100});
        capture.tell_change();
        QCOMPARE(rows(dialog, "Mappings"), 4);
        QCOMPARE(capture.readings, 1U);
    }

    void a_closed_file_empties_it_and_another_fills_it() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        QCOMPARE(rows(dialog, "Subflows"), 4);
        capture.close();
        QCOMPARE(rows(dialog, "Subflows"), 0);
        QCOMPARE(rows(dialog, "Mappings"), 0);
        QCOMPARE(dialog.connection(), kNoConnection);
        QVERIFY(says(dialog, "No capture file is open."));
        test::OpenSession next;
        capture.open(next.capture);
        QCOMPARE(rows(dialog, "Subflows"), 2);
    }

    void the_window_may_be_gone_when_reading_ends() {
        Transfer session;
        SessionCapture capture(session.capture);
        auto* const dialog = new AnalyzeDialog(capture, 0, nullptr);
        capture.while_reading = [dialog] { delete dialog; };
        tabs_of(*dialog).setCurrentIndex(4);
        QTRY_COMPARE(capture.readings, 1U);
    }

    void mnemonics_are_unique() {
        Transfer session;
        SessionCapture capture(session.capture);
        AnalyzeDialog dialog(capture, 0, nullptr);
        QStringList texts;
        for (const QPushButton* one : dialog.findChildren<QPushButton*>()) {
            texts << one->text();
        }
        for (int i = 0; i < tabs_of(dialog).count(); ++i) {
            texts << tabs_of(dialog).tabText(i);
        }
        for (const QLabel* label : dialog.findChildren<QLabel*>()) {
            if (label->buddy() != nullptr) {
                texts << label->text();
            }
        }
        QStringList keys;
        for (const QString& text : texts) {
            const QString key = QKeySequence::mnemonic(text).toString();
            QVERIFY2(key.isEmpty() || !keys.contains(key), qPrintable(text));
            keys << key;
        }
        QVERIFY(keys.size() >= 14);
    }
};

QTEST_MAIN(AnalyzeDialogTest)
#include "analyze_dialog_test.moc"
