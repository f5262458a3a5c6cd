#include "attacks.hpp"

namespace mptcp::bench {

namespace {

/// The longest payload that goes into an IPv4 packet with these options.
constexpr std::uint16_t kLongest = 65'400;
/// Where sequence numbers are half way to their wrap.
constexpr std::uint32_t kMiddle = 0x40000000;

/// Two subflows.
struct Pair {
    explicit Pair(Attacker& attacker) : victim(attacker.open_victim()), other(Attacker::path(1)) {
        attacker.join(victim, other);
    }
    [[nodiscard]] Dsn dsn(std::uint64_t offset) const { return victim.client_dsn() + offset; }

    Victim victim;
    AttackPath other;
};

void mappings_in_reverse(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.map(victim.path, kMiddle - i, victim.client_dsn() + kMiddle - i, 1);
    }
}

void bytes_in_reverse(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.data(victim.path, kMiddle - i, victim.client_dsn() + kMiddle - i, 1);
    }
}

void bytes_anywhere(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        const std::uint32_t offset = static_cast<std::uint32_t>(attacker.random()) % kMiddle;
        attacker.data(victim.path, 1 + offset, victim.client_dsn() + offset, 1);
    }
}

void holes(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); i += 2) {
        attacker.data(victim.path, 1 + i, victim.client_dsn() + i, 1);
    }
}

void unmapped_bytes(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    attacker.data(victim.path, 1, victim.client_dsn(), 1);
    for (std::uint32_t i = 0; attacker.goes_on(); i += 2) {
        attacker.send(victim.path,
                      {.sequence = kMiddle - i, .payload = 1, .options = wire::prio(false)});
    }
}

void mappings_far_away(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        attacker.map(victim.path, static_cast<std::uint32_t>(attacker.random()), attacker.random(),
                     static_cast<std::uint16_t>(attacker.random()));
    }
}

void mappings_overlap(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.map(victim.path, 1 + i, victim.client_dsn() + 3 * i, kLongest);
    }
}

void infinite_mappings(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.map(victim.path, 1 + i, victim.client_dsn() + i, 0);
    }
}

void mappings_over_mappings(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.prepares(); i = (i + 1) % kLongest) {
        attacker.map(victim.path, 1 + i, victim.client_dsn() + 2 * i, 1);
    }
    while (attacker.goes_on()) {
        attacker.map(victim.path, 1, victim.client_dsn(), kLongest);
    }
}

void retransmission_of_many_mappings(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.prepares(); i = (i + 1) % kLongest) {
        attacker.map(victim.path, 1 + i, victim.client_dsn() + 2 * i, 1);
    }
    while (attacker.goes_on()) {
        attacker.send(victim.path, {.payload = kLongest});
    }
}

void checksums(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t at = 1; attacker.goes_on(); at += kLongest) {
        for (std::uint32_t i = 0; i < 64; ++i) {
            attacker.send(victim.path,
                          {.sequence = at + i,
                           .options = wire::mapping(victim.client_dsn() + at + i, at + i,
                                                    static_cast<std::uint16_t>(kLongest - i), 1)});
        }
        attacker.send(victim.path, {.sequence = at, .payload = kLongest, .captured_whole = true});
    }
}

void retransmissions(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    while (attacker.goes_on()) {
        attacker.data(victim.path, 1, victim.client_dsn(), 1);
    }
}

void reinjections(Attacker& attacker) {
    const Pair pair(attacker);
    for (std::uint32_t i = 1; attacker.goes_on(); ++i) {
        attacker.data(pair.victim.path, i, pair.dsn(0), 1);
        attacker.data(pair.other, i, pair.dsn(0), 1);
    }
}

void reinjections_of_many(Attacker& attacker) {
    const Pair pair(attacker);
    for (std::uint32_t i = 0; attacker.prepares(); i = (i + 1) % kLongest) {
        attacker.data(pair.victim.path, 1 + 2 * i, pair.dsn(i), 1);
    }
    for (std::uint32_t at = 1; attacker.goes_on(); at += kLongest) {
        attacker.data(pair.other, at, pair.dsn(0), kLongest);
    }
}

