#include "facts_codec.hpp"

#include "varint.hpp"

namespace mptcp {

namespace {

/// Writer and Reader have the same members: describe() lists the facts once for both.
class Writer {
  public:
    /// `values` is cleared; it is the caller's so that its memory serves again.
    explicit Writer(std::vector<std::uint8_t>& values) : values_(values) { values_.clear(); }

    void flag(bool value) {
        present_ |= static_cast<std::uint64_t>(value) << bit_;
        ++bit_;
    }
    void number(std::uint64_t value) {
        flag(value != 0);
        if (value != 0) {
            varint::put(values_, value);
        }
    }
    void difference(std::uint64_t value, std::uint64_t origin) {
        flag(value != origin);
        if (value != origin) {
            varint::put_difference(values_, origin, value);
        }
    }
    template <typename T, typename Describe>
    void optional(const std::optional<T>& value, Describe describe_value) {
        flag(value.has_value());
        if (value) {
            describe_value(*value);
        }
    }
    template <typename T>
    void word(T value) {
        number(static_cast<std::uint64_t>(value));
    }
    void check(const Check& value) {
        number(static_cast<std::uint64_t>(value.result) |
               (static_cast<std::uint64_t>(value.reason) << 2));
    }

    /// Writes the bits, which are known only now, and the values behind them.
    void finish(std::vector<std::uint8_t>& bytes) const {
        varint::put(bytes, present_);
        bytes.insert(bytes.end(), values_.begin(), values_.end());
    }

  private:
    std::uint64_t present_ = 0;
    /// 63 bits at most are used.
    unsigned bit_ = 0;
    std::vector<std::uint8_t>& values_;
};

class Reader {
  public:
    explicit Reader(const std::uint8_t*& bytes) : bytes_(bytes) { present_ = varint::get(bytes_); }

    void flag(bool& value) { value = next(); }
    template <typename T>
    void number(T& value) {
        value = next() ? static_cast<T>(varint::get(bytes_)) : T{0};
    }
    template <typename T>
    void difference(T& value, std::uint64_t origin) {
        value = static_cast<T>(next() ? varint::get_difference(bytes_, origin) : origin);
    }
    template <typename T, typename Describe>
    void optional(std::optional<T>& value, Describe describe_value) {
        if (next()) {
            describe_value(value.emplace());
        }
    }
    template <typename T>
    void word(T& value) {
        number(value);
    }
    void check(Check& value) {
        std::uint64_t both = 0;
        number(both);
        value.result = static_cast<Verification>(both & 0x3);
        value.reason = static_cast<UnverifiedReason>(both >> 2);
    }

  private:
    bool next() {
        const bool bit = (present_ & 1) != 0;
        present_ >>= 1;
        return bit;
    }

    std::uint64_t present_ = 0;
    const std::uint8_t*& bytes_;
};

/// The common ones first: then the bits that say what is there take fewest bytes. A difference
/// comes after what it is taken from.
template <typename Codec, typename Facts>
void describe(Codec& codec, Facts& facts, const FactsCodec::Origin& origin) {
    const auto plain = [&](auto& value) { codec.number(value); };
    const auto dsn_range = [&](auto& range) {
        codec.difference(range.begin, *origin.dsn);
        codec.difference(range.end, range.begin + facts.payload_bytes);
    };
    const auto mapping = [&](auto& announced) {
        codec.difference(announced.dsn, facts.dsn ? facts.dsn->begin : *origin.dsn);
        codec.difference(announced.ssn, *origin.ssn);
        codec.difference(announced.length, facts.payload_bytes);
        codec.difference(announced.frame, facts.frame);
    };

    const auto announced = [&](auto& mapping_now) {
        const auto* known = facts.mapping ? &*facts.mapping : nullptr;
        codec.difference(mapping_now.dsn, known ? known->dsn : *origin.dsn);
        codec.difference(mapping_now.ssn, known ? known->ssn : *origin.ssn);
        codec.difference(mapping_now.length, known ? known->length : facts.payload_bytes);
        codec.difference(mapping_now.position, *origin.position + (mapping_now.ssn - *origin.ssn));
        codec.optional(mapping_now.checksum, plain);
        codec.word(mapping_now.kind);
        codec.flag(mapping_now.data_fin);
        codec.flag(mapping_now.repeated);
    };

    codec.difference(facts.id, facts.frame);
    codec.number(facts.option_bytes);
    for (std::size_t i = kByteClasses; i-- > 0;) {
        codec.number(facts.bytes.bytes[i]);
    }
    codec.difference(facts.payload_bytes, facts.bytes.total());
    codec.optional(facts.data_ack, [&](auto& ack) { codec.difference(ack, *origin.data_ack); });
    codec.optional(facts.window, plain);
    codec.number(facts.newly_acked_bytes);
    codec.optional(facts.data_rtt, plain);
    codec.optional(facts.subflow_rtt, plain);
    codec.optional(facts.dsn, dsn_range);
    codec.optional(facts.mapping, mapping);
    codec.optional(facts.flight, plain);
    codec.optional(facts.subflow_flight, plain);
    codec.flag(facts.window_known);
    codec.optional(facts.announced, announced);
    codec.flag(facts.scheduler_switch);
    codec.flag(facts.out_of_order);
    codec.number(facts.reorder_distance);
    codec.number(facts.hole_filled_bytes);
    codec.flag(facts.window_limited);
    codec.flag(facts.beyond_window);
    codec.optional(facts.stall, plain);
    codec.flag(facts.duplicate);
    codec.number(facts.pending_bytes);
    codec.flag(facts.tfo);
    codec.flag(facts.mapping_conflict);
    codec.flag(facts.bad_option_length);
    codec.flag(facts.options_cut);
    for (auto* check : {&facts.hmac, &facts.add_addr, &facts.checksum, &facts.token, &facts.idsn}) {
        codec.check(*check);
    }
    if (facts.checksum.result != Verification::absent) {
        codec.difference(facts.checksum_frame, facts.frame);
    }
}

template <typename T, typename Value>
void set_once(std::optional<T>& origin, const Value& value) {
    if (!origin) {
        origin = value;
    }
}

void learn(FactsCodec::Origin& origin, const SegmentFacts& facts) {
    if (facts.dsn) {
        set_once(origin.dsn, facts.dsn->begin);
    }
    if (facts.mapping) {
        set_once(origin.dsn, facts.mapping->dsn);
        set_once(origin.ssn, facts.mapping->ssn);
    }
    if (facts.announced) {
        set_once(origin.dsn, facts.announced->dsn);
        set_once(origin.ssn, facts.announced->ssn);
        set_once(origin.position, facts.announced->position - (facts.announced->ssn - *origin.ssn));
    }
    if (facts.data_ack) {
        set_once(origin.data_ack, *facts.data_ack);
    }
}

} // namespace

void FactsCodec::encode(const SegmentFacts& facts, std::vector<std::uint8_t>& bytes) {
    Origin& origin = origins_[facts.flow];
    learn(origin, facts);
    varint::put(bytes, facts.flow);
    Writer writer(values_);
    describe(writer, facts, origin);
    writer.finish(bytes);
}

SegmentFacts FactsCodec::decode(FrameNumber frame, const std::uint8_t*& cursor) const {
    SegmentFacts facts;
    facts.frame = frame;
    facts.flow = static_cast<FlowId>(varint::get(cursor));
    Reader reader(cursor);
    describe(reader, facts, origins_.at(facts.flow));
    return facts;
}

} // namespace mptcp
