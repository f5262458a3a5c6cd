/// Fuzzes what reads frames without Wireshark, with the frames of a capture (see frame_script.hpp):
/// nothing outside a frame is read, what is taken for a segment is one, and the engine can work on
/// it.

#include "plugin/frame_parser.hpp"
#include "plugin/segment_batch.hpp"
#include "plugin/stream_table.hpp"

#include "analysis/tracker.hpp"

#include <array>
#include <cstdint>

#include "tests/fuzz/finding.hpp"
#include "tests/fuzz/frame_script.hpp"
#include "tests/unit/invariants.hpp"

using namespace mptcp;
using namespace mptcp::fuzz;
using plugin::LinkLayer;

namespace {

constexpr std::array<LinkLayer, kLinkTypes> kLinkLayers = {
    LinkLayer::ethernet, LinkLayer::cooked_v1, LinkLayer::cooked_v2,
    LinkLayer::raw_ip,   LinkLayer::null,
};

bool is_within(ByteView part, const std::vector<std::uint8_t>& whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void check(const Segment& segment, const ScriptedFrame& frame) {
    require(!segment.source.address.empty() &&
                segment.source.address.length == segment.destination.address.length,
            "addresses of a segment");
    require(is_within(segment.options, frame.bytes) && is_within(segment.payload, frame.bytes),
            "options or payload outside the frame");
    require(segment.options.size() <= 40, "more options than a header holds");
    require(segment.payload.size() <= segment.payload_length, "more payload captured than sent");
    require(segment.payload_length <= frame.reported, "more payload than the frame has bytes");
}

/// As bulk mode does: the frames are gone when the engine gets their segments.
class Analysis {
  public:
    void take(const plugin::BatchedSegment& taken) {
        batch_.add(taken);
        if (batch_.is_full()) {
            observe_all();
        }
    }

    void finish() {
        observe_all();
        tracker_.settle();
        require_nothing(test::violation(tracker_, seen_));
    }

  private:
    void observe_all() {
        batch_.take_each([this](plugin::BatchedSegment& taken) {
            Segment& segment = taken.segment;
            segment.stream = streams_.number(segment, taken.lesson);
            const SegmentFacts& facts = tracker_.observe(segment);
            require_nothing(test::violation_at_once(segment, facts));
            seen_.push_back({segment.source, segment.payload_length, facts});
        });
    }

    plugin::SegmentBatch batch_;
    plugin::StreamTable streams_{plugin::StreamTable::Rules::ends_count};
    Tracker tracker_;
    std::vector<test::Observed> seen_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteSource source({data, size});
    source.byte(); // settings of the hook's target
    Analysis analysis;
    Nanoseconds now = 0;
    for (FrameNumber number = 1; !source.empty(); ++number) {
        const ScriptedFrame frame = next_frame(source);
        now += frame.milliseconds * Nanoseconds{1'000'000};
        plugin::BatchedSegment taken;
        Segment& segment = taken.segment;
        if (!parse_frame(kLinkLayers[frame.link_type], frame.bytes, frame.reported, segment)) {
            continue;
        }
        check(segment, frame);
        segment.frame = number;
        segment.time = now;
        segment.capture_point.interface_id = frame.interface_number;
        analysis.take(taken);
    }
    analysis.finish();
    return 0;
}
