#pragma once
/// What the records of a report hold: the keys, headings and units of their values.
///
/// A Schema is the description alone, for writers. A Shape<T> also knows how to take each value
/// from a T, so that a key and its value stand on one line and cannot drift apart:
///
///   Shape<Point> shape;
///   shape.field("x", [](const Point& p) { return p.x; });
///   writer.begin_table({.key = "points", .row_name = "point"}, shape.schema());
///   writer.row(shape.record(point));

#include "taps/value.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace mptcp::taps {

/// What a number counts. Machines get the plain number, people get it with prefix and unit.
enum class Unit : std::uint8_t {
    /// Text, or a number that names something.
    none,
    count,
    bytes,
    bits_per_second,
    seconds,
    /// A part of 1, shown in percent.
    ratio,
};

enum class Align : std::uint8_t {
    left,
    right,
};

/// Quantities line up at their last digit, names at their first letter.
constexpr Align alignment_of(Unit unit) {
    return unit == Unit::none ? Align::left : Align::right;
}

enum class FieldKind : std::uint8_t {
    scalar,
    record,
    list,
};

struct Field {
    std::string key;
    FieldKind kind = FieldKind::scalar;
    /// Fields of the record, or of each record of the list.
    std::vector<Field> nested;
    /// For people; the lines of a long heading are parted by '\n'.
    std::string heading;
    Unit unit = Unit::none;
    Align align = Align::left;
};

using Schema = std::vector<Field>;

template <typename T>
class Shape {
  public:
    using Getter = std::function<Value(const T&)>;

    Shape& field(std::string key, Getter get) {
        return column(key, key, Unit::none, std::move(get));
    }

    /// A field with what a table for people needs.
    Shape& column(std::string key, std::string heading, Unit unit, Getter get) {
        return aligned(std::move(key), std::move(heading), unit, alignment_of(unit),
                       std::move(get));
    }

    Shape& aligned(std::string key, std::string heading, Unit unit, Align align, Getter get) {
        schema_.push_back({.key = std::move(key),
                           .kind = FieldKind::scalar,
                           .nested = {},
                           .heading = std::move(heading),
                           .unit = unit,
                           .align = align});
        getters_.push_back(std::move(get));
        return *this;
    }

    /// The fields of another shape as if they were this one's own; `get` gives a reference to a U.
    template <typename U, typename Get>
    Shape& include(const Shape<U>& shape, Get get) {
        schema_.insert(schema_.end(), shape.schema_.begin(), shape.schema_.end());
        for (const auto& getter : shape.getters_) {
            getters_.push_back([getter, get](const T& object) { return getter(get(object)); });
        }
        return *this;
    }

    /// `get` gives a U by pointer or optional; none is null.
    template <typename U, typename Get>
    Shape& record(std::string key, const Shape<U>& shape, Get get) {
        nest(std::move(key), FieldKind::record, shape.schema());
        getters_.push_back([shape, get = std::move(get)](const T& object) {
            const auto nested = get(object);
            return nested ? Value(shape.record(*nested)) : Value();
        });
        return *this;
    }

    /// `get` gives a reference to a range of U.
    template <typename U, typename Get>
    Shape& list(std::string key, const Shape<U>& shape, Get get) {
        nest(std::move(key), FieldKind::list, shape.schema());
        getters_.push_back([shape, get = std::move(get)](const T& object) {
            RecordList list;
            for (const U& item : get(object)) {
                list.records.push_back(shape.record(item));
            }
            return Value(std::move(list));
        });
        return *this;
    }

    [[nodiscard]] const Schema& schema() const { return schema_; }

    [[nodiscard]] Record record(const T& object) const {
        Record record;
        record.reserve(getters_.size());
        for (const Getter& get : getters_) {
            record.push_back(get(object));
        }
        return record;
    }

  private:
    template <typename>
    friend class Shape;

    void nest(std::string key, FieldKind kind, const Schema& nested) {
        schema_.push_back({.key = std::move(key),
                           .kind = kind,
                           .nested = nested,
                           .heading = {},
                           .unit = Unit::none,
                           .align = Align::left});
    }

    Schema schema_;
    std::vector<Getter> getters_;
};

} // namespace mptcp::taps
