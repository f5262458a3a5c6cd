#pragma once
/// Display filter fields by description: a table says what each field is called, of what kind it is
/// and how its value is found.
///
/// Wireshark's exceptions run no destructors: nothing here owns anything.

#include "wireshark_compat.hpp"

#include "analysis/units.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp::plugin {

enum class FieldKind : std::uint8_t {
    /// 32 bits.
    number,
    /// An amount of bytes whose label does not say so, 64 bits.
    bytes,
    /// A data sequence number that counts from 1, signed: bytes before the first one seen are
    /// below.
    relative_dsn,
    /// 64 bits as on the wire, hexadecimal.
    raw_dsn,
    /// Nanoseconds.
    duration,
    frame,
    /// There only if true, so that naming the field in a filter finds the segments.
    flag,
    /// An enumeration.
    word,
    /// Text of packet scope.
    text,
};

struct FieldInfo {
    const char* filter_name;
    const char* label;
    FieldKind kind;
    /// Words of an enumeration, or the FRAMENUM_TYPE of a frame.
    const void* strings = nullptr;
    int id = -1;
};

/// What a field says of a Source; no value: the field is not there. A signed value or a pointer to
/// text is cast.
using FieldValue = std::optional<std::uint64_t>;

template <typename Source>
struct Field {
    FieldInfo info;
    FieldValue (*value)(const Source&);
    /// What is said behind the value, in brackets; null for nothing.
    const char* (*remark)(const Source&) = nullptr;
};

/// Where items are added.
struct Place {
    tvbuff_t* tvb;
    proto_tree* tree;
};

/// The registered fields that one may add up or count.
const std::vector<int>& countable_fields();

void register_field(int protocol, FieldInfo& info);
proto_item* add_field(const Place& place, const FieldInfo& info, std::uint64_t value);
/// `remark` in brackets behind an item.
void append_remark(proto_item* item, const char* remark);

/// `Fields` is a range of Field<Source>.
template <typename Fields>
void register_table(int protocol, Fields& fields) {
    for (auto& field : fields) {
        register_field(protocol, field.info);
    }
}

/// Works out only what somebody looks at.
template <typename Fields, typename Source>
void add_table(const Place& place, const Fields& fields, const Source& source) {
    for (const auto& field : fields) {
        if (!proto_field_is_referenced(place.tree, field.info.id)) {
            continue;
        }
        if (const FieldValue value = field.value(source)) {
            proto_item* item = add_field(place, field.info, *value);
            append_remark(item, field.remark != nullptr ? field.remark(source) : nullptr);
        }
    }
}

// What tables of fields are written with.

inline FieldValue if_true(bool value) {
    return value ? FieldValue(1) : std::nullopt;
}
/// Counts that are there only if they count something.
inline FieldValue if_any(std::uint64_t value) {
    return value != 0 ? FieldValue(value) : std::nullopt;
}
inline FieldValue signed_value(std::int64_t value) {
    return static_cast<std::uint64_t>(value);
}
inline FieldValue if_measured(std::optional<Nanoseconds> time) {
    return time ? signed_value(*time) : std::nullopt;
}

} // namespace mptcp::plugin
