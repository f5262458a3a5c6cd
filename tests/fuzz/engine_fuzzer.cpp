/// Fuzzes the engine with captures (see SegmentScript): the invariants hold, stored facts come back
/// as they were, and every report can be written
/// (one for each input).

#include "analysis/tracker.hpp"
#include "plugin/facts_store.hpp"
#include "taps/segment_log.hpp"

#include <cstdint>
#include <vector>

#include "bench/report_run.hpp"
#include "tests/fuzz/finding.hpp"
#include "tests/fuzz/segment_script.hpp"
#include "tests/unit/invariants.hpp"

using namespace mptcp;
using namespace mptcp::fuzz;

namespace {

class Capture {
  public:
    explicit Capture(ByteView bytes)
        : script_(bytes),
          keeps_history_(script_.keeps_history()), settings_{.verify_checksums =
                                                                 script_.verifies_checksums(),
                                                             .keep_history = keeps_history_} {
        some_.filter = "fuzzed";
    }

    void run() {
        constexpr unsigned kMostSteps = 400;
        for (unsigned steps = 0; steps < kMostSteps; ++steps) {
            const auto step = script_.next();
            if (!step) {
                break;
            }
            if (step->segment) {
                observe(*step->segment);
            } else {
                act(step->deed);
            }
        }
        check();
        undisturbed_.settle();
        require_nothing(test::difference(tracker_, undisturbed_, seen_));
        check_stored();
        check_logged();
        const std::uint8_t choice = script_.wanted_report();
        const bool filtered = (choice & 0x04) != 0;
        taps::ReportOptions options;
        if (script_.has_far_times()) {
            options.interval *= 3'000'000; // rows of seconds would be of decades
        }
        require_nothing(bench::write_report({&tracker_, filtered ? some_ : all_, options, log_},
                                            choice >> 3U, choice & 0x03U));
    }

  private:
    void observe(const Segment& segment) {
        tracker_.settle();
        const SegmentFacts facts = tracker_.observe(segment);
        require_nothing(test::violation_at_once(segment, facts));
        require(undisturbed_.observe(segment) == facts, "asking changes what follows");
        seen_.push_back({segment.source, segment.payload_length, facts});
        if (!facts.is_mptcp()) {
            return;
        }
        if (segment.frame != last_frame_) {
            store_.begin_frame(segment.frame);
            last_frame_ = segment.frame;
        }
        store_.add(facts);
        log_.add(facts);
        if (seen_.size() % 2 == 0) {
            some_.filtered.add(facts);
        }
    }

    void act(Deed deed) {
        constexpr unsigned kMostQuestions = 4;
        if (deed == Deed::forget_history) {
            tracker_.forget_history();
            undisturbed_.forget_history();
            keeps_history_ = false;
        } else if (deed == Deed::ask && questions_++ < kMostQuestions) {
            check();
        }
    }

    void check() {
        tracker_.settle();
        require_nothing(test::violation(tracker_, seen_));
        if (keeps_history_) {
            require_nothing(test::violation_of_order(tracker_));
        }
    }

    /// The encoding leaves out what the reader has from elsewhere.
    static SegmentFacts with_place_of(SegmentFacts facts, const SegmentFacts& other) {
        facts.time = other.time;
        facts.connection = other.connection;
        facts.subflow = other.subflow;
        facts.sender = other.sender;
        return facts;
    }

    /// Those of MPTCP, in the order in which they came.
    [[nodiscard]] std::vector<SegmentFacts> kept() const {
        std::vector<SegmentFacts> kept;
        for (const test::Observed& seen : seen_) {
            if (seen.facts.is_mptcp()) {
                kept.push_back(seen.facts);
            }
        }
        return kept;
    }

    void check_stored() const {
        std::size_t stored = 0;
        const std::vector<SegmentFacts> all = kept();
        while (stored < all.size()) {
            const FrameNumber frame = all[stored].frame;
            for (const SegmentFacts& facts : store_.of_frame(frame)) {
                require(stored < all.size() && all[stored].frame == frame, "stored elsewhere");
                require(with_place_of(facts, all[stored]) == all[stored], "stored facts differ");
                ++stored;
            }
            require(stored == all.size() || all[stored].frame != frame, "stored facts are missing");
        }
        require(stored == store_.size(), "more facts are stored than there were");
    }

    void check_logged() const {
        std::size_t logged = 0;
        const std::vector<SegmentFacts> all = kept();
        log_.for_each(tracker_, [&](const taps::LoggedSegment& segment) {
            require(logged < all.size(), "more facts are logged than there were");
            require(segment.facts == tracker_.completed(all[logged]), "logged facts differ");
            ++logged;
        });
        require(logged == all.size(), "logged facts are missing");
    }

    SegmentScript script_;
    bool keeps_history_;
    Settings settings_;
    /// Settled before each segment, which must change nothing.
    Tracker tracker_{settings_};
    Tracker undisturbed_{settings_};
    std::vector<test::Observed> seen_;
    plugin::FactsStore store_;
    FrameNumber last_frame_ = 0;
    taps::SegmentLog log_;
    taps::Selection all_;
    taps::Selection some_;
    unsigned questions_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Capture({data, size}).run();
    return 0;
}
