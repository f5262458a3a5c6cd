#include "tests/unit/session.hpp"

#include <algorithm>
#include <utility>

#include "tests/unit/cmocka.hpp"

namespace mptcp::test {

// --- bytes on the wire

namespace {

template <typename T>
void put(Bytes& bytes, T value) {
    for (unsigned shift = 8 * sizeof(T); shift > 0; shift -= 8) {
        bytes.push_back(
            static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (shift - 8)));
    }
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// An option of kind 30 with its length filled in.
Bytes mptcp(Subtype subtype, unsigned nibble, const Bytes& rest) {
    Bytes bytes{kMptcpKind, static_cast<std::uint8_t>(rest.size() + 3),
                static_cast<std::uint8_t>(static_cast<unsigned>(subtype) << 4 | nibble)};
    return bytes + rest;
}

} // namespace

namespace option {

Bytes mp_capable(Version version, const std::vector<std::uint64_t>& keys,
                 std::optional<std::uint16_t> data_length) {
    Bytes rest{0x01};
    for (const std::uint64_t key : keys) {
        put(rest, key);
    }
    if (data_length) {
        put(rest, *data_length);
    }
    return mptcp(Subtype::mp_capable, static_cast<unsigned>(version), rest);
}

Bytes mp_join_syn(std::uint32_t token, std::uint32_t nonce, std::uint8_t id, bool backup) {
    Bytes rest{id};
    put(rest, token);
    put(rest, nonce);
    return mptcp(Subtype::mp_join, backup ? 1 : 0, rest);
}

Bytes mp_join_syn_ack(std::uint64_t hmac, std::uint32_t nonce, std::uint8_t id) {
    Bytes rest{id};
    put(rest, hmac);
    put(rest, nonce);
    return mptcp(Subtype::mp_join, 0, rest);
}

Bytes mp_join_ack(const Hmac160& hmac) {
    return mptcp(Subtype::mp_join, 0, Bytes{0} + Bytes(hmac.begin(), hmac.end()));
}

Bytes dss(const Dss& fields) {
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
        if (fields.mapping->checksum) {
            put(rest, *fields.mapping->checksum);
        }
    }
    return mptcp(Subtype::dss, 0, Bytes{static_cast<std::uint8_t>(flags)} + rest);
}

Bytes mapping(Dsn dsn, std::uint32_t ssn, std::uint16_t length) {
    Dss fields;
    fields.mapping = {{dsn, true}, ssn, length, std::nullopt};
    return dss(fields);
}

Bytes mp_fail(Dsn dsn) {
    Bytes rest{0};
    put(rest, dsn);
    return mptcp(Subtype::mp_fail, 0, rest);
}

Bytes mp_fastclose(std::uint64_t receiver_key) {
    Bytes rest{0};
    put(rest, receiver_key);
    return mptcp(Subtype::mp_fastclose, 0, rest);
}

Bytes mp_tcprst(std::uint8_t reason, bool transient) {
    return mptcp(Subtype::mp_tcprst, transient ? 1 : 0, {reason});
}

Bytes mp_prio(bool backup) {
    return mptcp(Subtype::mp_prio, backup ? 1 : 0, {});
}

Bytes add_addr(std::uint8_t id, std::array<std::uint8_t, 4> address) {
    Bytes rest{id};
    rest.insert(rest.end(), address.begin(), address.end());
    return mptcp(Subtype::add_addr, 0, rest + Bytes(8, 0x5a));
}

Bytes remove_addr(std::uint8_t id) {
    return mptcp(Subtype::remove_addr, 0, {id});
}

Bytes sack(const std::vector<SackBlock>& blocks) {
    Bytes bytes{5, static_cast<std::uint8_t>(2 + 8 * blocks.size())};
    for (const SackBlock& block : blocks) {
        put(bytes, block.left);
        put(bytes, block.right);
    }
    return bytes;
}

} // namespace option

Endpoint endpoint(std::array<std::uint8_t, 4> address, std::uint16_t port) {
    return {Address::from(address), port};
}

// --- expectations

void assert_bytes(const ByteCounts& actual, const Classes& expected) {
    assert_int_equal(actual[ByteClass::fresh], expected.fresh);
    assert_int_equal(actual[ByteClass::reinjected_other_subflow], expected.other);
    assert_int_equal(actual[ByteClass::reinjected_same_subflow], expected.same);
    assert_int_equal(actual[ByteClass::retransmitted], expected.retransmitted);
    assert_int_equal(actual[ByteClass::unmapped], expected.unmapped);
    assert_int_equal(actual[ByteClass::fallback], expected.fallback);
}

// --- the capture

