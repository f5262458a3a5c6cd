#include "taps/checksum_results.hpp"

namespace mptcp::taps {

namespace {

/// Mappings announced again are judged with the first announcement.
bool is_to_be_judged(const SegmentFacts& facts) {
    return facts.announced && facts.announced->checksum && !facts.announced->repeated;
}

constexpr unsigned kResultBits = 2;

std::uint8_t packed(const Check& check) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(check.result) |
                                     (static_cast<unsigned>(check.reason) << kResultBits));
}

Check unpacked(std::uint8_t byte) {
    return {static_cast<Verification>(byte & ((1U << kResultBits) - 1)),
            static_cast<UnverifiedReason>(byte >> kResultBits)};
}

} // namespace

void ChecksumResults::note(const SegmentFacts& facts) {
    if (is_to_be_judged(facts)) {
        Flow& flow = flows_[facts.flow];
        flow.open[facts.frame] = flow.results.size();
        flow.results.push_back(packed({}));
    }
    if (facts.checksum.result == Verification::absent) {
        return;
    }
    Flow& flow = flows_[facts.flow];
    const auto judged = flow.open.find(facts.checksum_frame);
    if (judged != flow.open.end()) {
        flow.results[judged->second] = packed(facts.checksum);
        flow.open.erase(judged);
    }
}

Check ChecksumResults::next(const SegmentFacts& facts) {
    if (!is_to_be_judged(facts)) {
        return {};
    }
    Flow& flow = flows_.at(facts.flow);
    return unpacked(flow.results[flow.told++]);
}

} // namespace mptcp::taps
