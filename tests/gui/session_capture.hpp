#pragma once
/// The capture that the windows under test show: one of tests/unit/session.hpp.
///
///   test::TwoPaths session;
///   session.data(0, server, {.ssn = 1, .offset = 0, .length = 1000});
///   SessionCapture capture(session.capture);
///   GraphDialog dialog(capture, 0, nullptr);
///
/// It notes what the windows ask of Wireshark. More segments are seen at tell_change(), none any
/// more after close().

#include "stats-dialogs/capture.hpp"

#include <functional>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

namespace mptcp::dialogs {

class SessionCapture final : public Capture {
  public:
    explicit SessionCapture(test::Capture& session);

    [[nodiscard]] const Tracker* tracker() override;
    [[nodiscard]] QString name() const override;
    bool load_segments() override;
    [[nodiscard]] bool has_segments() const override { return has_segments_; }
    [[nodiscard]] const taps::SegmentLog& segments() const override { return segments_; }
    [[nodiscard]] QString display_filter() const override { return filter; }
    QString load_filtered(const QString& wanted) override;
    [[nodiscard]] const taps::Selection& filtered() const override { return filtered_; }
    [[nodiscard]] ConnectionNumber selected_connection() const override { return selected; }
    void go_to_frame(FrameNumber frame) override { gone_to.push_back(frame); }
    void apply_filter(const QString& wanted) override { applied.push_back(wanted); }

    void tell_change();
    void close();
    /// Another capture: what Wireshark has opened after this one was closed.
    void open(test::Capture& session);

    // -- what the user does in Wireshark

    /// Stops every reading of the capture.
    bool stops = false;
    /// Runs while the capture is read, as the event loop does.
    std::function<void()> while_reading = [] {};
    QString filter;
    /// What passes a display filter, whatever its text.
    std::function<bool(const SegmentFacts&)> passes = [](const SegmentFacts&) { return true; };
    QString filter_problem;
    ConnectionNumber selected = kNoConnection;

    // -- what the windows asked for

    std::vector<FrameNumber> gone_to;
    std::vector<QString> applied;
    unsigned readings = 0;

  private:
    void log_segments();

    test::Capture* session_;
    bool has_segments_ = false;
    taps::SegmentLog segments_;
    taps::Selection filtered_;
};

} // namespace mptcp::dialogs