SegmentFacts Capture::observe(Segment segment) {
    now_ += kMillisecond;
    frames_ += stays_in_frame_ ? 0 : 1;
    stays_in_frame_ = false;
    segment.frame = frames_;
    segment.time = now_;
    const StreamNumber stream = segment.stream;
    segment.stream = numbers_streams ? stream : kNoStream;
    const SegmentFacts facts = tracker.observe(segment);
    assert_string_equal(violation_at_once(segment, facts).c_str(), "");
    asked_.settle();
    assert_true(asked_.observe(segment) == facts);
    if (facts.is_mptcp()) {
        flows_[stream] = facts.flow / 2;
    }
    seen_.push_back({segment.source, segment.payload_length, facts});
    return facts;
}

std::vector<SegmentFacts> Capture::facts() const {
    std::vector<SegmentFacts> all;
    all.reserve(seen_.size());
    for (const Observed& seen : seen_) {
        all.push_back(seen.facts);
    }
    return all;
}

const Subflow* Capture::find(const Connection& owner, StreamNumber stream) const {
    const auto flow = flows_.find(stream);
    for (const Subflow* subflow : owner.subflows()) {
        if (flow != flows_.end() && subflow->flow_ids[0] / 2 == flow->second) {
            return subflow;
        }
    }
    return nullptr;
}

ByteCounts Capture::settled(const SegmentFacts& facts) const {
    assert_true(tracker.late_credit(facts.id).total() <= facts.pending_bytes);
    return tracker.completed(facts).bytes;
}

const Connection& Capture::connection(ConnectionNumber number) const {
    const Connection* found = tracker.connection(number);
    assert_non_null(found);
    return *found;
}

void Capture::finish() {
    tracker.settle();
    assert_string_equal(violation(tracker, seen_).c_str(), "");
    assert_string_equal(violation_of_order(tracker).c_str(), "");
    asked_.settle();
    assert_string_equal(difference(tracker, asked_, seen_).c_str(), "");
}

// --- sessions

Session::Session(Capture& capture, const Setup& setup) : capture_(capture), setup_(setup) {
    for (const Side side : {client, server}) {
        const KeyDigest digest = digest_of_key(setup.version, setup.keys[index(side)]);
        tokens_[index(side)] = digest.token;
        first_dsn_[index(side)] =
            setup.first_dsn ? (*setup.first_dsn)[index(side)] : digest.idsn + 1;
    }
}

// -- paths and handshakes

unsigned Session::add_path(Side initiator) {
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

void Session::add_paths(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        add_path();
    }
}

unsigned Session::reuse_path(unsigned of) {
    Path path;
    path.stream = capture_.new_stream();
    path.initiator = paths_[of].initiator;
    path.endpoints = paths_[of].endpoints;
    path.isn = {paths_[of].isn[0] + 0x10000000, paths_[of].isn[1] + 0x20000000};
    paths_.push_back(path);
    return static_cast<unsigned>(paths_.size() - 1);
}

unsigned Session::open() {
    const unsigned path = half_open();
    capable_ack(path);
    return path;
}

unsigned Session::half_open(std::uint32_t tfo_bytes) {
    const unsigned path = add_path();
    capable_syn(path, tfo_bytes);
    capable_syn_ack(path);
    return path;
}

SegmentFacts Session::capable_syn(unsigned path, std::uint32_t tfo_bytes) {
    std::vector<std::uint64_t> keys;
    if (setup_.version == Version::v0) {
        keys = {key(client)};
    }
    return syn(path, client, option::mp_capable(setup_.version, keys), tfo_bytes);
}

SegmentFacts Session::capable_syn_ack(unsigned path) {
    return syn(path, server, option::mp_capable(setup_.version, {key(server)}));
}

SegmentFacts Session::capable_ack(unsigned path) {
    return pure_ack(path, client, option::mp_capable(setup_.version, {key(client), key(server)}));
}

SegmentFacts Session::capable_data(unsigned path, const Data& data) {
    note_mapping(path, client, data);
    return bytes(path, client, data.ssn, data.length,
                 option::mp_capable(setup_.version, {key(client), key(server)}, data.length));
}

unsigned Session::join(const Join& join) {
    const unsigned path = add_path(join.from);
    join_syn(path, join);
    join_syn_ack(path, join);
    join_ack(path, join);
    pure_ack(path, opposite(join.from));
    return path;
}

SegmentFacts Session::join_syn(unsigned path, const Join& join) {
    return syn(path, join.from,
               option::mp_join_syn(tokens_[index(opposite(join.from))], nonce(path, join.from),
                                   join.id, join.backup));
}

SegmentFacts Session::join_syn_ack(unsigned path, const Join& join) {
    const std::uint64_t hmac = hmac_of(path, opposite(join.from)).leftmost64();
    return syn(path, opposite(join.from),
               option::mp_join_syn_ack(hmac ^ (join.bad_syn_ack_hmac ? 1 : 0),
                                       nonce(path, opposite(join.from)), 0));
}

