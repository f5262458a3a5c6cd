#pragma once
/// TCP level of one direction of a subflow: which sequence numbers were carried, what they map to,
/// what the other host acknowledged, and how long that took.
///
/// Positions are those of TcpSequenceSpace. A mapping's subflow sequence number (SSN) is relative
/// to the SYN's sequence number, the *base*. Where no SYN was captured the base is found from the
/// mappings themselves: a packet's payload lies within its own mapping, which bounds the base from
/// both sides, and exactly so as soon as one whole mapping was seen.

#include "captured_twice.hpp"
#include "interval_map.hpp"
#include "interval_set.hpp"
#include "mapping_checksums.hpp"
#include "options.hpp"
#include "sequence_space.hpp"
#include "units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace mptcp {

/// A mapping in place.
struct Mapping {
    /// Data position minus TCP position, modulo 2^64.
    std::uint64_t dsn_minus_ssn = 0;
    /// TCP position of the first byte.
    std::uint64_t begin = 0;
    std::uint32_t length = 0;
    /// The frame that announced it first.
    FrameNumber frame = 0;
};

/// Payload whose mapping is not known yet.
struct PendingBytes {
    std::uint64_t segment_id = 0;
    FrameNumber frame = 0;
    Nanoseconds time = 0;
};

/// A mapping as announced: `length` payload bytes (DATA_FIN left out) from `ssn` on have the data
/// position `data_position`.
struct AnnouncedMapping {
    std::uint32_t ssn = 0;
    std::uint32_t length = 0;
    std::uint64_t data_position = 0;
    FrameNumber frame = 0;
};

/// Identifies one reinjection whose outcome is open.
struct OutcomeWatch {
    std::uint32_t reinjection = 0;
    /// First TCP position of the watched copy.
    std::uint64_t begin = 0;
    bool is_original = false;
};

class SubflowDirection {
  public:
    // -- sequence numbers ------------------------------------------------------------------------

    /// A SYN was seen: it fixes the base, and the position of the first payload byte. With payload
    /// in the SYN (TFO) SSN 1 may be the first byte of it or the first after it.
    void synchronize(std::uint32_t isn, std::uint32_t tfo_bytes);
    [[nodiscard]] bool synchronized() const { return isn_.has_value(); }
    [[nodiscard]] std::optional<std::uint32_t> isn() const { return isn_; }

    /// TCP position of the first payload byte, after that of a TFO SYN; none without the SYN.
    [[nodiscard]] std::optional<std::uint64_t> first_position() const;
    /// TCP positions of a segment's payload.
    Interval place_payload(std::uint32_t sequence, bool syn, std::uint32_t length);

    /// Adds to the carried bytes; see IntervalSet::add for the callbacks.
    template <typename Fresh, typename Known>
    void carry(Interval range, Fresh&& fresh, Known&& known) {
        space_.advance(range.end);
        carried_.add(range, fresh, known);
    }
    [[nodiscard]] const IntervalSet& carried() const { return carried_; }
    /// True if `position` is one of the bytes of a TFO SYN.
    [[nodiscard]] bool is_tfo(std::uint64_t position) const;
    /// TCP position after the bytes of a TFO SYN; 0 if there were none.
    [[nodiscard]] std::uint64_t tfo_end() const { return tfo_.end; }

    // -- mappings --------------------------------------------------------------------------------

