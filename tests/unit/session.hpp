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
/// Beside the tracker a Session keeps, byte by byte, what was carried and mapped.
/// Capture::finish() compares the tracker's sums with that.

#include "analysis/crypto.hpp"
#include "analysis/options.hpp"
#include "analysis/tracker.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

namespace mptcp::test {

// --- bytes on the wire

template <typename T>
void put(Bytes& bytes, T value) {
    for (unsigned shift = 8 * sizeof(T); shift > 0; shift -= 8) {
        bytes.push_back(
            static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift - 8)));
    }
}

inline Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

namespace option {

/// An option of kind 30 with its length filled in.
inline Bytes mptcp(Subtype subtype, unsigned nibble, const Bytes& rest) {
    Bytes bytes{kMptcpKind, static_cast<std::uint8_t>(rest.size() + 3),
                static_cast<std::uint8_t>(static_cast<unsigned>(subtype) << 4 | nibble)};
    return bytes + rest;
}

inline Bytes mp_capable(Version version, std::vector<std::uint64_t> keys,
                        std::optional<std::uint16_t> data_length = {}) {
    Bytes rest{0x01};
    for (const std::uint64_t key : keys) {
        put(rest, key);
    }
    if (data_length) {
        put(rest, *data_length);
    }
    return mptcp(Subtype::mp_capable, static_cast<unsigned>(version), rest);
}

inline Bytes mp_join_syn(std::uint32_t token, std::uint32_t nonce, std::uint8_t id,
                         bool backup = false) {
    Bytes rest{id};
    put(rest, token);
    put(rest, nonce);
    return mptcp(Subtype::mp_join, backup ? 1 : 0, rest);
}

inline Bytes mp_join_syn_ack(std::uint64_t hmac, std::uint32_t nonce, std::uint8_t id) {
    Bytes rest{id};
    put(rest, hmac);
    put(rest, nonce);
    return mptcp(Subtype::mp_join, 0, rest);
}

inline Bytes mp_join_ack(const Hmac160& hmac) {
    return mptcp(Subtype::mp_join, 0, Bytes{0} + Bytes(hmac.begin(), hmac.end()));
}

inline Bytes dss(const Dss& fields) {
    unsigned flags = fields.data_fin ? 0x10 : 0;
    Bytes rest;
    const auto put_dsn = [&](const WireDsn& dsn) {
        if (dsn.is_64bit) {
            put(rest, dsn.value);
        } else {
            put(rest, static_cast<std::uint32_t>(dsn.value));
        }
    };
    if (fields.data_ack) {
        flags |= fields.data_ack->is_64bit ? 0x03 : 0x01;
        put_dsn(*fields.data_ack);
    }
    if (fields.mapping) {
        flags |= fields.mapping->dsn.is_64bit ? 0x0c : 0x04;
        put_dsn(fields.mapping->dsn);
        put(rest, fields.mapping->ssn);
        put(rest, fields.mapping->length);
    }
    return mptcp(Subtype::dss, 0, Bytes{static_cast<std::uint8_t>(flags)} + rest);
}

/// A DSS with a mapping in 64 bits, and nothing else.
inline Bytes mapping(Dsn dsn, std::uint32_t ssn, std::uint16_t length) {
    Dss fields;
    fields.mapping = {{dsn, true}, ssn, length, std::nullopt};
    return dss(fields);
}

inline Bytes mp_fail(Dsn dsn) {
    Bytes rest{0};
    put(rest, dsn);
    return mptcp(Subtype::mp_fail, 0, rest);
}

inline Bytes mp_fastclose(std::uint64_t receiver_key) {
    Bytes rest{0};
    put(rest, receiver_key);
    return mptcp(Subtype::mp_fastclose, 0, rest);
}

inline Bytes mp_tcprst(std::uint8_t reason, bool transient = false) {
    return mptcp(Subtype::mp_tcprst, transient ? 1 : 0, {reason});
}

inline Bytes mp_prio(bool backup) {
    return mptcp(Subtype::mp_prio, backup ? 1 : 0, {});
}

/// v1, IPv4, without port; the HMAC is not verified here.
inline Bytes add_addr(std::uint8_t id, std::array<std::uint8_t, 4> address) {
    Bytes rest{id};
    rest.insert(rest.end(), address.begin(), address.end());
    return mptcp(Subtype::add_addr, 0, rest + Bytes(8, 0x5a));
}

inline Bytes remove_addr(std::uint8_t id) {
    return mptcp(Subtype::remove_addr, 0, {id});
}

inline Bytes sack(const std::vector<SackBlock>& blocks) {
    Bytes bytes{5, static_cast<std::uint8_t>(2 + 8 * blocks.size())};
    for (const SackBlock& block : blocks) {
        put(bytes, block.left);
        put(bytes, block.right);
    }
    return bytes;
}

} // namespace option

