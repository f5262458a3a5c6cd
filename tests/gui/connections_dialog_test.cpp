#include "stats-dialogs/connections_dialog.hpp"

#include "stats-dialogs/report_view.hpp"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QtTest>

#include "session_capture.hpp"

using namespace mptcp;
using namespace mptcp::dialogs;
using test::client;
using test::server;

namespace {

/// Two connections: 1500 bytes to the client on two subflows, and 300 to the server on one.
struct TwoConnections : test::TwoPaths {
    test::Session other;

    TwoConnections() : other(capture, {.keys = {0x5555, 0x6666}, .net = 9, .client_port = 41'000}) {
        data(0, server, {.ssn = 1, .offset = 0, .length = 1000});
        data(1, server, {.ssn = 1, .offset = 1000, .length = 500});
        other.open();
        other.data(0, client, {.ssn = 1, .offset = 0, .length = 300});
    }
};

ReportView& view_of(ConnectionsDialog& dialog) {
    return *dialog.findChild<ReportView*>();
}

QPushButton& button(const QWidget& dialog, const QString& text) {
    for (QPushButton* one : dialog.findChildren<QPushButton*>()) {
        if (QString(one->text()).remove('&') == text) {
            return *one;
        }
    }
    qFatal("no button %s", qPrintable(text));
}

QString cell(ReportView& view, int row, std::string_view key) {
    return view.rows().index(row, *view.rows().column_of(key)).data().toString();
}

bool says(const QWidget& dialog, const QString& text) {
    for (const QLabel* label : dialog.findChildren<QLabel*>()) {
        if (label->text().contains(text)) {
            return true;
        }
    }
    return false;
}

QString copied(const ConnectionsDialog& dialog, const QString& format) {
    for (QAction* action : button(dialog, "Copy").menu()->actions()) {
        if (QString(action->text()).remove('&') == format) {
            action->trigger();
        }
    }
    return QApplication::clipboard()->text();
}

} // namespace

class ConnectionsDialogTest : public QObject {
    Q_OBJECT
  private slots:
    void lists_connections_with_their_verdicts() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        ReportView& view = view_of(dialog);
        QCOMPARE(view.rows().rowCount(), 2);
        QCOMPARE(cell(view, 0, "server_to_client_data_bytes"), QString("1.50 kB"));
        QCOMPARE(cell(view, 1, "client_to_server_data_bytes"), QString("300 B"));
        QVERIFY(cell(view, 0, "verdict").contains("subflow"));
        QVERIFY2(says(dialog, cell(view, 0, "verdict")), "the verdict of the current row in full");
        QVERIFY(dialog.windowTitle().contains("session.pcapng"));
    }

