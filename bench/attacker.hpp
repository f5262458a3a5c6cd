#pragma once
/// Makes the packets of attacks (see attacks.hpp).

#include "analysis/crypto.hpp"
#include "analysis/segment.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

namespace mptcp::bench {

using OptionBytes = std::vector<std::uint8_t>;

namespace wire {

OptionBytes capable_syn();
OptionBytes capable_syn_ack(std::uint64_t key);
OptionBytes capable_ack(std::uint64_t client_key, std::uint64_t server_key);
OptionBytes join_syn(std::uint32_t token, std::uint32_t nonce, std::uint8_t address_id);
OptionBytes join_syn_ack(std::uint64_t hmac, std::uint32_t nonce, std::uint8_t address_id);
OptionBytes add_addr(std::uint8_t address_id, std::uint32_t address);
OptionBytes remove_addr(std::uint8_t first_id, std::uint8_t count);
OptionBytes prio(bool backup, std::optional<std::uint8_t> address_id = {});
OptionBytes fastclose(std::uint64_t receiver_key);
OptionBytes tcprst(std::uint8_t reason);
OptionBytes data_ack(Dsn dsn);
OptionBytes mapping(Dsn dsn, std::uint32_t ssn, std::uint16_t length,
                    std::optional<std::uint16_t> checksum = {});
/// Each block as two sequence numbers.
OptionBytes sack(std::initializer_list<std::uint32_t> edges);
OptionBytes operator+(const OptionBytes& x, const OptionBytes& y);

} // namespace wire

/// A path between two endpoints, with the sequence numbers of its SYNs.
struct AttackPath {
    Endpoint client;
    Endpoint server;
    StreamNumber stream = 0;
    std::uint32_t client_isn = 1000;
    std::uint32_t server_isn = 2000;
};

/// A connection under attack.
struct Victim {
    std::uint64_t client_key = 0;
    std::uint64_t server_key = 0;
    KeyDigest client;
    KeyDigest server;
    AttackPath path;

    /// First data bytes of the two.
    [[nodiscard]] Dsn client_dsn() const { return client.idsn + 1; }
    [[nodiscard]] Dsn server_dsn() const { return server.idsn + 1; }
};

/// Sequence numbers count from the SYNs: 1 is the first byte.
struct Packet {
    bool from_client = true;
    std::uint16_t flags = tcp_flag::ack;
    std::uint32_t sequence = 1;
    std::uint32_t acknowledgment = 1;
    std::uint32_t payload = 0;
    OptionBytes options = {};
    /// The payload, zeros, is in the capture.
    bool captured_whole = false;
};

class Attacker {
  public:
    using Sink = std::function<void(const Segment&)>;

    Attacker(std::uint64_t packets, Sink sink) : packets_(packets), sink_(std::move(sink)) {}

    [[nodiscard]] bool goes_on() const { return sent_ < packets_; }
    /// Less than half of the packets were sent.
    [[nodiscard]] bool prepares() const { return sent_ < packets_ / 2; }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t packets() const { return packets_; }

    /// Does nothing once all packets are sent.
    void send(const AttackPath& path, const Packet& packet);
    void wait(Nanoseconds time) { time_ += time; }
    /// From now on packets seem captured at this place.
    void set_interface(std::uint32_t interface_id) { interface_id_ = interface_id; }

    /// A path of its own for each number, between a client and a server that differ.
    static AttackPath path(std::uint32_t number);
    static Victim victim(std::uint32_t number);
    void open(const Victim& victim);
    /// An open connection.
    Victim open_victim();
    void join(const Victim& victim, const AttackPath& path);
    /// Data with a mapping of its own.
    void data(const AttackPath& path, std::uint32_t sequence, Dsn dsn, std::uint16_t length);
    /// The mapping alone.
    void map(const AttackPath& path, std::uint32_t sequence, Dsn dsn, std::uint16_t length);

    /// The same numbers in each run.
    std::uint64_t random();

  private:
    std::uint64_t packets_;
    Sink sink_;
    std::uint64_t sent_ = 0;
    std::uint32_t interface_id_ = 0;
    Nanoseconds time_ = 1'700'000'000'000'000'000;
    std::uint64_t random_ = 1;
};

} // namespace mptcp::bench