inline Endpoint endpoint(std::array<std::uint8_t, 4> address, std::uint16_t port) {
    return {Address::from(address), port};
}

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

inline void assert_bytes(const ByteCounts& actual, const Classes& expected) {
    assert_int_equal(actual[ByteClass::fresh], expected.fresh);
    assert_int_equal(actual[ByteClass::reinjected_other_subflow], expected.other);
    assert_int_equal(actual[ByteClass::reinjected_same_subflow], expected.same);
    assert_int_equal(actual[ByteClass::retransmitted], expected.retransmitted);
    assert_int_equal(actual[ByteClass::unmapped], expected.unmapped);
    assert_int_equal(actual[ByteClass::fallback], expected.fallback);
}

// --- the capture

class Session;

/// A capture file in the making: the tracker, the clock, and every segment with its facts.
class Capture {
  public:
    Tracker tracker;
    /// Segments come with the numbers of their streams, as from Wireshark's TCP dissector.
    bool numbers_streams = true;

    /// The next frame; one millisecond passes before each.
    SegmentFacts observe(Segment segment) {
        now_ += kMillisecond;
        segment.frame = ++frames_;
        segment.time = now_;
        const StreamNumber stream = segment.stream;
        segment.stream = numbers_streams ? stream : kNoStream;
        const SegmentFacts facts = tracker.observe(segment);
        assert_int_equal(facts.frame, segment.frame);
        assert_int_equal(facts.time, segment.time);
        if (facts.is_mptcp() && !facts.duplicate) {
            assert_int_equal(facts.payload_bytes, segment.payload_length);
            assert_int_equal(facts.bytes.total(), segment.payload_length);
            assert_true(facts.pending_bytes <= facts.bytes[ByteClass::unmapped]);
        }
        if (facts.is_mptcp()) {
            flows_[stream] = facts.flow / 2;
        }
        seen_.push_back({segment.source, stream, facts});
        return facts;
    }

    void wait(Nanoseconds time) { now_ += time; }
    [[nodiscard]] Nanoseconds now() const { return now_; }
    [[nodiscard]] FrameNumber frames() const { return frames_; }
    StreamNumber new_stream() { return streams_++; }
    /// The subflow of `owner` that a stream is; null if it is none.
    [[nodiscard]] const Subflow* find(const Connection& owner, StreamNumber stream) const {
        const auto flow = flows_.find(stream);
        for (const Subflow* subflow : owner.subflows()) {
            if (flow != flows_.end() && subflow->flow_ids[0] / 2 == flow->second) {
                return subflow;
            }
        }
        return nullptr;
    }

    /// The bytes of a segment as the end of the capture knows them.
    [[nodiscard]] ByteCounts settled(const SegmentFacts& facts) const {
        const ByteCounts credit = tracker.late_credit(facts.id);
        ByteCounts bytes = facts.bytes;
        assert_true(credit.total() <= facts.pending_bytes);
        bytes[ByteClass::unmapped] -= credit.total();
        bytes += credit;
        return bytes;
    }

    [[nodiscard]] const Connection& connection(ConnectionNumber number = 0) const {
        const Connection* found = tracker.connection(number);
        assert_non_null(found);
        return *found;
    }

