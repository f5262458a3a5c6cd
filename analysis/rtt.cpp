#include "rtt.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mptcp {

void RttSamples::add(Nanoseconds sample) {
    samples_.push_back(static_cast<float>(to_seconds(sample)));
}

void RttSamples::add(const RttSamples& other) {
    samples_.insert(samples_.end(), other.samples_.begin(), other.samples_.end());
}

namespace {

/// Nearest-rank: index of the sample in ascending order.
std::size_t rank_of(unsigned percent, std::size_t samples) {
    return (percent * samples + 99) / 100 - 1;
}

} // namespace

std::optional<RttStatistics> RttSamples::statistics() const {
    if (samples_.empty()) {
        return std::nullopt;
    }
    std::vector<float> sorted = samples_;
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    const auto rank = [&](unsigned percent) {
        return static_cast<double>(sorted[rank_of(percent, sorted.size())]);
    };
    const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
    const double squares =
        std::accumulate(sorted.begin(), sorted.end(), 0.0, [&](double sum, float sample) {
            return sum + (sample - mean) * (sample - mean);
        });
    return RttStatistics{sorted.front(),         mean,         rank(50), rank(95), sorted.back(),
                         std::sqrt(squares / n), sorted.size()};
}

std::optional<double> RttSamples::percentile(unsigned percent) const {
    if (samples_.empty()) {
        return std::nullopt;
    }
    std::vector<float> samples = samples_;
    const auto nth =
        samples.begin() + static_cast<std::ptrdiff_t>(rank_of(percent, samples.size()));
    std::nth_element(samples.begin(), nth, samples.end());
    return static_cast<double>(*nth);
}

} // namespace mptcp
