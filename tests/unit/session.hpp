#pragma once
/// Builds MPTCP sessions segment by segment and feeds them to a Tracker, so that a scenario reads
/// like a story:
///
///   TwoPaths s;
///   s.data(s.lte, client, {.ssn = 1, .offset = 0, .length = 1000});
///   s.data_ack(0, server, 1000);
///   s.finish();
///
/// Most scenarios begin with a NewSession, an OpenSession or TwoPaths, each in a capture of its
/// own. A second one in the same capture is a Session(s.capture).
///
/// Everything is relative: SSN 1 is a subflow's first byte, offset 0 the first byte of a
/// direction's data. By default both wrap within the first thousand bytes: sequence numbers over
/// 2^32, and the low half of the DSNs as well.
///
/// Beside the tracker a Session keeps what was carried and mapped. finish() compares the tracker's
/// sums with that, byte by byte.

#include "analysis/crypto.hpp"
#include "analysis/options.hpp"
#include "analysis/tracker.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "tests/unit/invariants.hpp"
#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

namespace mptcp::test {

// --- bytes on the wire

namespace option {

Bytes mp_capable(Version version, const std::vector<std::uint64_t>& keys,
                 std::optional<std::uint16_t> data_length = {});
Bytes mp_join_syn(std::uint32_t token, std::uint32_t nonce, std::uint8_t id, bool backup = false);
Bytes mp_join_syn_ack(std::uint64_t hmac, std::uint32_t nonce, std::uint8_t id);
Bytes mp_join_ack(const Hmac160& hmac);
Bytes dss(const Dss& fields);
/// A DSS with a mapping in 64 bits, and nothing else.
Bytes mapping(Dsn dsn, std::uint32_t ssn, std::uint16_t length);
Bytes mp_fail(Dsn dsn);
Bytes mp_fastclose(std::uint64_t receiver_key);
Bytes mp_tcprst(std::uint8_t reason, bool transient = false);
Bytes mp_prio(bool backup);
/// v1, IPv4, without port; the HMAC is not verified here.
Bytes add_addr(std::uint8_t id, std::array<std::uint8_t, 4> address);
Bytes remove_addr(std::uint8_t id);
Bytes sack(const std::vector<SackBlock>& blocks);

} // namespace option

Endpoint endpoint(std::array<std::uint8_t, 4> address, std::uint16_t port);

// --- expectations

/// Bytes by class, in the words of a scenario.
struct Classes {
    std::uint64_t fresh = 0;
    std::uint64_t other = 0;
    std::uint64_t same = 0;
    std::uint64_t retransmitted = 0;
    std::uint64_t unmapped = 0;
    std::uint64_t fallback = 0;
};

void assert_bytes(const ByteCounts& actual, const Classes& expected);

// --- the capture

/// A capture file in the making: the tracker, the clock, and every segment with its facts.
class Capture {
  public:
    Tracker tracker;
    /// Segments come with the numbers of their streams, as from Wireshark's TCP dissector.
    bool numbers_streams = true;

    /// The next frame; one millisecond passes before each.
    SegmentFacts observe(Segment segment);
    /// What observe() gave, in this order.
    [[nodiscard]] std::vector<SegmentFacts> facts() const;

    void wait(Nanoseconds time) { now_ += time; }
    /// The next segment comes in the frame of the one before.
    void stay_in_frame() { stays_in_frame_ = true; }
    [[nodiscard]] Nanoseconds now() const { return now_; }
    [[nodiscard]] FrameNumber frames() const { return frames_; }
    StreamNumber new_stream() { return streams_++; }
    /// The subflow of `owner` that a stream is; null if it is none.
    [[nodiscard]] const Subflow* find(const Connection& owner, StreamNumber stream) const;

    /// The bytes of a segment as the end of the capture knows them.
    [[nodiscard]] ByteCounts settled(const SegmentFacts& facts) const;

    [[nodiscard]] const Connection& connection(ConnectionNumber number = 0) const;

    /// Ends the capture and checks what has to hold of every one. To be called last.
    void finish();

