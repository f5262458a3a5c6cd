#include "stats-dialogs/graph_keys.hpp"

#include <QAction>
#include <QKeyEvent>
#include <QtGlobal>

#include <algorithm>

namespace mptcp::dialogs {

namespace {

QKeySequence shifted(Qt::Key key) {
    return {static_cast<int>(Qt::SHIFT) | static_cast<int>(key)};
}

QAction* action_of(const QKeySequence& sequence, const QList<QAction*>& actions) {
    const auto found =
        std::find_if(actions.begin(), actions.end(), [&sequence](const QAction* action) {
            return action->shortcuts().contains(sequence);
        });
    return found != actions.end() ? *found : nullptr;
}

} // namespace

std::span<const GraphKeyInfo> graph_keys() {
    static const std::vector<GraphKeyInfo> keys{
        {GraphKey::zoom_in,
         QT_TRANSLATE_NOOP("mptcp", "Zoom In"),
         {Qt::Key_Plus, Qt::Key_Equal, Qt::Key_I}},
        {GraphKey::zoom_in_time, QT_TRANSLATE_NOOP("mptcp", "Zoom In X Axis"), {Qt::Key_X}},
        {GraphKey::zoom_in_value, QT_TRANSLATE_NOOP("mptcp", "Zoom In Y Axis"), {Qt::Key_Y}},
        {GraphKey::zoom_out,
         QT_TRANSLATE_NOOP("mptcp", "Zoom Out"),
         {Qt::Key_Minus, Qt::Key_Underscore, Qt::Key_O}},
        {GraphKey::zoom_out_time,
         QT_TRANSLATE_NOOP("mptcp", "Zoom Out X Axis"),
         {shifted(Qt::Key_X)}},
        {GraphKey::zoom_out_value,
         QT_TRANSLATE_NOOP("mptcp", "Zoom Out Y Axis"),
         {shifted(Qt::Key_Y)}},
        {GraphKey::show_all,
         QT_TRANSLATE_NOOP("mptcp", "Reset Graph"),
         {Qt::Key_0, Qt::Key_ParenRight, Qt::Key_R, Qt::Key_Home}},
        {GraphKey::right,
         QT_TRANSLATE_NOOP("mptcp", "Move Right 10 Pixels"),
         {Qt::Key_Right, Qt::Key_L},
         true},
        {GraphKey::left,
         QT_TRANSLATE_NOOP("mptcp", "Move Left 10 Pixels"),
         {Qt::Key_Left, Qt::Key_H}},
        {GraphKey::up, QT_TRANSLATE_NOOP("mptcp", "Move Up 10 Pixels"), {Qt::Key_Up, Qt::Key_K}},
        {GraphKey::down,
         QT_TRANSLATE_NOOP("mptcp", "Move Down 10 Pixels"),
         {Qt::Key_Down, Qt::Key_J}},
        {GraphKey::right_a_pixel,
         QT_TRANSLATE_NOOP("mptcp", "Move Right 1 Pixel"),
         {shifted(Qt::Key_Right), shifted(Qt::Key_L)}},
        {GraphKey::left_a_pixel,
         QT_TRANSLATE_NOOP("mptcp", "Move Left 1 Pixel"),
         {shifted(Qt::Key_Left), shifted(Qt::Key_H)}},
        {GraphKey::up_a_pixel,
         QT_TRANSLATE_NOOP("mptcp", "Move Up 1 Pixel"),
         {shifted(Qt::Key_Up), shifted(Qt::Key_K)}},
        {GraphKey::down_a_pixel,
         QT_TRANSLATE_NOOP("mptcp", "Move Down 1 Pixel"),
         {shifted(Qt::Key_Down), shifted(Qt::Key_J)}},
        {GraphKey::next_connection,
         QT_TRANSLATE_NOOP("mptcp", "Next Connection"),
         {Qt::Key_PageUp},
         true},
        {GraphKey::previous_connection,
         QT_TRANSLATE_NOOP("mptcp", "Previous Connection"),
         {Qt::Key_PageDown}},
        {GraphKey::direction, QT_TRANSLATE_NOOP("mptcp", "Switch Direction"), {Qt::Key_D}},
        {GraphKey::go_to_packet,
         QT_TRANSLATE_NOOP("mptcp", "Go To Packet Under Cursor"),
         {Qt::Key_G}},
        {GraphKey::next_problem,
         QT_TRANSLATE_NOOP("mptcp", "Go To Next Problem Packet"),
         {Qt::Key_N}},
        {GraphKey::mouse_mode, QT_TRANSLATE_NOOP("mptcp", "Drag / Zoom"), {Qt::Key_Z}, true},
        {GraphKey::sequence_numbers,
         QT_TRANSLATE_NOOP("mptcp", "Relative / Absolute Sequence Numbers"),
         {Qt::Key_S}},
        {GraphKey::time_origin,
         QT_TRANSLATE_NOOP("mptcp", "Capture / Connection Time Origin"),
         {Qt::Key_T}},
        {GraphKey::crosshairs, QT_TRANSLATE_NOOP("mptcp", "Crosshairs"), {Qt::Key_Space}},
    };
    return keys;
}

QAction* action_of(const QKeyEvent& event, const QList<QAction*>& actions) {
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    QAction* found = nullptr;
    if (modifiers == Qt::ShiftModifier) {
        found = action_of(shifted(static_cast<Qt::Key>(event.key())), actions);
    }
    // Shift is what makes some of the keys: a plus, a parenthesis.
    const bool is_plain = modifiers == Qt::NoModifier || modifiers == Qt::ShiftModifier;
    return found == nullptr && is_plain ? action_of(QKeySequence(event.key()), actions) : found;
}

} // namespace mptcp::dialogs
