#pragma once
/// The engine's own view of connections and subflows: the read side plus what it needs to go on.
/// Nothing outside analysis/ includes this header.

#include "connection.hpp"
#include "data_direction.hpp"
#include "subflow_direction.hpp"

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mptcp {

class ConnectionState;

class SubflowState : public Subflow {
  public:
    explicit SubflowState(ConnectionState& owner) : connection(&owner) {}

    ConnectionState* connection;
    std::array<SubflowDirection, 2> directions;
    /// By data direction: from this segment on, DSNs were told with their high half. It was 0
    /// before.
    std::array<SegmentId, 2> full_dsns_from{kNoSegment, kNoSegment};
    std::array<std::optional<std::uint32_t>, 2> nonces;
    std::optional<std::uint64_t> hmac_in_synack;
    std::optional<Hmac160> hmac_in_ack;
    Nanoseconds syn_time = 0;
    bool syn_repeated = false;

    [[nodiscard]] SubflowDirection& direction(Side sender) { return directions[index(sender)]; }
    [[nodiscard]] const SubflowDirection& direction(Side sender) const {
        return directions[index(sender)];
    }
    [[nodiscard]] Totals& totals(Side sender) { return flows[index(sender)].totals; }
    void note_repeated_later(Side sender, const FirstCopy& copy, std::uint64_t bytes);
    /// A segment ended it: settle_endings() only guesses.
    [[nodiscard]] bool has_ended() const { return end_frame != 0; }
    /// The side whose endpoint `source` is; none if it is neither or both.
    [[nodiscard]] std::optional<Side> side_of(const Endpoint& source) const;
    void swap_sides();
};

class ConnectionState : public Connection {
  public:
    explicit ConnectionState(ConnectionNumber number) {
        number_ = number;
        for (const Side side : {Side::a, Side::b}) {
            data_[index(side)] = &directions[index(side)];
        }
    }

    using Connection::association_;
    using Connection::capable_;
    using Connection::client_;
    using Connection::dsn_base_;
    using Connection::events_;
    using Connection::fallback_;
    using Connection::fastclose_by_;
    using Connection::first_frame_;
    using Connection::hosts_;
    using Connection::last_;
    using Connection::mptcp_stream_;
    using Connection::reinjections_;
    using Connection::start_;
    using Connection::version_;

    [[nodiscard]] DataDirection& direction(Side sender) { return directions[index(sender)]; }
    [[nodiscard]] Host& mutable_host(Side side) { return hosts_[index(side)]; }

    SubflowState& add_subflow(const Endpoint& a, const Endpoint& b);
    [[nodiscard]] const std::vector<std::unique_ptr<SubflowState>>& states() const {
        return states_;
    }
    /// Takes over all of `other`, which is left empty. Its sides must be these sides.
    void absorb(ConnectionState& other);
    void swap_sides();
    /// The IDSN of a host became known: its data begins behind it.
    void begin_at_idsn(Side side);
    /// Relative DSNs count from the first DSN seen, as long as the IDSN is unknown.
    void note_first_dsn(Side side);
    /// The high half of the DSNs of this direction is known: completes what was told before.
    void note_high_half(Side sender);

    /// Subflows that neither ended nor were refused.
    [[nodiscard]] std::size_t living_subflows() const { return states_.size() - ended_subflows; }

    /// Nothing can follow but repetitions. RFC 8684 section 3.3.3: without DATA_FIN a connection
    /// may go on after its last subflow.
    [[nodiscard]] bool is_over() const;

    /// Keeps the events in the order of their frames.
    void note(const Event& event);

    std::array<DataDirection, 2> directions;
    std::size_t ended_subflows = 0;
    std::array<bool, 2> mp_fail_by{};
    /// Segments that told a DSN of this direction, and attempts to find what connection this is a
    /// part of: used as long as no MP_CAPABLE was captured.
    std::array<std::uint32_t, 2> dsn_evidence{};
    std::uint32_t inference_attempts = 0;
    /// So many records became this one.
    std::uint32_t records = 1;
    bool release_queued = false;
    std::uint32_t releases = 0;
    /// EventType::closed was noted.
    bool closed = false;
    /// By the frame that first carried something: the first frame that reinjected it.
    std::unordered_map<FrameNumber, FrameNumber> reinjected_in;

    /// Frees what only a living connection needs.
    void release();
    /// Brings `data().blocked` up to the last segment seen.
    void settle_blocked();

  private:
    /// Bytes that both records had counted as new.
    void note_repeated(Side sender, const std::vector<RepeatedPiece>& repeated);

    std::vector<std::unique_ptr<SubflowState>> states_;
};

/// An event of `type` that `segment` of `subflow`, sent by `host`, tells.
Event event_at(EventType type, const Segment& segment, const SubflowState& subflow, Side host);

} // namespace mptcp
