#include "taps/selection.hpp"

#include <unordered_set>

namespace mptcp::taps {

void FilteredFigures::add(const SegmentFacts& facts) {
    if (!facts.is_mptcp()) {
        return;
    }
    Figures& figures = flows_[facts.flow];
    figures.totals.add(facts);
    if (facts.pending_bytes > 0) {
        figures.pending.push_back(facts.id);
    }
    if (facts.frame >= frames_.size()) {
        frames_.resize(std::size_t{facts.frame} + 1);
    }
    frames_[facts.frame] = true;
}

void FilteredFigures::clear() {
    flows_.clear();
    frames_.clear();
}

Totals FilteredFigures::totals(const Tracker& tracker, const Subflow& subflow, Side sender) const {
    const auto found = flows_.find(subflow.flow_ids[index(sender)]);
    if (found == flows_.end()) {
        return {};
    }
    Totals totals = found->second.totals;
    for (const SegmentId id : found->second.pending) {
        const ByteCounts credit = tracker.late_credit(id);
        totals.bytes += credit;
        totals.bytes[ByteClass::unmapped] -= credit.total();
    }
    for (const RepeatedLater& repeated : subflow.flow(sender).repeated_later) {
        if (has_frame(repeated.frame)) {
            totals.bytes.note_repeated_later(repeated.bytes);
        }
    }
    return totals;
}

std::vector<const Connection*> Selection::selected(const Tracker& tracker) const {
    std::vector<const Connection*> all = tracker.connections();
    if (connections.empty()) {
        return all;
    }
    // A number that was merged into another connection stands for that one.
    std::unordered_set<const Connection*> wanted;
    for (const ConnectionNumber number : connections) {
        wanted.insert(tracker.connection(number));
    }
    std::erase_if(all,
                  [&wanted](const Connection* connection) { return !wanted.contains(connection); });
    return all;
}

Totals Selection::totals(const Tracker& tracker, const Subflow& subflow, Side sender) const {
    return filter.empty() ? subflow.flow(sender).totals : filtered.totals(tracker, subflow, sender);
}

} // namespace mptcp::taps
