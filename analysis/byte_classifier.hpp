#pragma once
/// Gives every payload byte its class: from subflow sequence numbers over mappings to data sequence
/// numbers, in the order of tests of ByteClass.
///
/// Bytes whose mapping is not known when they pass are *pending*: counted as unmapped, and credited
/// to their segment once a mapping of them is announced.

#include "connection_state.hpp"
#include "facts.hpp"
#include "options.hpp"
#include "segment.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace mptcp {

class ByteClassifier {
  public:
    explicit ByteClassifier(bool verify_checksums) : verify_checksums_(verify_checksums) {}

    /// Takes the mappings that a segment announces: DSS, and MP_CAPABLE with data.
    void announce(SubflowState& subflow, Side sender, const Segment& segment,
                  const TcpOptions& options, SegmentFacts& facts);

    /// Classes the payload of a segment into `facts`.
    void classify(SubflowState& subflow, Side sender, const Segment& segment,
                  const TcpOptions& options, SegmentFacts& facts);

    /// Takes the acknowledgments that a segment carries, at both levels.
    void acknowledge(SubflowState& subflow, Side sender, const Segment& segment,
                     const TcpOptions& options, SegmentFacts& facts);

    /// Settles suspected fallbacks, as if nothing more were to come.
    void settle(ConnectionState& connection);
    /// Takes back all that was settled: more is to come.
    void reopen();

    [[nodiscard]] ByteCounts late_credit(SegmentId id) const;

  private:
    /// The segment at work.
    struct Work {
        SubflowState& subflow;
        Side sender;
        const Segment& segment;
        const TcpOptions& options;
        SegmentFacts& facts;
    };

    void announce_dss(const Work& work, const Dss& dss);
    void announce_with_capable(const Work& work, const MpCapable& capable);
    void announce_infinite(const Work& work, const WireMapping& mapping);
    void expect_checksum(const Work& work, Interval range, Dsn dsn, std::uint32_t ssn,
                         std::uint16_t wire_length, std::uint16_t checksum) const;
    void resolve_pending(SubflowState& subflow, Side sender, Interval mapped);

    void classify_fresh(const Work& work, Interval range);
    void classify_retransmitted(const Work& work, Interval range);
    void classify_unmapped(const Work& work, Interval range);
    static void add_pending(const Work& work, Interval range);

    /// Fresh bytes of the subflow that have a mapping: what they did to the data.
    static void classify_fresh_mapped(const Work& work, Interval piece, const Mapping& mapping);
    static void note_checksum(const Work& work, Interval range);
    static void note_mapping(const Work& work, Interval piece, const Mapping& mapping);
    static void note_levels(const Work& work);

    /// Bytes with a data position: new, or reinjected. Counts into `counts`.
    static CarryResult classify_mapped(SubflowState& subflow, Side sender,
                                       const CarriedRange& carried, ByteCounts& counts);

    struct PendingPiece {
        Interval range;
        PendingBytes bytes;
    };
    /// What settle() did to one direction of a subflow.
    struct Settled {
        SubflowState* subflow;
        Side sender;
        /// As it was before.
        Nanoseconds last_progress;
        std::vector<PendingPiece> credited;
        /// A suspected fallback was confirmed; its bytes began here until then.
        bool confirmed = false;
        std::optional<std::uint64_t> fallback_from;
    };

    static std::optional<Fallback> suspicion(const Work& work);
    /// If data without options shows that the sender heeded the MP_FAIL. It may be sent again, or
    /// mapped before: with MPTCP it would have its options.
    void fall_back_after_mp_fail(const Work& work);
    /// After that fallback: it has no data level, even if it fills a hole or was mapped before.
    static bool is_plain_tcp(const Work& work);
    /// Returns what was pending and is plain TCP now.
    std::vector<PendingPiece> confirm_fallback(SubflowState& subflow, Side sender);
    static void withdraw_fallback(const Settled& settled);
    /// Pending bytes from a TCP position on are plain TCP. Returns them.
    std::vector<PendingPiece> credit_fallback(SubflowState& subflow, Side sender,
                                              std::uint64_t from);
    void credit(SubflowState& subflow, Side sender, const PendingBytes& pending,
                const ByteCounts& counts);
    void take_back_credit(const Settled& settled);

    bool verify_checksums_;
    std::unordered_map<SegmentId, ByteCounts> late_credits_;
    std::vector<Settled> settled_;
};

} // namespace mptcp
