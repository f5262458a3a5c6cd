#pragma once
/// The values that reports are made of. A value knows what it is, never how a format writes it.

#include "analysis/units.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mptcp::taps {

/// Keys, tokens and raw sequence numbers: always all their digits.
struct Hex {
    std::uint64_t value = 0;
    unsigned digits = 16;

    friend bool operator==(const Hex&, const Hex&) = default;
};

/// A point in time or a duration, exact to the nanosecond.
struct Seconds {
    Nanoseconds nanoseconds = 0;

    friend bool operator==(const Seconds&, const Seconds&) = default;
};

class Value;

/// One value per field of a Schema, in its order.
using Record = std::vector<Value>;
struct RecordList {
    std::vector<Record> records;
};

class Value {
  public:
    using Variant = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                                 std::string, Hex, Seconds, Record, RecordList>;

    /// Unknown, or not applicable.
    Value() = default;
    Value(bool value) : data_(value) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) Value(T value) : data_(widened(value)) {}
    Value(double value) : data_(value) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(Hex value) : data_(value) {}
    Value(Seconds value) : data_(value) {}
    Value(Record value) : data_(std::move(value)) {}
    Value(RecordList value) : data_(std::move(value)) {}
    template <typename T>
    Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value()) {}

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    [[nodiscard]] const Variant& variant() const { return data_; }
    template <typename T>
    [[nodiscard]] const T* get_if() const {
        return std::get_if<T>(&data_);
    }

  private:
    template <std::integral T>
    static Variant widened(T value) {
        if constexpr (std::signed_integral<T>) {
            return static_cast<std::int64_t>(value);
        } else {
            return static_cast<std::uint64_t>(value);
        }
    }

    Variant data_;
};

/// Null for an empty text.
Value text_or_null(std::string_view text);
/// Null for an unknown time.
Value duration(const std::optional<Nanoseconds>& time);
/// Null for 0, which is no frame.
Value frame_or_null(FrameNumber frame);
/// Null for kNoStream.
Value stream_or_null(StreamNumber stream);
/// All digits of the type; null for an unknown number.
template <typename T>
Value hex(const std::optional<T>& value) {
    return value ? Value(Hex{.value = *value, .digits = sizeof(T) * 2}) : Value();
}

/// A scalar as machines read it, the same in CSV and JSON but for the quotes; nothing for null.
/// Reals are written so that they read back exactly, independent of the locale.
std::string machine_text(const Value& scalar);

} // namespace mptcp::taps
