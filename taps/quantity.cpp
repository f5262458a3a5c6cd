#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace mptcp::taps {

namespace {

/// Three significant digits for 1 ≤ value < 1000.
std::string three_digits(double value) {
    // The limits are where rounding reaches the next digit.
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}", value, decimals);
}

constexpr std::array<std::string_view, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};

std::string with_prefix(double value, std::string_view unit) {
    std::size_t prefix = 0;
    while (value >= 999.5 && prefix + 1 < kPrefixes.size()) {
        value /= 1000;
        ++prefix;
    }
    return fmt::format("{} {}{}", three_digits(value), kPrefixes[prefix], unit);
}

std::string small_duration(double nanoseconds) {
    if (nanoseconds < 999.5) {
        return fmt::format("{:.0f} ns", nanoseconds);
    }
    if (nanoseconds < 999.5e3) {
        return three_digits(nanoseconds / 1e3) + " us";
    }
    if (nanoseconds < 999.5e6) {
        return three_digits(nanoseconds / 1e6) + " ms";
    }
    return three_digits(nanoseconds / 1e9) + " s";
}

} // namespace

std::string bytes_text(std::uint64_t bytes) {
    if (bytes < 1000) {
        return fmt::format("{} B", bytes);
    }
    return with_prefix(static_cast<double>(bytes), "B");
}

std::string rate_text(double bits_per_second) {
    if (bits_per_second < 999.5) {
        return fmt::format("{:.0f} bit/s", bits_per_second);
    }
    return with_prefix(bits_per_second, "bit/s");
}

std::string duration_text(Nanoseconds duration) {
    if (duration == 0) {
        return "0 s";
    }
    const double magnitude = std::abs(static_cast<double>(duration));
    const std::string_view sign = duration < 0 ? "-" : "";
    constexpr double minute = 60e9;
    if (magnitude < 10 * minute) {
        // Up to 599 s the plain figure is the quickest to compare.
        return fmt::format("{}{}", sign, small_duration(magnitude));
    }
    const auto seconds = static_cast<std::uint64_t>(std::round(magnitude / 1e9));
    return seconds < 7200
               ? fmt::format("{}{} min {:02} s", sign, seconds / 60, seconds % 60)
               : fmt::format("{}{} h {:02} min", sign, seconds / 3600, seconds % 3600 / 60);
}

std::string percent_text(double ratio) {
    const double percent = ratio * 100;
    if (percent == 0 || percent == 100) {
        return fmt::format("{:.0f} %", percent);
    }
    if (percent < 0.1) {
        return "<0.1 %";
    }
    if (percent > 99 && percent < 100) {
        return fmt::format("{:.1f} %", std::floor(percent * 10) / 10);
    }
    return fmt::format("{:.{}f} %", percent, percent < 9.95 ? 1 : 0);
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
    return percent_text(static_cast<double>(part) / static_cast<double>(whole));
}

namespace {

std::string number_text(double value, Unit unit) {
    switch (unit) {
    case Unit::bytes:
        return bytes_text(static_cast<std::uint64_t>(value));
    case Unit::bits_per_second:
        return rate_text(value);
    case Unit::seconds:
        return duration_text(static_cast<Nanoseconds>(std::llround(value * kNanosecondsPerSecond)));
    case Unit::ratio:
        return percent_text(value);
    case Unit::none:
    case Unit::count:
        break;
    }
    return fmt::format("{}", value);
}

} // namespace

std::string count_text(std::uint64_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string people_text(const Value& scalar, Unit unit) {
    if (scalar.is_null()) {
        return "–";
    }
    if (const auto* time = scalar.get_if<Seconds>()) {
        return duration_text(time->nanoseconds);
    }
    if (const auto* real = scalar.get_if<double>()) {
        return number_text(*real, unit);
    }
    if (const auto* count = scalar.get_if<std::uint64_t>();
        count != nullptr && unit == Unit::bytes) {
        return bytes_text(*count);
    }
    if (const auto* flag = scalar.get_if<bool>()) {
        return *flag ? "yes" : "no";
    }
    return machine_text(scalar);
}

} // namespace mptcp::taps
