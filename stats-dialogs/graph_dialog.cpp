#include "stats-dialogs/graph_dialog.hpp"

#include "stats-dialogs/connection_selector.hpp"
#include "stats-dialogs/graph_export.hpp"
#include "taps/perspective.hpp"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QTimer>
#include <QVBoxLayout>

namespace mptcp::dialogs {

namespace {

constexpr int kStep = 10;
/// Of the list of directions.
constexpr int kFromClient = 0;
constexpr int kFromServer = 1;

QString idle_hint() {
    return GraphDialog::tr("Hover over the graph for details. Right click or the menu key lists "
                           "all keys.");
}

} // namespace

GraphDialog::GraphDialog(Capture& capture, ConnectionNumber connection, QWidget* parent)
    : ReportWindow(capture, parent), selector_(new ConnectionSelector(this)),
      graphs_(new QComboBox(this)), directions_(new QComboBox(this)), view_(new GraphView(this)),
      hint_(new QLabel(this)), drags_(new QRadioButton(tr("d&rags"), this)),
      zooms_(new QRadioButton(tr("&zooms"), this)), menu_(new QMenu(this)), problems_(capture) {
    auto* const choices = new QHBoxLayout;
    make_choices(*choices);
    auto* const buttons = new QDialogButtonBox(this);
    make_buttons(*buttons);
    auto* const controls = new QHBoxLayout;
    make_mouse_modes(*controls);
    controls->addWidget(buttons, 1);
    hint_->setObjectName("hint");
    hint_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // Whatever it says, the window keeps its width.
    hint_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    view_->setAccessibleName(tr("Graph"));
    auto* const layout = new QVBoxLayout(this);
    layout->addLayout(choices);
    layout->addWidget(view_, 1);
    layout->addWidget(hint_);
    layout->addLayout(controls);
    make_menu();

    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(view_, &QWidget::customContextMenuRequested, this,
            [this](const QPoint& place) { menu_->popup(view_->mapToGlobal(place)); });
    connect(view_, &GraphView::hovered, this, &GraphDialog::point);
    connect(view_, &GraphView::clicked, this,
            [this](FrameNumber frame) { this->capture().go_to_frame(frame); });
    selector_->want(connection);
    selector_->refresh(capture.tracker());
    choose_direction();
    view_->setFocus();
}

void GraphDialog::make_choices(QHBoxLayout& row) {
    const auto add = [&](const QString& label, QComboBox* choice, const QString& tip) {
        auto* const text = new QLabel(label, this);
        text->setBuddy(choice);
        choice->setToolTip(tip);
        row.addWidget(text);
        row.addWidget(choice);
    };
    for (const GraphInfo& info : graph_list()) {
        graphs_->addItem(QObject::tr(info.name), static_cast<int>(info.graph));
    }
    directions_->addItems({tr("client → server"), tr("server → client")});
    graphs_->setAccessibleName(tr("Graph type"));
    directions_->setAccessibleName(tr("Direction"));
    add(tr("&Graph:"), graphs_, tr("The graph to show (keys 1 to %1)").arg(graph_list().size()));
    add(tr("Connect&ion:"), selector_, tr("The connection to show (Page Up, Page Down)"));
    add(tr("&Direction:"), directions_, tr("The direction of the data (D)"));
    row.addStretch(1);
    const auto draw_whole = [this] {
        view_->setFocus();
        // The last thing: while the capture is read, this window may go.
        draw(GraphView::Frame::whole);
    };
    connect(graphs_, QOverload<int>::of(&QComboBox::currentIndexChanged), this, draw_whole);
    connect(directions_, QOverload<int>::of(&QComboBox::currentIndexChanged), this, draw_whole);
    connect(selector_, &ConnectionSelector::chosen, this, [this, draw_whole] {
        choose_direction();
        draw_whole();
    });
}

void GraphDialog::make_buttons(QDialogButtonBox& box) {
    const auto add = [&](const QString& text, const QString& tip, std::function<void()> act) {
        data_buttons_.push_back(add_button(box, text, tip, std::move(act)));
    };
    add(tr("R&eset"), tr("Show all of the graph (0)"), [this] { run(GraphKey::show_all); });
    add(tr("&Next Problem"),
        tr("Go to the next packet at which data was sent again, a subflow was refused or reset, a "
           "check failed… (N)"),
        [this] { run(GraphKey::next_problem); });
    add(tr("&Save As…"), tr("The picture as PNG or PDF, or the points of the series as CSV"),
        [this] { save_graph_as(this, *view_, this->capture(), selector_->current()); });
    add_close_button(box);
}

void GraphDialog::make_mouse_modes(QHBoxLayout& row) {
    row.addWidget(new QLabel(tr("Mouse"), this));
    drags_->setToolTip(tr("The mouse moves the graph (Z)"));
    zooms_->setToolTip(tr("The mouse draws a rectangle to zoom into (Z)"));
    drags_->setAccessibleName(tr("Mouse drags"));
    zooms_->setAccessibleName(tr("Mouse zooms"));
    drags_->setChecked(true);
    row.addWidget(drags_);
    row.addWidget(zooms_);
    connect(zooms_, &QRadioButton::toggled, this, [this](bool zooms) {
        view_->set_mouse_zooms(zooms);
        view_->setFocus();
    });
}

void GraphDialog::make_menu() {
    const auto add = [this](QMenu& menu, const char* text, const QList<QKeySequence>& keys,
                            auto act) {
        QAction* const action = menu.addAction(QObject::tr(text), this, act);
        action->setShortcuts(keys);
        action->setShortcutVisibleInContextMenu(true);
        actions_ << action;
    };
    for (const GraphKeyInfo& info : graph_keys()) {
        if (info.begins_group) {
            menu_->addSeparator();
        }
        add(*menu_, info.text, QList<QKeySequence>(info.sequences.begin(), info.sequences.end()),
            [this, key = info.key] { run(key); });
    }
    menu_->addSeparator();
    // All in one would be higher than many a screen.
    QMenu* const graphs = menu_->addMenu(tr("Graph"));
    int digit = Qt::Key_1;
    for (const GraphInfo& info : graph_list()) {
        add(*graphs, info.name, {QKeySequence(digit++)},
            [this, graph = info.graph] { show_graph(graph); });
    }
}

// --- what is shown

ConnectionNumber GraphDialog::connection() const {
    return selector_->current();
}

void GraphDialog::showEvent(QShowEvent* event) {
    ReportWindow::showEvent(event);
    // The window is to be there before the reading of the capture begins.
    QTimer::singleShot(0, this, [this] { draw(GraphView::Frame::whole); });
}

void GraphDialog::refresh() {
    selector_->refresh(capture().tracker());
    if (!is_loading_ && isVisible() &&
        (capture().has_segments() || capture().tracker() == nullptr)) {
        draw(GraphView::Frame::kept);
    }
}

void GraphDialog::empty() {
    selector_->refresh(nullptr);
    say_instead(tr("No capture file is open."));
}

void GraphDialog::say_instead(const QString& sentence) {
    set_subject(tr("MPTCP Graphs"));
    view_->show_sentence(sentence);
    hint_->clear();
    for (QPushButton* button : data_buttons_) {
        button->setEnabled(false);
    }
}

bool GraphDialog::load() {
    if (is_loading_) {
        return false;
    }
    is_loading_ = true;
    say_instead(tr("Reading the capture…"));
    const QPointer<GraphDialog> alive(this);
    const bool all = capture().load_segments();
    if (alive.isNull()) {
        return false;
    }
    is_loading_ = false;
    if (!all && capture().tracker() != nullptr) {
        say_instead(tr("Not all packets were read. Choose a graph to try again."));
    }
    return all;
}

const Connection* GraphDialog::shown() const {
    const Tracker* const tracker = capture().tracker();
    return tracker != nullptr ? tracker->connection(selector_->current()) : nullptr;
}

void GraphDialog::draw(GraphView::Frame frame) {
    if (capture().tracker() != nullptr && !capture().has_segments() && !load()) {
        return;
    }
    const Connection* const connection = shown();
    if (connection == nullptr) {
        say_instead(nothing_to_show());
        return;
    }
    taps::Selection selection;
    selection.connections = {connection->number()};
    const taps::ReportInput input{capture().tracker(), selection, {}, capture().segments()};
    const Side client = connection->client_side();
    const Side sender = directions_->currentIndex() == kFromClient ? client : opposite(client);
    const auto graph = static_cast<GraphKind>(graphs_->currentData().toInt());
    QGuiApplication::setOverrideCursor(Qt::WaitCursor);
    view_->show_data(graph_data(input, *connection, sender, graph), frame);
    QGuiApplication::restoreOverrideCursor();
    set_subject(tr("MPTCP Graphs · Connection %1").arg(view_->data().connection));
    point({});
    for (QPushButton* button : data_buttons_) {
        button->setEnabled(true);
    }
}

void GraphDialog::choose_direction() {
    const Connection* const connection = shown();
    if (connection == nullptr) {
        return;
    }
    const Side client = connection->client_side();
    const bool is_download = taps::carried_bytes(connection->totals(opposite(client))) >
                             taps::carried_bytes(connection->totals(client));
    const QSignalBlocker silent(directions_);
    directions_->setCurrentIndex(is_download ? kFromServer : kFromClient);
}

void GraphDialog::show_graph(GraphKind graph) {
    graphs_->setCurrentIndex(graphs_->findData(static_cast<int>(graph)));
}

void GraphDialog::point(const QString& words) {
    const bool has_words = !words.isEmpty() || view_->curves().empty();
    hint_->setText(has_words ? words : idle_hint());
}

// --- keys

void GraphDialog::keyPressEvent(QKeyEvent* event) {
    if (QAction* const action = action_of(*event, actions_)) {
        action->trigger();
        event->accept();
        return;
    }
    ReportWindow::keyPressEvent(event);
}

void GraphDialog::run(GraphKey key) {
    switch (key) {
    case GraphKey::next_connection:
        return selector_->step(1);
    case GraphKey::previous_connection:
        return selector_->step(-1);
    case GraphKey::direction:
        return directions_->setCurrentIndex(
            directions_->currentIndex() == kFromClient ? kFromServer : kFromClient);
    case GraphKey::mouse_mode:
        return (view_->mouse_zooms() ? drags_ : zooms_)->setChecked(true);
    case GraphKey::go_to_packet:
        return go_to_packet();
    case GraphKey::next_problem:
        return go_to_next_problem();
    default:
        return run_view(key);
    }
}

void GraphDialog::run_view(GraphKey key) {
    using Axes = GraphView::Axes;
    switch (key) {
    case GraphKey::zoom_in:
        return view_->zoom(Axes::both, true);
    case GraphKey::zoom_in_time:
        return view_->zoom(Axes::time, true);
    case GraphKey::zoom_in_value:
        return view_->zoom(Axes::value, true);
    case GraphKey::zoom_out:
        return view_->zoom(Axes::both, false);
    case GraphKey::zoom_out_time:
        return view_->zoom(Axes::time, false);
    case GraphKey::zoom_out_value:
        return view_->zoom(Axes::value, false);
    case GraphKey::show_all:
        return view_->show_all();
    case GraphKey::right:
        return view_->pan(kStep, 0);
    case GraphKey::left:
        return view_->pan(-kStep, 0);
    case GraphKey::up:
        return view_->pan(0, kStep);
    case GraphKey::down:
        return view_->pan(0, -kStep);
    case GraphKey::right_a_pixel:
        return view_->pan(1, 0);
    case GraphKey::left_a_pixel:
        return view_->pan(-1, 0);
    case GraphKey::up_a_pixel:
        return view_->pan(0, 1);
    case GraphKey::down_a_pixel:
        return view_->pan(0, -1);
    case GraphKey::sequence_numbers:
        return view_->set_raw_sequence_numbers(!view_->has_raw_sequence_numbers());
    case GraphKey::time_origin:
        return view_->set_capture_times(!view_->has_capture_times());
    case GraphKey::crosshairs:
        return view_->set_crosshairs(!view_->has_crosshairs());
    default:
        return;
    }
}

// --- packets

void GraphDialog::go_to_packet() {
    if (const std::optional<GraphView::Place> place = view_->mark_under_mouse()) {
        if (const FrameNumber frame = frame_of(*place->curve, *place->mark)) {
            view_->select(*place);
            capture().go_to_frame(frame);
        }
    }
}

void GraphDialog::go_to_next_problem() {
    const Connection* const connection = capture().has_segments() ? shown() : nullptr;
    if (connection == nullptr) {
        return;
    }
    const Nanoseconds start = connection->start();
    const QString words = problems_.go_on(connection->number());
    if (problems_.frame() != 0) {
        const double time = to_seconds(problems_.time() - start);
        if (const auto place = view_->mark_of(problems_.frame(), time)) {
            view_->select(*place);
        } else {
            view_->select_time(time);
        }
    }
    hint_->setText(words);
}

} // namespace mptcp::dialogs
