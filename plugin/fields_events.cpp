#include "field_groups.hpp"

#include "fallback_cause.hpp"

#include "analysis/event_words.hpp"

#include <array>
#include <string>

namespace mptcp::plugin {

namespace {

constexpr std::size_t kEventTypes = static_cast<std::size_t>(EventType::options_vanished) + 1;

constexpr std::array kEnds{
    value_string{static_cast<std::uint32_t>(SubflowEnd::fin), "fin"},
    value_string{static_cast<std::uint32_t>(SubflowEnd::rst), "rst"},
    value_string{static_cast<std::uint32_t>(SubflowEnd::fastclose), "fastclose"},
    value_string{static_cast<std::uint32_t>(SubflowEnd::refused), "refused"},
    value_string{0, nullptr},
};

/// One event that a segment tells.
struct EventView {
    const SegmentView& segment;
    const Event& event;
};

std::array<value_string, kEventTypes> event_names() {
    std::array<value_string, kEventTypes> names{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < kEventTypes; ++i) {
        const auto type = static_cast<EventType>(i);
        if (type != EventType::announced_echo) {
            names[count++] = {static_cast<std::uint32_t>(i), event_name(type)};
        }
    }
    return names;
}

FieldValue text(const EventView& view) {
    const std::string sentence = event_text(view.event, view.segment.connection.client_side());
    return reinterpret_cast<std::uintptr_t>(
        wmem_strdup(view.segment.packet_scope, sentence.c_str()));
}

FieldValue fallback(const SegmentView& view) {
    const FallbackShown shown = fallback_shown_by(view);
    return shown == FallbackShown::none ? std::nullopt
                                        : FieldValue(static_cast<std::uint64_t>(shown));
}

FieldValue end(const SegmentView& view) {
    const bool ends_here = view.subflow.end_frame == view.facts.frame;
    return ends_here ? FieldValue(static_cast<std::uint64_t>(view.subflow.end)) : std::nullopt;
}

const std::array kEventNames = event_names();

/// event.text lies below it.
FieldInfo event_field{"mptcp_analysis.event", "Event", FieldKind::word, kEventNames.data()};

std::array<Field<EventView>, 1> event_fields{{
    {{"mptcp_analysis.event.text", "Event Text", FieldKind::text}, text},
}};

std::array<Field<SegmentView>, 2> fields{{
    {{"mptcp_analysis.fallback", "Fallback", FieldKind::word, kFallbackCauses.data()}, fallback},
    {{"mptcp_analysis.end", "End of Subflow", FieldKind::word, kEnds.data()}, end},
}};

int subtree = -1;

} // namespace

void register_event_fields(int protocol) {
    register_field(protocol, event_field);
    register_table(protocol, event_fields);
    register_table(protocol, fields);
    static std::array subtrees{&subtree};
    proto_register_subtree_array(subtrees.data(), static_cast<int>(subtrees.size()));
}

void add_events(const Place& place, const SegmentView& view) {
    for_each_event(view, [&](const Event& event) {
        const EventType type =
            event.type == EventType::announced_echo ? EventType::announced : event.type;
        proto_item* item = add_field(place, event_field, static_cast<std::uint64_t>(type));
        add_table({place.tvb, proto_item_add_subtree(item, subtree)}, event_fields,
                  EventView{view, event});
    });
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
