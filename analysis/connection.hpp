#pragma once
/// What the engine knows of connections and subflows: the read side, for reports, fields and
/// dialogs.

#include "crypto.hpp"
#include "events.hpp"
#include "facts.hpp"
#include "reinjection.hpp"
#include "rtt.hpp"
#include "segment.hpp"
#include "units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp {

enum class ConnectionKind : std::uint8_t {
    connection,
    /// A SYN with MP_CAPABLE that did not become MPTCP.
    attempt,
};

/// How the subflows were found to belong together.
enum class Association : std::uint8_t {
    token,
    /// By data sequence numbers, because a handshake was not captured.
    inferred,
};

enum class Handshake : std::uint8_t {
    complete,
    partial,
    not_captured,
};

enum class ConnectionEnd : std::uint8_t {
    /// The capture ends before the connection does.
    open,
    data_fin,
    fastclose,
    rst,
    /// Ended as a TCP connection, after a fallback.
    fallback,
};

enum class SubflowEnd : std::uint8_t {
    open,
    fin,
    rst,
    fastclose,
    refused,
    /// Nothing more came from the other host although it was called.
    silent,
};

/// Why an attempt did not become MPTCP.
enum class AttemptCause : std::uint8_t {
    none,
    /// The SYN/ACK came without MP_CAPABLE: the peer does not speak MPTCP, or the option was
    /// removed.
    no_mp_capable_in_synack,
    /// The SYN/ACK carried MP_CAPABLE, the third ACK came without: the option was removed on the
    /// way.
    no_mp_capable_in_ack,
    no_answer,
    reset,
};

enum class FallbackCause : std::uint8_t {
    none,
    /// An infinite mapping without MP_FAIL.
    infinite_mapping,
    /// A checksum failed: MP_FAIL on the only subflow.
    mp_fail,
    /// Data without MPTCP options on the only subflow, before any DSS.
    options_vanished,
};

struct Fallback {
    FallbackCause cause = FallbackCause::none;
    /// The first frame that shows it.
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    /// The direction that fell back.
    Side sender = Side::a;
};

/// Where the capture was made, seen from one host.
enum class Vantage : std::uint8_t {
    unknown,
    /// At this host, or close to it.
    local,
    /// Somewhere between the hosts.
    middle,
    /// Close to the other host.
    remote,
};

/// One host of a connection.
struct Host {
    Endpoint endpoint;
    std::optional<std::uint64_t> key;
    std::optional<std::uint32_t> token;
    std::optional<Dsn> idsn;
    /// Flag A of its MP_CAPABLE; unset if that was not captured.
    std::optional<bool> checksum_required;
    Vantage vantage = Vantage::unknown;
};

/// Bytes of a segment that were new when it passed, and a repetition of another subflow's once two
/// records turned out to be of one connection.
struct RepeatedLater {
    SegmentId segment = 0;
    FrameNumber frame = 0;
    std::uint64_t bytes = 0;
};

/// One direction of a subflow.
struct SubflowFlow {
    Totals totals;
    RttSamples rtt;
    /// In the order of the segments.
    std::vector<RepeatedLater> repeated_later;

    /// Of one segment.
    [[nodiscard]] std::uint64_t repeated_later_of(SegmentId segment) const;
};

enum class SubflowRole : std::uint8_t {
    initial,
    join,
    /// The handshake was not captured.
    unknown,
};

/// A place in the capture; frame 0 if there is none.
struct Moment {
    FrameNumber frame = 0;
    Nanoseconds time = 0;

    [[nodiscard]] bool is_known() const { return frame != 0; }
};

class Subflow {
  public:
    SubflowNumber number = 0;
    StreamNumber stream = kNoStream;
    /// By sender: see FlowId.
    std::array<FlowId, 2> flow_ids{};
    SubflowRole role = SubflowRole::unknown;
    /// The host that sent the SYN; unset if no SYN was captured.
    std::optional<Side> initiator;
    std::array<Endpoint, 2> endpoints;
    std::array<std::optional<std::uint8_t>, 2> address_ids;
    /// Backup bit of each host's MP_JOIN, as MP_PRIO changed it since.
    std::array<bool, 2> backup{};
    std::array<bool, 2> joined_as_backup{};

    FrameNumber first_frame = 0;
    Nanoseconds start = 0;
    Nanoseconds last = 0;
    std::optional<Nanoseconds> handshake_rtt;
    bool syn_seen = false;
    bool syn_ack_seen = false;
    /// The first SYN/ACK and the third ACK.
    Moment syn_ack;
    Moment third_ack;
    /// The MP_JOIN third ACK that the called host took: the last one before it used the subflow.
    Moment join_ack;
    /// The first DSS or ADD_ADDR of the called host, which tells the other one that it is not to
    /// fall back (RFC 8684 section 3.1).
    Moment confirmation;
    /// The handshake completed: third ACK, or data after it.
    bool established = false;

    SubflowEnd end = SubflowEnd::open;
    FrameNumber end_frame = 0;
    Nanoseconds end_time = 0;
    /// The host that ended it.
    Side ended_by = Side::a;
    /// From MP_TCPRST.
    std::optional<std::uint8_t> reset_reason;
    bool reset_transient = false;

    /// HMACs of MP_JOIN: in the SYN/ACK, and in the third ACK.
    Verification synack_hmac = Verification::absent;
    Verification ack_hmac = Verification::absent;

    /// The SYN/ACK of a join came without MP_JOIN.
    bool join_missing_in_synack = false;
    /// The token in the MP_JOIN SYN; unset if there was none.
    std::optional<std::uint32_t> join_token;

