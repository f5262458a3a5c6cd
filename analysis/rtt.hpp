#pragma once
/// Round-trip time samples and their statistics.

#include "units.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp {

/// All in seconds. `stdev` is that of the population.
struct RttStatistics {
    double min = 0;
    double mean = 0;
    double median = 0;
    double p95 = 0;
    double max = 0;
    double stdev = 0;
    std::uint64_t count = 0;
};

/// Keeps every sample (4 bytes each), so that the percentiles are exact to a float's 24 bits.
class RttSamples {
  public:
    void add(Nanoseconds sample);
    void add(const RttSamples& other);
    [[nodiscard]] std::uint64_t count() const { return samples_.size(); }
    /// None without a sample. Percentiles are nearest-rank.
    [[nodiscard]] std::optional<RttStatistics> statistics() const;
    /// The least sample that `percent` (1 to 100) of all do not exceed.
    [[nodiscard]] std::optional<double> percentile(unsigned percent) const;

  private:
    std::vector<float> samples_;
};

} // namespace mptcp
