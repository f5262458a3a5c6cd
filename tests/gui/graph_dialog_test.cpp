#include "stats-dialogs/graph_dialog.hpp"

#include "stats-dialogs/connection_selector.hpp"
#include "stats-dialogs/graph_export.hpp"
#include "taps/series_model.hpp"

#include <QComboBox>
#include <QCursor>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <set>

#include "session_capture.hpp"

using namespace mptcp;
using namespace mptcp::dialogs;
using test::client;
using test::server;

namespace {

/// A download over two subflows. `repeated` is a reinjection, `first` and `last` are new data.
struct Download : test::TwoPaths {
    FrameNumber first = 0;
    FrameNumber repeated = 0;
    FrameNumber last = 0;

    Download() {
        data(0, client, {.ssn = 1, .offset = 0, .length = 50});
        first = data(0, server, {.ssn = 1, .offset = 0, .length = 1000}).frame;
        capture.wait(100 * test::kMillisecond);
        data(1, server, {.ssn = 1, .offset = 1000, .length = 500});
        data_ack(0, client, 1000);
        capture.wait(50 * test::kMillisecond);
        repeated = data(0, server, {.ssn = 1001, .offset = 1000, .length = 500}).frame;
        capture.wait(50 * test::kMillisecond);
        last = data(0, server, {.ssn = 1501, .offset = 1500, .length = 1000}).frame;
        ack(0, client, 2501);
        data_ack(1, client, 2500);
    }
};

/// The window on the screen, after it has read the capture.
class Shown {
  public:
    explicit Shown(SessionCapture& capture, ConnectionNumber connection = 0)
        : dialog_(std::make_unique<GraphDialog>(capture, connection, nullptr)) {
        dialog_->resize(1000, 600);
        // Where the test before left it, the mouse would hover over this window.
        QCursor::setPos(QGuiApplication::primaryScreen()->geometry().bottomRight());
        QCoreApplication::processEvents();
        dialog_->show();
        QCoreApplication::processEvents();
    }

    GraphDialog& dialog() { return *dialog_; }
    GraphView& view() { return *dialog_->findChild<GraphView*>(); }
    ConnectionSelector& selector() { return *dialog_->findChild<ConnectionSelector*>(); }
    QString graph_name() {
        for (const QComboBox* choice : dialog_->findChildren<QComboBox*>()) {
            if (choice->accessibleName() == "Graph type") {
                return choice->currentText();
            }
        }
        return {};
    }
    QString hint() { return dialog_->findChild<QLabel*>("hint")->text(); }

    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&view(), static_cast<Qt::Key>(key), modifiers);
    }
    /// Where a frame is drawn: the middle of its mark.
    QPoint place_of(FrameNumber frame) {
        for (const GraphPlottable* curve : view().curves()) {
            const LevelOfDetail& marks = curve->curve().marks;
            for (std::size_t i = 0; i < marks.size(); ++i) {
                if (frame_of(curve->curve(), marks[i]) == frame) {
                    return {int(view().xAxis->coordToPixel(marks[i].x)),
                            int(view().yAxis->coordToPixel((marks[i].low + marks[i].high()) / 2))};
                }
            }
        }
        return {};
    }
    QCPRange time_range() { return view().xAxis->range(); }
    QCPRange value_range() { return view().yAxis->range(); }
    void drag(const QPoint& from, const QPoint& to) {
        QTest::mousePress(&view(), Qt::LeftButton, {}, from);
        for (const QPoint& at : {(from + to) / 2, to}) {
            QMouseEvent move(QEvent::MouseMove, at, view().mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&view(), &move);
        }
        QTest::mouseRelease(&view(), Qt::LeftButton, {}, to);
    }

  private:
    std::unique_ptr<GraphDialog> dialog_;
};

std::size_t marks_of(const GraphView& view, std::string_view kind) {
    std::size_t count = 0;
    for (const Curve& curve : view.data().curves) {
        count += curve.kind->kind == kind ? curve.marks.size() : 0;
    }
    return count;
}

} // namespace

class GraphDialogTest : public QObject {
    Q_OBJECT

