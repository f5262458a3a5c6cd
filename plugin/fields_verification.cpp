#include "field_groups.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

constexpr std::array kResults{
    value_string{static_cast<std::uint32_t>(Verification::good), "good"},
    value_string{static_cast<std::uint32_t>(Verification::bad), "bad"},
    value_string{static_cast<std::uint32_t>(Verification::unverified), "unverified"},
    value_string{0, nullptr},
};

template <Check SegmentFacts::*check>
FieldValue result(const SegmentView& view) {
    const Check& found = view.facts.*check;
    return found.result == Verification::absent
               ? std::nullopt
               : FieldValue(static_cast<std::uint64_t>(found.result));
}

template <Check SegmentFacts::*check>
const char* reason(const SegmentView& view) {
    return reason_text((view.facts.*check).reason);
}

template <Check SegmentFacts::*check>
constexpr Field<SegmentView> verified(const char* filter_name, const char* label) {
    return {{filter_name, label, FieldKind::word, kResults.data()}, result<check>, reason<check>};
}

std::array fields{
    verified<&SegmentFacts::hmac>("mptcp_analysis.verify.hmac", "HMAC of MP_JOIN"),
    verified<&SegmentFacts::add_addr>("mptcp_analysis.verify.add_addr", "HMAC of ADD_ADDR"),
    verified<&SegmentFacts::checksum>("mptcp_analysis.verify.checksum", "DSS Checksum"),
    verified<&SegmentFacts::token>("mptcp_analysis.verify.token", "Token or Echoed Key"),
    verified<&SegmentFacts::idsn>("mptcp_analysis.verify.idsn", "Initial Data Sequence Number"),
};

} // namespace

void register_verification_fields(int protocol) {
    register_table(protocol, fields);
}

void add_verification(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