    /// First data that came without any MPTCP option after options had been seen; 0 if none did.
    std::array<FrameNumber, 2> options_vanished_frame{};

    std::array<SubflowFlow, 2> flows;

    [[nodiscard]] const SubflowFlow& flow(Side sender) const { return flows[index(sender)]; }
    /// The present sender of one of `flow_ids`: mergers may turn the sides.
    [[nodiscard]] Side sender_of(FlowId flow_id) const {
        return flow_ids[index(Side::a)] == flow_id ? Side::a : Side::b;
    }
};

/// A time without new data although data was outstanding: longer than 4 data RTTs and than
/// Tracker::Settings::shortest_stall. It ends with new data, or when all is acknowledged.
struct Stall {
    Nanoseconds start = 0;
    Nanoseconds length = 0;
    /// The subflows of the last new data before it and of the segment that ended it.
    SubflowNumber silent = 0;
    SubflowNumber resumed = 0;
    /// The frame that ended it.
    FrameNumber frame = 0;
};

/// Data level of one direction.
struct DataFlow {
    RttSamples rtt;
    std::vector<Stall> stalls;
    /// Highest DATA_ACK − (IDSN + 1), less DATA_FIN; counted from the first DATA_ACK seen if the
    /// IDSN is unknown. Unset if no DATA_ACK was seen.
    std::optional<std::uint64_t> data_acked_bytes;
    /// Total time in which data above a hole had arrived.
    Nanoseconds blocked = 0;
    /// A DSS option was seen from the host that sends in this direction.
    bool dss_seen = false;
    bool data_fin = false;
    bool data_fin_acked = false;
};

class Connection {
  public:
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] ConnectionNumber number() const { return number_; }
    /// What Wireshark's own `mptcp.stream` said last; kNoStream if it said nothing.
    [[nodiscard]] StreamNumber mptcp_stream() const { return mptcp_stream_; }
    [[nodiscard]] ConnectionKind kind() const;
    [[nodiscard]] Association association() const { return association_; }
    [[nodiscard]] Handshake handshake() const;
    [[nodiscard]] std::optional<Version> version() const { return version_; }
    [[nodiscard]] ConnectionEnd end() const;
    [[nodiscard]] AttemptCause attempt_cause() const;

    /// The host that sent the first MP_CAPABLE SYN, or the one taken for it.
    [[nodiscard]] Side client_side() const;
    /// False if client_side() is an inference.
    [[nodiscard]] bool client_known() const;

    [[nodiscard]] const Host& host(Side side) const { return hosts_[index(side)]; }
    [[nodiscard]] const DataFlow& data(Side sender) const { return *data_[index(sender)]; }
    [[nodiscard]] const std::vector<const Subflow*>& subflows() const { return subflows_; }
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }
    /// In the order in which they became known: by frame, but for mappings that came late and
    /// records that were merged.
    [[nodiscard]] const std::vector<Reinjection>& reinjections() const { return reinjections_; }
    /// Those of one segment.
    [[nodiscard]] std::vector<const Reinjection*> reinjections_of(SegmentId segment) const;
    /// The earlier one, if both directions fell back. None for an attempt.
    [[nodiscard]] std::optional<Fallback> fallback() const;
    /// Of one direction.
    [[nodiscard]] const std::optional<Fallback>& fallback_of(Side sender) const {
        return fallback_[index(sender)];
    }
    /// The host that sent MP_FASTCLOSE.
    [[nodiscard]] std::optional<Side> fastclose_by() const { return fastclose_by_; }

    /// Sum over the subflows.
    [[nodiscard]] Totals totals(Side sender) const;

    [[nodiscard]] FrameNumber first_frame() const { return first_frame_; }
    [[nodiscard]] Nanoseconds start() const { return start_; }
    [[nodiscard]] Nanoseconds last() const { return last_; }

    /// 1 for the first data byte (IDSN + 1); from the first DSN seen if the IDSN is unknown.
    [[nodiscard]] std::int64_t relative_dsn(Side sender, Dsn dsn) const;

  protected:
    Connection() = default;
    ~Connection() = default;

    /// Which packets of the MP_CAPABLE handshake were seen, and how.
    struct Capable {
        bool syn = false;
        bool synack_seen = false;
        bool synack = false;
        bool ack = false;
        /// The client went on without MPTCP options although the SYN/ACK had MP_CAPABLE.
        bool plain_ack = false;
        bool reset = false;

        Capable& operator|=(const Capable& other);
    };

    ConnectionNumber number_ = 0;
    StreamNumber mptcp_stream_ = kNoStream;
    Association association_ = Association::token;
    Capable capable_;
    std::optional<Version> version_;
    std::array<Host, 2> hosts_;
    /// Set by MP_CAPABLE, or by the token of a JOIN.
    std::optional<Side> client_;
    std::array<const DataFlow*, 2> data_{};
    /// Where relative data sequence numbers count from, 0 being the IDSN.
    std::array<Dsn, 2> dsn_base_{};
    std::vector<const Subflow*> subflows_;
    std::vector<Event> events_;
    std::vector<Reinjection> reinjections_;
    /// Their numbers by segment: of all that were known when it was last asked.
    mutable std::vector<std::uint32_t> reinjections_by_segment_;
    std::array<std::optional<Fallback>, 2> fallback_;
    std::optional<Side> fastclose_by_;
    FrameNumber first_frame_ = 0;
    Nanoseconds start_ = 0;
    Nanoseconds last_ = 0;
};

} // namespace mptcp
