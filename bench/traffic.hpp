#pragma once
/// Synthetic MPTCP traffic for measurements: downloads over several subflows, as a capture in
/// the middle of the network would show them. Deterministic.
///
/// Each connection makes its handshake and joins its subflows; then the server sends segments of
/// 1400 bytes round robin over connections and subflows, the client acknowledges every second one
/// at both levels. One data segment in 128 is sent again by TCP, one in 256 is reinjected on the
/// next subflow. Version 0 has the 32-bit DSNs that its kernels used, version 1 those of 64 bits.

#include "analysis/crypto.hpp"
#include "analysis/segment.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace mptcp::bench {

struct TrafficShape {
    std::uint64_t segments = 1'000'000;
    std::uint32_t connections = 1;
    std::uint32_t subflows = 2;
    Version version = Version::v1;
};

class Traffic {
  public:
    explicit Traffic(const TrafficShape& shape);

    /// Calls `sink` with each segment. Its payload is not captured (as with a snap length).
    void run(const std::function<void(const Segment&)>& sink);

  private:
    struct Subflow {
        Endpoint client;
        Endpoint server;
        StreamNumber stream = 0;
        std::uint32_t client_sequence = 0;
        std::uint32_t server_sequence = 0;
        std::uint32_t server_isn = 0;
        std::uint32_t unacknowledged = 0;
    };
    struct Connection {
        std::uint64_t client_key = 0;
        std::uint64_t server_key = 0;
        KeyDigest client_digest;
        KeyDigest server_digest;
        Dsn next_dsn = 0;
        std::uint32_t next_subflow = 0;
        std::vector<Subflow> subflows;
    };

    void open(Connection& connection, std::uint32_t number);
    void handshake(const Connection& connection, Subflow& initial);
    void begin_mp_capable(std::uint8_t length);
    void begin_dss(std::uint8_t flags, Dsn data_ack);
    void put_dsn(Dsn dsn);
    void join(Connection& connection, Subflow& subflow, std::uint8_t address_id);
    void send_data(Connection& connection);
    void data(const Connection& connection, Subflow& subflow, std::uint32_t sequence, Dsn dsn);
    void acknowledge(Connection& connection, Subflow& subflow);
    void emit(const Subflow& subflow, bool from_client, std::uint16_t flags, std::uint32_t payload);

    std::uint64_t limit_;
    std::vector<Connection> connections_;
    std::uint32_t subflows_per_connection_;
    Version version_;
    std::function<void(const Segment&)> sink_;
    std::vector<std::uint8_t> options_;
    std::uint64_t emitted_ = 0;
    std::uint64_t data_sent_ = 0;
    Nanoseconds time_ = 1'700'000'000'000'000'000;
};

} // namespace mptcp::bench