    /// Ends the capture and checks what has to hold of every one. To be called last.
    void finish() {
        tracker.settle();
        std::map<std::pair<ConnectionNumber, SubflowNumber>, std::array<Totals, 2>> sums;
        for (const Seen& seen : seen_) {
            if (!seen.facts.is_mptcp()) {
                continue;
            }
            const Connection& owner = connection(seen.facts.connection);
            assert_non_null(find(owner, seen.stream));
            const Subflow& subflow = *find(owner, seen.stream);
            const Side side = side_of(subflow, seen.source);
            const SegmentFacts facts = completed(seen.facts);
            assert_int_equal(facts.connection, owner.number());
            assert_int_equal(facts.subflow, subflow.number);
            assert_int_equal(facts.sender, side);
            sums[{owner.number(), subflow.number}][index(side)].add(facts);
        }
        std::size_t subflows = 0;
        for (const Connection* each : tracker.connections()) {
            for (const Subflow* subflow : each->subflows()) {
                ++subflows;
                for (const Side side : {Side::a, Side::b}) {
                    assert_same(subflow->flow(side).totals,
                                sums[{each->number(), subflow->number}][index(side)]);
                }
            }
        }
        assert_int_equal(sums.size(), subflows);
        check_relations();
    }

  private:
    struct Seen {
        Endpoint source;
        StreamNumber stream;
        SegmentFacts facts;
    };

    [[nodiscard]] SegmentFacts completed(const SegmentFacts& facts) const {
        const SegmentFacts result = tracker.completed(facts);
        if (!facts.duplicate) {
            assert_true(result.bytes.bytes == settled(facts).bytes);
        }
        const auto& events = connection(result.connection).reinjections();
        for (std::uint32_t i = result.reinjections_begin; i < result.reinjections_end; ++i) {
            assert_true(i < events.size() && events[i].frame == facts.frame);
        }
        return result;
    }

    static Side side_of(const Subflow& subflow, const Endpoint& source) {
        const Side side = subflow.endpoints[0] == source ? Side::a : Side::b;
        assert_true(subflow.endpoints[index(side)] == source);
        return side;
    }

    static void assert_same(const Totals& actual, const Totals& expected) {
        assert_int_equal(actual.segments, expected.segments);
        assert_int_equal(actual.duplicate_segments, expected.duplicate_segments);
        assert_int_equal(actual.data_segments, expected.data_segments);
        assert_int_equal(actual.option_bytes, expected.option_bytes);
        assert_int_equal(actual.out_of_order_segments, expected.out_of_order_segments);
        assert_int_equal(actual.first_payload, expected.first_payload);
        assert_int_equal(actual.last_payload, expected.last_payload);
        for (std::size_t i = 0; i < kByteClasses; ++i) {
            assert_int_equal(actual.bytes.bytes[i], expected.bytes.bytes[i]);
        }
    }

    /// What every connection's own words have to agree on.
    void check_relations() const {
        std::optional<ConnectionNumber> last;
        for (const Connection* each : tracker.connections()) {
            assert_true(!last || *last < each->number());
            last = each->number();
            const std::size_t subflows = each->subflows().size();
            std::array<std::uint64_t, 2> reinjected{};
            for (const Reinjection& event : each->reinjections()) {
                assert_true(event.subflow < subflows && event.first_subflow < subflows);
                assert_true(event.first_frame > 0 && event.frame <= frames_);
                assert_true(event.bytes > 0 && event.copy >= 2);
                reinjected[index(event.sender)] += event.bytes;
            }
            for (const Side side : {Side::a, Side::b}) {
                const ByteCounts bytes = each->totals(side).bytes;
                assert_int_equal(reinjected[index(side)],
                                 bytes[ByteClass::reinjected_other_subflow] +
                                     bytes[ByteClass::reinjected_same_subflow]);
            }
            for (std::size_t i = 0; i < subflows; ++i) {
                assert_int_equal(each->subflows()[i]->number, i);
            }
        }
    }