  private slots:
    void every_digit_has_its_graph();
    void zooms_data();
    void zooms();
    void pans_data();
    void pans();
    void resets_data();
    void resets();
    void switches_what_the_mouse_does();
    void switches_the_numbers();
    void switches_the_direction();
    void switches_the_connection();
    void every_key_stands_in_the_menu();
    void shows_crosshairs();
    void says_what_is_under_the_mouse();
    void a_click_goes_to_the_packet();
    void goes_to_the_packet_under_the_mouse();
    void goes_from_problem_to_problem();
    void sequence_curves_are_those_of_the_series();
    void keeps_the_zoom_when_the_capture_grows();
    void empties_itself_when_the_file_is_closed();
    void shows_the_next_file();
    void reading_can_be_stopped_and_tried_again();
    void may_be_closed_while_it_reads();
    void says_why_there_is_no_graph();
    void draws_as_much_as_the_pixels_show();
    void saves_pictures_and_points();
    void mnemonics_are_unique();
    void follows_the_theme();
};

void GraphDialogTest::every_digit_has_its_graph() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QCOMPARE(graph_list().size(), std::size_t{9});
    for (int digit = 9; digit >= 1; --digit) {
        shown.press(Qt::Key_0 + digit);
        const GraphInfo& wanted = graph_list()[static_cast<std::size_t>(digit - 1)];
        QCOMPARE(shown.view().data().graph, wanted.graph);
        QVERIFY2(!shown.view().curves().empty(), wanted.name);
        QCOMPARE(shown.graph_name(), QString(wanted.name));
    }
    QCOMPARE(capture.readings, 1U);
}

void GraphDialogTest::zooms_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    // Whether the range becomes smaller (-1), larger (1) or stays.
    QTest::addColumn<int>("time");
    QTest::addColumn<int>("value");
    const int none = Qt::NoModifier;
    const int shift = Qt::ShiftModifier;
    QTest::newRow("+") << int(Qt::Key_Plus) << none << -1 << -1;
    QTest::newRow("+ of a US keyboard") << int(Qt::Key_Plus) << shift << -1 << -1;
    QTest::newRow("=") << int(Qt::Key_Equal) << none << -1 << -1;
    QTest::newRow("i") << int(Qt::Key_I) << none << -1 << -1;
    QTest::newRow("-") << int(Qt::Key_Minus) << none << 1 << 1;
    QTest::newRow("_") << int(Qt::Key_Underscore) << shift << 1 << 1;
    QTest::newRow("o") << int(Qt::Key_O) << none << 1 << 1;
    QTest::newRow("x") << int(Qt::Key_X) << none << -1 << 0;
    QTest::newRow("X") << int(Qt::Key_X) << shift << 1 << 0;
    QTest::newRow("y") << int(Qt::Key_Y) << none << 0 << -1;
    QTest::newRow("Y") << int(Qt::Key_Y) << shift << 0 << 1;
}

void GraphDialogTest::zooms() {
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(int, time);
    QFETCH(int, value);
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const QCPRange time_before = shown.time_range();
    const QCPRange value_before = shown.value_range();
    shown.press(key, Qt::KeyboardModifiers(modifiers));
    const auto change = [](const QCPRange& before, const QCPRange& after) {
        const double more = after.size() - before.size();
        return std::abs(more) < before.size() / 1000 ? 0 : more > 0 ? 1 : -1;
    };
    QCOMPARE(change(time_before, shown.time_range()), time);
    QCOMPARE(change(value_before, shown.value_range()), value);
    QVERIFY(std::abs(shown.time_range().center() - time_before.center()) < 1e-9);
}

void GraphDialogTest::pans_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<int>("right");
    QTest::addColumn<int>("up");
    const auto add = [](const char* name, Qt::Key key, int right, int up) {
        QTest::newRow(name) << int(key) << int(Qt::NoModifier) << 10 * right << 10 * up;
        QTest::newRow(QByteArray(name) + " with Shift")
            << int(key) << int(Qt::ShiftModifier) << right << up;
    };
    add("Right", Qt::Key_Right, 1, 0);
    add("l", Qt::Key_L, 1, 0);
    add("Left", Qt::Key_Left, -1, 0);
    add("h", Qt::Key_H, -1, 0);
    add("Up", Qt::Key_Up, 0, 1);
    add("k", Qt::Key_K, 0, 1);
    add("Down", Qt::Key_Down, 0, -1);
    add("j", Qt::Key_J, 0, -1);
}

void GraphDialogTest::pans() {
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(int, right);
    QFETCH(int, up);
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const double x = shown.time_range().lower;
    const double y = shown.value_range().lower;
    shown.press(key, Qt::KeyboardModifiers(modifiers));
    const auto pixels = [](const QCPAxis* axis, double before) {
        return qRound(axis->coordToPixel(axis->range().lower) - axis->coordToPixel(before));
    };
    QCOMPARE(pixels(shown.view().xAxis, x), right);
    QCOMPARE(pixels(shown.view().yAxis, y), -up);
}

