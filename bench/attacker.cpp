#include "attacker.hpp"

#include "ipv4_endpoint.hpp"
#include "wire_options.hpp"

#include "analysis/hash.hpp"

#include <array>

namespace mptcp::bench {

namespace {

OptionBytes option(Subtype subtype, std::uint8_t low_nibble, std::uint8_t length) {
    OptionBytes bytes;
    begin_option(bytes, subtype, low_nibble, length);
    return bytes;
}

} // namespace

namespace wire {

OptionBytes capable_syn() {
    OptionBytes bytes = option(Subtype::mp_capable, 1, 4);
    put<std::uint8_t>(bytes, 0x01);
    return bytes;
}

OptionBytes capable_syn_ack(std::uint64_t key) {
    OptionBytes bytes = option(Subtype::mp_capable, 1, 12);
    put<std::uint8_t>(bytes, 0x01);
    put(bytes, key);
    return bytes;
}

OptionBytes capable_ack(std::uint64_t client_key, std::uint64_t server_key) {
    OptionBytes bytes = option(Subtype::mp_capable, 1, 20);
    put<std::uint8_t>(bytes, 0x01);
    put(bytes, client_key);
    put(bytes, server_key);
    return bytes;
}

OptionBytes join_syn(std::uint32_t token, std::uint32_t nonce, std::uint8_t address_id) {
    OptionBytes bytes = option(Subtype::mp_join, 0, 12);
    put(bytes, address_id);
    put(bytes, token);
    put(bytes, nonce);
    return bytes;
}

OptionBytes join_syn_ack(std::uint64_t hmac, std::uint32_t nonce, std::uint8_t address_id) {
    OptionBytes bytes = option(Subtype::mp_join, 0, 16);
    put(bytes, address_id);
    put(bytes, hmac);
    put(bytes, nonce);
    return bytes;
}

OptionBytes add_addr(std::uint8_t address_id, std::uint32_t address) {
    OptionBytes bytes = option(Subtype::add_addr, 0, 16);
    put(bytes, address_id);
    put(bytes, address);
    put(bytes, std::uint64_t{0}); // no HMAC that fits
    return bytes;
}

OptionBytes remove_addr(std::uint8_t first_id, std::uint8_t count) {
    OptionBytes bytes = option(Subtype::remove_addr, 0, static_cast<std::uint8_t>(3 + count));
    for (std::uint8_t i = 0; i < count; ++i) {
        put(bytes, static_cast<std::uint8_t>(first_id + i));
    }
    return bytes;
}

OptionBytes prio(bool backup, std::optional<std::uint8_t> address_id) {
    OptionBytes bytes = option(Subtype::mp_prio, backup ? 1 : 0, address_id ? 4 : 3);
    put(bytes, address_id.value_or(1)); // else a no-operation
    return bytes;
}

OptionBytes fastclose(std::uint64_t receiver_key) {
    OptionBytes bytes = option(Subtype::mp_fastclose, 0, 12);
    put<std::uint8_t>(bytes, 0);
    put(bytes, receiver_key);
    return bytes;
}

OptionBytes tcprst(std::uint8_t reason) {
    OptionBytes bytes = option(Subtype::mp_tcprst, 0, 4);
    put(bytes, reason);
    return bytes;
}

OptionBytes data_ack(Dsn dsn) {
    OptionBytes bytes = option(Subtype::dss, 0, 12);
    put<std::uint8_t>(bytes, dss_flag::data_ack | dss_flag::wide_data_ack);
    put(bytes, dsn);
    return bytes;
}

OptionBytes mapping(Dsn dsn, std::uint32_t ssn, std::uint16_t length,
                    std::optional<std::uint16_t> checksum) {
    OptionBytes bytes = option(Subtype::dss, 0, checksum ? 20 : 18);
    put<std::uint8_t>(bytes, dss_flag::mapping | dss_flag::wide_dsn);
    put(bytes, dsn);
    put(bytes, ssn);
    put(bytes, length);
    // Two no-operations fill the word.
    put(bytes, checksum.value_or(0x0101));
    return bytes;
}

OptionBytes sack(std::initializer_list<std::uint32_t> edges) {
    constexpr std::uint8_t kSack = 5;
    OptionBytes bytes{1, 1, kSack, static_cast<std::uint8_t>(2 + 4 * edges.size())};
    for (const std::uint32_t edge : edges) {
        put(bytes, edge);
    }
    return bytes;
}

OptionBytes operator+(const OptionBytes& x, const OptionBytes& y) {
    OptionBytes both = x;
    both.insert(both.end(), y.begin(), y.end());
    return both;
}

} // namespace wire

void Attacker::send(const AttackPath& path, const Packet& packet) {
    if (!goes_on()) {
        return;
    }
    Segment segment;
    segment.frame = static_cast<FrameNumber>(++sent_);
    segment.time = time_ += 10'000;
    segment.stream = path.stream;
    segment.source = packet.from_client ? path.client : path.server;
    segment.destination = packet.from_client ? path.server : path.client;
    const std::uint32_t own = packet.from_client ? path.client_isn : path.server_isn;
    const std::uint32_t other = packet.from_client ? path.server_isn : path.client_isn;
    segment.sequence = own + packet.sequence;
    segment.acknowledgment =
        (packet.flags & tcp_flag::ack) != 0 ? other + packet.acknowledgment : 0;
    segment.flags = packet.flags;
    segment.window = 65535;
    segment.options = packet.options;
    segment.payload_length = packet.payload;
    static const std::array<std::uint8_t, 0xffff> zeros{};
    segment.payload = ByteView{zeros}.first(packet.captured_whole ? packet.payload : 0);
    segment.ip_id = static_cast<std::uint16_t>(sent_);
    segment.capture_point = {interface_id_, 0, 64};
    sink_(segment);
}

AttackPath Attacker::path(std::uint32_t number) {
    return {ipv4_endpoint(10, number + 1, 40000), ipv4_endpoint(100, 1, 443), number};
}

Victim Attacker::victim(std::uint32_t number) {
    Victim victim;
    victim.client_key = 0x1111000000000000ULL + number;
    victim.server_key = 0x2222000000000000ULL + number;
    victim.client = digest_of_key(Version::v1, victim.client_key);
    victim.server = digest_of_key(Version::v1, victim.server_key);
    victim.path = path(number);
    return victim;
}

void Attacker::open(const Victim& victim) {
    send(victim.path, {.flags = tcp_flag::syn, .sequence = 0, .options = wire::capable_syn()});
    send(victim.path, {.from_client = false,
                       .flags = tcp_flag::syn | tcp_flag::ack,
                       .sequence = 0,
                       .options = wire::capable_syn_ack(victim.server_key)});
    send(victim.path, {.options = wire::capable_ack(victim.client_key, victim.server_key)});
}

Victim Attacker::open_victim() {
    const Victim opened = victim(0);
    open(opened);
    return opened;
}

void Attacker::join(const Victim& victim, const AttackPath& path) {
    constexpr std::uint32_t client_nonce = 0xc0000000;
    constexpr std::uint32_t server_nonce = 0x50000000;
    const auto id = static_cast<std::uint8_t>(path.stream);
    send(path, {.flags = tcp_flag::syn,
                .sequence = 0,
                .options = wire::join_syn(victim.server.token, client_nonce, id)});
    const Hmac answer =
        join_hmac(Version::v1, victim.server_key, victim.client_key, server_nonce, client_nonce);
    send(path, {.from_client = false,
                .flags = tcp_flag::syn | tcp_flag::ack,
                .sequence = 0,
                .options = wire::join_syn_ack(answer.leftmost64(), server_nonce, id)});
    OptionBytes last = option(Subtype::mp_join, 0, 24);
    put(last, std::uint8_t{0});
    const Hmac160 hmac =
        join_hmac(Version::v1, victim.client_key, victim.server_key, client_nonce, server_nonce)
            .leftmost160();
    last.insert(last.end(), hmac.begin(), hmac.end());
    send(path, {.options = last});
}

void Attacker::data(const AttackPath& path, std::uint32_t sequence, Dsn dsn, std::uint16_t length) {
    send(
        path,
        {.sequence = sequence, .payload = length, .options = wire::mapping(dsn, sequence, length)});
}

void Attacker::map(const AttackPath& path, std::uint32_t sequence, Dsn dsn, std::uint16_t length) {
    send(path, {.sequence = sequence, .options = wire::mapping(dsn, sequence, length)});
}

std::uint64_t Attacker::random() {
    random_ += hash::kSeed;
    return hash::finish(random_);
}

} // namespace mptcp::bench
