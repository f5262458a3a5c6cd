#pragma once
/// The engine's entrance: segments in, facts out.
///
///   Tracker tracker;
///   for each TCP segment, in capture order: const SegmentFacts& facts = tracker.observe(segment);
///   at any time: tracker.connections()
///
/// Feed it every TCP segment from the first one on that carries an MPTCP option. It gives facts for
/// all segments of flows in which MPTCP was seen, and ignores the others at the cost of a look-up.
/// One Tracker per capture file; it is not thread-safe.

#include "connection.hpp"
#include "data_order.hpp"
#include "facts.hpp"
#include "segment.hpp"
#include "settings.hpp"

#include <memory>
#include <vector>

namespace mptcp {

/// What only came to be known after a segment had passed.
struct LaterFacts {
    /// The first frame whose DATA_ACK covers the segment's bytes; 0 if none does.
    FrameNumber acked_in = 0;
    /// The next frame that reinjects any of its bytes; 0 if none does.
    FrameNumber reinjected_in = 0;
    /// Out-of-order segments: time until the hole before it was filled.
    std::optional<Nanoseconds> reorder_delay;
};

/// One direction of a subflow.
struct FlowPlace {
    ConnectionNumber connection = kNoConnection;
    SubflowNumber subflow = 0;
    Side sender = Side::a;
};

class Tracker {
  public:
    explicit Tracker(const Settings& settings = {});
    ~Tracker();
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

    /// The facts are valid until the next call.
    const SegmentFacts& observe(const Segment& segment);

    /// All connections and attempts by number; merged ones are gone, so numbers may have gaps.
    [[nodiscard]] std::vector<const Connection*> connections() const;
    /// The connection that has this number, or that took over the one that had it; null if none.
    [[nodiscard]] const Connection* connection(ConnectionNumber number) const;

    /// What the pending bytes of a segment became since: counts to add to its facts' `bytes`, the
    /// same sum to take from bytes[unmapped].
    [[nodiscard]] ByteCounts late_credit(SegmentId id) const;

    /// Where a flow belongs now.
    [[nodiscard]] FlowPlace place(FlowId flow) const;
    /// Facts as observe() gave them earlier (not completed ones), with the numbers that the
    /// connection and its subflow have now (mergers change them), and with late credits in place.
    [[nodiscard]] SegmentFacts completed(const SegmentFacts& facts) const;
    /// For completed facts: what came to be known since.
    [[nodiscard]] LaterFacts later_facts(const SegmentFacts& facts) const;
    /// Payload bytes at TCP positions of a flow that the capture holds.
    [[nodiscard]] std::uint64_t carried_bytes(FlowId flow, std::uint64_t position,
                                              std::uint32_t length) const;
    /// In which order the data of a direction came. Works it out anew each time.
    [[nodiscard]] DataOrder data_order(const Connection& connection, Side sender) const;
    /// Nobody will ask for later facts, or for the order of data: frees what was kept for them, and
    /// keeps no more.
    void forget_history();

    /// Segments whose TCP options the capture cut short: MPTCP may be in them unseen.
    [[nodiscard]] std::uint64_t segments_with_cut_options() const;
    /// Settles what only the end of the capture can tell (data without options after the last
    /// mapping …), as if it ended here: segments that follow are analysed as if nobody had asked.
    void settle();

  private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

} // namespace mptcp