  private:
    Nanoseconds now_ = 1'700'000'000 * kSecond;
    FrameNumber frames_ = 0;
    bool stays_in_frame_ = false;
    StreamNumber streams_ = 0;
    std::vector<Observed> seen_;
    /// Settled before each segment, which must change nothing.
    Tracker asked_;
    /// By stream: the flow that FlowId names.
    std::map<StreamNumber, FlowId> flows_;
};

// --- sessions

struct Setup {
    Version version = Version::v1;
    std::array<std::uint64_t, 2> keys{0x113a401, 0x20a6672};
    /// DSN of offset 0 for sessions whose handshake is not captured; else the keys tell.
    std::optional<std::array<Dsn, 2>> first_dsn = std::nullopt;
    bool wide_dsn = true;
    bool wide_ack = true;
    /// Last byte of the hosts' addresses, and the client's port.
    std::uint8_t net = 1;
    std::uint16_t client_port = 40'000;
};

struct Join {
    Side from = client;
    std::uint8_t id = 2;
    bool backup = false;
    bool bad_syn_ack_hmac = false;
    bool bad_ack_hmac = false;
};

/// Bytes that a segment carries and the mapping beside them: `length` bytes from `ssn` on are those
/// from `offset` on.
struct Data {
    std::uint32_t ssn = 1;
    std::uint64_t offset = 0;
    std::uint16_t length = 0;
};

class Session {
  public:
    explicit Session(Capture& capture, const Setup& setup = {});

    // -- paths and handshakes

    /// A path of which nothing was sent yet. Path n of a session runs between addresses n.
    unsigned add_path(Side initiator = client);
    void add_paths(unsigned count);
    /// The same 4-tuple as path `of`, with other sequence numbers.
    unsigned reuse_path(unsigned of);

    /// The initial subflow with its whole handshake.
    unsigned open();
    /// The initial subflow up to the answer of the server.
    unsigned half_open(std::uint32_t tfo_bytes = 0);
    SegmentFacts capable_syn(unsigned path, std::uint32_t tfo_bytes = 0);
    SegmentFacts capable_syn_ack(unsigned path);
    SegmentFacts capable_ack(unsigned path);
    /// MP_CAPABLE of v1 with the first data.
    SegmentFacts capable_data(unsigned path, const Data& data);

    unsigned join(const Join& join = {});
    SegmentFacts join_syn(unsigned path, const Join& join = {});
    SegmentFacts join_syn_ack(unsigned path, const Join& join = {});
    SegmentFacts join_ack(unsigned path, const Join& join = {});

    SegmentFacts syn(unsigned path, Side from, const Bytes& options, std::uint32_t tfo_bytes = 0);

    // -- data

    /// A segment that carries bytes and their mapping.
    SegmentFacts data(unsigned path, Side from, const Data& data);
    /// The same without a DATA_ACK: it tells nothing of the other direction.
    SegmentFacts data_alone(unsigned path, Side from, const Data& data);
    /// Bytes without a mapping of their own.
    SegmentFacts bytes(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length,
                       const Bytes& options = {});
    /// A mapping on a segment that carries nothing.
    SegmentFacts announce(unsigned path, Side from, const Data& data);
    /// A mapping on a segment that carries other bytes, or only a part of those mapped.
    SegmentFacts announce_with(unsigned path, Side from, const Data& mapping, std::uint32_t ssn,
                               std::uint32_t length);
    SegmentFacts infinite_mapping(unsigned path, Side from, const Data& data);
    /// DATA_FIN after `offset` bytes, on a pure ACK or as the byte behind those of `data`.
    SegmentFacts data_fin(unsigned path, Side from, std::uint64_t offset);
    SegmentFacts data_with_fin(unsigned path, Side from, const Data& data);

    // -- acknowledgments; they stand until the next one

    /// `from` has everything below `ssn` of the other host, and what `sacked` says: SSNs, too.
    SegmentFacts ack(unsigned path, Side from, std::uint32_t ssn,
                     const std::vector<SackBlock>& sacked = {});
    /// `from` has `offset` bytes of the other host's data.
    SegmentFacts data_ack(unsigned path, Side from, std::uint64_t offset);

    // -- endings and signals

    SegmentFacts fin(unsigned path, Side from, std::uint32_t ssn);
    SegmentFacts rst(unsigned path, Side from, const Bytes& options = {});
    SegmentFacts pure_ack(unsigned path, Side from, const Bytes& options = {});

    /// A segment of a path as its state has it: for what the functions above do not make.
    [[nodiscard]] Segment segment_of(unsigned path, Side from, std::uint32_t ssn,
                                     std::uint32_t length = 0) const;
    SegmentFacts send(unsigned path, Segment segment, const Bytes& options);

    // -- what became of it

