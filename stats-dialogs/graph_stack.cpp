#include "stats-dialogs/graph_stack.hpp"

#include "taps/series_model.hpp"

#include <algorithm>
#include <bit>
#include <map>

namespace mptcp::dialogs {

namespace {

/// One layer for each subflow that has values, from below.
class Layers {
  public:
    explicit Layers(std::map<SubflowNumber, double> values) : values_(std::move(values)) {
        for (const auto& [subflow, value] : values_) {
            layers_.push_back({subflow, {}});
        }
    }

    void set(SubflowNumber subflow, double value) { values_[subflow] = value; }

    /// Values are zero again afterwards.
    void add_marks(double x) {
        double sum = 0;
        auto layer = layers_.begin();
        for (auto& [subflow, value] : values_) {
            sum += value;
            layer->second.push_back(
                {.x = x,
                 .low = sum,
                 .height = 0,
                 .id = std::bit_cast<std::uint32_t>(static_cast<float>(value))});
            value = 0;
            ++layer;
        }
    }

    std::vector<std::pair<SubflowNumber, std::vector<Mark>>> take() {
        std::reverse(layers_.begin(), layers_.end());
        return std::move(layers_);
    }

  private:
    std::map<SubflowNumber, double> values_;
    std::vector<std::pair<SubflowNumber, std::vector<Mark>>> layers_;
};

} // namespace

std::vector<std::pair<SubflowNumber, std::vector<Mark>>> GraphStack::take(Nanoseconds start) {
    std::stable_sort(values_.begin(), values_.end(),
                     [](const Value& a, const Value& b) { return a.time < b.time; });
    std::map<SubflowNumber, double> zeros;
    for (const Value& value : values_) {
        zeros[value.subflow] = 0;
    }
    Layers layers(std::move(zeros));
    for (auto value = values_.begin(); value != values_.end();) {
        const Nanoseconds time = value->time;
        for (; value != values_.end() && value->time == time; ++value) {
            layers.set(value->subflow, value->value);
        }
        layers.add_marks(to_seconds(time - start));
        const bool pauses = value != values_.end() && value->time > time + taps::kRateStep;
        if (pauses) {
            layers.add_marks(to_seconds(time + taps::kRateStep - start));
            layers.add_marks(to_seconds(value->time - taps::kRateStep - start));
        }
    }
    values_ = {};
    return layers.take();
}

} // namespace mptcp::dialogs
