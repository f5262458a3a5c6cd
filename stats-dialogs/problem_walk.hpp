#pragma once
/// From one packet at which something went wrong to the next.

#include "stats-dialogs/capture.hpp"
#include "taps/problems_model.hpp"

#include <QObject>
#include <QString>

#include <vector>

namespace mptcp::dialogs {

class ProblemWalk {
  public:
    explicit ProblemWalk(Capture& capture);

    /// Goes to the packet of this connection's next problem; from the last one to the first, and to
    /// the first one of another connection. Says what it is, or that there is none. Needs the
    /// segments loaded to find all of them.
    QString go_on(ConnectionNumber connection);

    /// Of the problem that was told last; 0 before the first.
    [[nodiscard]] FrameNumber frame() const { return frame_; }
    [[nodiscard]] Nanoseconds time() const { return time_; }

  private:
    void look_up();

    Capture& capture_;
    ConnectionNumber connection_ = kNoConnection;
    std::vector<taps::Problem> problems_;
    /// Whether the capture holds no more of them than `problems_`.
    bool is_complete_ = false;
    FrameNumber frame_ = 0;
    Nanoseconds time_ = 0;
    /// What connects it to the capture.
    QObject context_;
};

} // namespace mptcp::dialogs
