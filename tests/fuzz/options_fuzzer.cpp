/// Fuzzes the option parser with an option area: what it says is what a second, plainer reader of
/// the same bytes finds there, with SYN and ACK set or not.

#include "analysis/options.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tests/fuzz/finding.hpp"
#include "tests/unit/option_lengths.hpp"

using namespace mptcp;
using namespace mptcp::fuzz;

namespace {

constexpr std::size_t kOptionSpace = 40;
using Wire = std::span<const std::uint8_t>;

/// RFC 9293 section 3.1: kind, length, value, but for the two options of one byte.
struct Area {
    /// The MPTCP options that are there as a whole.
    std::vector<Wire> options;
    /// Another one, whose length is wrong or does not fit.
    Wire broken;
};

Area read_area(Wire rest) {
    Area area;
    while (!rest.empty() && rest[0] != 0) {
        const bool is_mptcp = rest[0] == 30;
        if (rest[0] == 1) {
            rest = rest.subspan(1);
        } else if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) {
            area.broken = is_mptcp ? rest : Wire{};
            break;
        } else {
            if (is_mptcp) {
                area.options.push_back(rest.first(rest[1]));
            }
            rest = rest.subspan(rest[1]);
        }
    }
    return area;
}

/// Writes what was parsed over the bytes it was parsed from: they must not change.
class Rewriter {
  public:
    explicit Rewriter(Wire option) : bytes_(option.begin(), option.end()), at_(3) {}

    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

    void operator()(const MpCapable& o) {
        subtype(0);
        require((bytes_[2] & 0x0f) == o.version, "version of MP_CAPABLE");
        put(o.flags);
        put(o.sender_key);
        put(o.receiver_key);
        put(o.data_length);
        put(o.checksum);
    }
    void operator()(const MpJoinSyn& o) {
        join(o.backup, o.address_id);
        put(o.token);
        put(o.nonce);
    }
    void operator()(const MpJoinSynAck& o) {
        join(o.backup, o.address_id);
        put(o.truncated_hmac);
        put(o.nonce);
    }
    void operator()(const MpJoinAck& o) {
        subtype(1);
        at_ = 4;
        put_bytes(o.hmac);
    }
    void operator()(const Dss& o) {
        subtype(2);
        const std::uint8_t flags = bytes_[at_++];
        require(o.data_fin == ((flags & 0x10) != 0), "DATA_FIN");
        put(o.data_ack);
        if (o.mapping) {
            put(std::optional(o.mapping->dsn));
            put(o.mapping->ssn);
            put(o.mapping->length);
            put(o.mapping->checksum);
        }
    }
    void operator()(const AddAddr& o) {
        subtype(3);
        put(o.address_id);
        put_bytes(o.address.view());
        put(o.port);
        put(o.truncated_hmac);
        require(!(o.echo && o.truncated_hmac), "HMAC of an echo");
    }
    void operator()(const RemoveAddr& o) {
        subtype(4);
        put_bytes(o.ids());
    }
    void operator()(const MpPrio& o) {
        subtype(5);
        require(o.backup == ((bytes_[2] & 1) != 0), "backup bit of MP_PRIO");
        put(o.address_id);
    }
    void operator()(const MpFail& o) {
        subtype(6);
        at_ = 4;
        put(o.dsn);
    }
    void operator()(const MpFastclose& o) {
        subtype(7);
        at_ = 4;
        put(o.receiver_key);
    }
    void operator()(const MpTcpRst& o) {
        subtype(8);
        require((bytes_[2] & 0x0f) == o.flags, "flags of MP_TCPRST");
        put(o.reason);
    }
    void operator()(const MalformedOption& o) {
        require(o.reason != MalformedOption::Reason::cut, "a whole option is called cut");
        require(o.length == bytes_.size(), "length of a malformed option");
        at_ = bytes_.size();
    }

  private:
    void subtype(unsigned expected) const {
        require(bytes_[2] >> 4 == static_cast<int>(expected), "subtype");
    }
    void join(bool backup, std::uint8_t address_id) {
        subtype(1);
        require(backup == ((bytes_[2] & 1) != 0), "backup bit of MP_JOIN");
        put(address_id);
    }
    void put_bytes(Wire bytes) {
        require(at_ + bytes.size() <= bytes_.size(), "more was parsed than the option holds");
        std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ += bytes.size();
    }
    template <typename T>
    void put(T value) {
        std::array<std::uint8_t, sizeof(T)> bytes{};
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes[i] = static_cast<std::uint8_t>(std::uint64_t{value} >> 8 * (sizeof(T) - 1 - i));
        }
        put_bytes(bytes);
    }
    template <typename T>
    void put(const std::optional<T>& value) {
        if (value) {
            put(*value);
        }
    }
    void put(const std::optional<WireDsn>& dsn) {
        if (dsn && dsn->is_64bit) {
            put(dsn->value);
        } else if (dsn) {
            put(static_cast<std::uint32_t>(dsn->value));
        }
    }

    std::vector<std::uint8_t> bytes_;
    std::size_t at_;
};

void check_option(Wire wire, const MptcpOption& parsed, bool syn, bool ack) {
    const bool is_right = wire.size() >= 3 && test::has_defined_length(wire, syn, ack);
    require(is_right == !std::holds_alternative<MalformedOption>(parsed),
            "a length that no RFC gives, or one that an RFC does");
    Rewriter rewriter(wire);
    std::visit(rewriter, parsed);
    require(std::equal(wire.begin(), wire.end(), rewriter.bytes().begin()),
            "what was parsed is not what is there");
    require(rewriter.at_end() || wire.size() < 3, "the option holds more than was parsed");
}

void check_broken(Wire wire, const MptcpOption& parsed) {
    const auto* const option = std::get_if<MalformedOption>(&parsed);
    require(option != nullptr, "an option that does not fit was parsed");
    const bool is_short = wire.size() >= 2 && wire[1] < 2;
    require((option->reason == MalformedOption::Reason::bad_length) ==
                (is_short || (wire.size() >= 2 && wire[1] == 2)),
            "why an option does not fit");
}

void check(Wire area, bool syn, bool ack) {
    TcpOptions parsed;
    parse_tcp_options(area, syn, ack, parsed);
    const Area expected = read_area(area);
    const std::size_t whole = expected.options.size();
    require(parsed.mptcp.size() == whole + (expected.broken.empty() ? 0 : 1),
            "number of MPTCP options");
    require(parsed.has_mptcp() == has_mptcp_option(area), "whether there is an MPTCP option");
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < whole; ++i) {
        bytes += expected.options[i].size();
        check_option(expected.options[i], parsed.mptcp[i], syn, ack);
    }
    if (!expected.broken.empty()) {
        check_broken(expected.broken, parsed.mptcp[whole]);
        require(parsed.mptcp_bytes > bytes, "bytes of a broken option");
        bytes += std::min(parsed.mptcp_bytes - bytes, expected.broken.size());
    }
    require(parsed.mptcp_bytes == bytes, "bytes of MPTCP options");
    require(!parsed.window_scale || *parsed.window_scale <= 14, "window scale");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Of its own and no larger, so that a read beyond it is seen.
    const std::size_t length = std::min(size, kOptionSpace);
    const auto area = std::make_unique<std::uint8_t[]>(length); // NOLINT(*-avoid-c-arrays)
    std::copy_n(data, length, area.get());
    for (const bool syn : {false, true}) {
        for (const bool ack : {false, true}) {
            check({area.get(), length}, syn, ack);
        }
    }
    return 0;
}