void GraphDialogTest::resets_data() {
    QTest::addColumn<int>("key");
    QTest::newRow("0") << int(Qt::Key_0);
    QTest::newRow(")") << int(Qt::Key_ParenRight);
    QTest::newRow("r") << int(Qt::Key_R);
    QTest::newRow("Home") << int(Qt::Key_Home);
}

void GraphDialogTest::resets() {
    QFETCH(int, key);
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const QCPRange time = shown.time_range();
    const QCPRange value = shown.value_range();
    shown.press(Qt::Key_Plus);
    shown.press(Qt::Key_Right);
    QVERIFY(shown.time_range() != time);
    shown.press(key);
    QVERIFY(shown.time_range() == time);
    QVERIFY(shown.value_range() == value);
}

void GraphDialogTest::switches_what_the_mouse_does() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QVERIFY(!shown.view().mouse_zooms());
    QVERIFY(shown.view().interactions().testFlag(QCP::iRangeDrag));
    shown.press(Qt::Key_Z);
    QVERIFY(shown.view().mouse_zooms());
    const QRect rect = shown.view().axisRect()->rect();
    const QCPRange before = shown.time_range();
    const QPoint from = rect.center() - QPoint(100, 50);
    const QPoint to = rect.center() + QPoint(100, 50);
    const double left = shown.view().xAxis->pixelToCoord(from.x());
    const double right = shown.view().xAxis->pixelToCoord(to.x());
    shown.drag(from, to);
    QVERIFY(std::abs(shown.time_range().lower - left) < before.size() / 100);
    QVERIFY(std::abs(shown.time_range().upper - right) < before.size() / 100);
    shown.press(Qt::Key_Z);
    QVERIFY(!shown.view().mouse_zooms());
    const QCPRange zoomed = shown.time_range();
    shown.drag(rect.center(), rect.center() + QPoint(rect.width() / 10, 0));
    QVERIFY(std::abs(zoomed.lower - shown.time_range().lower - zoomed.size() / 10) <
            zoomed.size() / 100);
    QVERIFY(std::abs(shown.time_range().size() - zoomed.size()) < zoomed.size() / 100);
    // A drag is no click.
    QVERIFY(capture.gone_to.empty());
}

void GraphDialogTest::switches_the_numbers() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const GraphView::Place place = *shown.view().mark_at(shown.place_of(session.last));
    QVERIFY(shown.view().words_of(place).contains("DSN 1501–2500 (1000 bytes)"));
    shown.press(Qt::Key_S);
    const QString raw = QString::number(session.dsn(server, 1500));
    QVERIFY2(shown.view().words_of(place).contains("DSN " + raw),
             qPrintable(shown.view().words_of(place)));
    shown.press(Qt::Key_S);
    QVERIFY(!shown.view().has_raw_sequence_numbers());
    shown.press(Qt::Key_T);
    QVERIFY(shown.view().has_capture_times());
    shown.press(Qt::Key_T);
    QVERIFY(!shown.view().has_capture_times());
}

void GraphDialogTest::switches_the_direction() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    // The direction with more data comes first.
    QCOMPARE(shown.view().data().direction, QString("server → client"));
    QCOMPARE(marks_of(shown.view(), "new"), std::size_t{3});
    shown.press(Qt::Key_D);
    QCOMPARE(shown.view().data().direction, QString("client → server"));
    QCOMPARE(marks_of(shown.view(), "new"), std::size_t{1});
    shown.press(Qt::Key_D);
    QCOMPARE(shown.view().data().direction, QString("server → client"));
}

void GraphDialogTest::switches_the_connection() {
    Download session;
    test::Session second(session.capture, {.keys = {5, 6}, .net = 7});
    second.open();
    session.capture.wait(test::kSecond);
    second.data(0, client, {.ssn = 1, .offset = 0, .length = 700});
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QCOMPARE(shown.dialog().connection(), ConnectionNumber{0});
    shown.press(Qt::Key_PageUp);
    QCOMPARE(shown.dialog().connection(), ConnectionNumber{1});
    QCOMPARE(shown.view().data().direction, QString("client → server"));
    QVERIFY(shown.view().data().connection.contains("10.7."));
    QVERIFY(shown.dialog().windowTitle().contains("10.7."));
    QVERIFY(shown.view().data().start > 0);
    shown.press(Qt::Key_PageUp);
    QCOMPARE(shown.dialog().connection(), ConnectionNumber{1});
    shown.press(Qt::Key_PageDown);
    QCOMPARE(shown.dialog().connection(), ConnectionNumber{0});
    QVERIFY(!shown.view().data().connection.contains("10.7."));
}

