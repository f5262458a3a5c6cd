#include "taps/interval_model.hpp"

#include "taps/summary_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mptcp::taps {

namespace {

/// Number of an interval, from 0 at the start of its connection.
using Index = std::int64_t;
using Sink = std::function<void(const IntervalRow&)>;

template <typename T, typename... Arguments>
void add_to(std::optional<T>& sum, Arguments... arguments) {
    if (!sum) {
        sum.emplace();
    }
    sum->add(arguments...);
}

void add_sent(FlowInterval& flow, const SegmentFacts& facts) {
    flow.sent.add(facts);
    if (facts.flight) {
        add_to(flow.flight, *facts.flight, facts.time);
    }
}

void add_acknowledged(FlowInterval& flow, const SegmentFacts& facts) {
    flow.newly_acked_bytes += facts.newly_acked_bytes;
    if (facts.data_rtt) {
        add_to(flow.data_rtt, *facts.data_rtt);
    }
    if (facts.subflow_rtt) {
        add_to(flow.subflow_rtt, *facts.subflow_rtt);
    }
    if (facts.window) {
        add_to(flow.window, *facts.window, facts.time);
    }
}

/// How many rows of silence may still be told.
class SilentRows {
  public:
    explicit SilentRows(Silence silence)
        : told_(silence == Silence::told), left_(told_ ? kSilentRows : 0) {}

    void segment_came() { left_ += told_ ? kSilentRowsPerSegment : 0; }
    /// From the first time on that there are too few left none is told.
    bool take(std::uint64_t rows) {
        told_ = told_ && rows <= left_;
        left_ = told_ ? left_ - rows : 0;
        return told_;
    }
    [[nodiscard]] bool told() const { return told_; }

  private:
    bool told_;
    std::uint64_t left_;
};

/// The two directions of a connection or of a subflow.
using Flows = std::array<FlowInterval, 2>;

/// What happened in one interval of a connection.
class OpenInterval {
  public:
    void add(const LoggedSegment& segment) {
        Flows& flows = subflows_[segment.subflow.number];
        add(whole_, segment.facts);
        add(flows, segment.facts);
        if (segment.facts.subflow_flight) {
            add_to(flows[index(segment.facts.sender)].subflow_flight, *segment.facts.subflow_flight,
                   segment.facts.time);
        }
    }

    [[nodiscard]] const FlowInterval& whole(Side sender) const { return whole_[index(sender)]; }
    /// Those that had a segment.
    [[nodiscard]] const std::map<SubflowNumber, Flows>& subflows() const { return subflows_; }

  private:
    static void add(Flows& flows, const SegmentFacts& facts) {
        add_sent(flows[index(facts.sender)], facts);
        add_acknowledged(flows[index(opposite(facts.sender))], facts);
    }

    Flows whole_;
    std::map<SubflowNumber, Flows> subflows_;
};

class ConnectionIntervals {
  public:
    ConnectionIntervals(const Connection& connection, Nanoseconds length, bool filtered,
                        SilentRows& silent_rows, const Sink& sink)
        : connection_(connection), length_(length), silent_rows_(silent_rows), sink_(sink),
          to_come_(connection.subflows()) {
        std::stable_sort(to_come_.begin(), to_come_.end(),
                         [](const Subflow* x, const Subflow* y) { return x->start > y->start; });
        for (const Side sender : {Side::a, Side::b}) {
            goodput_is_acknowledged_[mptcp::index(sender)] =
                !filtered && acknowledged_is_goodput(connection, sender);
            has_data_[mptcp::index(sender)] = connection.totals(sender).data_bytes() > 0;
        }
    }

    /// No later segment will be earlier than `segment` by more than `step_back`.
    void add(const LoggedSegment& segment, Nanoseconds step_back) {
        open_[index_of(segment.facts.time)].add(segment);
        latest_ = std::max(latest_, segment.facts.time);
        // The first time there is, if the clock went back that far.
        const Nanoseconds passed = latest_ - kEarliestTime;
        tell_before(index_of(latest_ - std::min(step_back, passed)));
    }

    void finish() {
        tell_before(std::numeric_limits<Index>::max());
        tell_silence(index_of(connection_.last()) + 1);
    }

  private:
    [[nodiscard]] Index index_of(Nanoseconds time) const {
        const Nanoseconds since = time - connection_.start();
        return since >= 0 ? since / length_ : (since + 1) / length_ - 1;
    }

    /// The first interval may begin before the first time there is.
    [[nodiscard]] Nanoseconds start_of(Index index) const {
        return index <= index_of(kEarliestTime) ? kEarliestTime
                                                : connection_.start() + index * length_;
    }

