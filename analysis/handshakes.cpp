#include "handshakes.hpp"

namespace mptcp {

namespace {

Check check_of(Verification hmac) {
    return {hmac,
            hmac == Verification::unverified ? UnverifiedReason::no_key : UnverifiedReason::none};
}

Verification verdict(bool good) {
    return good ? Verification::good : Verification::bad;
}

bool confirms(const SubflowState& subflow, Side sender, const Segment& segment,
              const TcpOptions& options) {
    if (!subflow.initiator || sender == *subflow.initiator || segment.has(tcp_flag::syn)) {
        return false;
    }
    const auto* dss = options.find<Dss>();
    const auto* add_addr = options.find<AddAddr>();
    return (dss != nullptr && dss->data_ack) || (add_addr != nullptr && !add_addr->echo);
}

} // namespace

SubflowState& Handshakes::open(const Segment& segment, const TcpOptions& options) {
    if (const auto* join = options.find<MpJoinSyn>()) {
        return open_join(segment, *join);
    }
    const bool syn_ack = segment.has(tcp_flag::syn) && segment.has(tcp_flag::ack);
    SubflowState& subflow = open_connection(segment, syn_ack);
    if (options.find<MpJoinSynAck>() != nullptr || options.find<MpJoinAck>() != nullptr) {
        subflow.role = SubflowRole::join;
    }
    return subflow;
}

SubflowState& Handshakes::open_connection(const Segment& segment, bool from_server) {
    ConnectionState& connection = registry_.create();
    connection.first_frame_ = segment.frame;
    connection.start_ = segment.time;
    connection.last_ = segment.time;
    const Endpoint& a = from_server ? segment.destination : segment.source;
    const Endpoint& b = from_server ? segment.source : segment.destination;
    connection.mutable_host(Side::a).endpoint = a;
    connection.mutable_host(Side::b).endpoint = b;
    return connection.add_subflow(a, b);
}

SubflowState& Handshakes::open_join(const Segment& segment, const MpJoinSyn& join) {
    const auto joined = registry_.find_token(join.token);
    if (joined.connection == nullptr) {
        SubflowState& subflow = open_connection(segment, false);
        ConnectionState& connection = *subflow.connection;
        subflow.role = SubflowRole::join;
        connection.client_ = Side::a;
        connection.mutable_host(Side::b).token = join.token;
        registry_.register_token(join.token, {&connection, Side::b});
        return subflow;
    }
    const bool to_b = joined.side == Side::b;
    SubflowState& subflow = joined.connection->add_subflow(
        to_b ? segment.source : segment.destination, to_b ? segment.destination : segment.source);
    subflow.role = SubflowRole::join;
    return subflow;
}

void Handshakes::observe(SubflowState& subflow, Side sender, const Segment& segment,
                         const TcpOptions& options, SegmentFacts& facts) {
    tcp_handshake(subflow, sender, segment, options);
    if (!subflow.confirmation.is_known() && confirms(subflow, sender, segment, options)) {
        subflow.confirmation = {segment.frame, segment.time};
    }
    if (options.only_dss()) {
        return;
    }
    for (const MptcpOption& option : options.mptcp) {
        if (const auto* capable_option = std::get_if<MpCapable>(&option)) {
            capable(subflow, sender, segment, *capable_option, facts);
        } else if (const auto* syn = std::get_if<MpJoinSyn>(&option)) {
            join_syn(subflow, sender, *syn);
            sender = subflow.sender_of(facts.flow);
            facts.token = check_token(subflow, sender, syn->token);
        } else if (const auto* syn_ack = std::get_if<MpJoinSynAck>(&option)) {
            join_syn_ack(subflow, sender, *syn_ack);
            facts.hmac = check_of(subflow.synack_hmac);
        } else if (const auto* ack = std::get_if<MpJoinAck>(&option)) {
            subflow.hmac_in_ack = ack->hmac;
            if (!subflow.established || !subflow.join_ack.is_known()) {
                subflow.join_ack = {segment.frame, segment.time};
            }
            subflow.initiator = subflow.initiator.value_or(sender);
            verify_join(subflow);
            facts.hmac = check_of(subflow.ack_hmac);
        }
    }
}

Check Handshakes::check_token(const SubflowState& subflow, Side sender, std::uint32_t token) {
    const Host& joined = subflow.connection->host(opposite(sender));
    if (joined.key && joined.token == token) {
        return {Verification::good, UnverifiedReason::none};
    }
    return {Verification::unverified,
            joined.key ? UnverifiedReason::unknown_token : UnverifiedReason::no_key};
}

void Handshakes::check_echo(const ConnectionState& connection, Side receiver, std::uint64_t key,
                            Check& token) {
    const auto& known = connection.host(receiver).key;
    if (!known) {
        token = {Verification::unverified, UnverifiedReason::no_key};
        return;
    }
    token.result = *known == key ? Verification::good : Verification::bad;
}

void Handshakes::tcp_handshake(SubflowState& subflow, Side sender, const Segment& segment,
                               const TcpOptions& options) {
    if (!segment.has(tcp_flag::syn)) {
        // Where only one host was captured, its third ACK says that there was a SYN/ACK.
        if ((subflow.syn_seen || subflow.syn_ack_seen) && !subflow.established) {
            after_syn_ack(subflow, sender, segment, options);
        } else if (!subflow.syn_seen) {
            subflow.established = true;
        }
        return;
    }
    SubflowDirection& direction = subflow.direction(sender);
    if (!direction.synchronized()) {
        direction.synchronize(segment.sequence, segment.payload_length);
        direction.window_scale = options.window_scale;
    }
    const bool is_syn_ack = segment.has(tcp_flag::ack);
    if (!is_syn_ack) {
        subflow.syn_repeated = subflow.syn_seen;
        subflow.syn_seen = true;
        subflow.syn_time = segment.time;
        subflow.initiator = sender;
        return;
    }
    subflow.initiator = opposite(sender);
    if (!subflow.syn_ack_seen) {
        subflow.syn_ack_seen = true;
        subflow.syn_ack = {segment.frame, segment.time};
        if (subflow.syn_seen && !subflow.syn_repeated && segment.time >= subflow.syn_time) {
            subflow.handshake_rtt = segment.time - subflow.syn_time;
        }
    }
    if (options.has_mptcp() || segment.options_cut) {
        return;
    }
    if (subflow.role == SubflowRole::join) {
        subflow.join_missing_in_synack = true;
    } else {
        subflow.connection->capable_.synack_seen = true;
    }
}

void Handshakes::after_syn_ack(SubflowState& subflow, Side sender, const Segment& segment,
                               const TcpOptions& options) {
    if (segment.has(tcp_flag::rst)) {
        return;
    }
    ConnectionState& connection = *subflow.connection;
    const bool from_initiator = subflow.initiator == sender;
    if (!from_initiator) {
        // Whatever the called host sends after its SYN/ACK says that the third ACK arrived.
        if (subflow.third_ack.is_known() || segment.payload_length > 0) {
            establish(subflow, sender, segment);
        }
        return;
    }
    if (!subflow.third_ack.is_known()) {
        subflow.third_ack = {segment.frame, segment.time};
        if (subflow.handshake_rtt && !subflow.syn_repeated) {
            estimate_vantage(subflow, segment.time);
        }
        if (subflow.role == SubflowRole::initial && !options.has_mptcp() && !segment.options_cut) {
            connection.capable_.plain_ack = true;
        }
    }
    // RFC 8684 section 3.2: no data on a join before its third ACK was acknowledged.
    if (subflow.role == SubflowRole::initial || segment.payload_length > 0) {
        establish(subflow, sender, segment);
    }
}

void Handshakes::establish(SubflowState& subflow, Side sender, const Segment& segment) {
    subflow.established = true;
    const bool initial = subflow.role == SubflowRole::initial;
    if (initial && subflow.connection->kind() == ConnectionKind::attempt) {
        return;
    }
    subflow.connection->note(
        event_at(initial ? EventType::established : EventType::subflow_established, segment,
                 subflow, sender));
}

void Handshakes::estimate_vantage(SubflowState& subflow, Nanoseconds ack_time) {
    if (subflow.role != SubflowRole::initial || !subflow.initiator) {
        return;
    }
    const double to_listener = to_seconds(subflow.syn_ack.time - subflow.syn_time);
    const double to_initiator = to_seconds(ack_time - subflow.syn_ack.time);
    if (to_listener < 0 || to_initiator < 0 || to_listener + to_initiator == 0) {
        return;
    }
    const double initiator_share = to_initiator / (to_listener + to_initiator);
    constexpr double kNear = 0.2;
    Host& initiator = subflow.connection->mutable_host(*subflow.initiator);
    Host& listener = subflow.connection->mutable_host(opposite(*subflow.initiator));
    if (initiator_share < kNear) {
        initiator.vantage = Vantage::local;
        listener.vantage = Vantage::remote;
    } else if (initiator_share > 1 - kNear) {
        initiator.vantage = Vantage::remote;
        listener.vantage = Vantage::local;
    } else {
        initiator.vantage = listener.vantage = Vantage::middle;
    }
}

void Handshakes::capable(SubflowState& subflow, Side sender, const Segment& segment,
                         const MpCapable& option, SegmentFacts& facts) {
    ConnectionState& connection = *subflow.connection;
    const bool syn = segment.has(tcp_flag::syn);
    const bool ack = segment.has(tcp_flag::ack);
    if (!connection.capable_.syn && !connection.capable_.synack && !connection.capable_.ack) {
        connection.note(event_at(EventType::created, segment, subflow, sender));
        connection.client_ = syn && ack ? opposite(sender) : sender;
    }
    if (syn && !ack) {
        connection.capable_.syn = true;
    } else if (syn) {
        connection.capable_.synack_seen = connection.capable_.synack = true;
    } else {
        connection.capable_.ack = true;
    }
    if (option.version <= 1 && (!connection.version_ || ack)) {
        connection.version_ = option.version == 0 ? Version::v0 : Version::v1;
    }
    connection.mutable_host(sender).checksum_required = option.checksum_required();
    subflow.role = SubflowRole::initial;
    subflow.address_ids = {0, 0};
    if (option.sender_key) {
        learn_key(subflow, sender, *option.sender_key);
    }
    if (option.receiver_key) {
        check_echo(*subflow.connection, opposite(sender), *option.receiver_key, facts.token);
        learn_key(subflow, opposite(sender), *option.receiver_key);
    }
}

void Handshakes::learn_key(SubflowState& subflow, Side side, std::uint64_t key) {
    ConnectionState& connection = *subflow.connection;
    Host& host = connection.mutable_host(side);
    if (host.key || !connection.version_) {
        return;
    }
    const KeyDigest digest = digest_of_key(*connection.version_, key);
    host.key = key;
    host.token = digest.token;
    host.idsn = digest.idsn;
    connection.begin_at_idsn(side);
    ConnectionState& remaining = registry_.register_token(digest.token, {&connection, side});
    for (const auto& state : remaining.states()) {
        verify_join(*state);
    }
}

void Handshakes::join_syn(SubflowState& subflow, Side sender, const MpJoinSyn& option) {
    const bool began_without_it = !subflow.join_token && subflow.syn_ack_seen;
    subflow.join_token = option.token;
    subflow.address_ids[index(sender)] = option.address_id;
    subflow.backup[index(sender)] = option.backup;
    subflow.joined_as_backup[index(sender)] = option.backup;
    subflow.nonces[index(sender)] = option.nonce;
    ConnectionState& connection = *subflow.connection;
    if (!began_without_it) {
        return;
    }
    // Its SYN/ACK was captured before it, and began a record of its own.
    Host& joined = connection.mutable_host(opposite(sender));
    if (connection.handshake() == Handshake::not_captured && !joined.token) {
        connection.client_ = connection.client_.value_or(sender);
        joined.token = option.token;
        registry_.join(option.token, {&connection, opposite(sender)});
    }
    verify_join(subflow);
}

void Handshakes::join_syn_ack(SubflowState& subflow, Side sender, const MpJoinSynAck& option) {
    subflow.address_ids[index(sender)] = option.address_id;
    subflow.backup[index(sender)] = option.backup;
    subflow.joined_as_backup[index(sender)] = option.backup;
    subflow.nonces[index(sender)] = option.nonce;
    subflow.hmac_in_synack = option.truncated_hmac;
    verify_join(subflow);
}

void Handshakes::verify_join(SubflowState& subflow) {
    if (!subflow.hmac_in_synack && !subflow.hmac_in_ack) {
        return;
    }
    const ConnectionState& connection = *subflow.connection;
    const Side initiator = subflow.initiator.value_or(Side::a);
    const Side listener = opposite(initiator);
    const Host& calling = connection.host(initiator);
    const Host& called = connection.host(listener);
    const auto calling_nonce = subflow.nonces[index(initiator)];
    const auto called_nonce = subflow.nonces[index(listener)];
    if (!calling.key || !called.key || !calling_nonce || !called_nonce || !connection.version()) {
        subflow.synack_hmac =
            subflow.hmac_in_synack ? Verification::unverified : Verification::absent;
        subflow.ack_hmac = subflow.hmac_in_ack ? Verification::unverified : Verification::absent;
        return;
    }
    const Version version = *connection.version();
    if (subflow.hmac_in_synack) {
        const Hmac expected =
            join_hmac(version, *called.key, *calling.key, *called_nonce, *calling_nonce);
        subflow.synack_hmac = verdict(expected.leftmost64() == *subflow.hmac_in_synack);
    }
    if (subflow.hmac_in_ack) {
        const Hmac expected =
            join_hmac(version, *calling.key, *called.key, *calling_nonce, *called_nonce);
        subflow.ack_hmac = verdict(expected.leftmost160() == *subflow.hmac_in_ack);
    }
}

} // namespace mptcp