    [[nodiscard]] const Connection& connection() const;
    [[nodiscard]] const Subflow& subflow(unsigned path) const;
    /// The engine's side of a host: it may have met the server first.
    [[nodiscard]] Side side(Side host) const;
    [[nodiscard]] const DataFlow& data_flow(Side from) const;
    [[nodiscard]] DataOrder data_order(Side from) const;
    [[nodiscard]] const SubflowFlow& flow(unsigned path, Side from) const;
    void assert_subflow(unsigned path, Side from, const Classes& expected) const;
    void assert_direction(Side from, const Classes& expected) const;
    [[nodiscard]] std::vector<Reinjection> reinjections() const;
    [[nodiscard]] std::size_t count_events(EventType type) const;
    /// The only event of a type.
    [[nodiscard]] Event event(EventType type) const;
    /// Ends the capture: the invariants, and that each direction's new bytes are the union of what
    /// was carried and mapped.
    void finish() const;

    /// Where a path runs; to be changed before its first packet.
    std::array<Endpoint, 2>& endpoints(unsigned path) { return paths_[path].endpoints; }
    /// What these hosts send is not captured as long as it says so.
    std::array<bool, 2> unseen{};

    [[nodiscard]] std::uint64_t key(Side side) const { return setup_.keys[index(side)]; }
    [[nodiscard]] std::uint32_t token(Side side) const { return tokens_[index(side)]; }
    [[nodiscard]] Dsn dsn(Side side, std::uint64_t offset) const;
    /// The bytes of the SYN are SSN 1 and on, as some senders count; default: SSN 1 is behind them.
    void count_ssn_behind_tfo(unsigned path, std::uint32_t bytes);

  private:
    struct Carried {
        std::uint32_t ssn = 0;
        std::uint32_t length = 0;
    };
    struct Path {
        StreamNumber stream = 0;
        Side initiator = client;
        std::array<Endpoint, 2> endpoints;
        std::array<std::uint32_t, 2> isn{};
        /// Relative to the other side's ISN.
        std::array<std::uint32_t, 2> acked{1, 1};
        std::array<std::uint32_t, 2> next{1, 1};
        /// The client's mappings count SSNs from here.
        std::uint32_t ssn_shift = 0;
        /// In the order in which they were sent; looked at byte by byte only in the end.
        std::array<std::vector<Data>, 2> mapped;
        std::array<std::vector<Carried>, 2> carried;
    };

    [[nodiscard]] const Subflow* find(const Connection& connection, unsigned path) const;
    /// Offsets that were carried and mapped.
    [[nodiscard]] std::set<std::uint64_t> union_of(Side side) const;
    /// The offset of each SSN that has one.
    static std::map<std::uint32_t, std::uint64_t> offsets_of(const std::vector<Data>& mapped);
    void carry(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length);
    void note_mapping(unsigned path, Side from, const Data& data);
    [[nodiscard]] Bytes mapping_option(unsigned path, Side from, const Data& data) const;
    /// The mapping of `data` as it goes on the wire, beside the DATA_ACK that stands.
    [[nodiscard]] Dss dss_of(Side from, const Data& data) const;
    [[nodiscard]] WireDsn dsn_field(Side from, std::uint64_t offset) const;
    [[nodiscard]] WireDsn data_ack_field(Side from) const;
    static std::uint32_t nonce(unsigned path, Side side);
    [[nodiscard]] Hmac hmac_of(unsigned path, Side from) const;

    Capture& capture_;
    Setup setup_;
    std::array<std::uint32_t, 2> tokens_{};
    std::array<Dsn, 2> first_dsn_{};
    std::array<std::uint64_t, 2> data_acked_{};
    std::vector<Path> paths_;
};

// --- what most scenarios begin with

/// A base, so that the capture is there before the session.
struct OwnCapture {
    Capture capture;
};

/// A session in a capture of its own. Nothing was sent yet.
struct NewSession : OwnCapture, Session {
    explicit NewSession(const Setup& setup = {}) : Session(capture, setup) {}
    NewSession(const NewSession&) = delete;
    NewSession& operator=(const NewSession&) = delete;
};

/// The same after the handshake of the initial subflow, which is path 0.
struct OpenSession : NewSession {
    explicit OpenSession(const Setup& setup = {}) : NewSession(setup) { open(); }
};

/// The same after a join by the client.
struct TwoPaths : OpenSession {
    using OpenSession::OpenSession;
    const unsigned lte = join();
};

} // namespace mptcp::test
