#include "tests/fuzz/verified_session.hpp"

#include "analysis/crypto.hpp"
#include "analysis/options.hpp"
#include "analysis/tracker.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "tests/fuzz/finding.hpp"

namespace mptcp::fuzz {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr unsigned kClient = 0;
constexpr unsigned kServer = 1;

/// An option of kind 30 in the making.
class Option {
  public:
    Option(Subtype subtype, unsigned nibble)
        : bytes_{kMptcpKind, 0,
                 static_cast<std::uint8_t>(static_cast<unsigned>(subtype) << 4 | nibble)} {}

    template <typename T>
    Option& put(T value) {
        for (unsigned shift = 8 * sizeof(T); shift > 0; shift -= 8) {
            bytes_.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (shift - 8)));
        }
        return *this;
    }
    Option& put_bytes(ByteView bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    [[nodiscard]] Bytes bytes() const {
        Bytes whole = bytes_;
        whole[1] = static_cast<std::uint8_t>(whole.size());
        return whole;
    }

  private:
    Bytes bytes_;
};

class VerifiedSession {
  public:
    explicit VerifiedSession(ByteSource& source)
        : version_(source.byte() % 2 == 0 ? Version::v0 : Version::v1),
          wrong_(source.byte()), keys_{source.take<std::uint64_t>(), source.take<std::uint64_t>()},
          nonces_{source.take<std::uint32_t>(), source.take<std::uint32_t>()},
          payload_(source.bytes(1000)) {}

    void check() {
        if (keys_[kClient] == keys_[kServer]) {
            return; // nobody could tell whose token is whose
        }
        open();
        join();
        announce();
        send();
    }

  private:
    /// What is wrong on purpose.
    enum Wrong : std::uint8_t {
        echoed_key = 0x01,
        token = 0x02,
        syn_ack_hmac = 0x04,
        ack_hmac = 0x08,
        announced_hmac = 0x10,
        checksum = 0x20,
    };

    [[nodiscard]] bool is(Wrong what) const { return (wrong_ & what) != 0; }
    [[nodiscard]] std::uint8_t one_if(Wrong what) const { return is(what) ? 1 : 0; }

    static void expect(const Check& check, bool wrong, const char* what) {
        require(check.result == (wrong ? Verification::bad : Verification::good), what);
    }

    SegmentFacts send(unsigned path, unsigned side, std::uint16_t flags, const Bytes& options,
                      ByteView payload = {}) {
        Segment segment;
        segment.frame = ++frame_;
        segment.time = std::int64_t{frame_} * 1'000'000;
        segment.stream = path;
        const std::array<Endpoint, 2> endpoints{endpoint(path, kClient), endpoint(path, kServer)};
        segment.source = endpoints[side];
        segment.destination = endpoints[1 - side];
        segment.sequence = next_[path][side];
        segment.acknowledgment = next_[path][1 - side];
        segment.flags = flags;
        segment.window = 60'000;
        segment.options = options;
        segment.payload = payload;
        segment.payload_length = static_cast<std::uint32_t>(payload.size());
        next_[path][side] += segment.payload_length + (segment.has(tcp_flag::syn) ? 1 : 0);
        return tracker_.observe(segment);
    }

    static Endpoint endpoint(unsigned path, unsigned side) {
        const std::array<std::uint8_t, 4> address{10, 0, static_cast<std::uint8_t>(path),
                                                  static_cast<std::uint8_t>(side + 1)};
        return {Address::from(address), static_cast<std::uint16_t>(side == kClient ? 4000 : 80)};
    }

    void open() {
        const auto nibble = static_cast<unsigned>(version_);
        constexpr std::uint8_t kChecksumRequired = 0x81;
        Option syn(Subtype::mp_capable, nibble);
        syn.put(kChecksumRequired);
        if (version_ == Version::v0) {
            syn.put(keys_[kClient]);
        }
        send(0, kClient, tcp_flag::syn, syn.bytes());
        send(
            0, kServer, tcp_flag::syn | tcp_flag::ack,
            Option(Subtype::mp_capable, nibble).put(kChecksumRequired).put(keys_[kServer]).bytes());
        const SegmentFacts facts = send(0, kClient, tcp_flag::ack,
                                        Option(Subtype::mp_capable, nibble)
                                            .put(kChecksumRequired)
                                            .put(keys_[kClient])
                                            .put(keys_[kServer] ^ one_if(echoed_key))
                                            .bytes());
        expect(facts.token, is(echoed_key), "echoed key");
    }