    /// Announces a mapping. `payload` is that of the packet with the option (empty if none). Calls
    /// `mapped(Interval)` for each range of TCP positions that now has one.
    template <typename Mapped>
    void announce(const AnnouncedMapping& mapping, Interval payload, Mapped&& mapped);
    /// The same where the TCP positions are known.
    template <typename Mapped>
    void map(Interval range, std::uint64_t data_position, FrameNumber frame, Mapped&& mapped);
    [[nodiscard]] const IntervalMap<Mapping>& mappings() const { return mappings_; }
    /// Calls `mapped(Interval, const Mapping&)` and `gap(Interval)` for the parts of `range` in
    /// order. Neighbouring mappings with the same difference are one part, told with the first.
    template <typename Mapped, typename Gap>
    void visit_mappings(Interval range, Mapped&& mapped, Gap&& gap,
                        std::size_t most = IntervalMap<Mapping>::kAll) const;
    /// A segment looks at no more mappings than these, but for those that no other segment will
    /// look at: no honest one has more.
    static constexpr std::size_t kMostMappings = 256;
    /// SSN of a TCP position that has a mapping.
    [[nodiscard]] std::uint32_t ssn_of(std::uint64_t position) const {
        return static_cast<std::uint32_t>(position) - base_.value_or(isn_.value_or(0));
    }
    /// TCP position of an SSN; none as long as the base is unknown.
    [[nodiscard]] std::optional<std::uint64_t> position_of_ssn(std::uint32_t ssn) const {
        return base_ ? std::optional(space_.near(*base_ + ssn)) : std::nullopt;
    }
    /// The last announced mapping covers bytes that had none.
    [[nodiscard]] bool mapped_anew() const { return mapped_anew_; }
    /// Mappings that contradict an earlier one.
    [[nodiscard]] std::uint64_t mapping_conflicts() const { return mapping_conflicts_; }

    [[nodiscard]] IntervalMap<PendingBytes>& pending() { return pending_; }
    /// TCP sends `range` again while its mapping is not known.
    void pending_sent_again(Interval range) {
        if (!pending_.empty()) {
            pending_sent_again_.assign(range, true);
        }
    }
    [[nodiscard]] const IntervalMap<bool>& pending_sent_again() const {
        return pending_sent_again_;
    }

    // -- acknowledgments of this direction's bytes -----------------------------------------------

    /// Remembers a first sending, for the RTT.
    void sent(Interval range, Nanoseconds time);
    /// Bytes were sent again: no RTT from them (Karn).
    void sent_again(Interval range);
    /// Takes the other host's ACK and SACK blocks. Calls `acked(const OutcomeWatch&)` for each
    /// watch that they fulfil. Returns the RTT sample, if there is one.
    template <typename Acked>
    std::optional<Nanoseconds> acknowledge(std::uint32_t ack, const TcpOptions& options,
                                           Nanoseconds time, Acked&& acked);
    /// Bytes carried and not acknowledged; none as long as no ACK was seen.
    [[nodiscard]] std::optional<std::uint64_t> flight() const;
    [[nodiscard]] bool is_acknowledged(Interval range) const;
    /// Calls acknowledge()'s callback once `range` is acknowledged.
    void watch(Interval range, const OutcomeWatch& watch) { watches_.emplace(range.end, watch); }
    /// There are sent bytes, or a FIN, that the other host has not acknowledged.
    [[nodiscard]] bool unacknowledged() const;

    bool is_second_capture(const Segment& segment) {
        return captured_twice_.is_second_copy(segment);
    }

    /// The subflow moved to another connection: its reinjections count from `first_reinjection` on,
    /// and its data positions are higher by `data_shift`.
    void renumber(std::uint32_t first_reinjection, std::uint64_t data_shift);

    /// Frees what only a living subflow needs.
    void release();

    MappingChecksums checksums;
    /// Window scale that this host offered in its SYN; unset if that was not captured.
    std::optional<std::uint8_t> window_scale;
    /// Behind the FIN; 0 if none was seen.
    std::uint64_t fin_end = 0;
    /// A DSS option was seen in this direction.
    bool dss_seen = false;
    Nanoseconds last_seen = 0;
    FrameNumber last_frame = 0;

  private:
    /// Narrows the base by a mapping whose packet carries `payload`; true once it is known.
    bool find_base(const AnnouncedMapping& mapping, Interval payload);
    bool choose_tfo_base(std::uint64_t lowest, std::uint64_t highest);
    void forget_old_mappings();
    std::optional<Nanoseconds> rtt_at(std::uint64_t acked, Nanoseconds time);

    TcpSequenceSpace space_;
    IntervalSet carried_;
    std::optional<std::uint32_t> isn_;
    Interval tfo_;

    /// Sequence number of SSN 0.
    std::optional<std::uint32_t> base_;
    Interval base_bounds_;
    std::vector<AnnouncedMapping> unplaced_;

