#include "taps/rate_series.hpp"

#include "taps/interval_model.hpp"

#include <array>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace mptcp::taps {

namespace {

/// What a flow carried in the kRateWindow before a point, step by step.
class TrailingSum {
  public:
    /// Of the next step.
    void carry(std::uint64_t bytes) { carried_ += bytes; }
    void finish_step(Nanoseconds end) {
        before_ = sum_;
        while (!steps_.empty() && steps_.front().end <= end - kRateWindow) {
            sum_ -= steps_.front().bytes;
            steps_.pop_front();
        }
        if (carried_ > 0) {
            steps_.push_back({end, carried_});
            sum_ += std::exchange(carried_, 0);
        }
    }

    [[nodiscard]] std::uint64_t bytes() const { return sum_; }
    [[nodiscard]] std::uint64_t bytes_before() const { return before_; }
    [[nodiscard]] bool leaves_zero() const { return before_ == 0 && sum_ > 0; }

  private:
    struct Step {
        Nanoseconds end = 0;
        std::uint64_t bytes = 0;
    };

    std::deque<Step> steps_;
    std::uint64_t sum_ = 0;
    std::uint64_t before_ = 0;
    std::uint64_t carried_ = 0;
};

/// The flows of one direction that carried something in the kRateWindow before: all of the
/// connection first, then single subflows. Those of which the last step was the first without
/// anything are still there.
using Flows = std::map<std::optional<SubflowNumber>, TrailingSum>;

/// A direction of a connection at the end of a step.
struct StepEnd {
    const Connection& connection;
    Side sender = Side::a;
    Nanoseconds time = 0;
    const Flows& flows;
};
using StepSink = std::function<void(const StepEnd&)>;

/// The steps of a connection, those in which it said nothing as well, as long as a point depends on
/// what was before.
class Steps {
  public:
    Steps(const Connection& connection, const StepSink& sink)
        : connection_(connection), sink_(sink) {}

    /// Rows come in the order of time.
    void add(const IntervalRow& row, std::uint64_t bytes) {
        const Nanoseconds end = row.start + row.length;
        if (end > end_) {
            finish_before(end);
            end_ = end;
        }
        if (bytes > 0) {
            const auto subflow =
                row.subflow != nullptr ? std::optional(row.subflow->number) : std::nullopt;
            flows_[index(row.sender)][subflow].carry(bytes);
        }
    }

    void finish() {
        // The last step is the one that the last segment is in.
        finish_before(connection_.last() + kRateStep + 1);
    }

  private:
    /// All steps that end before this time, from the one at work on.
    void finish_before(Nanoseconds time) {
        for (; end_ < time && !(flows_[0].empty() && flows_[1].empty()); end_ += kRateStep) {
            const Side client = connection_.client_side();
            for (const Side sender : {client, opposite(client)}) {
                finish_step(sender);
            }
        }
    }

    void finish_step(Side sender) {
        Flows& flows = flows_[index(sender)];
        for (auto& [subflow, sum] : flows) {
            sum.finish_step(end_);
        }
        sink_({connection_, sender, end_, flows});
        std::erase_if(flows, [](const auto& flow) { return flow.second.bytes() == 0; });
    }

    const Connection& connection_;
    const StepSink& sink_;
    std::array<Flows, 2> flows_;
    /// Of the step at work.
    Nanoseconds end_ = std::numeric_limits<Nanoseconds>::min();
};

/// Calls `sink` for each direction at the end of each step. `bytes` tells what a flow carried in an
/// interval.
void for_each_step(const ReportInput& input,
                   const std::function<std::uint64_t(const IntervalRow&)>& bytes,
                   const StepSink& sink) {
    std::map<ConnectionNumber, Steps> connections;
    for_each_interval(input, kRateStep, Silence::left_out, [&](const IntervalRow& row) {
        connections.try_emplace(row.connection.number(), row.connection, sink)
            .first->second.add(row, bytes(row));
    });
    for (auto& [number, steps] : connections) {
        steps.finish();
    }
}

SeriesPoint point_of(const StepEnd& step, std::optional<SubflowNumber> subflow,
                     std::string_view kind, Nanoseconds time, double value) {
    return {.connection = step.connection,
            .sender = step.sender,
            .subflow = subflow,
            .previous_subflow = std::nullopt,
            .frame = std::nullopt,
            .time = time,
            .kind = kind,
            .value = value,
            .value_end = {}};
}

/// Silence is told by a zero at its beginning and one at its end.
void tell_rates(const StepEnd& step, std::string_view kind, const PointSink& point) {
    for (const auto& [subflow, sum] : step.flows) {
        if (sum.leaves_zero()) {
            point(point_of(step, subflow, kind, step.time - kRateStep, 0.0));
        }
        const double rate = static_cast<double>(sum.bytes()) * 8 / to_seconds(kRateWindow);
        point(point_of(step, subflow, kind, step.time, rate));
    }
}

/// A subflow that carried nothing has no points, but one at each end of such a time.
void tell_shares(const StepEnd& step, const PointSink& point) {
    constexpr std::string_view kKind = "share";
    std::uint64_t total = 0;
    std::uint64_t before = 0;
    for (const auto& [subflow, sum] : step.flows) {
        total += sum.bytes();
        before += sum.bytes_before();
    }
    for (const auto& [subflow, sum] : step.flows) {
        if (sum.leaves_zero() && before > 0) {
            point(point_of(step, subflow, kKind, step.time - kRateStep, 0.0));
        }
        if (total > 0) {
            const double share = static_cast<double>(sum.bytes()) / static_cast<double>(total);
            point(point_of(step, subflow, kKind, step.time, share));
        }
    }
}

} // namespace

void for_each_throughput(const ReportInput& input, const PointSink& point) {
    for_each_step(
        input, [](const IntervalRow& row) { return row.figures.sent.payload_bytes(); },
        [&](const StepEnd& step) { tell_rates(step, "throughput", point); });
}

void for_each_goodput(const ReportInput& input, const PointSink& point) {
    for_each_step(
        input, [](const IntervalRow& row) { return row.goodput_bytes.value_or(0); },
        [&](const StepEnd& step) { tell_rates(step, "goodput", point); });
}

void for_each_share(const ReportInput& input, const PointSink& point) {
    for_each_step(
        input,
        [](const IntervalRow& row) {
            return row.subflow != nullptr ? row.figures.sent.data_bytes() : 0;
        },
        [&](const StepEnd& step) { tell_shares(step, point); });
}

} // namespace mptcp::taps
