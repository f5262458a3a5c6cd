#include "field_groups.hpp"

#include "verification.hpp"

#include <array>

namespace mptcp::plugin {

namespace {

constexpr std::array kResults{
    value_string{static_cast<std::uint32_t>(Verification::good), "good"},
    value_string{static_cast<std::uint32_t>(Verification::bad), "bad"},
    value_string{static_cast<std::uint32_t>(Verification::unverified), "unverified"},
    value_string{0, nullptr},
};

const char* reason_text(UnverifiedReason reason) {
    switch (reason) {
    case UnverifiedReason::none:
        break;
    case UnverifiedReason::no_key:
        return "key not captured";
    case UnverifiedReason::unknown_token:
        return "no connection in the capture has this token";
    case UnverifiedReason::payload_cut:
        return "payload not captured in full";
    case UnverifiedReason::incomplete:
        return "payload missing, or before its mapping";
    }
    return nullptr;
}

template <Check (*check)(const SegmentView&)>
FieldValue result(const SegmentView& view) {
    const Check found = check(view);
    return found.result == Verification::absent
               ? std::nullopt
               : FieldValue(static_cast<std::uint64_t>(found.result));
}

template <Check (*check)(const SegmentView&)>
const char* reason(const SegmentView& view) {
    return reason_text(check(view).reason);
}

template <Check (*check)(const SegmentView&)>
constexpr Field<SegmentView> verified(const char* filter_name, const char* label) {
    return {{filter_name, label, FieldKind::word, kResults.data()}, result<check>, reason<check>};
}

std::array fields{
    verified<join_hmac_check>("mptcp_analysis.verify.hmac", "HMAC of MP_JOIN"),
    verified<add_addr_check>("mptcp_analysis.verify.add_addr", "HMAC of ADD_ADDR"),
    verified<checksum_check>("mptcp_analysis.verify.checksum", "DSS Checksum"),
    verified<token_check>("mptcp_analysis.verify.token", "Token or Echoed Key"),
    verified<idsn_check>("mptcp_analysis.verify.idsn", "Initial Data Sequence Number"),
};

} // namespace

void register_verification_fields(int protocol) {
    register_table(protocol, fields);
}

void add_verification(const Place& place, const SegmentView& view) {
    add_table(place, fields, view);
}

} // namespace mptcp::plugin
