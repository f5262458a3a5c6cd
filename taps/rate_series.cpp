#include "taps/rate_series.hpp"

#include "taps/interval_model.hpp"

#include <deque>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace mptcp::taps {

namespace {

/// What the intervals of kRateStep in the kRateWindow before a point add up to.
class TrailingSum {
  public:
    void advance(Nanoseconds end, std::uint64_t bytes) {
        before_ = sum_;
        while (!steps_.empty() && steps_.front().end <= end - kRateWindow) {
            sum_ -= steps_.front().bytes;
            steps_.pop_front();
        }
        if (bytes > 0) {
            steps_.push_back({end, bytes});
            sum_ += bytes;
        }
    }
    [[nodiscard]] std::uint64_t bytes() const { return sum_; }
    [[nodiscard]] double rate() const {
        return static_cast<double>(sum_) * 8 / to_seconds(kRateWindow);
    }
    [[nodiscard]] bool stays_zero() const { return before_ == 0 && sum_ == 0; }
    [[nodiscard]] bool leaves_zero() const { return before_ == 0 && sum_ > 0; }

  private:
    struct Step {
        Nanoseconds end = 0;
        std::uint64_t bytes = 0;
    };

    std::deque<Step> steps_;
    std::uint64_t sum_ = 0;
    std::uint64_t before_ = 0;
};

SeriesPoint point_of(const IntervalRow& row, std::string_view kind) {
    return {.connection = row.connection,
            .sender = row.sender,
            .subflow = row.subflow != nullptr ? std::optional(row.subflow->number) : std::nullopt,
            .previous_subflow = std::nullopt,
            .frame = std::nullopt,
            .time = row.start,
            .kind = kind,
            .value = 0.0,
            .value_end = {}};
}

/// Silence is told by a zero at its beginning and one at its end.
void for_each_rate(const ReportInput& input, std::string_view kind,
                   const std::function<std::uint64_t(const IntervalRow&)>& bytes,
                   const PointSink& sink) {
    using Place = std::tuple<const Connection*, const Subflow*, Side>;
    std::map<Place, TrailingSum> sums;
    for_each_interval(input, kRateStep, [&](const IntervalRow& row) {
        TrailingSum& sum = sums[{&row.connection, row.subflow, row.sender}];
        sum.advance(row.start + row.length, bytes(row));
        if (sum.stays_zero()) {
            return;
        }
        SeriesPoint point = point_of(row, kind);
        if (sum.leaves_zero()) {
            sink(point);
        }
        point.time = row.start + row.length;
        point.value = sum.rate();
        sink(point);
    });
}

/// The subflows of one direction, step by step.
class Shares {
  public:
    Shares(const Connection& connection, Side sender, const PointSink& sink)
        : connection_(connection), sender_(sender), sink_(sink),
          subflows_(connection.subflows().size()) {}

    void begin_step(Nanoseconds end) {
        finish_step();
        end_ = end;
    }
    void add(SubflowNumber subflow, std::uint64_t bytes) { subflows_[subflow].carried = bytes; }

    /// A subflow that carried nothing has no points, but one at each end of such a time.
    void finish_step() {
        if (!end_) {
            return;
        }
        std::uint64_t total = 0;
        for (Share& share : subflows_) {
            share.sum.advance(*end_, std::exchange(share.carried, 0));
            total += share.sum.bytes();
        }
        for (SubflowNumber number = 0; number < subflows_.size(); ++number) {
            tell(number, total);
        }
        before_ = total;
    }

  private:
    struct Share {
        TrailingSum sum;
        std::uint64_t carried = 0;
    };

    void tell(SubflowNumber number, std::uint64_t total) const {
        const TrailingSum& sum = subflows_[number].sum;
        if (sum.leaves_zero() && before_ > 0) {
            tell(number, *end_ - kRateStep, 0.0);
        }
        if (!sum.stays_zero() && total > 0) {
            tell(number, *end_, static_cast<double>(sum.bytes()) / static_cast<double>(total));
        }
    }
    void tell(SubflowNumber number, Nanoseconds time, double share) const {
        sink_({.connection = connection_,
               .sender = sender_,
               .subflow = number,
               .previous_subflow = std::nullopt,
               .frame = std::nullopt,
               .time = time,
               .kind = "share",
               .value = share,
               .value_end = {}});
    }

    const Connection& connection_;
    Side sender_;
    const PointSink& sink_;
    std::vector<Share> subflows_;
    std::optional<Nanoseconds> end_;
    /// Bytes of all subflows in the window of the step before.
    std::uint64_t before_ = 0;
};

} // namespace

void for_each_throughput(const ReportInput& input, const PointSink& point) {
    for_each_rate(
        input, "throughput",
        [](const IntervalRow& row) { return row.figures.sent.payload_bytes(); }, point);
}

void for_each_goodput(const ReportInput& input, const PointSink& point) {
    for_each_rate(
        input, "goodput", [](const IntervalRow& row) { return row.goodput_bytes.value_or(0); },
        point);
}

void for_each_share(const ReportInput& input, const PointSink& point) {
    std::map<std::pair<ConnectionNumber, Side>, Shares> directions;
    for_each_interval(input, kRateStep, [&](const IntervalRow& row) {
        Shares& shares = directions
                             .try_emplace({row.connection.number(), row.sender}, row.connection,
                                          row.sender, point)
                             .first->second;
        // Of each interval the whole connection comes first.
        if (row.subflow == nullptr) {
            shares.begin_step(row.start + row.length);
        } else {
            shares.add(row.subflow->number, row.figures.sent.data_bytes());
        }
    });
    for (auto& [place, shares] : directions) {
        shares.finish_step();
    }
}

} // namespace mptcp::taps