SegmentFacts Session::join_ack(unsigned path, const Join& join) {
    Hmac160 hmac = hmac_of(path, join.from).leftmost160();
    hmac[19] = static_cast<std::uint8_t>(hmac[19] ^ (join.bad_ack_hmac ? 1 : 0));
    return pure_ack(path, join.from, option::mp_join_ack(hmac));
}

SegmentFacts Session::syn(unsigned path, Side from, const Bytes& options, std::uint32_t tfo_bytes) {
    const bool first = paths_[path].initiator == from;
    carry(path, from, 1, tfo_bytes);
    Segment segment = segment_of(path, from, 0, tfo_bytes);
    segment.flags = first ? tcp_flag::syn : tcp_flag::syn | tcp_flag::ack;
    segment.acknowledgment = first ? 0 : segment.acknowledgment;
    return send(path, segment, options);
}

// -- data

SegmentFacts Session::data(unsigned path, Side from, const Data& data) {
    note_mapping(path, from, data);
    return bytes(path, from, data.ssn, data.length, mapping_option(path, from, data));
}

SegmentFacts Session::data_alone(unsigned path, Side from, const Data& data) {
    note_mapping(path, from, data);
    Dss fields = dss_of(from, data);
    fields.data_ack.reset();
    return bytes(path, from, data.ssn, data.length, option::dss(fields));
}

SegmentFacts Session::bytes(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length,
                            const Bytes& options) {
    carry(path, from, ssn, length);
    return send(path, segment_of(path, from, ssn, length), options);
}

SegmentFacts Session::announce(unsigned path, Side from, const Data& data) {
    note_mapping(path, from, data);
    return pure_ack(path, from, mapping_option(path, from, data));
}

SegmentFacts Session::announce_with(unsigned path, Side from, const Data& mapping,
                                    std::uint32_t ssn, std::uint32_t length) {
    note_mapping(path, from, mapping);
    return bytes(path, from, ssn, length, mapping_option(path, from, mapping));
}

SegmentFacts Session::infinite_mapping(unsigned path, Side from, const Data& data) {
    return bytes(path, from, data.ssn, data.length,
                 option::dss(dss_of(from, {data.ssn, data.offset, 0})));
}

SegmentFacts Session::data_fin(unsigned path, Side from, std::uint64_t offset) {
    Dss dss = dss_of(from, {0, offset, 1});
    dss.data_fin = true;
    return pure_ack(path, from, option::dss(dss));
}

SegmentFacts Session::data_with_fin(unsigned path, Side from, const Data& data) {
    note_mapping(path, from, data);
    const auto with_fin = static_cast<std::uint16_t>(data.length + 1);
    Dss dss = dss_of(from, {data.ssn, data.offset, with_fin});
    dss.data_fin = true;
    return bytes(path, from, data.ssn, data.length, option::dss(dss));
}

// -- acknowledgments

SegmentFacts Session::ack(unsigned path, Side from, std::uint32_t ssn,
                          const std::vector<SackBlock>& sacked) {
    paths_[path].acked[index(from)] = ssn;
    if (sacked.empty()) {
        return pure_ack(path, from);
    }
    std::vector<SackBlock> blocks;
    blocks.reserve(sacked.size());
    const std::uint32_t isn = paths_[path].isn[index(opposite(from))];
    for (const SackBlock& block : sacked) {
        blocks.push_back({isn + block.left, isn + block.right});
    }
    return pure_ack(path, from, option::sack(blocks));
}

SegmentFacts Session::data_ack(unsigned path, Side from, std::uint64_t offset) {
    data_acked_[index(from)] = offset;
    Dss dss;
    dss.data_ack = data_ack_field(from);
    return pure_ack(path, from, option::dss(dss));
}

// -- endings and signals

SegmentFacts Session::fin(unsigned path, Side from, std::uint32_t ssn) {
    Segment segment = segment_of(path, from, ssn);
    segment.flags = tcp_flag::fin | tcp_flag::ack;
    return send(path, segment, {});
}

SegmentFacts Session::rst(unsigned path, Side from, const Bytes& options) {
    Segment segment = segment_of(path, from, paths_[path].next[index(from)]);
    segment.flags = tcp_flag::rst | tcp_flag::ack;
    return send(path, segment, options);
}

SegmentFacts Session::pure_ack(unsigned path, Side from, const Bytes& options) {
    return send(path, segment_of(path, from, paths_[path].next[index(from)]), options);
}

