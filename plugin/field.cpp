#include "field.hpp"

#include <epan/unit_strings.h>

#include <deque>

namespace mptcp::plugin {

namespace {

hf_register_info described(FieldInfo& info) {
    const auto as = [&](enum ftenum type, int display, const void* strings = nullptr) {
        return hf_register_info{
            &info.id, {info.label, info.filter_name, type, display, strings, 0, nullptr, HFILL}};
    };
    switch (info.kind) {
    case FieldKind::number:
        return as(FT_UINT32, BASE_DEC);
    case FieldKind::bytes:
        return as(FT_UINT64, BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes);
    case FieldKind::relative_dsn:
        return as(FT_INT64, BASE_DEC);
    case FieldKind::raw_dsn:
        return as(FT_UINT64, BASE_HEX);
    case FieldKind::duration:
        return as(FT_RELATIVE_TIME, BASE_NONE);
    case FieldKind::frame:
        return as(FT_FRAMENUM, BASE_NONE, info.strings);
    case FieldKind::flag:
        return as(FT_BOOLEAN, BASE_NONE);
    case FieldKind::word:
        return as(FT_UINT8, BASE_DEC, info.strings);
    case FieldKind::text:
        break;
    }
    return as(FT_STRING, BASE_NONE);
}

nstime_t to_nstime(Nanoseconds time) {
    constexpr Nanoseconds per_second = 1'000'000'000;
    nstime_t result;
    result.secs = static_cast<time_t>(time / per_second);
    result.nsecs = static_cast<int>(time % per_second);
    return result;
}

std::vector<int>& countable_ids() {
    static std::vector<int> ids;
    return ids;
}

} // namespace

const std::vector<int>& countable_fields() {
    return countable_ids();
}

void register_field(int protocol, FieldInfo& info) {
    // Wireshark keeps pointers into what is registered.
    static std::deque<hf_register_info> registered;
    registered.push_back(described(info));
    proto_register_field_array(protocol, &registered.back(), 1);
    if (info.kind != FieldKind::text && info.kind != FieldKind::word) {
        countable_ids().push_back(info.id);
    }
}

proto_item* add_field(const Place& place, const FieldInfo& info, std::uint64_t value) {
    const auto [tvb, tree] = place;
    proto_item* item = nullptr;
    switch (info.kind) {
    case FieldKind::number:
    case FieldKind::frame:
    case FieldKind::word:
        item = proto_tree_add_uint(tree, info.id, tvb, 0, 0, static_cast<std::uint32_t>(value));
        break;
    case FieldKind::bytes:
    case FieldKind::raw_dsn:
        item = proto_tree_add_uint64(tree, info.id, tvb, 0, 0, value);
        break;
    case FieldKind::relative_dsn:
        item = proto_tree_add_int64(tree, info.id, tvb, 0, 0, static_cast<std::int64_t>(value));
        break;
    case FieldKind::duration: {
        const nstime_t time = to_nstime(static_cast<Nanoseconds>(value));
        item = proto_tree_add_time(tree, info.id, tvb, 0, 0, &time);
        break;
    }
    case FieldKind::flag:
        item = proto_tree_add_boolean(tree, info.id, tvb, 0, 0, value != 0);
        break;
    case FieldKind::text:
        item =
            proto_tree_add_string(tree, info.id, tvb, 0, 0, reinterpret_cast<const char*>(value));
        break;
    }
    proto_item_set_generated(item);
    return item;
}

void append_remark(proto_item* item, const char* remark) {
    if (remark != nullptr) {
        proto_item_append_text(item, " (%s)", remark);
    }
}

} // namespace mptcp::plugin