void dsn_jumps(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    constexpr std::uint64_t kFar = std::uint64_t{1} << 39;
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        const Dsn jumps[] = {kFar, 0 - kFar, kHalf, kHalf - 1, kHalf + 1, 0};
        attacker.data(victim.path, 1 + i, victim.client_dsn() + jumps[i % 6] + 7 * i, 1);
    }
}

void dsn_climb(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    constexpr std::uint64_t kLeap = std::uint64_t{1} << 39;
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.data(victim.path, 1 + i, victim.client_dsn() + i * kLeap, 1);
    }
}

void data_acks(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.send(victim.path, {.options = wire::data_ack(victim.server_dsn() + i)});
    }
}

void sacks(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        const std::uint32_t at = victim.path.client_isn + 8 * i;
        attacker.send(victim.path,
                      {.from_client = false,
                       .options = wire::sack({at + 2, at + 3, at + 4, at + 5, at + 6, at + 7})});
    }
}

void sacks_within_reinjections(Attacker& attacker) {
    const Pair pair(attacker);
    attacker.data(pair.victim.path, 1, pair.dsn(0), kLongest);
    for (std::uint32_t i = 0; attacker.prepares(); ++i) {
        attacker.data(pair.other, 1 + i * kLongest, pair.dsn(i % 1000), kLongest - 1000);
    }
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        const std::uint32_t isn = pair.victim.path.client_isn;
        attacker.send(pair.victim.path,
                      {.from_client = false,
                       .options = wire::sack({isn + 1 + i % kLongest, isn + kLongest + i})});
    }
}

void captured_anywhere(Attacker& attacker) {
    const Victim victim = attacker.open_victim();
    for (std::uint32_t i = 0; attacker.goes_on(); ++i) {
        attacker.set_interface(i);
        attacker.data(victim.path, 1 + i, victim.client_dsn() + i, 1);
    }
}

} // namespace

std::vector<Attack> attacks_on_data() {
    return {
        {"mappings-in-reverse", "mappings of one byte without data, the last byte first",
         mappings_in_reverse},
        {"bytes-in-reverse", "the same with their data", bytes_in_reverse},
        {"bytes-anywhere", "one byte each, anywhere, never acknowledged", bytes_anywhere},
        {"holes", "every second byte is missing, at both levels", holes},
        {"unmapped-bytes", "bytes without a mapping, with holes, the last one first",
         unmapped_bytes},
        {"mappings-far-away", "mappings with numbers that are nowhere near", mappings_far_away},
        {"mappings-overlap", "long mappings that overlap and contradict each other, never filled",
         mappings_overlap},
        {"infinite-mappings", "mappings without an end", infinite_mappings},
        {"mappings-over-mappings", "long mappings over many contradicting ones of one byte",
         mappings_over_mappings},
        {"retransmission-of-many-mappings",
         "a segment of 64 KiB with many mappings, sent again and again",
         retransmission_of_many_mappings},
        {"checksums", "segments of 64 KiB under 64 mappings with checksums each", checksums},
        {"retransmissions", "one byte over and over", retransmissions},
        {"reinjections", "one data byte over and over, as other bytes of two subflows",
         reinjections},
        {"reinjections-of-many", "segments of 64 KiB that repeat many of one byte",
         reinjections_of_many},
        {"dsn-jumps", "data sequence numbers to and fro over 2^63", dsn_jumps},
        {"dsn-climb", "data sequence numbers that leap as far as they may", dsn_climb},
        {"data-acks", "DATA_ACKs that advance by one", data_acks},
        {"sacks", "SACK blocks with holes between them", sacks},
        {"sacks-within-reinjections",
         "SACK blocks that grow within many reinjections of the same bytes",
         sacks_within_reinjections},
        {"captured-anywhere", "each packet captured at another interface", captured_anywhere},
    };
}

} // namespace mptcp::bench
