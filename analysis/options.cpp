#include "options.hpp"

#include <algorithm>

namespace mptcp {

namespace {

/// TCP option kinds (RFC 9293 section 3.2, RFC 7323, RFC 2018).
namespace kind {
constexpr std::uint8_t end_of_list = 0;
constexpr std::uint8_t no_operation = 1;
constexpr std::uint8_t window_scale = 3;
constexpr std::uint8_t sack = 5;
} // namespace kind

/// RFC 7323 section 2.3: a larger shift count means 14.
constexpr std::uint8_t kMaxWindowShift = 14;

using Reason = MalformedOption::Reason;

// The readers below get one option, from its kind byte on, with at least 3 bytes and exactly as
// many as its length byte says. The offsets are those of the RFC's figures.

std::uint8_t subtype_of(ByteView option) {
    return option[2] >> 4;
}

/// The four bits beside the subtype.
std::uint8_t nibble_of(ByteView option) {
    return option[2] & 0x0f;
}

MalformedOption malformed(ByteView option, Reason reason) {
    return {reason, subtype_of(option), static_cast<std::uint8_t>(option.size())};
}

MalformedOption bad_length(ByteView option) {
    return malformed(option, Reason::bad_length);
}

/// RFC 6824 and RFC 8684, section 3.1. The length decides what is there, not the segment's flags:
/// what a host may send at which point of the handshake is not the parser's to know.
MptcpOption read_mp_capable(ByteView option) {
    const std::size_t length = option.size();
    MpCapable capable;
    capable.version = nibble_of(option);
    const bool known = capable.version == 0 ? length == 12 || length == 20
                                            : length == 4 || length == 12 || length == 20 ||
                                                  length == 22 || length == 24;
    if (!known) {
        return bad_length(option);
    }
    capable.flags = option[3];
    if (length >= 12) {
        capable.sender_key = load_be<std::uint64_t>(option, 4);
    }
    if (length >= 20) {
        capable.receiver_key = load_be<std::uint64_t>(option, 12);
    }
    if (length >= 22) {
        capable.data_length = load_be<std::uint16_t>(option, 20);
    }
    if (length >= 24) {
        capable.checksum = load_be<std::uint16_t>(option, 22);
    }
    return capable;
}

/// RFC 8684 section 3.2. The length tells the three layouts apart; a SYN that carries another one
/// than its flags ask for is an error, elsewhere the flags are not looked at.
MptcpOption read_mp_join(ByteView option, bool is_syn, bool is_ack) {
    const std::size_t length = option.size();
    if (is_syn && length != (is_ack ? 16U : 12U)) {
        return bad_length(option);
    }
    const bool backup = (nibble_of(option) & 0x1) != 0;
    switch (length) {
    case 12:
        return MpJoinSyn{backup, option[3], load_be<std::uint32_t>(option, 4),
                         load_be<std::uint32_t>(option, 8)};
    case 16:
        return MpJoinSynAck{backup, option[3], load_be<std::uint64_t>(option, 4),
                            load_be<std::uint32_t>(option, 12)};
    case 24: {
        MpJoinAck ack;
        std::copy_n(option.begin() + 4, ack.hmac.size(), ack.hmac.begin());
        return ack;
    }
    default:
        return bad_length(option);
    }
}

WireDsn read_dsn(ByteView option, std::size_t offset, bool is_64bit) {
    return {is_64bit ? load_be<std::uint64_t>(option, offset)
                     : load_be<std::uint32_t>(option, offset),
            is_64bit};
}

/// RFC 8684 section 3.3. The checksum has no flag: two bytes more than the flags ask for are one.
MptcpOption read_dss(ByteView option) {
    if (option.size() < 4) {
        return bad_length(option);
    }
    const std::uint8_t flags = option[3];
    const bool has_ack = (flags & 0x01) != 0;
    const bool ack_64bit = (flags & 0x02) != 0;
    const bool has_mapping = (flags & 0x04) != 0;
    const bool dsn_64bit = (flags & 0x08) != 0;
    const std::size_t ack_length = !has_ack ? 0 : ack_64bit ? 8 : 4;
    const std::size_t dsn_length = dsn_64bit ? 8 : 4;
    const std::size_t plain_length = 4 + ack_length + (has_mapping ? dsn_length + 6 : 0);
    const bool has_checksum = has_mapping && option.size() == plain_length + 2;
    if (option.size() != plain_length && !has_checksum) {
        return bad_length(option);
    }

    Dss dss;
    dss.data_fin = (flags & 0x10) != 0;
    if (has_ack) {
        dss.data_ack = read_dsn(option, 4, ack_64bit);
    }
    if (has_mapping) {
        const std::size_t dsn_at = 4 + ack_length;
        const std::size_t ssn_at = dsn_at + dsn_length;
        WireMapping& mapping = dss.mapping.emplace();
        mapping.dsn = read_dsn(option, dsn_at, dsn_64bit);
        mapping.ssn = load_be<std::uint32_t>(option, ssn_at);
        mapping.length = load_be<std::uint16_t>(option, ssn_at + 4);
        if (has_checksum) {
            mapping.checksum = load_be<std::uint16_t>(option, ssn_at + 6);
        }
    }
    return dss;
}

/// RFC 6824 section 3.4.1 puts an IP version (4 or 6) where RFC 8684 section 3.4.1 has three
/// reserved bits and E. A nibble of 4 or 6 is therefore v0; otherwise E counts and the reserved
/// bits do not.
MptcpOption read_add_addr(ByteView option) {
    const std::size_t length = option.size();
    const std::uint8_t nibble = nibble_of(option);
    AddAddr announced;
    announced.v0_layout = nibble == 4 || nibble == 6;
    announced.echo = !announced.v0_layout && (nibble & 0x1) != 0;
    const bool has_hmac = !announced.v0_layout && !announced.echo;

    // What is left for address and port: 4 or 16 bytes, and 0 or 2.
    const std::size_t around = has_hmac ? 4 + 8 : 4;
    const std::size_t left = length < around ? 0 : length - around;
    const bool is_ipv4 = left == 4 || left == 6;
    const bool is_ipv6 = left == 16 || left == 18;
    const bool wrong_version = (nibble == 4 && is_ipv6) || (nibble == 6 && is_ipv4);
    if ((!is_ipv4 && !is_ipv6) || wrong_version) {
        return bad_length(option);
    }

    const std::size_t address_length = is_ipv4 ? 4 : 16;
    const std::size_t port_at = 4 + address_length;
    announced.address_id = option[3];
    announced.address = Address::from(option.subspan(4, address_length));
    if (left > address_length) {
        announced.port = load_be<std::uint16_t>(option, port_at);
    }
    if (has_hmac) {
        announced.truncated_hmac = load_be<std::uint64_t>(option, length - 8);
    }
    return announced;
}

/// RFC 8684 section 3.4.2.
MptcpOption read_remove_addr(ByteView option) {
    RemoveAddr removed;
    if (option.size() < 4 || option.size() - 3 > removed.address_ids.size()) {
        return bad_length(option);
    }
    removed.count = static_cast<std::uint8_t>(option.size() - 3);
    std::copy(option.begin() + 3, option.end(), removed.address_ids.begin());
    return removed;
}

/// RFC 6824 section 3.3.8 with an address ID, RFC 8684 section 3.3.8 without.
MptcpOption read_mp_prio(ByteView option) {
    MpPrio prio;
    prio.backup = (nibble_of(option) & 0x1) != 0;
    switch (option.size()) {
    case 3:
        return prio;
    case 4:
        prio.address_id = option[3];
        return prio;
    default:
        return bad_length(option);
    }
}

/// RFC 8684 section 3.7.
MptcpOption read_mp_fail(ByteView option) {
    if (option.size() != 12) {
        return bad_length(option);
    }
    return MpFail{load_be<std::uint64_t>(option, 4)};
}

/// RFC 8684 section 3.5.
MptcpOption read_mp_fastclose(ByteView option) {
    if (option.size() != 12) {
        return bad_length(option);
    }
    return MpFastclose{load_be<std::uint64_t>(option, 4)};
}

/// RFC 8684 section 3.6.
MptcpOption read_mp_tcprst(ByteView option) {
    if (option.size() != 4) {
        return bad_length(option);
    }
    return MpTcpRst{nibble_of(option), option[3]};
}

MptcpOption read_mptcp(ByteView option, bool is_syn, bool is_ack) {
    switch (static_cast<Subtype>(subtype_of(option))) {
    case Subtype::dss:
        return read_dss(option);
    case Subtype::mp_capable:
        return read_mp_capable(option);
    case Subtype::mp_join:
        return read_mp_join(option, is_syn, is_ack);
    case Subtype::add_addr:
        return read_add_addr(option);
    case Subtype::remove_addr:
        return read_remove_addr(option);
    case Subtype::mp_prio:
        return read_mp_prio(option);
    case Subtype::mp_fail:
        return read_mp_fail(option);
    case Subtype::mp_fastclose:
        return read_mp_fastclose(option);
    case Subtype::mp_tcprst:
        return read_mp_tcprst(option);
    }
    return malformed(option, Reason::unknown_subtype);
}

/// RFC 2018 section 3.
void read_sack(ByteView option, InlineList<SackBlock, 4>& blocks) {
    if (option.size() % 8 != 2) {
        return;
    }
    for (std::size_t at = 2; at + 8 <= option.size(); at += 8) {
        blocks.push_back(
            {load_be<std::uint32_t>(option, at), load_be<std::uint32_t>(option, at + 4)});
    }
}

/// What can be told of an MPTCP option that is not there as a whole. `rest` starts at its kind.
MalformedOption unreadable(ByteView rest) {
    MalformedOption option;
    if (rest.size() >= 2) {
        option.length = rest[1];
        option.reason = rest[1] < 3 ? Reason::bad_length : Reason::cut;
    }
    if (rest.size() >= 3 && option.reason == Reason::cut) {
        option.subtype = subtype_of(rest);
    }
    return option;
}

/// Steps over the options of an area. Stops at the end of the list and at an option that does not
/// fit, which is left in rest().
class OptionWalk {
  public:
    explicit OptionWalk(ByteView area) : rest_{area} {}

