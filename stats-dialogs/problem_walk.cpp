#include "stats-dialogs/problem_walk.hpp"

#include <QStringList>

#include <algorithm>

namespace mptcp::dialogs {

ProblemWalk::ProblemWalk(Capture& capture) : capture_(capture) {
    QObject::connect(&capture, &Capture::changed, &context_, [this] { is_complete_ = false; });
    QObject::connect(&capture, &Capture::closed, &context_, [this] {
        is_complete_ = false;
        frame_ = 0;
    });
}

void ProblemWalk::look_up() {
    taps::Selection selection;
    selection.connections = {connection_};
    problems_ = taps::problems_of({capture_.tracker(), selection, {}, capture_.segments()});
    is_complete_ = capture_.has_segments();
}

QString ProblemWalk::go_on(ConnectionNumber connection) {
    if (connection != connection_) {
        connection_ = connection;
        is_complete_ = false;
        frame_ = 0;
    }
    if (!is_complete_) {
        look_up();
    }
    if (problems_.empty()) {
        return QObject::tr("This connection has no problem packets.");
    }
    const auto next = std::find_if(problems_.begin(), problems_.end(),
                                   [this](const taps::Problem& one) { return one.frame > frame_; });
    const auto at = next != problems_.end() ? next : problems_.begin();
    frame_ = at->frame;
    time_ = at->time;
    QStringList texts;
    for (auto one = at; one != problems_.end() && one->frame == frame_; ++one) {
        texts << QString::fromStdString(one->text);
    }
    capture_.go_to_frame(frame_);
    return QObject::tr("Problem %1 of %2, packet %3: %4")
        .arg(at - problems_.begin() + 1)
        .arg(problems_.size())
        .arg(frame_)
        .arg(texts.join("; "));
}

} // namespace mptcp::dialogs
