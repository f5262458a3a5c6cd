#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

/// One reinjection event of a segment.
struct ReinjectionView {
    const SegmentView& segment;
    const Reinjection& event;
};

constexpr std::array kOutcomes{
    value_string{static_cast<std::uint32_t>(ReinjectionOutcome::unknown), "unknown"},
    value_string{static_cast<std::uint32_t>(ReinjectionOutcome::useful), "useful"},
    value_string{static_cast<std::uint32_t>(ReinjectionOutcome::redundant), "redundant"},
    value_string{static_cast<std::uint32_t>(ReinjectionOutcome::unneeded), "unneeded"},
    value_string{0, nullptr},
};

FieldValue reinjected_in(const SegmentView& view) {
    return view.is_later_pass ? if_any(view.tracker.later_facts(view.facts).reinjected_in)
                              : std::nullopt;
}

FieldValue outcome(const ReinjectionView& view) {
    return view.segment.is_later_pass ? FieldValue(static_cast<std::uint64_t>(view.event.outcome))
                                      : std::nullopt;
}

std::array<Field<SegmentView>, 1> original_fields{{
    {{"mptcp_analysis.reinjection.in", "Reinjected in Frame", FieldKind::frame,
      FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_NEXT)},
     reinjected_in},
}};

/// Its value is the size of the event; the others lie below it.
FieldInfo reinjection_field{"mptcp_analysis.reinjection", "Reinjection", FieldKind::bytes};

std::array<Field<ReinjectionView>, 5> fields{{
    {{"mptcp_analysis.reinjection.of", "First Sent in Frame", FieldKind::frame,
      FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV)},
     [](const ReinjectionView& view) -> FieldValue { return view.event.first_frame; }},
    {{"mptcp_analysis.reinjection.from_subflow", "First Sent on Subflow", FieldKind::number},
     [](const ReinjectionView& view) -> FieldValue { return view.event.first_subflow; }},
    {{"mptcp_analysis.reinjection.delay", "Delay since First Sent", FieldKind::duration},
     [](const ReinjectionView& view) { return signed_value(view.event.delay); }},
    {{"mptcp_analysis.reinjection.copy", "Copy", FieldKind::number},
     [](const ReinjectionView& view) -> FieldValue { return view.event.copy; }},
    {{"mptcp_analysis.reinjection.outcome", "Outcome", FieldKind::word, kOutcomes.data()}, outcome},
}};

int subtree = -1;

} // namespace

void register_reinjection_fields(int protocol) {
    register_table(protocol, original_fields);
    register_field(protocol, reinjection_field);
    register_table(protocol, fields);
    static std::array subtrees{&subtree};
    proto_register_subtree_array(subtrees.data(), static_cast<int>(subtrees.size()));
}

void add_reinjections(const Place& place, const SegmentView& view) {
    add_table(place, original_fields, view);
    for (const Reinjection* event : view.reinjections()) {
        proto_item* item = add_field(place, reinjection_field, event->bytes);
        add_table({place.tvb, proto_item_add_subtree(item, subtree)}, fields,
                  ReinjectionView{view, *event});
    }
}

} // namespace mptcp::plugin