void GraphDialogTest::every_key_stands_in_the_menu() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    std::set<QString> shortcuts;
    std::size_t actions = 0;
    for (const QAction* action : shown.dialog().findChildren<QAction*>()) {
        if (action->isSeparator() || action->menu() != nullptr) {
            continue;
        }
        ++actions;
        QVERIFY(action->isShortcutVisibleInContextMenu());
        for (const QKeySequence& sequence : action->shortcuts()) {
            QVERIFY2(shortcuts.insert(sequence.toString()).second, qPrintable(sequence.toString()));
        }
    }
    QCOMPARE(actions, graph_keys().size() + graph_list().size());
    const QPoint middle = shown.view().rect().center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, middle, shown.view().mapToGlobal(middle));
    QCoreApplication::sendEvent(&shown.view(), &event);
    QVERIFY(shown.dialog().findChild<QMenu*>()->isVisible());
}

void GraphDialogTest::shows_crosshairs() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const auto visible = [&shown] {
        for (const QCPItemTracer* tracer : shown.view().findChildren<QCPItemTracer*>()) {
            if (tracer->style() == QCPItemTracer::tsCrosshair) {
                return tracer->visible();
            }
        }
        return false;
    };
    QTest::mouseMove(&shown.view(), shown.view().axisRect()->rect().center());
    QVERIFY(!visible());
    shown.press(Qt::Key_Space);
    QVERIFY(visible());
    shown.press(Qt::Key_Space);
    QVERIFY(!visible());
}

void GraphDialogTest::says_what_is_under_the_mouse() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QVERIFY(shown.hint().startsWith("Hover"));
    QTest::mouseMove(&shown.view(), shown.place_of(session.last));
    for (const QString& part : {QString("Packet %1").arg(session.last), QString("Subflow 0"),
                                QString("New data"), QString("DSN 1501–2500 (1000 bytes)")}) {
        QVERIFY2(shown.hint().contains(part), qPrintable(shown.hint()));
    }
    QTest::mouseMove(&shown.view(), shown.place_of(session.repeated));
    QVERIFY2(shown.hint().contains("Reinjected"), qPrintable(shown.hint()));
    QTest::mouseMove(&shown.view(), QPoint(1, 1));
    QVERIFY(shown.hint().startsWith("Hover"));
}

void GraphDialogTest::a_click_goes_to_the_packet() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QTest::mouseClick(&shown.view(), Qt::LeftButton, {}, shown.place_of(session.last));
    QTest::mouseClick(&shown.view(), Qt::LeftButton, {}, shown.place_of(session.first));
    // Nothing is there.
    const QRect rect = shown.view().axisRect()->rect();
    QTest::mouseClick(&shown.view(), Qt::LeftButton, {}, rect.bottomRight() - QPoint(40, 40));
    QCOMPARE(capture.gone_to, (std::vector<FrameNumber>{session.last, session.first}));
    // A rate is of many packets.
    shown.press(Qt::Key_3);
    for (int x = rect.left(); x < rect.right(); x += 20) {
        for (int y = rect.top(); y < rect.bottom(); y += 10) {
            QTest::mouseClick(&shown.view(), Qt::LeftButton, {}, {x, y});
        }
    }
    QCOMPARE(capture.gone_to.size(), std::size_t{2});
}

void GraphDialogTest::goes_to_the_packet_under_the_mouse() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QTest::mouseMove(&shown.view(), shown.place_of(session.last));
    QVERIFY(capture.gone_to.empty());
    shown.press(Qt::Key_G);
    QCOMPARE(capture.gone_to, (std::vector<FrameNumber>{session.last}));
    QTest::mouseMove(&shown.view(), QPoint(1, 1));
    shown.press(Qt::Key_G);
    QCOMPARE(capture.gone_to.size(), std::size_t{1});
}

void GraphDialogTest::goes_from_problem_to_problem() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    shown.press(Qt::Key_N);
    QCOMPARE(capture.gone_to, (std::vector<FrameNumber>{session.repeated}));
    QVERIFY2(shown.hint().contains(QString("packet %1").arg(session.repeated)),
             qPrintable(shown.hint()));
    // What is out of view comes into view.
    for (int i = 0; i < 20; ++i) {
        shown.press(Qt::Key_Plus);
    }
    const QPoint away = shown.place_of(session.repeated);
    QVERIFY(!shown.view().axisRect()->rect().contains(away));
    shown.press(Qt::Key_N);
    QVERIFY(shown.view().axisRect()->rect().contains(shown.place_of(session.repeated)));
}

