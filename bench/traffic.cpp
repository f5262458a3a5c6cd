#include "traffic.hpp"

#include "ipv4_endpoint.hpp"
#include "wire_options.hpp"

#include <algorithm>

namespace mptcp::bench {

namespace {

constexpr std::uint32_t kSegmentBytes = 1400;
constexpr std::uint64_t kRetransmitEvery = 128;
constexpr std::uint64_t kReinjectEvery = 256;
constexpr std::uint32_t kAckEvery = 2;

} // namespace

Traffic::Traffic(const TrafficShape& shape)
    : limit_(shape.segments), connections_(shape.connections),
      subflows_per_connection_(std::max(1U, shape.subflows)), version_(shape.version) {
}

void Traffic::run(const std::function<void(const Segment&)>& sink) {
    sink_ = sink;
    for (std::uint32_t i = 0; i < connections_.size() && emitted_ < limit_; ++i) {
        open(connections_[i], i);
    }
    for (std::size_t i = 0; emitted_ < limit_; i = (i + 1) % connections_.size()) {
        send_data(connections_[i]);
    }
}

void Traffic::emit(const Subflow& subflow, bool from_client, std::uint16_t flags,
                   std::uint32_t payload) {
    if (emitted_ == limit_) {
        return;
    }
    options_.resize((options_.size() + 3) / 4 * 4, 1);
    Segment segment;
    segment.frame = static_cast<FrameNumber>(++emitted_);
    segment.time = time_ += 10'000;
    segment.stream = subflow.stream;
    segment.source = from_client ? subflow.client : subflow.server;
    segment.destination = from_client ? subflow.server : subflow.client;
    segment.sequence = from_client ? subflow.client_sequence : subflow.server_sequence;
    segment.acknowledgment = from_client ? subflow.server_sequence : subflow.client_sequence;
    segment.window = 65535;
    segment.flags = flags;
    segment.options = options_;
    segment.payload_length = payload;
    segment.ip_id = static_cast<std::uint16_t>(emitted_);
    segment.capture_point.hop_limit = 64;
    sink_(segment);
}

void Traffic::open(Connection& connection, std::uint32_t number) {
    connection.client_key = 0x1111000000000000ULL + number;
    connection.server_key = 0x2222000000000000ULL + number;
    connection.client_digest = digest_of_key(version_, connection.client_key);
    connection.server_digest = digest_of_key(version_, connection.server_key);
    connection.next_dsn = connection.server_digest.idsn + 1;
    for (std::uint32_t i = 0; i < subflows_per_connection_; ++i) {
        Subflow subflow;
        subflow.client = ipv4_endpoint(static_cast<std::uint8_t>(10 + i), number + 1, 40000);
        subflow.server = ipv4_endpoint(100, 1, 443);
        subflow.stream = number * subflows_per_connection_ + i;
        subflow.client_sequence = 1000 + number;
        subflow.server_isn = subflow.server_sequence = 0xfff00000U + number * 77;
        connection.subflows.push_back(subflow);
    }
    handshake(connection, connection.subflows.front());
    for (std::uint32_t i = 1; i < subflows_per_connection_; ++i) {
        join(connection, connection.subflows[i], static_cast<std::uint8_t>(i));
    }
}

void Traffic::begin_mp_capable(std::uint8_t length) {
    begin_option(options_, Subtype::mp_capable, static_cast<std::uint8_t>(version_), length);
    put<std::uint8_t>(options_, 0x01);
}

void Traffic::handshake(const Connection& connection, Subflow& initial) {
    if (version_ == Version::v0) {
        begin_mp_capable(12);
        put(options_, connection.client_key);
    } else {
        begin_mp_capable(4);
    }
    emit(initial, true, tcp_flag::syn, 0);
    ++initial.client_sequence;
    begin_mp_capable(12);
    put(options_, connection.server_key);
    emit(initial, false, tcp_flag::syn | tcp_flag::ack, 0);
    ++initial.server_sequence;
    begin_mp_capable(20);
    put(options_, connection.client_key);
    put(options_, connection.server_key);
    emit(initial, true, tcp_flag::ack, 0);
}

void Traffic::join(Connection& connection, Subflow& subflow, std::uint8_t address_id) {
    const std::uint32_t client_nonce = 0xc0000000U + subflow.stream;
    const std::uint32_t server_nonce = 0x50000000U + subflow.stream;
    begin_option(options_, Subtype::mp_join, 0, 12);
    put(options_, address_id);
    put(options_, connection.server_digest.token);
    put(options_, client_nonce);
    emit(subflow, true, tcp_flag::syn, 0);
    ++subflow.client_sequence;
    begin_option(options_, Subtype::mp_join, 0, 16);
    put(options_, std::uint8_t{0});
    put(options_, join_hmac(version_, connection.server_key, connection.client_key, server_nonce,
                            client_nonce)
                      .leftmost64());
    put(options_, server_nonce);
    emit(subflow, false, tcp_flag::syn | tcp_flag::ack, 0);
    ++subflow.server_sequence;
    begin_option(options_, Subtype::mp_join, 0, 24);
    put(options_, std::uint8_t{0});
    const Hmac160 hmac = join_hmac(version_, connection.client_key, connection.server_key,
                                   client_nonce, server_nonce)
                             .leftmost160();
    options_.insert(options_.end(), hmac.begin(), hmac.end());
    emit(subflow, true, tcp_flag::ack, 0);
}

void Traffic::send_data(Connection& connection) {
    Subflow& subflow = connection.subflows[connection.next_subflow];
    connection.next_subflow = (connection.next_subflow + 1) % subflows_per_connection_;
    const Dsn dsn = connection.next_dsn;
    connection.next_dsn += kSegmentBytes;
    data(connection, subflow, subflow.server_sequence, dsn);
    subflow.server_sequence += kSegmentBytes;
    ++data_sent_;
    if (data_sent_ % kRetransmitEvery == 0) {
        data(connection, subflow, subflow.server_sequence - kSegmentBytes, dsn);
    }
    if (data_sent_ % kReinjectEvery == 0 && subflows_per_connection_ > 1) {
        Subflow& other = connection.subflows[connection.next_subflow];
        data(connection, other, other.server_sequence, dsn);
        other.server_sequence += kSegmentBytes;
    }
    if (++subflow.unacknowledged == kAckEvery) {
        subflow.unacknowledged = 0;
        acknowledge(connection, subflow);
    }
}

void Traffic::put_dsn(Dsn dsn) {
    if (version_ == Version::v0) {
        put(options_, static_cast<std::uint32_t>(dsn));
    } else {
        put(options_, dsn);
    }
}

/// `flags` as for numbers of 32 bits. What dss_flag::mapping announces is left to put.
void Traffic::begin_dss(std::uint8_t flags, Dsn data_ack) {
    const bool is_wide = version_ == Version::v1;
    const unsigned number = is_wide ? 8 : 4;
    constexpr unsigned header = 4;
    constexpr unsigned ssn_and_length = 6;
    const unsigned mapping = (flags & dss_flag::mapping) != 0 ? number + ssn_and_length : 0;
    begin_option(options_, Subtype::dss, 0, static_cast<std::uint8_t>(header + number + mapping));
    // The flag of a wide number is the bit above that of the number.
    put(options_, static_cast<std::uint8_t>(is_wide ? flags | flags << 1U : flags));
    put_dsn(data_ack);
}

void Traffic::data(const Connection& connection, Subflow& subflow, std::uint32_t sequence,
                   Dsn dsn) {
    begin_dss(dss_flag::data_ack | dss_flag::mapping, connection.client_digest.idsn + 1);
    put_dsn(dsn);
    put(options_, sequence - subflow.server_isn);
    put(options_, static_cast<std::uint16_t>(kSegmentBytes));
    const std::uint32_t next = subflow.server_sequence;
    subflow.server_sequence = sequence;
    emit(subflow, false, tcp_flag::ack, kSegmentBytes);
    subflow.server_sequence = next;
}

void Traffic::acknowledge(Connection& connection, Subflow& subflow) {
    begin_dss(dss_flag::data_ack, connection.next_dsn);
    emit(subflow, true, tcp_flag::ack, 0);
}

} // namespace mptcp::bench