    IntervalMap<Mapping> mappings_;
    IntervalMap<PendingBytes> pending_;
    IntervalMap<bool> pending_sent_again_;
    std::uint64_t mapping_conflicts_ = 0;
    bool mapped_anew_ = false;
    std::uint32_t mappings_since_forgetting_ = 0;

    std::uint64_t acked_ = 0;
    IntervalSet sacked_;
    /// When it was first sent.
    IntervalMap<Nanoseconds> in_flight_;
    IntervalSet sent_again_;
    std::multimap<std::uint64_t, OutcomeWatch> watches_;

    CapturedTwice captured_twice_;
};

template <typename Mapped>
void SubflowDirection::map(Interval range, std::uint64_t data_position, FrameNumber frame,
                           Mapped&& mapped) {
    mapped_anew_ = false;
    const Mapping mapping{data_position - range.begin, range.begin,
                          static_cast<std::uint32_t>(range.size()), frame};
    range.end = mappings_.add(
        range, mapping, [this](Interval) { mapped_anew_ = true; },
        [&](Interval, const Mapping& earlier) {
            mapping_conflicts_ += earlier.dsn_minus_ssn != mapping.dsn_minus_ssn ? 1 : 0;
        },
        kMostMappings);
    mapped(range);
    forget_old_mappings();
}

template <typename Mapped, typename Gap>
void SubflowDirection::visit_mappings(Interval range, Mapped&& mapped, Gap&& gap,
                                      std::size_t most) const {
    Interval part;
    const Mapping* first = nullptr;
    const auto tell = [&] {
        if (first != nullptr) {
            mapped(part, *first);
        }
    };
    mappings_.visit(
        range,
        [&](Interval piece, const Mapping& mapping) {
            if (first != nullptr && first->dsn_minus_ssn == mapping.dsn_minus_ssn) {
                part.end = piece.end;
                return;
            }
            tell();
            part = piece;
            first = &mapping;
        },
        [&](Interval piece) {
            tell();
            first = nullptr;
            gap(piece);
        },
        most);
    tell();
}

template <typename Mapped>
void SubflowDirection::announce(const AnnouncedMapping& mapping, Interval payload,
                                Mapped&& mapped) {
    if (!base_ && !find_base(mapping, payload)) {
        constexpr std::size_t kMostUnplaced = 1024;
        if (unplaced_.size() < kMostUnplaced) {
            unplaced_.push_back(mapping);
        }
        return;
    }
    const auto place = [&](const AnnouncedMapping& m) {
        const std::uint64_t begin = *position_of_ssn(m.ssn);
        map({begin, begin + m.length}, m.data_position, m.frame, mapped);
    };
    for (const AnnouncedMapping& earlier : unplaced_) {
        place(earlier);
    }
    unplaced_ = {};
    place(mapping);
}

template <typename Acked>
std::optional<Nanoseconds> SubflowDirection::acknowledge(std::uint32_t ack,
                                                         const TcpOptions& options,
                                                         Nanoseconds time, Acked&& acked) {
    const std::uint64_t position = space_.place(ack);
    for (const SackBlock& block : options.sack) {
        const Interval range{space_.near(block.left), space_.near(block.right)};
        if (range.end <= position || sacked_.covers(range)) {
            continue;
        }
        sacked_.add(range);
        const Interval merged = sacked_.interval_at(range.begin);
        // What begins before the block is looked at in vain.
        int patience = 64;
        for (auto it = watches_.upper_bound(merged.begin);
             it != watches_.end() && it->first <= merged.end && patience > 0;) {
            if (it->second.begin >= merged.begin) {
                acked(std::as_const(it->second));
                it = watches_.erase(it);
            } else {
                ++it;
                --patience;
            }
        }
    }
    if (position <= acked_) {
        return std::nullopt;
    }
    acked_ = position;
    sacked_.remove_below(position);
    while (!watches_.empty() && watches_.begin()->first <= position) {
        acked(std::as_const(watches_.begin()->second));
        watches_.erase(watches_.begin());
    }
    return rtt_at(position, time);
}

} // namespace mptcp