    void tell_before(Index end) {
        while (!open_.empty() && open_.begin()->first < end) {
            const auto& [index, interval] = *open_.begin();
            next_ = std::min(next_, index);
            tell_silence(index);
            find_living(index);
            if (!silent_rows_.take(2 * living_.size())) {
                living_.clear();
            }
            tell(index, interval);
            next_ = index + 1;
            open_.erase(open_.begin());
        }
    }

    /// Intervals in which nothing happened.
    void tell_silence(Index end) {
        static const OpenInterval kNothing;
        const Index pause = std::min(end - 1, next_ + kLongestToldSilence);
        while (next_ < end) {
            next_ = next_ < pause ? next_ : end - 1;
            find_living(next_);
            if (!silent_rows_.take(2 + 2 * living_.size())) {
                next_ = end;
                return;
            }
            tell(next_, kNothing);
            ++next_;
        }
    }

    /// As long as silence is told: that is what they are for.
    void find_living(Index index) {
        if (!silent_rows_.told()) {
            return;
        }
        for (; !to_come_.empty() && index_of(to_come_.back()->start) <= index;
             to_come_.pop_back()) {
            living_.insert({to_come_.back()->number, to_come_.back()});
        }
        std::erase_if(living_,
                      [&](const auto& subflow) { return index_of(subflow.second->last) < index; });
    }

    void tell(Index index, const OpenInterval& interval) const {
        const Side client = connection_.client_side();
        for (const Side sender : {client, opposite(client)}) {
            tell(index, nullptr, sender, interval.whole(sender));
            tell_subflows(index, sender, interval);
        }
    }

    /// Those that live, and those that had segments: the first one in the file need not be the
    /// earliest.
    void tell_subflows(Index index, Side sender, const OpenInterval& interval) const {
        static const FlowInterval kNothing;
        auto living = living_.begin();
        const auto tell_silent_before = [&](std::optional<SubflowNumber> number) {
            for (; living != living_.end() && (!number || living->first < *number); ++living) {
                tell(index, living->second, sender, kNothing);
            }
        };
        for (const auto& [number, flows] : interval.subflows()) {
            tell_silent_before(number);
            tell(index, connection_.subflows()[number], sender, flows[mptcp::index(sender)]);
            if (living != living_.end() && living->first == number) {
                ++living;
            }
        }
        tell_silent_before(std::nullopt);
    }

    void tell(Index index, const Subflow* subflow, Side sender, const FlowInterval& flow) const {
        IntervalRow row{.connection = connection_,
                        .subflow = subflow,
                        .sender = sender,
                        .start = start_of(index),
                        .length = length_,
                        .figures = flow,
                        .goodput_bytes = std::nullopt,
                        .goodput_from_data_acks = false};
        if (subflow == nullptr && goodput_is_acknowledged_[mptcp::index(sender)]) {
            row.goodput_from_data_acks = true;
            row.goodput_bytes = flow.newly_acked_bytes;
        } else if (has_data_[mptcp::index(sender)]) {
            row.goodput_bytes = flow.sent.data_bytes();
        }
        sink_(row);
    }

    const Connection& connection_;
    Nanoseconds length_;
    SilentRows& silent_rows_;
    const Sink& sink_;
    std::array<bool, 2> goodput_is_acknowledged_{};
    std::array<bool, 2> has_data_{};
    /// Subflows that have not begun, the latest first, and those between first and last segment.
    std::vector<const Subflow*> to_come_;
    std::map<SubflowNumber, const Subflow*> living_;
    std::map<Index, OpenInterval> open_;
    Nanoseconds latest_ = std::numeric_limits<Nanoseconds>::min();
    /// The first one that has not been told.
    Index next_ = 0;
};

} // namespace

void RttInInterval::add(Nanoseconds sample) {
    ++count;
    sum = longer_by(sum, sample);
    max = std::max(max, sample);
}

Nanoseconds RttInInterval::mean() const {
    return std::llround(static_cast<double>(sum) / static_cast<double>(count));
}

void LevelInInterval::add(std::uint64_t level, Nanoseconds time) {
    max = std::max(max, level);
    if (time >= last_time) {
        last = level;
        last_time = time;
    }
}

bool for_each_interval(const ReportInput& input, Nanoseconds length, Silence silence,
                       const Sink& row) {
    if (input.tracker == nullptr) {
        return true;
    }
    const std::vector<const Connection*> selected = input.selection.selected(*input.tracker);
    SilentRows silent_rows(silence);
    std::unordered_map<const Connection*, ConnectionIntervals> all;
    for (const Connection* connection : selected) {
        all.try_emplace(connection, *connection, length, !input.selection.filter.empty(),
                        silent_rows, row);
    }
    for_each_segment(input, [&](const LoggedSegment& segment) {
        silent_rows.segment_came();
        all.at(&segment.connection).add(segment, input.segments.largest_step_back());
    });
    for (const Connection* connection : selected) {
        all.at(connection).finish();
    }
    return silent_rows.told();
}

} // namespace mptcp::taps
