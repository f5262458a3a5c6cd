#pragma once
/// Takes from the tap what a report needs besides the Tracker: which segments pass a display
/// filter, and the facts of each.

#include "taps/segment_log.hpp"
#include "taps/selection.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace mptcp::taps {

class ReportListener {
  public:
    enum class Redraw : std::uint8_t {
        /// Only when Wireshark has read all there is.
        at_end,
        /// Also while packets come, every few seconds (Wireshark's preference for the interval
        /// between tap updates).
        meanwhile,
    };

    enum class Mode : std::uint8_t {
        /// Segments come from the tap `mptcp_analysis`, if there is use for them.
        normal,
        /// They come by take().
        bulk,
    };

    /// `draw` is called when Wireshark draws its statistics.
    ReportListener(bool logs_segments, Redraw redraw, std::function<void()> draw)
        : logs_segments_(logs_segments), redraw_(redraw), draw_(std::move(draw)) {}
    ~ReportListener();
    ReportListener(const ReportListener&) = delete;
    ReportListener& operator=(const ReportListener&) = delete;

    /// From now on, with this display filter, or with none. Gives what is wrong with it, or
    /// nothing. Call it once.
    std::string listen(const std::string& filter, Mode mode = Mode::normal);

    /// What was taken: it is of a file that is analysed no more.
    void forget();
    /// A segment that passes the filter.
    void take(const SegmentFacts& facts);
    /// Whether it has use for them, without a filter.
    [[nodiscard]] bool logs_segments() const { return logs_segments_; }

    [[nodiscard]] Selection& selection() { return selection_; }
    [[nodiscard]] const Selection& selection() const { return selection_; }
    /// Empty unless it logs segments.
    [[nodiscard]] const SegmentLog& segments() const { return segments_; }
    /// Segments that passed since Wireshark began to read the capture, for the last time.
    [[nodiscard]] std::size_t passed() const { return passed_; }

  private:
    struct Callbacks;

    bool logs_segments_;
    Redraw redraw_;
    std::function<void()> draw_;
    bool listening_ = false;
    std::size_t passed_ = 0;
    Selection selection_;
    SegmentLog segments_;
};

} // namespace mptcp::taps
