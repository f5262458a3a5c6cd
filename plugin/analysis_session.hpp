#pragma once
/// The analysis of the file that is open: the engine, and what later passes over the file need of
/// it.
///
/// Wireshark opens and closes it with the file (and with every redissection), so nothing survives
/// from one file to the next.

#include "analysis/segment.hpp"
#include "analysis/tracker.hpp"
#include "facts_store.hpp"

#include <memory>

namespace mptcp::plugin {

class AnalysisSession {
  public:
    explicit AnalysisSession(const Settings& settings) : tracker_(settings) {}

    /// Null while no file is open.
    static AnalysisSession* current();
    static void open_current(const Settings& settings);
    static void close_current();

    /// Whether the engine has use for this segment: all of them from the first MPTCP option on, and
    /// before it those whose options were cut, because they are counted.
    bool wants(ByteView options, bool options_cut);
    /// False as long as wants() was never true: nothing to look for in any frame.
    [[nodiscard]] bool is_fed() const { return is_fed_; }

    [[nodiscard]] Tracker& tracker() { return tracker_; }

    /// A packet is seen for the first time under this number; it replaces an earlier one.
    void begin_frame(FrameNumber frame);
    /// Shows a segment to the engine and keeps what it says for later passes. The facts are valid
    /// until the next call.
    const SegmentFacts& observe(const Segment& segment);
    /// There will be no later pass over the file: keep nothing for it.
    void keep_no_facts();
    /// Tracker::later_facts() or data_order() will be asked at the end of each file, pass or no
    /// pass.
    static void want_history();
    [[nodiscard]] bool keeps_facts() const { return keeps_facts_; }

    [[nodiscard]] const FactsStore& facts() const { return facts_; }

  private:
    Tracker tracker_;
    FactsStore facts_;
    bool mptcp_seen_ = false;
    bool is_fed_ = false;
    bool keeps_facts_ = true;
};

} // namespace mptcp::plugin
