#include "taps/value.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mptcp::taps {

namespace {

std::string seconds_text(Nanoseconds time) {
    const bool negative = time < 0;
    const std::uint64_t magnitude =
        negative ? 0 - static_cast<std::uint64_t>(time) : static_cast<std::uint64_t>(time);
    constexpr std::uint64_t second = 1'000'000'000;
    return fmt::format("{}{}.{:09}", negative ? "-" : "", magnitude / second, magnitude % second);
}

struct ToText {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(std::uint64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const {
        return std::isfinite(value) ? fmt::format("{}", value) : std::string();
    }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(Hex value) const {
        return fmt::format("0x{:0{}x}", value.value, value.digits);
    }
    std::string operator()(Seconds value) const { return seconds_text(value.nanoseconds); }
    std::string operator()(const Record&) const { return {}; }
    std::string operator()(const RecordList&) const { return {}; }
};

} // namespace

Value text_or_null(std::string_view text) {
    return text.empty() ? Value() : Value(std::string(text));
}

Value duration(const std::optional<Nanoseconds>& time) {
    return time ? Value(Seconds{*time}) : Value();
}

Value frame_or_null(FrameNumber frame) {
    return frame == 0 ? Value() : Value(frame);
}

Value stream_or_null(StreamNumber stream) {
    return stream == kNoStream ? Value() : Value(stream);
}

std::string machine_text(const Value& scalar) {
    return std::visit(ToText{}, scalar.variant());
}

} // namespace mptcp::taps
