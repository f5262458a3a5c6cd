#pragma once
/// TCP option parsing: every MPTCP option of v0 (RFC 6824) and v1 (RFC 8684), and the two plain TCP
/// options that the engine uses (window scale, SACK).
///
/// Shape of the result: one TcpOptions per segment, without allocation. Options that are cut by the
/// end of the captured bytes, have a length that no RFC gives them, or have an unknown subtype are
/// kept as MalformedOption with the reason; the options around them are still read. Parsing reads
/// the bytes only: nothing here knows keys, connections or sequence spaces.

#include "address.hpp"
#include "bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

namespace mptcp {

/// MPTCP option subtypes (RFC 8684 section 8.1).
enum class Subtype : std::uint8_t {
    mp_capable = 0,
    mp_join = 1,
    dss = 2,
    add_addr = 3,
    remove_addr = 4,
    mp_prio = 5,
    mp_fail = 6,
    mp_fastclose = 7,
    mp_tcprst = 8,
};

/// MP_CAPABLE. v0: 12 bytes (SYN, SYN/ACK) or 20 (ACK). v1: 4 (SYN), 12 (SYN/ACK), 20 (ACK),
/// 22 or 24 (first data, without or with checksum).
struct MpCapable {
    std::uint8_t version = 0;
    /// Flags A to H as on the wire; A (checksum required) is 0x80.
    std::uint8_t flags = 0;
    std::optional<std::uint64_t> sender_key;
    std::optional<std::uint64_t> receiver_key;
    std::optional<std::uint16_t> data_length;
    std::optional<std::uint16_t> checksum;

    [[nodiscard]] bool checksum_required() const { return (flags & 0x80) != 0; }
};

/// MP_JOIN in a SYN (12 bytes).
struct MpJoinSyn {
    bool backup = false;
    std::uint8_t address_id = 0;
    std::uint32_t token = 0;
    std::uint32_t nonce = 0;
};

/// MP_JOIN in a SYN/ACK (16 bytes).
struct MpJoinSynAck {
    bool backup = false;
    std::uint8_t address_id = 0;
    std::uint64_t truncated_hmac = 0;
    std::uint32_t nonce = 0;
};

/// MP_JOIN in the third ACK (24 bytes).
struct MpJoinAck {
    std::array<std::uint8_t, 20> hmac{};
};

/// A 32- or 64-bit data-level sequence number as on the wire.
struct WireDsn {
    std::uint64_t value = 0;
    bool is_64bit = false;
};

/// The mapping half of a DSS option. Length 0 is an infinite mapping. A DATA_FIN counts in
/// `length`.
struct WireMapping {
    WireDsn dsn;
    std::uint32_t ssn = 0;
    std::uint16_t length = 0;
    std::optional<std::uint16_t> checksum;
};

/// DSS, all combinations of the flags F, m, M, a, A, with and without checksum.
struct Dss {
    bool data_fin = false;
    std::optional<WireDsn> data_ack;
    std::optional<WireMapping> mapping;
};

/// ADD_ADDR. v0: IPVer 4 or 6 in the flag nibble, no HMAC. v1: E (echo) flag; an echo has no HMAC.
struct AddAddr {
    bool echo = false;
    /// The flag nibble held an IP version: the v0 layout.
    bool v0_layout = false;
    std::uint8_t address_id = 0;
    Address address;
    std::optional<std::uint16_t> port;
    /// v1: rightmost 64 bits of the HMAC.
    std::optional<std::uint64_t> truncated_hmac;
};

/// REMOVE_ADDR: one to 37 address IDs.
struct RemoveAddr {
    std::uint8_t count = 0;
    std::array<std::uint8_t, 37> address_ids{};

    [[nodiscard]] std::span<const std::uint8_t> ids() const { return {address_ids.data(), count}; }
};

/// MP_PRIO: 3 bytes, or 4 with the address ID of v0.
struct MpPrio {
    bool backup = false;
    std::optional<std::uint8_t> address_id;
};

/// MP_FAIL (12 bytes).
struct MpFail {
    std::uint64_t dsn = 0;
};

/// MP_FASTCLOSE (12 bytes).
struct MpFastclose {
    std::uint64_t receiver_key = 0;
};

/// MP_TCPRST (4 bytes, v1).
struct MpTcpRst {
    /// Flags U, V, W, T as on the wire.
    std::uint8_t flags = 0;
    std::uint8_t reason = 0;

    [[nodiscard]] bool transient() const { return (flags & 0x1) != 0; }
};

/// An MPTCP option that could not be read.
struct MalformedOption {
    enum class Reason : std::uint8_t {
        /// The captured bytes end inside the option.
        cut,
        /// The subtype does not exist with this length (or this length and these flags).
        bad_length,
        /// No RFC defines the subtype.
        unknown_subtype,
    };
    Reason reason = Reason::cut;
    /// The subtype nibble, if it was captured.
    std::optional<std::uint8_t> subtype;
    /// The length byte, if it was captured.
    std::optional<std::uint8_t> length;
};

using MptcpOption =
    std::variant<MpCapable, MpJoinSyn, MpJoinSynAck, MpJoinAck, Dss, AddAddr, RemoveAddr, MpPrio,
                 MpFail, MpFastclose, MpTcpRst, MalformedOption>;

/// A SACK block (RFC 2018): raw 32-bit sequence numbers, [left, right).
struct SackBlock {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
};

/// Fixed-capacity list; the option space of a TCP header (40 bytes) bounds both uses.
template <typename T, std::size_t Capacity>
class InlineList {
  public:
    void push_back(const T& item) {
        if (count_ < Capacity) {
            items_[count_++] = item;
        }
    }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return items_[i]; }
    [[nodiscard]] const T* begin() const { return items_.data(); }
    [[nodiscard]] const T* end() const { return items_.data() + count_; }
    void clear() { count_ = 0; }

  private:
    std::array<T, Capacity> items_{};
    std::size_t count_ = 0;
};

struct TcpOptions {
    /// In wire order. The shortest MPTCP option has 3 bytes, a malformed one at least 2.
    InlineList<MptcpOption, 20> mptcp;
    /// Bytes of the MPTCP options, as far as captured.
    std::uint32_t mptcp_bytes = 0;
    /// Shift count, at most 14 (RFC 7323 section 2.3).
    std::optional<std::uint8_t> window_scale;
    InlineList<SackBlock, 4> sack;

    [[nodiscard]] bool has_mptcp() const { return !mptcp.empty(); }
    /// As in nearly every segment: no MPTCP option but, perhaps, one DSS.
    [[nodiscard]] bool only_dss() const {
        return mptcp.empty() || (mptcp.size() == 1 && std::holds_alternative<Dss>(mptcp[0]));
    }
    template <typename Option>
    [[nodiscard]] const Option* find() const {
        for (const auto& option : mptcp) {
            if (const auto* found = std::get_if<Option>(&option)) {
                return found;
            }
        }
        return nullptr;
    }
};

/// TCP option kind of all MPTCP options.
inline constexpr std::uint8_t kMptcpKind = 30;

/// Reads the option area of one segment into `result` (which is cleared first).
/// `is_syn`, `is_ack`: the segment's flags; a few layouts depend on them.
void parse_tcp_options(ByteView options, bool is_syn, bool is_ack, TcpOptions& result);

/// True if the option area holds any option of kind 30: the cheap test before any parsing.
bool has_mptcp_option(ByteView options);

} // namespace mptcp