void GraphDialogTest::sequence_curves_are_those_of_the_series() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    std::map<std::string, std::size_t> wanted;
    const taps::Selection selection;
    taps::for_each_point({capture.tracker(), selection, {}, capture.segments()}, taps::Graph::dsn,
                         [&](const taps::SeriesPoint& point) {
                             wanted[std::string(point.kind)] += point.sender == server ? 1 : 0;
                         });
    QCOMPARE(wanted["new"], std::size_t{3});
    QCOMPARE(wanted["reinjected"], std::size_t{1});
    for (const auto& [kind, count] : wanted) {
        QCOMPARE(marks_of(shown.view(), kind), count);
    }
}

void GraphDialogTest::keeps_the_zoom_when_the_capture_grows() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const QCPRange whole = shown.time_range();
    session.capture.wait(test::kSecond);
    session.data(0, server, {.ssn = 2501, .offset = 2500, .length = 1000});
    capture.tell_change();
    QCOMPARE(marks_of(shown.view(), "new"), std::size_t{4});
    QVERIFY(shown.time_range().upper > whole.upper + 0.9);
    shown.press(Qt::Key_X);
    const QCPRange chosen = shown.time_range();
    session.capture.wait(test::kSecond);
    session.data(0, server, {.ssn = 3501, .offset = 3500, .length = 1000});
    capture.tell_change();
    QTRY_COMPARE(marks_of(shown.view(), "new"), std::size_t{5});
    QVERIFY(shown.time_range() == chosen);
}

void GraphDialogTest::empties_itself_when_the_file_is_closed() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    capture.close();
    QVERIFY(shown.view().curves().empty());
    QCOMPARE(shown.view().data().nothing, QString("No capture file is open."));
    QCOMPARE(shown.dialog().connection(), kNoConnection);
    // Every key does nothing, well.
    for (int key = Qt::Key_0; key <= Qt::Key_Z; ++key) {
        shown.press(key);
    }
    for (const int key : {Qt::Key_Space, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Left}) {
        shown.press(key);
    }
    QTest::mouseClick(&shown.view(), Qt::LeftButton, {}, shown.view().rect().center());
    QVERIFY(shown.view().curves().empty());
    QVERIFY(capture.gone_to.empty());
}

void GraphDialogTest::shows_the_next_file() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    capture.close();
    test::OpenSession next;
    next.data(0, client, {.ssn = 1, .offset = 0, .length = 10});
    next.data(0, client, {.ssn = 11, .offset = 10, .length = 10});
    capture.open(next.capture);
    shown.press(Qt::Key_1);
    QTRY_VERIFY(shown.dialog().connection() == 0);
    shown.press(Qt::Key_2);
    shown.press(Qt::Key_1);
    if (shown.view().data().direction != "client → server") {
        shown.press(Qt::Key_D);
    }
    QCOMPARE(marks_of(shown.view(), "new"), std::size_t{2});
}

void GraphDialogTest::reading_can_be_stopped_and_tried_again() {
    Download session;
    SessionCapture capture(session.capture);
    capture.stops = true;
    Shown shown(capture);
    QVERIFY(shown.view().curves().empty());
    QVERIFY(shown.view().data().nothing.startsWith("Not all packets were read"));
    capture.stops = false;
    shown.press(Qt::Key_2);
    QVERIFY(!shown.view().curves().empty());
    QCOMPARE(capture.readings, 2U);
}

void GraphDialogTest::may_be_closed_while_it_reads() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    capture.close();
    capture.open(session.capture);
    auto* const dialog = new GraphDialog(capture, 0, nullptr);
    const QPointer<GraphDialog> alive(dialog);
    capture.while_reading = [&] { delete alive; };
    dialog->show();
    QCoreApplication::processEvents();
    QVERIFY(alive.isNull());
}

