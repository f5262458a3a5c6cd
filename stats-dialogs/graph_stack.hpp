#pragma once
/// Puts the values of subflows on top of each other: rates, shares.

#include "analysis/units.hpp"
#include "stats-dialogs/level_of_detail.hpp"

#include <utility>
#include <vector>

namespace mptcp::dialogs {

class GraphStack {
  public:
    /// Values are told every taps::kRateStep. A subflow of which none is told has the value 0.
    void add(SubflowNumber subflow, Nanoseconds time, double value) {
        values_.push_back({time, subflow, value});
    }

    /// For each subflow the sum of its values and those of the subflows below it, the highest
    /// first; marks are as GraphData has them.
    std::vector<std::pair<SubflowNumber, std::vector<Mark>>> take(Nanoseconds start);

  private:
    struct Value {
        Nanoseconds time = 0;
        SubflowNumber subflow = 0;
        double value = 0;
    };

    std::vector<Value> values_;
};

} // namespace mptcp::dialogs
