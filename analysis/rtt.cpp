#include "rtt.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mptcp {

void RttSamples::add(Nanoseconds sample) {
    samples_.push_back(static_cast<float>(to_seconds(sample)));
}

std::optional<RttStatistics> RttSamples::statistics() const {
    if (samples_.empty()) {
        return std::nullopt;
    }
    std::vector<float> sorted = samples_;
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    const auto rank = [&](double quantile) {
        return static_cast<double>(sorted[static_cast<std::size_t>(std::ceil(quantile * n)) - 1]);
    };
    const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
    const double squares =
        std::accumulate(sorted.begin(), sorted.end(), 0.0, [&](double sum, float sample) {
            return sum + (sample - mean) * (sample - mean);
        });
    return RttStatistics{sorted.front(),         mean,         rank(0.5), rank(0.95), sorted.back(),
                         std::sqrt(squares / n), sorted.size()};
}

} // namespace mptcp