    Nanoseconds now_ = 1'700'000'000 * kSecond;
    FrameNumber frames_ = 0;
    StreamNumber streams_ = 0;
    std::vector<Seen> seen_;
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
    explicit Session(Capture& capture, const Setup& setup = {}) : capture_(capture), setup_(setup) {
        for (const Side side : {client, server}) {
            const KeyDigest digest = digest_of_key(setup.version, setup.keys[index(side)]);
            tokens_[index(side)] = digest.token;
            first_dsn_[index(side)] =
                setup.first_dsn ? (*setup.first_dsn)[index(side)] : digest.idsn + 1;
        }
    }

    // -- paths and handshakes

    /// A path of which nothing was sent yet. Path n of a session runs between addresses n.
    unsigned add_path(Side initiator = client) {
        const auto n = static_cast<unsigned>(paths_.size());
        Path path;
        path.stream = capture_.new_stream();
        path.initiator = initiator;
        const auto low = static_cast<std::uint8_t>(n + 1);
        path.endpoints[index(initiator)] =
            endpoint({10, setup_.net, low, 1}, static_cast<std::uint16_t>(setup_.client_port + n));
        path.endpoints[index(opposite(initiator))] = endpoint({10, setup_.net, low, 2}, 443);
        path.isn = {0xfffffe00 + n, 0xffffff00 - n};
        paths_.push_back(path);
        return n;
    }
    void add_paths(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            add_path();
        }
    }
    /// The same 4-tuple as path `of`, with other sequence numbers.
    unsigned reuse_path(unsigned of) {
        Path path;
        path.stream = capture_.new_stream();
        path.initiator = paths_[of].initiator;
        path.endpoints = paths_[of].endpoints;
        path.isn = {paths_[of].isn[0] + 0x10000000, paths_[of].isn[1] + 0x20000000};
        paths_.push_back(path);
        return static_cast<unsigned>(paths_.size() - 1);
    }

    /// The initial subflow with its whole handshake.
    unsigned open() {
        const unsigned path = half_open();
        capable_ack(path);
        return path;
    }
    /// The initial subflow up to the answer of the server.
    unsigned half_open(std::uint32_t tfo_bytes = 0) {
        const unsigned path = add_path();
        capable_syn(path, tfo_bytes);
        capable_syn_ack(path);
        return path;
    }
    SegmentFacts capable_syn(unsigned path, std::uint32_t tfo_bytes = 0) {
        std::vector<std::uint64_t> keys;
        if (setup_.version == Version::v0) {
            keys = {key(client)};
        }
        return syn(path, client, option::mp_capable(setup_.version, keys), tfo_bytes);
    }
    SegmentFacts capable_syn_ack(unsigned path) {
        return syn(path, server, option::mp_capable(setup_.version, {key(server)}));
    }
    SegmentFacts capable_ack(unsigned path) {
        return pure_ack(path, client,
                        option::mp_capable(setup_.version, {key(client), key(server)}));
    }
    /// MP_CAPABLE of v1 with the first data.
    SegmentFacts capable_data(unsigned path, const Data& data) {
        note_mapping(path, client, data);
        return bytes(path, client, data.ssn, data.length,
                     option::mp_capable(setup_.version, {key(client), key(server)}, data.length));
    }

    unsigned join(const Join& join = {}) {
        const unsigned path = add_path(join.from);
        join_syn(path, join);
        join_syn_ack(path, join);
        join_ack(path, join);
        pure_ack(path, opposite(join.from));
        return path;
    }
    SegmentFacts join_syn(unsigned path, const Join& join = {}) {
        return syn(path, join.from,
                   option::mp_join_syn(tokens_[index(opposite(join.from))], nonce(path, join.from),
                                       join.id, join.backup));
    }
    SegmentFacts join_syn_ack(unsigned path, const Join& join = {}) {
        const std::uint64_t hmac = hmac_of(path, opposite(join.from)).leftmost64();
        return syn(path, opposite(join.from),
                   option::mp_join_syn_ack(hmac ^ (join.bad_syn_ack_hmac ? 1 : 0),
                                           nonce(path, opposite(join.from)), 0));
    }
    SegmentFacts join_ack(unsigned path, const Join& join = {}) {
        Hmac160 hmac = hmac_of(path, join.from).leftmost160();
        hmac[19] = static_cast<std::uint8_t>(hmac[19] ^ (join.bad_ack_hmac ? 1 : 0));
        return pure_ack(path, join.from, option::mp_join_ack(hmac));
    }

    SegmentFacts syn(unsigned path, Side from, const Bytes& options, std::uint32_t tfo_bytes = 0) {
        const bool first = paths_[path].initiator == from;
        carry(path, from, 1, tfo_bytes);
        Segment segment = segment_of(path, from, 0, tfo_bytes);
        segment.flags = first ? tcp_flag::syn : tcp_flag::syn | tcp_flag::ack;
        segment.acknowledgment = first ? 0 : segment.acknowledgment;
        return send(path, segment, options);
    }

    // -- data

    /// A segment that carries bytes and their mapping.
    SegmentFacts data(unsigned path, Side from, const Data& data) {
        note_mapping(path, from, data);
        return bytes(path, from, data.ssn, data.length, mapping_option(path, from, data));
    }
    /// Bytes without a mapping of their own.
    SegmentFacts bytes(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length,
                       const Bytes& options = {}) {
        carry(path, from, ssn, length);
        return send(path, segment_of(path, from, ssn, length), options);
    }
    /// A mapping on a segment that carries nothing.
    SegmentFacts announce(unsigned path, Side from, const Data& data) {
        note_mapping(path, from, data);
        return pure_ack(path, from, mapping_option(path, from, data));
    }
    /// A mapping on a segment that carries other bytes, or only a part of those mapped.
    SegmentFacts announce_with(unsigned path, Side from, const Data& mapping, std::uint32_t ssn,
                               std::uint32_t length) {
        note_mapping(path, from, mapping);
        return bytes(path, from, ssn, length, mapping_option(path, from, mapping));
    }
    SegmentFacts infinite_mapping(unsigned path, Side from, const Data& data) {
        return bytes(path, from, data.ssn, data.length,
                     option::dss(dss_of(from, {data.ssn, data.offset, 0})));
    }
    /// DATA_FIN after `offset` bytes, on a pure ACK or as the byte behind those of `data`.
    SegmentFacts data_fin(unsigned path, Side from, std::uint64_t offset) {
        Dss dss = dss_of(from, {0, offset, 1});
        dss.data_fin = true;
        return pure_ack(path, from, option::dss(dss));
    }
    SegmentFacts data_with_fin(unsigned path, Side from, const Data& data) {
        note_mapping(path, from, data);
        const auto with_fin = static_cast<std::uint16_t>(data.length + 1);
        Dss dss = dss_of(from, {data.ssn, data.offset, with_fin});
        dss.data_fin = true;
        return bytes(path, from, data.ssn, data.length, option::dss(dss));
    }

    // -- acknowledgments; they stand until the next one

    /// `from` has everything below `ssn` of the other host, and what `sacked` says: SSNs, too.
    SegmentFacts ack(unsigned path, Side from, std::uint32_t ssn,
                     const std::vector<SackBlock>& sacked = {}) {
        paths_[path].acked[index(from)] = ssn;
        if (sacked.empty()) {
            return pure_ack(path, from);
        }
        std::vector<SackBlock> blocks;
        const std::uint32_t isn = paths_[path].isn[index(opposite(from))];
        for (const SackBlock& block : sacked) {
            blocks.push_back({isn + block.left, isn + block.right});
        }
        return pure_ack(path, from, option::sack(blocks));
    }
    /// `from` has `offset` bytes of the other host's data.
    SegmentFacts data_ack(unsigned path, Side from, std::uint64_t offset) {
        data_acked_[index(from)] = offset;
        Dss dss;
        dss.data_ack = data_ack_field(from);
        return pure_ack(path, from, option::dss(dss));
    }

    // -- endings and signals

    SegmentFacts fin(unsigned path, Side from, std::uint32_t ssn) {
        Segment segment = segment_of(path, from, ssn);
        segment.flags = tcp_flag::fin | tcp_flag::ack;
        return send(path, segment, {});
    }
    SegmentFacts rst(unsigned path, Side from, const Bytes& options = {}) {
        Segment segment = segment_of(path, from, paths_[path].next[index(from)]);
        segment.flags = tcp_flag::rst | tcp_flag::ack;
        return send(path, segment, options);
    }
    SegmentFacts pure_ack(unsigned path, Side from, const Bytes& options = {}) {
        return send(path, segment_of(path, from, paths_[path].next[index(from)]), options);
    }

    /// A segment of a path as its state has it: for what the functions above do not make.
    [[nodiscard]] Segment segment_of(unsigned path, Side from, std::uint32_t ssn,
                                     std::uint32_t length = 0) const {
        const Path& p = paths_[path];
        Segment segment;
        segment.stream = p.stream;
        segment.source = p.endpoints[index(from)];
        segment.destination = p.endpoints[index(opposite(from))];
        segment.sequence = p.isn[index(from)] + ssn;
        segment.acknowledgment = p.isn[index(opposite(from))] + p.acked[index(from)];
        segment.flags = tcp_flag::ack;
        segment.window = 1000;
        segment.payload_length = length;
        segment.ip_id = static_cast<std::uint16_t>(capture_.frames());
        return segment;
    }
    SegmentFacts send(unsigned path, Segment segment, const Bytes& options) {
        Path& p = paths_[path];
        const Side from = segment.source == p.endpoints[0] ? Side::a : Side::b;
        const std::uint32_t end = segment.sequence - p.isn[index(from)] + segment.payload_length +
                                  (segment.has(tcp_flag::syn) ? 1 : 0);
        p.next[index(from)] = std::max(p.next[index(from)], end);
        segment.options = options;
        if (unseen[index(from)]) {
            capture_.wait(kMillisecond);
            return {};
        }
        return capture_.observe(segment);
    }

    // -- what became of it

    [[nodiscard]] const Connection& connection() const {
        for (const Connection* each : capture_.tracker.connections()) {
            for (unsigned path = 0; path < paths_.size(); ++path) {
                if (find(*each, path) != nullptr) {
                    return *each;
                }
            }
        }
        fail_msg("the session is no connection");
        return capture_.connection();
    }
    [[nodiscard]] const Subflow& subflow(unsigned path) const {
        const Subflow* found = find(connection(), path);
        assert_non_null(found);
        return *found;
    }
    /// The engine's side of a host: it may have met the server first.
    [[nodiscard]] Side side(Side host) const {
        for (const Path& path : paths_) {
            if (const Subflow* subflow = capture_.find(connection(), path.stream)) {
                return subflow->endpoints[0] == path.endpoints[index(host)] ? Side::a : Side::b;
            }
        }
        return host;
    }
    [[nodiscard]] const DataFlow& data_flow(Side from) const {
        return connection().data(side(from));
    }
    [[nodiscard]] const SubflowFlow& flow(unsigned path, Side from) const {
        return subflow(path).flow(side(from));
    }
    void assert_subflow(unsigned path, Side from, const Classes& expected) const {
        assert_bytes(flow(path, from).totals.bytes, expected);
    }
    void assert_direction(Side from, const Classes& expected) const {
        assert_bytes(connection().totals(side(from)).bytes, expected);
    }
    [[nodiscard]] std::vector<Reinjection> reinjections() const {
        return connection().reinjections();
    }
    [[nodiscard]] std::size_t count_events(EventType type) const {
        const auto& events = connection().events();
        return static_cast<std::size_t>(std::count_if(
            events.begin(), events.end(), [&](const Event& event) { return event.type == type; }));
    }
    /// The only event of a type.
    [[nodiscard]] Event event(EventType type) const {
        assert_int_equal(count_events(type), 1);
        const auto& events = connection().events();
        return *std::find_if(events.begin(), events.end(),
                             [&](const Event& event) { return event.type == type; });
    }
    /// Ends the capture: the invariants, and that each direction's new bytes are the union of what
    /// was carried and mapped.
    void finish() const {
        capture_.finish();
        for (const Side host : {client, server}) {
            assert_int_equal(connection().totals(side(host)).data_bytes(), union_of(host).size());
        }
    }

    /// Where a path runs; to be changed before its first packet.
    std::array<Endpoint, 2>& endpoints(unsigned path) { return paths_[path].endpoints; }
    /// What these hosts send is not captured as long as it says so.
    std::array<bool, 2> unseen{};

    [[nodiscard]] std::uint64_t key(Side side) const { return setup_.keys[index(side)]; }
    [[nodiscard]] std::uint32_t token(Side side) const { return tokens_[index(side)]; }
    [[nodiscard]] Dsn dsn(Side side, std::uint64_t offset) const {
        return first_dsn_[index(side)] + offset;
    }
    /// The bytes of the SYN are SSN 1 and on, as some senders count; default: SSN 1 is behind them.
    void count_ssn_behind_tfo(unsigned path, std::uint32_t bytes) {
        paths_[path].ssn_shift = bytes;
    }

  private:
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
        /// SSN → offset, and SSNs carried.
        std::array<std::map<std::uint32_t, std::uint64_t>, 2> mapped;
        std::array<std::set<std::uint32_t>, 2> carried;
    };

    [[nodiscard]] const Subflow* find(const Connection& connection, unsigned path) const {
        return capture_.find(connection, paths_[path].stream);
    }

    [[nodiscard]] std::set<std::uint64_t> union_of(Side side) const {
        std::set<std::uint64_t> offsets;
        for (const Path& path : paths_) {
            for (const std::uint32_t ssn : path.carried[index(side)]) {
                const auto it = path.mapped[index(side)].find(ssn);
                if (it != path.mapped[index(side)].end()) {
                    offsets.insert(it->second);
                }
            }
        }
        return offsets;
    }

    void carry(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length) {
        for (std::uint32_t i = 0; i < length && !unseen[index(from)]; ++i) {
            paths_[path].carried[index(from)].insert(ssn + i);
        }
    }
    void note_mapping(unsigned path, Side from, const Data& data) {
        for (std::uint32_t i = 0; i < data.length && !unseen[index(from)]; ++i) {
            paths_[path].mapped[index(from)].emplace(data.ssn + i, data.offset + i);
        }
    }
    [[nodiscard]] Bytes mapping_option(unsigned path, Side from, const Data& data) const {
        const std::uint32_t shift = from == client ? paths_[path].ssn_shift : 0;
        return option::dss(dss_of(from, {data.ssn - shift, data.offset, data.length}));
    }
    /// The mapping of `data` as it goes on the wire, beside the DATA_ACK that stands.
    [[nodiscard]] Dss dss_of(Side from, const Data& data) const {
        Dss dss;
        dss.data_ack = data_ack_field(from);
        dss.mapping = {dsn_field(from, data.offset), data.ssn, data.length, std::nullopt};
        return dss;
    }
    [[nodiscard]] WireDsn dsn_field(Side from, std::uint64_t offset) const {
        return {dsn(from, offset), setup_.wide_dsn};
    }
    [[nodiscard]] WireDsn data_ack_field(Side from) const {
        return {dsn(opposite(from), data_acked_[index(from)]), setup_.wide_ack};
    }
    static std::uint32_t nonce(unsigned path, Side side) {
        return 0x1000 * (path + 1) + index(side);
    }
    [[nodiscard]] Hmac hmac_of(unsigned path, Side from) const {
        return join_hmac(setup_.version, key(from), key(opposite(from)), nonce(path, from),
                         nonce(path, opposite(from)));
    }

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