    /// The next option but no-operation, from its kind byte on; empty at the end.
    ByteView next() {
        while (!rest_.empty() && rest_[0] == kind::no_operation) {
            rest_ = rest_.subspan(1);
        }
        if (rest_.empty() || rest_[0] == kind::end_of_list) {
            rest_ = {};
            return {};
        }
        if (rest_.size() < 2 || rest_[1] < 2 || rest_[1] > rest_.size()) {
            return {};
        }
        const ByteView option = rest_.first(rest_[1]);
        rest_ = rest_.subspan(option.size());
        return option;
    }
    [[nodiscard]] ByteView rest() const { return rest_; }

  private:
    ByteView rest_;
};

} // namespace

void parse_tcp_options(ByteView options, bool is_syn, bool is_ack, TcpOptions& result) {
    result.mptcp.clear();
    result.mptcp_bytes = 0;
    result.window_scale.reset();
    result.sack.clear();

    OptionWalk walk{options};
    for (ByteView option = walk.next(); !option.empty(); option = walk.next()) {
        switch (option[0]) {
        case kMptcpKind:
            result.mptcp_bytes += static_cast<std::uint32_t>(option.size());
            result.mptcp.push_back(option.size() < 3 ? MptcpOption{unreadable(option)}
                                                     : read_mptcp(option, is_syn, is_ack));
            break;
        case kind::window_scale:
            if (option.size() == 3) {
                result.window_scale = std::min(option[2], kMaxWindowShift);
            }
            break;
        case kind::sack:
            read_sack(option, result.sack);
            break;
        default:
            break;
        }
    }

    if (const ByteView rest = walk.rest(); !rest.empty() && rest[0] == kMptcpKind) {
        // An option shorter than its own header ends there; a cut one fills the area.
        const MalformedOption last = unreadable(rest);
        const std::size_t length = last.reason == Reason::cut ? rest.size() : 2;
        result.mptcp_bytes += static_cast<std::uint32_t>(length);
        result.mptcp.push_back(last);
    }
}

bool has_mptcp_option(ByteView options) {
    OptionWalk walk{options};
    for (ByteView option = walk.next(); !option.empty(); option = walk.next()) {
        if (option[0] == kMptcpKind) {
            return true;
        }
    }
    return !walk.rest().empty() && walk.rest()[0] == kMptcpKind;
}

} // namespace mptcp
