#include "taps/interval_model.hpp"

#include "taps/summary_model.hpp"

#include <algorithm>
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

/// What happened in one interval of a connection.
class OpenInterval {
  public:
    explicit OpenInterval(std::size_t subflows) : flows_((subflows + 1) * 2) {}

    void add(const LoggedSegment& segment) {
        const Side sender = segment.facts.sender;
        for (const Subflow* subflow : {static_cast<const Subflow*>(nullptr), &segment.subflow}) {
            add_sent(flows_[place(subflow, sender)], segment.facts);
            add_acknowledged(flows_[place(subflow, opposite(sender))], segment.facts);
        }
        if (segment.facts.subflow_flight) {
            add_to(flows_[place(&segment.subflow, sender)].subflow_flight,
                   *segment.facts.subflow_flight, segment.facts.time);
        }
    }

    [[nodiscard]] const FlowInterval& flow(const Subflow* subflow, Side sender) const {
        return flows_[place(subflow, sender)];
    }

    [[nodiscard]] bool has_segment_of(const Subflow& subflow) const {
        const auto any = [&](Side sender) {
            const Totals& sent = flow(&subflow, sender).sent;
            return sent.segments + sent.duplicate_segments > 0;
        };
        return any(Side::a) || any(Side::b);
    }

  private:
    [[nodiscard]] static std::size_t place(const Subflow* subflow, Side sender) {
        return (subflow == nullptr ? 0 : subflow->number + std::size_t{1}) * 2 + index(sender);
    }

    std::vector<FlowInterval> flows_;
};

class ConnectionIntervals {
  public:
    ConnectionIntervals(const Connection& connection, Nanoseconds length, bool filtered,
                        const Sink& sink)
        : connection_(connection), length_(length), filtered_(filtered), sink_(sink),
          nothing_(connection.subflows().size()) {}

    /// No later segment will be earlier than `segment` by more than `step_back`.
    void add(const LoggedSegment& segment, Nanoseconds step_back) {
        const auto [interval, added] =
            open_.try_emplace(index_of(segment.facts.time), connection_.subflows().size());
        interval->second.add(segment);
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
            tell(index, interval);
            next_ = index + 1;
            open_.erase(open_.begin());
        }
    }

    /// Intervals in which nothing happened.
    void tell_silence(Index end) {
        const Index pause = std::min(end - 1, next_ + kLongestToldSilence);
        for (; next_ < pause; ++next_) {
            tell(next_, nothing_);
        }
        if (next_ < end) {
            tell(end - 1, nothing_);
            next_ = end;
        }
    }

    void tell(Index index, const OpenInterval& interval) const {
        const Side client = connection_.client_side();
        for (const Side sender : {client, opposite(client)}) {
            tell(index, nullptr, sender, interval);
            for (const Subflow* subflow : connection_.subflows()) {
                const bool alive =
                    index_of(subflow->start) <= index && index <= index_of(subflow->last);
                // The first segment in the file need not be the earliest.
                if (alive || interval.has_segment_of(*subflow)) {
                    tell(index, subflow, sender, interval);
                }
            }
        }
    }

    void tell(Index index, const Subflow* subflow, Side sender,
              const OpenInterval& interval) const {
        const FlowInterval& flow = interval.flow(subflow, sender);
        IntervalRow row{.connection = connection_,
                        .subflow = subflow,
                        .sender = sender,
                        .start = start_of(index),
                        .length = length_,
                        .figures = flow,
                        .goodput_bytes = std::nullopt,
                        .goodput_from_data_acks = false};
        if (!filtered_ && subflow == nullptr && acknowledged_is_goodput(connection_, sender)) {
            row.goodput_from_data_acks = true;
            row.goodput_bytes = flow.newly_acked_bytes;
        } else if (connection_.totals(sender).data_bytes() > 0) {
            row.goodput_bytes = flow.sent.data_bytes();
        }
        sink_(row);
    }

    const Connection& connection_;
    Nanoseconds length_;
    bool filtered_;
    const Sink& sink_;
    OpenInterval nothing_;
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

void for_each_interval(const ReportInput& input, Nanoseconds length, const Sink& row) {
    if (input.tracker == nullptr) {
        return;
    }
    const std::vector<const Connection*> selected = input.selection.selected(*input.tracker);
    std::unordered_map<const Connection*, ConnectionIntervals> all;
    for (const Connection* connection : selected) {
        all.try_emplace(connection, *connection, length, !input.selection.filter.empty(), row);
    }
    for_each_segment(input, [&](const LoggedSegment& segment) {
        all.at(&segment.connection).add(segment, input.segments.largest_step_back());
    });
    for (const Connection* connection : selected) {
        all.at(connection).finish();
    }
}

} // namespace mptcp::taps