    void join() {
        const std::uint32_t right = digest_of_key(version_, keys_[kServer]).token;
        const SegmentFacts syn = send(1, kClient, tcp_flag::syn,
                                      Option(Subtype::mp_join, 0)
                                          .put(std::uint8_t{1})
                                          .put(right ^ one_if(token))
                                          .put(nonces_[kClient])
                                          .bytes());
        if (is(token)) {
            require(syn.token.result == Verification::unverified, "token of nobody");
            return;
        }
        expect(syn.token, false, "token");
        const std::uint64_t answer =
            join_hmac(version_, keys_[kServer], keys_[kClient], nonces_[kServer], nonces_[kClient])
                .leftmost64();
        const SegmentFacts syn_ack = send(1, kServer, tcp_flag::syn | tcp_flag::ack,
                                          Option(Subtype::mp_join, 0)
                                              .put(std::uint8_t{1})
                                              .put(answer ^ one_if(syn_ack_hmac))
                                              .put(nonces_[kServer])
                                              .bytes());
        expect(syn_ack.hmac, is(syn_ack_hmac), "HMAC of a SYN/ACK");
        Hmac160 last =
            join_hmac(version_, keys_[kClient], keys_[kServer], nonces_[kClient], nonces_[kServer])
                .leftmost160();
        last.back() ^= one_if(ack_hmac);
        const SegmentFacts ack =
            send(1, kClient, tcp_flag::ack,
                 Option(Subtype::mp_join, 0).put(std::uint8_t{0}).put_bytes(last).bytes());
        expect(ack.hmac, is(ack_hmac), "HMAC of a third ACK");
    }

    void announce() {
        const std::array<std::uint8_t, 4> address{10, 9, 9, 9};
        Option option(Subtype::add_addr, version_ == Version::v0 ? 4 : 0);
        option.put(std::uint8_t{5}).put_bytes(address);
        if (version_ == Version::v1) {
            option.put(add_addr_hmac(keys_[kServer], keys_[kClient], 5, Address::from(address),
                                     std::nullopt) ^
                       one_if(announced_hmac));
        }
        const SegmentFacts facts = send(0, kServer, tcp_flag::ack, option.bytes());
        if (version_ == Version::v1) {
            expect(facts.add_addr, is(announced_hmac), "HMAC of ADD_ADDR");
        } else {
            require(facts.add_addr.result == Verification::absent, "v0 has no HMAC");
        }
    }

    /// All of the payload in one mapping, in two segments.
    void send() {
        if (payload_.empty()) {
            return;
        }
        const Dsn first = digest_of_key(version_, keys_[kClient]).idsn + 1;
        const auto length = static_cast<std::uint16_t>(payload_.size());
        InternetChecksum sum;
        sum.add(payload_);
        constexpr std::uint8_t kMapping64 = 0x0c;
        const Bytes mapping = Option(Subtype::dss, 0)
                                  .put(kMapping64)
                                  .put(first)
                                  .put(std::uint32_t{1})
                                  .put(length)
                                  .put(static_cast<std::uint16_t>(
                                      dss_checksum(sum, first, 1, length) ^ one_if(checksum)))
                                  .bytes();
        const std::size_t half = payload_.size() / 2;
        send(0, kClient, tcp_flag::ack, mapping, payload_.first(half));
        const SegmentFacts facts = send(0, kClient, tcp_flag::ack, mapping, payload_.subspan(half));
        expect(facts.checksum, is(checksum), "DSS checksum");
    }

    Version version_;
    std::uint8_t wrong_;
    std::array<std::uint64_t, 2> keys_;
    std::array<std::uint32_t, 2> nonces_;
    ByteView payload_;
    Tracker tracker_;
    FrameNumber frame_ = 0;
    std::array<std::array<std::uint32_t, 2>, 2> next_{{{100, 200}, {300, 400}}};
};

} // namespace

void check_verdicts(ByteSource& source) {
    VerifiedSession(source).check();
}

} // namespace mptcp::fuzz
