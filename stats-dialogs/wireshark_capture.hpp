#pragma once
/// The capture as Wireshark has it: through the tap, and through what it offers to plugins.

#include "stats-dialogs/capture.hpp"
#include "stats-dialogs/module.hpp"
#include "taps/report_listener.hpp"

#include <memory>

namespace mptcp::dialogs {

class WiresharkCapture final : public Capture {
    Q_OBJECT
  public:
    explicit WiresharkCapture(const Host& host);

    /// Wireshark is about to close it.
    void close();

    [[nodiscard]] const Tracker* tracker() override { return host_.tracker(); }
    [[nodiscard]] QString name() const override;
    bool load_segments() override;
    [[nodiscard]] bool has_segments() const override;
    [[nodiscard]] const taps::SegmentLog& segments() const override;
    [[nodiscard]] QString display_filter() const override;
    QString load_filtered(const QString& filter) override;
    [[nodiscard]] const taps::Selection& filtered() const override;
    [[nodiscard]] ConnectionNumber selected_connection() const override;
    void go_to_frame(FrameNumber frame) override;
    void apply_filter(const QString& filter) override;

  private:
    /// Makes Wireshark show all packets to the listeners again.
    void read_again();
    void tell_change();

    const Host& host_;
    bool reading_ = false;
    /// One that came while the capture was read again.
    bool change_waits_ = false;
    taps::ReportListener changes_;
    /// Not there until somebody needs it: it keeps something of every segment.
    std::unique_ptr<taps::ReportListener> segments_;
    std::unique_ptr<taps::ReportListener> filtered_;
};

} // namespace mptcp::dialogs