void GraphDialogTest::says_why_there_is_no_graph() {
    test::TwoPaths session;
    session.data(0, client, {.ssn = 1, .offset = 0, .length = 100});
    test::Session attempt(session.capture, {.keys = {7, 8}, .net = 9});
    attempt.capable_syn(attempt.add_path());
    SessionCapture capture(session.capture);
    Shown shown(capture);
    const auto nothing = [&shown] { return shown.view().data().nothing; };
    QCOMPARE(nothing(), QString());
    shown.press(Qt::Key_4);
    QVERIFY(nothing().contains("round-trip time"));
    shown.press(Qt::Key_8);
    QVERIFY(nothing().contains("Fewer than two segments"));
    shown.press(Qt::Key_9);
    QVERIFY(nothing().contains("Nothing was reinjected"));
    shown.press(Qt::Key_D);
    QVERIFY(nothing().contains("No payload"));
    shown.press(Qt::Key_PageUp);
    QVERIFY(nothing().contains("attempt"));
}

void GraphDialogTest::draws_as_much_as_the_pixels_show() {
    test::TwoPaths session;
    constexpr unsigned kSegments = 60'000;
    for (unsigned i = 0; i < kSegments; ++i) {
        session.data(i % 2, server,
                     {.ssn = 1 + i / 2 * 10, .offset = std::uint64_t{i} * 10, .length = 10});
    }
    SessionCapture capture(session.capture);
    Shown shown(capture);
    for (const GraphInfo& info : graph_list()) {
        if (info.graph == GraphKind::rtt || info.graph == GraphKind::delay) {
            continue;
        }
        shown.press(Qt::Key_1 + static_cast<int>(info.graph));
        shown.view().replot();
        QVERIFY2(!shown.view().curves().empty(), info.name);
        const auto columns = static_cast<std::size_t>(shown.view().axisRect()->width());
        for (const GraphPlottable* curve : shown.view().curves()) {
            QVERIFY2(curve->drawn() > 0, info.name);
            // A step is two lines.
            QVERIFY2(curve->drawn() <= 2 * LevelOfDetail::kCornersPerColumn * (columns + 2),
                     info.name);
        }
    }
}

void GraphDialogTest::saves_pictures_and_points() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    shown.press(Qt::Key_9);
    const QTemporaryDir folder;
    const auto saved = [&](const char* name) {
        const QString path = folder.filePath(name);
        const QString problem = save_graph(path, shown.view(), capture, 0);
        QFile file(path);
        return problem.isEmpty() && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QImage picture = QImage::fromData(saved("graph.png"));
    QCOMPARE(picture.size(), shown.view().size());
    QVERIFY(saved("graph.pdf").startsWith("%PDF-"));
    const QList<QByteArray> lines = saved("graph.csv").split('\n');
    QVERIFY(lines[0].startsWith("connection,subflow,direction,"));
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[1].contains(QByteArray::number(session.repeated) + ','));
    QVERIFY(!save_graph("/nowhere/graph.csv", shown.view(), capture, 0).isEmpty());
    QVERIFY(!save_graph("/nowhere/graph.png", shown.view(), capture, 0).isEmpty());
}

void GraphDialogTest::mnemonics_are_unique() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    std::set<QString> letters;
    const auto take = [&letters](const QString& text) {
        const QString letter = QKeySequence::mnemonic(text).toString();
        return letter.isEmpty() || letters.insert(letter).second;
    };
    for (const QLabel* label : shown.dialog().findChildren<QLabel*>()) {
        QVERIFY2(take(label->text()), qPrintable(label->text()));
        QVERIFY(label->buddy() == nullptr || label->buddy()->focusPolicy() != Qt::NoFocus);
    }
    for (const QAbstractButton* button : shown.dialog().findChildren<QAbstractButton*>()) {
        QVERIFY2(take(button->text()), qPrintable(button->text()));
    }
    QVERIFY(letters.size() >= 7);
}

void GraphDialogTest::follows_the_theme() {
    Download session;
    SessionCapture capture(session.capture);
    Shown shown(capture);
    QPalette dark;
    dark.setColor(QPalette::Base, Qt::black);
    dark.setColor(QPalette::Text, Qt::white);
    shown.view().setPalette(dark);
    const QImage picture = shown.view().toPixmap().toImage();
    QCOMPARE(picture.pixelColor(1, 1), QColor(Qt::black));
    QCOMPARE(shown.view().xAxis->labelColor(), QColor(Qt::white));
    bool has_text = false;
    // The label of the axis, below its ticks.
    for (int y = shown.view().axisRect()->bottom() + 25; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            has_text = has_text || picture.pixelColor(x, y).lightness() > 150;
        }
    }
    QVERIFY(has_text);
}

QTEST_MAIN(GraphDialogTest)
#include "graph_dialog_test.moc"
