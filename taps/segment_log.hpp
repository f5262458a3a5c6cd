#pragma once
/// The facts of the segments that passed, for reports with a row for each of them.
///
/// They are packed (about 45 bytes each) into memory, and from a megabyte on into a temporary file:
/// a report of ten million segments takes no more memory than one of a thousand. They are read back
/// at the end, when what came to be known later (numbers after mergers, mappings that came late,
/// acknowledgments) stands beside them.

#include "analysis/facts_codec.hpp"
#include "analysis/tracker.hpp"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mptcp::taps {

/// A segment with all that is known of it now.
struct LoggedSegment {
    const SegmentFacts& facts;
    const LaterFacts& later;
    const Connection& connection;
    const Subflow& subflow;
};

class SegmentLog {
  public:
    void add(const SegmentFacts& facts);
    void clear();

    /// Calls `segment` for each one, in the order of add().
    void for_each(const Tracker& tracker,
                  const std::function<void(const LoggedSegment&)>& segment) const;

    /// No segment is earlier than one that was added before it by more than this.
    [[nodiscard]] Nanoseconds largest_step_back() const { return largest_step_back_; }

    /// Why segments are missing; empty if none are.
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using Bytes = std::vector<std::uint8_t>;

    void spill();
    /// Reads one chunk of the file; empty at its end.
    [[nodiscard]] Bytes read_chunk() const;
    void replay(const Bytes& chunk, const Tracker& tracker,
                const std::function<void(const LoggedSegment&)>& segment) const;

    FactsCodec codec_;
    /// What was added since the last spill: for each segment its frame, its time and what
    /// FactsCodec makes of it. The differences start anew in each chunk.
    Bytes chunk_;
    FrameNumber last_frame_ = 0;
    Nanoseconds last_time_ = 0;
    Nanoseconds latest_time_ = kEarliestTime;
    Nanoseconds largest_step_back_ = 0;
    std::unique_ptr<std::FILE, CloseFile> file_;
    mutable std::string problem_;
};

} // namespace mptcp::taps
