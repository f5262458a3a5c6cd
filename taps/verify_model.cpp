#include "taps/verify_model.hpp"

#include <array>

namespace mptcp::taps {

namespace {

Check verdict(bool good) {
    return {good ? Verification::good : Verification::bad, UnverifiedReason::none};
}

Check window_check(const SegmentFacts& facts) {
    return facts.window_known
               ? verdict(!facts.beyond_window)
               : Check{Verification::unverified, UnverifiedReason::window_not_captured};
}

Check option_length_check(const SegmentFacts& facts) {
    return facts.options_cut && !facts.bad_option_length
               ? Check{Verification::unverified, UnverifiedReason::options_cut}
               : verdict(!facts.bad_option_length);
}

} // namespace

std::string_view word(CheckKind kind) {
    constexpr std::array<std::string_view, kCheckKinds> words{
        "token",        "echoed_key",    "join_hmac",        "add_addr_hmac", "idsn",
        "dss_checksum", "option_length", "mapping_conflict", "window"};
    return words[static_cast<std::size_t>(kind)];
}

void for_each_check(const LoggedSegment& segment,
                    const std::function<void(CheckKind, const Check&)>& found) {
    const SegmentFacts& facts = segment.facts;
    const auto tell = [&](CheckKind kind, const Check& check) {
        if (check.result != Verification::absent) {
            found(kind, check);
        }
    };
    if (facts.option_bytes > 0 || facts.bad_option_length) {
        found(CheckKind::option_length, option_length_check(facts));
    }
    tell(segment.subflow.role == SubflowRole::join ? CheckKind::token : CheckKind::echoed_key,
         facts.token);
    tell(CheckKind::join_hmac, facts.hmac);
    tell(CheckKind::add_addr_hmac, facts.add_addr);
    tell(CheckKind::idsn, facts.idsn);
    const bool maps = facts.announced && facts.announced->length > 0;
    if (maps && (!facts.announced->repeated || facts.mapping_conflict)) {
        found(CheckKind::mapping_conflict, verdict(!facts.mapping_conflict));
    }
    tell(CheckKind::dss_checksum, facts.checksum);
    if (facts.dsn) {
        found(CheckKind::window, window_check(facts));
    }
}

} // namespace mptcp::taps
