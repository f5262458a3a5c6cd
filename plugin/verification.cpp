#include "verification.hpp"

namespace mptcp::plugin {

Check join_hmac_check(const SegmentView& view) {
    const Check check = view.facts.hmac;
    if (check.result != Verification::unverified) {
        return check;
    }
    const bool is_third_ack = view.subflow.initiator == view.facts.sender;
    const Verification now = is_third_ack ? view.subflow.ack_hmac : view.subflow.synack_hmac;
    return now == Verification::absent || now == check.result ? check
                                                              : Check{now, UnverifiedReason::none};
}

Check add_addr_check(const SegmentView& view) {
    return view.facts.add_addr;
}

Check checksum_check(const SegmentView& view) {
    return view.facts.checksum;
}

Check token_check(const SegmentView& view) {
    const Check check = view.facts.token;
    if (check.result != Verification::unverified || !view.subflow.join_token) {
        return check;
    }
    const Host& joined = view.connection.host(opposite(view.facts.sender));
    return joined.key && joined.token == view.subflow.join_token
               ? Check{Verification::good, UnverifiedReason::none}
               : check;
}

Check idsn_check(const SegmentView& view) {
    return view.facts.idsn;
}

} // namespace mptcp::plugin
