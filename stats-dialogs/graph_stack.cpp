#include "stats-dialogs/graph_stack.hpp"

#include "taps/series_model.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

namespace mptcp::dialogs {

namespace {

/// What subflows have at one time; those that are not named have zero.
using Values = std::map<SubflowNumber, double>;

/// Sums of the values below subflows that are asked for from below.
class SumBelow {
  public:
    explicit SumBelow(const Values& values) : values_(values), next_(values.begin()) {}

    double of(SubflowNumber subflow) {
        for (; next_ != values_.end() && next_->first < subflow; ++next_) {
            sum_ += next_->second;
        }
        return sum_;
    }

  private:
    const Values& values_;
    Values::const_iterator next_;
    double sum_ = 0;
};

/// One layer for each subflow that has values, from below. Where a subflow has none its layer lies
/// at zero, below those of the others that would hide it anyway: so it takes no marks.
class Layers {
  public:
    /// `values` are not zero.
    void add_marks(double x, Values values) {
        SumBelow below(values);
        for (const auto& [subflow, value] : before_) {
            if (!values.contains(subflow)) {
                add(subflow, x, below.of(subflow), 0);
                add(subflow, x, 0, 0);
            }
        }
        SumBelow below_before(before_);
        double sum = 0;
        for (const auto& [subflow, value] : values) {
            if (x_before_ && !before_.contains(subflow)) {
                add(subflow, *x_before_, 0, 0);
                add(subflow, *x_before_, below_before.of(subflow), 0);
            }
            sum += value;
            add(subflow, x, sum, value);
        }
        before_ = std::move(values);
        x_before_ = x;
    }

    /// From above.
    std::vector<std::pair<SubflowNumber, std::vector<Mark>>> take() {
        std::vector<std::pair<SubflowNumber, std::vector<Mark>>> layers;
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
            layers.emplace_back(layer->first, std::move(layer->second));
        }
        return layers;
    }

  private:
    void add(SubflowNumber subflow, double x, double sum, double value) {
        std::vector<Mark>& marks = layers_[subflow];
        const Mark mark{.x = x,
                        .low = sum,
                        .height = 0,
                        .id = std::bit_cast<std::uint32_t>(static_cast<float>(value))};
        if (marks.empty() || marks.back().x != x || marks.back().low != sum) {
            marks.push_back(mark);
        }
    }

    std::map<SubflowNumber, std::vector<Mark>> layers_;
    Values before_;
    std::optional<double> x_before_;
};

} // namespace

std::vector<std::pair<SubflowNumber, std::vector<Mark>>> GraphStack::take(Nanoseconds start) {
    std::stable_sort(values_.begin(), values_.end(),
                     [](const Value& a, const Value& b) { return a.time < b.time; });
    Layers layers;
    for (auto value = values_.begin(); value != values_.end();) {
        const Nanoseconds time = value->time;
        Values now;
        for (; value != values_.end() && value->time == time; ++value) {
            if (value->value != 0) {
                now[value->subflow] = value->value;
            }
        }
        layers.add_marks(to_seconds(time - start), std::move(now));
        const bool pauses = value != values_.end() && value->time > time + taps::kRateStep;
        if (pauses) {
            layers.add_marks(to_seconds(time + taps::kRateStep - start), {});
            layers.add_marks(to_seconds(value->time - taps::kRateStep - start), {});
        }
    }
    values_ = {};
    return layers.take();
}

} // namespace mptcp::dialogs
