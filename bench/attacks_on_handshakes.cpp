#include "attacks.hpp"

#include "analysis/hash.hpp"

#include <cstring>

namespace mptcp::bench {

namespace {

constexpr std::uint16_t kSyn = tcp_flag::syn;
constexpr std::uint16_t kReset = tcp_flag::rst | tcp_flag::ack;

void join_syn(Attacker& attacker, const AttackPath& path, std::uint32_t token,
              std::uint32_t nonce = 1) {
    attacker.send(path, {.flags = kSyn, .sequence = 0, .options = wire::join_syn(token, nonce, 2)});
}

void tokens(Attacker& attacker) {
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.open(Attacker::victim(i));
    }
}

void capable_syns(Attacker& attacker) {
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.send(Attacker::path(i),
                      {.flags = kSyn, .sequence = 0, .options = wire::capable_syn()});
    }
}

void equal_tokens(Attacker& attacker) {
    Victim victim = Attacker::victim(0);
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        victim.path = Attacker::path(i);
        attacker.open(victim);
    }
}

void unknown_tokens(Attacker& attacker) {
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        join_syn(attacker, Attacker::path(i), i * 7919);
    }
}

void tokens_of_one_place(Attacker& attacker) {
    constexpr std::uint32_t kPlaces = 20753;
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        join_syn(attacker, Attacker::path(i), i * kPlaces);
    }
}

void flows_of_one_place(Attacker& attacker) {
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        const std::uint64_t halves[] = {i, hash::add(hash::kSeed, i)};
        std::array<std::uint8_t, sizeof halves> bytes{};
        std::memcpy(bytes.data(), halves, sizeof halves);
        AttackPath path = Attacker::path(i);
        path.client.address = Address::from(bytes);
        path.server.address = Address::from(std::array<std::uint8_t, 16>{0xfd});
        attacker.send(path, {.flags = kSyn, .sequence = 0, .options = wire::capable_syn()});
    }
}

void joins(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        attacker.join(victim, Attacker::path(i));
    }
}

void join_syns(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        join_syn(attacker, Attacker::path(i), victim.server.token);
    }
}

void join_syn_again(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        join_syn(attacker, Attacker::path(1), victim.server.token, i);
    }
}

void reused_ports(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        AttackPath path = Attacker::path(1);
        path.stream = i;
        path.client_isn += i * 0x10000;
        join_syn(attacker, path, victim.server.token);
    }
}

void join_acks(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        attacker.join(victim, Attacker::path(1));
    }
}

void answers_before_joins(Attacker& attacker) {
    const auto joins = static_cast<std::uint32_t>(attacker.packets() / 2);
    for (std::uint32_t i = 1; i < joins; ++i) {
        attacker.send(Attacker::path(i), {.from_client = false,
                                          .flags = tcp_flag::syn | tcp_flag::ack,
                                          .sequence = 0,
                                          .options = wire::join_syn_ack(0, 1, 2)});
    }
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = joins - 1; attacker.goes_on(); i = i > 1 ? i - 1 : joins - 1) {
        join_syn(attacker, Attacker::path(i), victim.server.token);
    }
}

void refused_joins(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    attacker.send(victim.path, {.flags = kReset});
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        join_syn(attacker, Attacker::path(i), victim.server.token);
        attacker.send(Attacker::path(i), {.from_client = false, .flags = kReset, .sequence = 0});
    }
}

/// A segment that tells DSNs of both directions.
void show(Attacker& attacker, const AttackPath& path, Dsn client, Dsn server) {
    attacker.send(path, {.payload = 1, .options = wire::mapping(client, 1, 1)});
    attacker.send(path,
                  {.from_client = false, .payload = 1, .options = wire::mapping(server, 1, 1)});
}

void chain_of_mergers(Attacker& attacker) {
    const auto subflows = static_cast<std::uint32_t>(attacker.packets() / 3);
    for (std::uint32_t i = 0; i < subflows; ++i) {
        attacker.send(Attacker::path(i), {.options = wire::prio(false)});
    }
    for (std::uint32_t i = subflows; i > 0; --i) {
        show(attacker, Attacker::path(i - 1), 0x1000000000000000 + i, 0x9000000000000000 + i);
    }
    while (attacker.goes_on()) {
        show(attacker, Attacker::path(0), 0x1000000000000000, 0x9000000000000000);
    }
}

void crowd(Attacker& attacker) {
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        AttackPath path =
            Attacker::path(i % static_cast<std::uint32_t>(1 + attacker.packets() / 8));
        path.client.port = static_cast<std::uint16_t>(path.stream);
        path.server.port = static_cast<std::uint16_t>(path.stream);
        path.server.address = path.client.address;
        path.server.address.bytes[0] = 11;
        show(attacker, path, 0x1000000000000000 + i, 0x9000000000000000 + i);
    }
}

void crowd_around_one(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    attacker.send(victim.path, {.payload = 1, .options = wire::mapping(victim.client_dsn(), 1, 1)});
    attacker.send(
        victim.path,
        {.from_client = false, .payload = 1, .options = wire::mapping(victim.server_dsn(), 1, 1)});
    std::uint32_t i = 1;
    for (; attacker.prepares(); ++i) {
        join_syn(attacker, Attacker::path(i), victim.server.token);
    }
    for (; attacker.goes_on(); ++i) {
        AttackPath path = Attacker::path(i);
        path.client.port = path.server.port = 7;
        path.server.address = path.client.address;
        path.server.address.bytes[0] = 11;
        path.client.address.bytes[0] = 12;
        show(attacker, path, victim.client_dsn(), victim.server_dsn());
    }
}

} // namespace

std::vector<Attack> attacks_on_handshakes() {
    return {
        {"tokens", "connections that are opened and never used", tokens},
        {"capable-syns", "MP_CAPABLE that nobody answers", capable_syns},
        {"equal-tokens", "connections with the same keys, so with the same tokens", equal_tokens},
        {"unknown-tokens", "joins of connections that there are not", unknown_tokens},
        {"tokens-of-one-place", "the same, with tokens for one place of a hash table",
         tokens_of_one_place},
        {"flows-of-one-place", "addresses picked for one place of a hash table",
         flows_of_one_place},
        {"joins", "subflows of one connection, each with its handshake", joins},
        {"join-syns", "subflows of one connection that nobody answers", join_syns},
        {"join-syn-again", "one MP_JOIN SYN over and over, with another nonce each time",
         join_syn_again},
        {"reused-ports", "one 4-tuple over and over, for another subflow each time", reused_ports},
        {"join-acks", "one join over and over: two HMACs each", join_acks},
        {"answers-before-joins",
         "joins whose SYN/ACKs come before the connection, the latest first", answers_before_joins},
        {"refused-joins", "subflows that are reset at once, and no other is left", refused_joins},
        {"chain-of-mergers",
         "subflows without a handshake that show to be of one connection, the latest first",
         chain_of_mergers},
        {"crowd",
         "subflows without a handshake, each of which may be of any other one's connection", crowd},
        {"crowd-around-one", "the same around a connection with many subflows", crowd_around_one},
    };
}

} // namespace mptcp::bench
