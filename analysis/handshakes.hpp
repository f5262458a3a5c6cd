#pragma once
/// MP_CAPABLE and MP_JOIN: which flow opens which connection or joins it, with what keys, tokens,
/// nonces and address IDs, and whether the HMACs are right.

#include "connection_registry.hpp"
#include "options.hpp"
#include "segment.hpp"

namespace mptcp {

class Handshakes {
  public:
    explicit Handshakes(ConnectionRegistry& registry) : registry_(registry) {}

    /// A flow shows its first MPTCP option: the subflow that it is. A handshake says whose; any
    /// other option opens a connection of its own, which may be merged later.
    SubflowState& open(const Segment& segment, const TcpOptions& options);

    /// Takes what a segment of a known subflow tells of the handshake.
    void observe(SubflowState& subflow, Side sender, const Segment& segment,
                 const TcpOptions& options, SegmentFacts& facts);

    /// Checks the JOIN HMACs of `subflow` that can be checked now.
    static void verify_join(SubflowState& subflow);

  private:
    SubflowState& open_join(const Segment& segment, const MpJoinSyn& join);
    SubflowState& open_connection(const Segment& segment, bool from_server);

    void capable(SubflowState& subflow, Side sender, const Segment& segment,
                 const MpCapable& option, SegmentFacts& facts);
    void learn_key(SubflowState& subflow, Side side, std::uint64_t key);
    static void check_echo(const ConnectionState& connection, Side receiver, std::uint64_t key,
                           Check& token);
    static Check check_token(const SubflowState& subflow, Side sender, std::uint32_t token);
    void join_syn(SubflowState& subflow, Side sender, const MpJoinSyn& option);
    void join_syn_ack(SubflowState& subflow, Side sender, const MpJoinSynAck& option);
    void tcp_handshake(SubflowState& subflow, Side sender, const Segment& segment,
                       const TcpOptions& options);
    void after_syn_ack(SubflowState& subflow, Side sender, const Segment& segment,
                       const TcpOptions& options);
    void establish(SubflowState& subflow, Side sender, const Segment& segment);
    static void estimate_vantage(SubflowState& subflow, Nanoseconds ack_time);

    ConnectionRegistry& registry_;
};

} // namespace mptcp
