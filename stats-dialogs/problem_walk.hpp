#pragma once
/// From one packet at which something went wrong to the next.

#include "stats-dialogs/capture.hpp"
#include "taps/problems_model.hpp"

#include <QString>

#include <vector>

namespace mptcp::dialogs {

class ProblemWalk {
  public:
    explicit ProblemWalk(Capture& capture) : capture_(capture) {}

    /// Walks this connection from now on, from its beginning.
    void start(ConnectionNumber connection);
    /// Goes to the next problem's packet; from the last one to the first. Says what it is, or that
    /// there is none. Needs the segments loaded to find all of them.
    QString go_on();

    /// Of the problem that was told last; 0 before the first.
    [[nodiscard]] FrameNumber frame() const { return frame_; }
    [[nodiscard]] Nanoseconds time() const { return time_; }

  private:
    Capture& capture_;
    ConnectionNumber connection_ = kNoConnection;
    /// Where the walk is: the frame and how many of its problems were told. 0 before the first.
    FrameNumber frame_ = 0;
    Nanoseconds time_ = 0;
};

} // namespace mptcp::dialogs
