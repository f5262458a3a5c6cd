#include "tests/fuzz/option_script.hpp"

#include "analysis/options.hpp"

#include <algorithm>

namespace mptcp::fuzz {

namespace {

constexpr std::size_t kOptionSpace = 40;

template <typename T>
void put(Bytes& bytes, T value) {
    for (unsigned shift = 8 * sizeof(T); shift > 0; shift -= 8) {
        bytes.push_back(
            static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift - 8)));
    }
}

void put_bytes(Bytes& bytes, ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

Bytes begin(Subtype subtype, unsigned nibble) {
    return {kMptcpKind, 0, static_cast<std::uint8_t>(static_cast<unsigned>(subtype) << 4 | nibble)};
}

std::uint32_t nonce(unsigned path, unsigned side) {
    return 0x1000 * (path + 1) + side;
}

Bytes mp_capable(ByteSource& source, const OptionPlace& place) {
    const std::uint8_t choice = source.byte();
    const unsigned version = static_cast<unsigned>(place.talk.version) ^ (choice >> 7);
    Bytes bytes = begin(Subtype::mp_capable, version);
    bytes.push_back((choice & 0x40) != 0 ? 0x81 : 0x01);
    const unsigned keys = choice & 0x03;
    if (keys >= 1) {
        put(bytes, place.talk.keys[place.side] ^ (choice >> 5 & 1));
    }
    if (keys >= 2) {
        put(bytes, place.talk.keys[1 - place.side]);
    }
    if (keys == 3) {
        put(bytes, static_cast<std::uint16_t>(place.payload.size()));
    }
    if ((choice & 0x04) != 0) {
        InternetChecksum sum;
        sum.add(place.payload);
        put(bytes, dss_checksum(sum, place.talk.dsn(place.side, 0), 1,
                                static_cast<std::uint16_t>(place.payload.size())));
    }
    if (keys == 3 && place.talk.sent[place.side] == 0) {
        place.talk.sent[place.side] = place.payload.size();
    }
    return bytes;
}

Bytes mp_join(ByteSource& source, const OptionPlace& place) {
    const std::uint8_t choice = source.byte();
    Bytes bytes = begin(Subtype::mp_join, choice >> 2 & 1);
    const unsigned peer = 1 - place.side;
    const Talk& talk = (choice & 0x10) != 0 ? place.other : place.talk;
    Hmac hmac = join_hmac(talk.version, talk.keys[place.side], talk.keys[peer],
                          nonce(place.path, place.side), nonce(place.path, peer));
    hmac.bytes[7] = static_cast<std::uint8_t>(hmac.bytes[7] ^ (choice >> 3 & 1));
    bytes.push_back(static_cast<std::uint8_t>(place.path));
    switch (choice & 0x03) {
    case 0:
        put(bytes, talk.digest(peer).token);
        put(bytes, nonce(place.path, place.side));
        break;
    case 1:
        put(bytes, hmac.leftmost64());
        put(bytes, nonce(place.path, place.side));
        break;
    default:
        put_bytes(bytes, hmac.leftmost160());
        break;
    }
    return bytes;
}

void put_dsn(Bytes& bytes, Dsn dsn, bool wide) {
    if (wide) {
        put(bytes, dsn);
    } else {
        put(bytes, static_cast<std::uint32_t>(dsn));
    }
}

/// Offset of what a mapping maps: next to what was sent, near it, or anywhere.
std::uint64_t mapped_offset(ByteSource& source, unsigned mode, std::uint64_t sent) {
    switch (mode) {
    case 0:
        return sent;
    case 1:
        return sent - source.take<std::uint16_t>();
    case 2:
        return sent + source.take<std::uint16_t>();
    default:
        return source.take<std::uint64_t>();
    }
}

void put_mapping(Bytes& bytes, ByteSource& source, const OptionPlace& place, unsigned flags) {
    const std::uint8_t choice = source.byte();
    std::uint64_t& sent = place.talk.sent[place.side];
    const std::uint64_t offset = mapped_offset(source, choice & 0x03, sent);
    const std::uint32_t ssn =
        (choice & 0x04) != 0 ? place.ssn + static_cast<std::uint32_t>(source.take<std::int16_t>())
                             : place.ssn;
    const auto length = (choice & 0x08) != 0
                            ? source.take<std::uint16_t>()
                            : static_cast<std::uint16_t>(place.payload.size() + (flags >> 4 & 1));
    const Dsn dsn = place.talk.dsn(place.side, offset);
    put_dsn(bytes, dsn, (flags & 0x08) != 0);
    put(bytes, ssn);
    put(bytes, length);
    if ((choice & 0x10) != 0) {
        InternetChecksum sum;
        sum.add(place.payload);
        put(bytes,
            static_cast<std::uint16_t>(dss_checksum(sum, dsn, ssn, length) ^ (choice >> 5 & 1)));
    }
    if ((choice & 0x40) == 0) {
        sent = std::max(sent, offset + length);
    }
}

Bytes dss(ByteSource& source, const OptionPlace& place) {
    const unsigned flags = source.byte();
    Bytes bytes = begin(Subtype::dss, 0);
    bytes.push_back(static_cast<std::uint8_t>(flags));
    if ((flags & 0x01) != 0) {
        const unsigned peer = 1 - place.side;
        const std::uint64_t back = (flags & 0x20) != 0 ? source.take<std::uint16_t>() : 0;
        put_dsn(bytes, place.talk.dsn(peer, place.talk.sent[peer] - back), (flags & 0x02) != 0);
    }
    if ((flags & 0x04) != 0) {
        put_mapping(bytes, source, place, flags);
    }
    return bytes;
}

Bytes add_addr(ByteSource& source, const OptionPlace& place) {
    const std::uint8_t choice = source.byte();
    const unsigned nibble = choice & 0x0f;
    Bytes bytes = begin(Subtype::add_addr, nibble);
    const auto id = static_cast<std::uint8_t>(place.path + (choice >> 7));
    bytes.push_back(id);
    Bytes address(nibble == 6 || (choice & 0x10) != 0 ? 16 : 4, 10);
    address.back() = source.byte();
    put_bytes(bytes, address);
    std::optional<std::uint16_t> port;
    if ((choice & 0x20) != 0) {
        port = source.take<std::uint16_t>();
        put(bytes, *port);
    }
    if ((choice & 0x40) == 0) {
        const std::uint64_t hmac =
            add_addr_hmac(place.talk.keys[place.side], place.talk.keys[1 - place.side], id,
                          Address::from(address), port);
        put(bytes, hmac);
    }
    return bytes;
}

Bytes signal(ByteSource& source, const OptionPlace& place, Subtype subtype) {
    const std::uint8_t choice = source.byte();
    Bytes bytes = begin(subtype, choice & 0x0f);
    switch (subtype) {
    case Subtype::remove_addr:
        for (unsigned id = choice >> 4; id-- > 0;) {
            bytes.push_back(static_cast<std::uint8_t>(id));
        }
        break;
    case Subtype::mp_prio:
        if ((choice & 0x10) != 0) {
            bytes.push_back(choice >> 5);
        }
        break;
    case Subtype::mp_fail:
        bytes.push_back(0);
        put(bytes, place.talk.dsn(place.side, source.take<std::uint16_t>()));
        break;
    case Subtype::mp_fastclose:
        bytes.push_back(0);
        put(bytes, place.talk.keys[1 - place.side] ^ (choice >> 7));
        break;
    default:
        bytes.push_back(choice >> 4);
        break;
    }
    return bytes;
}

/// Numbers around those of the other host; relative ones would need its ISN.
Bytes sack(ByteSource& source) {
    Bytes bytes{5, 0};
    for (unsigned blocks = 1 + (source.byte() & 0x03); blocks-- > 0;) {
        const auto left = source.take<std::uint32_t>();
        put(bytes, left);
        put(bytes, left + source.take<std::uint16_t>());
    }
    return bytes;
}

Bytes option(ByteSource& source, const OptionPlace& place, unsigned kind) {
    switch (kind) {
    case 0:
    case 1:
        return mp_capable(source, place);
    case 2:
    case 3:
        return mp_join(source, place);
    case 4:
        return add_addr(source, place);
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
        // REMOVE_ADDR to MP_TCPRST.
        return signal(source, place, static_cast<Subtype>(kind - 1));
    case 10:
        return sack(source);
    case 11:
        return {3, 3, source.byte()};
    case 12:
        return begin(static_cast<Subtype>(source.byte() >> 4), 0);
    default:
        return dss(source, place);
    }
}

} // namespace

Bytes options_from_bytes(ByteSource& source) {
    const ByteView taken = source.bytes(source.byte() % (kOptionSpace + 1));
    return {taken.begin(), taken.end()};
}

Bytes options_from_grammar(ByteSource& source, const OptionPlace& place) {
    Bytes area;
    bool more = true;
    while (more) {
        const std::uint8_t choice = source.byte();
        Bytes bytes = option(source, place, choice & 0x0f);
        bytes[1] = static_cast<std::uint8_t>(bytes.size());
        if ((choice & 0x10) != 0) {
            bytes[1] = source.byte();
        }
        if ((choice & 0x20) != 0) {
            bytes[source.byte() % bytes.size()] ^= source.byte();
        }
        put_bytes(area, bytes);
        more = (choice & 0x40) != 0 && area.size() < kOptionSpace;
    }
    area.resize(std::min(area.size(), kOptionSpace));
    return area;
}

} // namespace mptcp::fuzz
