#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

FieldValue acked_in(const SegmentView& view) {
    return view.is_later_pass ? if_any(view.tracker.later_facts(view.facts).acked_in)
                              : std::nullopt;
}

FieldValue reorder_delay(const SegmentView& view) {
    return view.is_later_pass ? if_measured(view.tracker.later_facts(view.facts).reorder_delay)
                              : std::nullopt;
}

std::array<Field<SegmentView>, 9> fields{{
    {{"mptcp_analysis.data_rtt", "Data RTT", FieldKind::duration},
     [](const SegmentView& view) { return if_measured(view.facts.data_rtt); }},
    {{"mptcp_analysis.subflow_rtt", "Subflow RTT", FieldKind::duration},
     [](const SegmentView& view) { return if_measured(view.facts.subflow_rtt); }},
    {{"mptcp_analysis.acked_in", "Acknowledged by Data ACK in Frame", FieldKind::frame,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK)},
     acked_in},
    {{"mptcp_analysis.out_of_order", "Out of Order", FieldKind::flag},
     [](const SegmentView& view) { return if_true(view.facts.out_of_order); }},
    {{"mptcp_analysis.reorder_distance", "Reorder Distance", FieldKind::bytes},
     [](const SegmentView& view) { return if_any(view.facts.reorder_distance); }},
    {{"mptcp_analysis.reorder_delay", "Reorder Delay", FieldKind::duration}, reorder_delay},
    {{"mptcp_analysis.hole_filled_bytes", "Bytes that Fill a Hole", FieldKind::bytes},
     [](const SegmentView& view) { return if_any(view.facts.hole_filled_bytes); }},
    {{"mptcp_analysis.stall", "Stall before This Data", FieldKind::duration},
     [](const SegmentView& view) { return if_measured(view.facts.stall); }},
    {{"mptcp_analysis.switch", "Scheduler Switched to This Subflow", FieldKind::flag},
     [](const SegmentView& view) { return if_true(view.facts.scheduler_switch); }},
}};

} // namespace

void register_timing_fields(int protocol) {
    register_table(protocol, fields);
}

void add_timing(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
