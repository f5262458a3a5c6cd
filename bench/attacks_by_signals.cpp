#include "attacks.hpp"

#include "analysis/options.hpp"

namespace mptcp::bench {

namespace {

void add_addrs(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.send(victim.path, {.options = wire::add_addr(static_cast<std::uint8_t>(i), i)});
    }
}

void remove_addrs(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    constexpr std::uint8_t kMost = 37;
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.options = wire::remove_addr(0, kMost)});
    }
}

void priorities(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.send(victim.path, {.options = wire::prio(i % 2 == 0)});
    }
}

void priorities_of_addresses(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 1; attacker.prepares(); ++i) {
        attacker.send(Attacker::path(i),
                      {.flags = tcp_flag::syn,
                       .sequence = 0,
                       .options = wire::join_syn(victim.server.token, i,
                                                 static_cast<std::uint8_t>(1 + i % 200))});
    }
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.options = wire::prio(true, std::uint8_t{250})});
    }
}

void resets(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        attacker.send(victim.path,
                      {.flags = tcp_flag::rst | tcp_flag::ack, .options = wire::tcprst(1)});
    }
}

void fastcloses(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.options = wire::fastclose(victim.server_key)});
    }
}

void strays(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    constexpr std::uint16_t kReset = tcp_flag::rst | tcp_flag::ack;
    constexpr Nanoseconds kLong = 100'000'000'000;
    attacker.send(victim.path, {.flags = kReset, .options = wire::fastclose(victim.server_key)});
    for (std::uint32_t i = 1; attacker.prepares(); ++i) {
        attacker.join(victim, Attacker::path(i));
        attacker.send(Attacker::path(i), {.flags = kReset});
    }
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.wait(kLong);
        attacker.data(victim.path, 1 + i, victim.client_dsn() + i, 1);
    }
}

void fins(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.send(victim.path,
                      {.from_client = i % 2 == 0, .flags = tcp_flag::fin | tcp_flag::ack});
    }
}

void signals_after_the_end(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    attacker.send(victim.path, {.flags = tcp_flag::rst | tcp_flag::ack});
    for (std::uint32_t i = 1; attacker.prepares(); ++i) {
        attacker.join(victim, Attacker::path(i));
        attacker.send(Attacker::path(i), {.flags = tcp_flag::rst | tcp_flag::ack});
    }
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.options = wire::prio(true)});
    }
}

void broken_options(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    const OptionBytes shortest{kMptcpKind, 3, 0xf0};
    OptionBytes options;
    for (int i = 0; i < 13; ++i) {
        options = wire::operator+(options, shortest);
    }
    options.push_back(1);
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.options = options});
    }
}

} // namespace

std::vector<Attack> attacks_by_signals() {
    return {
        {"add-addrs", "256 address IDs whose addresses change all the time", add_addrs},
        {"remove-addrs", "37 address IDs in each packet", remove_addrs},
        {"priorities", "backup on, backup off", priorities},
        {"priorities-of-addresses",
         "the same for an address ID, on a connection with many subflows", priorities_of_addresses},
        {"resets", "RSTs with a reason", resets},
        {"fastcloses", "MP_FASTCLOSE over and over", fastcloses},
        {"fins", "FINs over and over", fins},
        {"strays", "segments long after the end of a connection with many subflows", strays},
        {"signals-after-the-end", "signals on a connection whose many subflows have ended",
         signals_after_the_end},
        {"broken-options", "13 options in each packet that do not exist", broken_options},
    };
}

std::vector<Attack> all_attacks() {
    std::vector<Attack> all = attacks_on_handshakes();
    for (const auto& more : {attacks_on_data(), attacks_by_signals()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

} // namespace mptcp::bench
