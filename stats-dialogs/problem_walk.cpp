#include "stats-dialogs/problem_walk.hpp"

#include <QObject>
#include <QStringList>

#include <algorithm>

namespace mptcp::dialogs {

void ProblemWalk::start(ConnectionNumber connection) {
    connection_ = connection;
    frame_ = 0;
}

QString ProblemWalk::go_on() {
    taps::Selection selection;
    selection.connections = {connection_};
    const std::vector<taps::Problem> problems =
        taps::problems_of({capture_.tracker(), selection, {}, capture_.segments()});
    if (problems.empty()) {
        return QObject::tr("This connection has no problem packets.");
    }
    const auto next = std::find_if(problems.begin(), problems.end(),
                                   [this](const taps::Problem& one) { return one.frame > frame_; });
    const auto at = next != problems.end() ? next : problems.begin();
    frame_ = at->frame;
    time_ = at->time;
    QStringList texts;
    for (auto one = at; one != problems.end() && one->frame == frame_; ++one) {
        texts << QString::fromStdString(one->text);
    }
    capture_.go_to_frame(frame_);
    return QObject::tr("Problem %1 of %2, packet %3: %4")
        .arg(at - problems.begin() + 1)
        .arg(problems.size())
        .arg(frame_)
        .arg(texts.join("; "));
}

} // namespace mptcp::dialogs