    void sorts_by_a_click_on_a_heading() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        ReportView& view = view_of(dialog);
        view.sortByColumn(*view.rows().column_of("client_to_server_data_bytes"),
                          Qt::DescendingOrder);
        QCOMPARE(cell(view, 0, "connection"), QString("1"));
        capture.tell_change();
        QCOMPARE(cell(view, 0, "connection"), QString("1"));
    }

    void limits_figures_to_the_display_filter() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        capture.filter = "tcp.stream == 1";
        capture.passes = [](const SegmentFacts& facts) {
            return facts.connection == 0 && facts.subflow == 1;
        };
        ConnectionsDialog dialog(capture, nullptr);
        QCheckBox& limit = *dialog.findChild<QCheckBox*>();
        limit.click();
        QApplication::processEvents();
        ReportView& view = view_of(dialog);
        QCOMPARE(cell(view, 0, "server_to_client_data_bytes"), QString("500 B"));
        QCOMPARE(capture.filtered().filter, std::string("tcp.stream == 1"));
        limit.click();
        QApplication::processEvents();
        QCOMPARE(cell(view, 0, "server_to_client_data_bytes"), QString("1.50 kB"));
    }

    void says_what_is_wrong_with_the_filter() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        capture.filter_problem = "\"nonsense\" is neither a field nor a protocol name.";
        ConnectionsDialog dialog(capture, nullptr);
        dialog.findChild<QCheckBox*>()->click();
        QApplication::processEvents();
        QVERIFY(says(dialog, "nonsense"));
    }

    void asks_for_windows_packets_and_filters_of_the_selected_row() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        std::vector<ConnectionNumber> analyzed;
        std::vector<ConnectionNumber> drawn;
        connect(&dialog, &ConnectionsDialog::analyze_requested,
                [&](ConnectionNumber number) { analyzed.push_back(number); });
        connect(&dialog, &ConnectionsDialog::graphs_requested,
                [&](ConnectionNumber number) { drawn.push_back(number); });
        view_of(dialog).selectRow(1);
        button(dialog, "Analyze").click();
        button(dialog, "Graphs").click();
        QCOMPARE(analyzed, std::vector<ConnectionNumber>{1});
        QCOMPARE(drawn, std::vector<ConnectionNumber>{1});
        button(dialog, "Go to Packet").click();
        QCOMPARE(capture.gone_to,
                 std::vector<FrameNumber>{session.other.connection().first_frame()});
        button(dialog, "Apply as Filter").click();
        QCOMPARE(capture.applied, std::vector<QString>{"mptcp_analysis.connection == 1"});
    }

    void buttons_that_need_a_row_wait_for_one() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        QVERIFY(button(dialog, "Analyze").isEnabled());
        view_of(dialog).clearSelection();
        QVERIFY(!button(dialog, "Analyze").isEnabled());
        QVERIFY(!button(dialog, "Graphs").isEnabled());
    }

    void copies_every_figure_of_the_selected_connections() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        view_of(dialog).selectRow(1);
        const QJsonObject json = QJsonDocument::fromJson(copied(dialog, "JSON").toUtf8()).object();
        QCOMPARE(json["schema"].toString(), QString("mptcp/connections/1"));
        const QJsonArray list = json["connections"].toArray();
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0].toObject()["client_to_server"].toObject()["data_bytes"].toInt(), 300);
        const QStringList lines = copied(dialog, "CSV").split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].startsWith("connection,"));
        QVERIFY(lines[1].startsWith("1,"));
        view_of(dialog).clearSelection();
        QCOMPARE(copied(dialog, "CSV").split("\r\n", Qt::SkipEmptyParts).size(), 3);
    }

    void grows_with_a_live_capture_and_keeps_the_row() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        view_of(dialog).selectRow(1);
        session.data(0, server, {.ssn = 1001, .offset = 1500, .length = 500});
        test::Session third(session.capture,
                            {.keys = {0x7777, 0x8888}, .net = 11, .client_port = 42'000});
        third.open();
        capture.tell_change();
        QCOMPARE(view_of(dialog).rows().rowCount(), 3);
        QCOMPARE(cell(view_of(dialog), 0, "server_to_client_data_bytes"), QString("2.00 kB"));
        QCOMPARE(view_of(dialog).currentIndex().row(), 1);
    }

    void a_closed_file_empties_it_and_another_fills_it() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        capture.close();
        QCOMPARE(view_of(dialog).rows().rowCount(), 0);
        QVERIFY(says(dialog, "No capture file is open."));
        QVERIFY(!button(dialog, "Analyze").isEnabled());
        test::TwoPaths next;
        capture.open(next.capture);
        QCOMPARE(view_of(dialog).rows().rowCount(), 1);
    }

    void says_why_there_is_nothing() {
        test::Capture empty;
        SessionCapture capture(empty);
        ConnectionsDialog dialog(capture, nullptr);
        QCOMPARE(view_of(dialog).rows().rowCount(), 0);
        QVERIFY(says(dialog, "MPTCP"));
    }

    void the_window_may_be_gone_when_reading_ends() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        auto* const dialog = new ConnectionsDialog(capture, nullptr);
        capture.while_reading = [dialog] { delete dialog; };
        dialog->findChild<QCheckBox*>()->click();
        QApplication::processEvents();
        QCOMPARE(capture.readings, 1U);
    }

    void mnemonics_are_unique() {
        TwoConnections session;
        SessionCapture capture(session.capture);
        ConnectionsDialog dialog(capture, nullptr);
        QStringList keys;
        for (const QAbstractButton* one : dialog.findChildren<QAbstractButton*>()) {
            const QKeySequence key = QKeySequence::mnemonic(one->text());
            if (!key.isEmpty()) {
                QVERIFY2(!keys.contains(key.toString()), qPrintable(one->text()));
                keys << key.toString();
            }
        }
        QVERIFY(keys.size() >= 7);
    }
};

QTEST_MAIN(ConnectionsDialogTest)
#include "connections_dialog_test.moc"