Segment Session::segment_of(unsigned path, Side from, std::uint32_t ssn,
                            std::uint32_t length) const {
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

SegmentFacts Session::send(unsigned path, Segment segment, const Bytes& options) {
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

const Connection& Session::connection() const {
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

const Subflow& Session::subflow(unsigned path) const {
    const Subflow* found = find(connection(), path);
    assert_non_null(found);
    return *found;
}

Side Session::side(Side host) const {
    for (const Path& path : paths_) {
        if (const Subflow* subflow = capture_.find(connection(), path.stream)) {
            return subflow->endpoints[0] == path.endpoints[index(host)] ? Side::a : Side::b;
        }
    }
    return host;
}

const DataFlow& Session::data_flow(Side from) const {
    return connection().data(side(from));
}

DataOrder Session::data_order(Side from) const {
    return capture_.tracker.data_order(connection(), side(from));
}

const SubflowFlow& Session::flow(unsigned path, Side from) const {
    return subflow(path).flow(side(from));
}

void Session::assert_subflow(unsigned path, Side from, const Classes& expected) const {
    assert_bytes(flow(path, from).totals.bytes, expected);
}

void Session::assert_direction(Side from, const Classes& expected) const {
    assert_bytes(connection().totals(side(from)).bytes, expected);
}

std::vector<Reinjection> Session::reinjections() const {
    return connection().reinjections();
}

std::size_t Session::count_events(EventType type) const {
    const auto& events = connection().events();
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [&](const Event& event) { return event.type == type; }));
}

Event Session::event(EventType type) const {
    assert_int_equal(count_events(type), 1);
    const auto& events = connection().events();
    return *std::find_if(events.begin(), events.end(),
                         [&](const Event& event) { return event.type == type; });
}

void Session::finish() const {
    capture_.finish();
    for (const Side host : {client, server}) {
        assert_int_equal(connection().totals(side(host)).data_bytes(), union_of(host).size());
    }
}

Dsn Session::dsn(Side side, std::uint64_t offset) const {
    return first_dsn_[index(side)] + offset;
}

void Session::count_ssn_behind_tfo(unsigned path, std::uint32_t bytes) {
    paths_[path].ssn_shift = bytes;
}

// -- what was carried and mapped

const Subflow* Session::find(const Connection& connection, unsigned path) const {
    return capture_.find(connection, paths_[path].stream);
}

std::set<std::uint64_t> Session::union_of(Side side) const {
    std::set<std::uint64_t> offsets;
    for (const Path& path : paths_) {
        const std::map<std::uint32_t, std::uint64_t> mapped = offsets_of(path.mapped[index(side)]);
        for (const Carried& segment : path.carried[index(side)]) {
            for (std::uint32_t i = 0; i < segment.length; ++i) {
                const auto it = mapped.find(segment.ssn + i);
                if (it != mapped.end()) {
                    offsets.insert(it->second);
                }
            }
        }
    }
    return offsets;
}

std::map<std::uint32_t, std::uint64_t> Session::offsets_of(const std::vector<Data>& mapped) {
    std::map<std::uint32_t, std::uint64_t> offsets;
    for (const Data& data : mapped) {
        for (std::uint32_t i = 0; i < data.length; ++i) {
            offsets.emplace(data.ssn + i, data.offset + i);
        }
    }
    return offsets;
}

void Session::carry(unsigned path, Side from, std::uint32_t ssn, std::uint32_t length) {
    if (!unseen[index(from)]) {
        paths_[path].carried[index(from)].push_back({ssn, length});
    }
}

void Session::note_mapping(unsigned path, Side from, const Data& data) {
    if (!unseen[index(from)]) {
        paths_[path].mapped[index(from)].push_back(data);
    }
}

Bytes Session::mapping_option(unsigned path, Side from, const Data& data) const {
    const std::uint32_t shift = from == client ? paths_[path].ssn_shift : 0;
    return option::dss(dss_of(from, {data.ssn - shift, data.offset, data.length}));
}

Dss Session::dss_of(Side from, const Data& data) const {
    Dss dss;
    dss.data_ack = data_ack_field(from);
    dss.mapping = {dsn_field(from, data.offset), data.ssn, data.length, std::nullopt};
    return dss;
}

WireDsn Session::dsn_field(Side from, std::uint64_t offset) const {
    return {dsn(from, offset), setup_.wide_dsn};
}

WireDsn Session::data_ack_field(Side from) const {
    return {dsn(opposite(from), data_acked_[index(from)]), setup_.wide_ack};
}

std::uint32_t Session::nonce(unsigned path, Side side) {
    return 0x1000 * (path + 1) + index(side);
}

Hmac Session::hmac_of(unsigned path, Side from) const {
    return join_hmac(setup_.version, key(from), key(opposite(from)), nonce(path, from),
                     nonce(path, opposite(from)));
}

} // namespace mptcp::test
