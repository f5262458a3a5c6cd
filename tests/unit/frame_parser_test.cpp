#include "plugin/frame_parser.hpp"

#include "tests/unit/cmocka.hpp"

#include <algorithm>
#include <string>
#include <vector>

using mptcp::ByteView;
using mptcp::Segment;
using mptcp::plugin::LinkLayer;
using mptcp::plugin::parse_frame;
using mptcp::test::Bytes;
using mptcp::test::from_hex;

namespace {

// The headers are written by hand after RFC 791, 8200 and 9293, and what pcap-linktype(7) says of
// the link layers.
constexpr const char* kMacs = "020000000002 020000000001";
constexpr const char* kIpv4 = "45 00 0032 1234 4000 3f 06 0000 0a010001 0a016401 ";
constexpr const char* kIpv6 = "60012345 001e 06 3e 20010db8000000000000000000000001"
                              "20010db8000000000000000000000002 ";
constexpr const char* kTcp = "1f90 d431 01020304 0a0b0c0d 7018 00ff beef 0000 1e0600810102 0101";
constexpr const char* kPayload = "68 69";
constexpr unsigned kIpv4Length = 20;
constexpr unsigned kIpv6Length = 40;
constexpr unsigned kTcpHeader = 28;

std::string ipv4_packet() {
    return std::string(kIpv4) + kTcp + kPayload;
}
std::string ipv6_packet() {
    return std::string(kIpv6) + kTcp + kPayload;
}

struct Link {
    LinkLayer layer;
    std::string header;
    std::string packet = ipv4_packet();
    std::uint16_t vlan = 0;
};

std::string ethernet(const char* types) {
    return std::string(kMacs) + types;
}

std::vector<Link> plain_links() {
    constexpr const char* cooked_address = "0006 020000000001 0000";
    const std::string v1 = std::string("0000 0001") + cooked_address;
    const std::string v2 = "0000 00000002 0001 00 06 0200000000010000";
    return {
        {.layer = LinkLayer::ethernet, .header = ethernet("0800")},
        {.layer = LinkLayer::ethernet, .header = ethernet("86dd"), .packet = ipv6_packet()},
        {.layer = LinkLayer::ethernet, .header = ethernet("8100 602a 0800"), .vlan = 42},
        {.layer = LinkLayer::ethernet, .header = ethernet("8100 6000 8100 002b 0800"), .vlan = 43},
        {.layer = LinkLayer::ethernet, .header = ethernet("8100 002a 8100 002b 0800"), .vlan = 42},
        {.layer = LinkLayer::ethernet, .header = ethernet("88a8 0064 8100 002a 0800"), .vlan = 42},
        {.layer = LinkLayer::ethernet, .header = ethernet("88a8 0064 0800")},
        {.layer = LinkLayer::cooked_v1, .header = v1 + "0800"},
        {.layer = LinkLayer::cooked_v1, .header = v1 + "86dd", .packet = ipv6_packet()},
        {.layer = LinkLayer::cooked_v1, .header = v1 + "8100 002a 0800", .vlan = 42},
        {.layer = LinkLayer::cooked_v2, .header = "0800" + v2},
        {.layer = LinkLayer::cooked_v2, .header = "86dd" + v2, .packet = ipv6_packet()},
        {.layer = LinkLayer::null, .header = "02000000"},
        {.layer = LinkLayer::null, .header = "00000002"},
        {.layer = LinkLayer::null, .header = "18000000", .packet = ipv6_packet()},
        {.layer = LinkLayer::null, .header = "0000001c", .packet = ipv6_packet()},
        {.layer = LinkLayer::null, .header = "1e000000", .packet = ipv6_packet()},
        {.layer = LinkLayer::loop, .header = "00000002"},
        {.layer = LinkLayer::loop, .header = "00000018", .packet = ipv6_packet()},
        {.layer = LinkLayer::raw_ip, .header = ""},
        {.layer = LinkLayer::raw_ip, .header = "", .packet = ipv6_packet()},
        {.layer = LinkLayer::raw_ipv4, .header = ""},
        {.layer = LinkLayer::raw_ipv6, .header = "", .packet = ipv6_packet()},
    };
}

Bytes frame_of(const Link& link) {
    return from_hex(link.header + link.packet);
}

bool parses(LinkLayer layer, const Bytes& frame, std::size_t reported) {
    Segment segment;
    return parse_frame(layer, frame, static_cast<unsigned>(reported), segment);
}

bool parses(LinkLayer layer, const Bytes& frame) {
    return parses(layer, frame, frame.size());
}

/// The frame of an IPv4 packet over Ethernet with one byte of it changed.
Bytes with_byte(unsigned at, std::uint8_t value) {
    Bytes frame = from_hex(ethernet("0800") + ipv4_packet());
    frame[14 + at] = value;
    return frame;
}

bool parses_with(unsigned at, std::uint8_t value) {
    return parses(LinkLayer::ethernet, with_byte(at, value));
}

void assert_same(ByteView actual, const Bytes& expected) {
    assert_int_equal(actual.size(), expected.size());
    assert_memory_equal(actual.data(), expected.data(), expected.size());
}

void assert_tcp(const Segment& segment) {
    assert_int_equal(segment.source.port, 0x1f90);
    assert_int_equal(segment.destination.port, 0xd431);
    assert_int_equal(segment.sequence, 0x01020304);
    assert_int_equal(segment.acknowledgment, 0x0a0b0c0d);
    assert_int_equal(segment.flags, 0x018);
    assert_int_equal(segment.window, 0xff);
    assert_same(segment.options, from_hex("1e0600810102 0101"));
    assert_false(segment.options_cut);
    assert_int_equal(segment.payload_length, 2);
    assert_false(segment.payload_length_uncertain);
    assert_same(segment.payload, from_hex(kPayload));
}

void every_plain_link_layer_leads_to_the_segment(void** /*state*/) {
    for (const Link& link : plain_links()) {
        const Bytes frame = frame_of(link);
        Segment segment;
        assert_true(parse_frame(link.layer, frame, static_cast<unsigned>(frame.size()), segment));
        assert_tcp(segment);
        assert_int_equal(segment.capture_point.vlan_id, link.vlan);
        if (link.packet == ipv4_packet()) {
            assert_string_equal(segment.source.address.text().c_str(), "10.1.0.1");
            assert_string_equal(segment.destination.address.text().c_str(), "10.1.100.1");
            assert_int_equal(segment.ip_id, 0x1234);
            assert_int_equal(segment.capture_point.hop_limit, 0x3f);
        } else {
            assert_string_equal(segment.source.address.text().c_str(), "2001:db8::1");
            assert_string_equal(segment.destination.address.text().c_str(), "2001:db8::2");
            assert_int_equal(segment.ip_id, 0);
            assert_int_equal(segment.capture_point.hop_limit, 0x3e);
        }
    }
}

/// Cut by the snap length after every byte: a segment with its fixed header is analysed, options
/// and payload as far as they go.
void a_cut_frame_keeps_its_lengths(void** /*state*/) {
    for (const Link& link : plain_links()) {
        const Bytes whole = frame_of(link);
        const std::size_t header_at = whole.size() - kTcpHeader - 2;
        for (std::size_t kept = 0; kept < whole.size(); ++kept) {
            // Exactly as large as what is kept: a sanitizer sees reads beyond it.
            const Bytes frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept));
            Segment segment;
            const bool parsed =
                parse_frame(link.layer, frame, static_cast<unsigned>(whole.size()), segment);
            assert_int_equal(parsed, kept >= header_at + 20);
            if (parsed) {
                const std::size_t options = std::min<std::size_t>(kept - header_at - 20, 8);
                assert_int_equal(segment.options.size(), options);
                assert_int_equal(segment.options_cut, options < 8);
                assert_int_equal(segment.payload_length, 2);
                assert_int_equal(segment.payload.size(), kept == whole.size() - 1 ? 1 : 0);
            }
        }
    }
}

/// A frame shorter than its IP header says was cut before it was captured.
void lengths_that_disagree_are_not_plain(void** /*state*/) {
    for (const Link& link : plain_links()) {
        const Bytes whole = frame_of(link);
        for (std::size_t reported = 0; reported < whole.size(); ++reported) {
            assert_false(parses(link.layer, whole, reported));
        }
    }
}

void padding_is_no_payload(void** /*state*/) {
    for (const Link& link : plain_links()) {
        Bytes frame = frame_of(link);
        frame.insert(frame.end(), 6, 0xee);
        Segment segment;
        assert_true(parse_frame(link.layer, frame, static_cast<unsigned>(frame.size()), segment));
        assert_tcp(segment);
    }
}

void odd_ipv4_is_not_plain(void** /*state*/) {
    assert_true(parses_with(1, 0xb8));                 // DSCP
    assert_false(parses_with(0, 0x46));                // options
    assert_false(parses_with(0, 0x44));                // header too short
    assert_false(parses_with(0, 0x65));                // version
    assert_false(parses_with(6, 0x20));                // more fragments
    assert_false(parses_with(6, 0x01));                // offset
    assert_false(parses_with(7, 0x01));                // offset
    assert_true(parses_with(6, 0x00));                 // may be fragmented, but is not
    assert_true(parses_with(6, 0x80));                 // reserved bit
    assert_false(parses_with(9, 17));                  // UDP
    assert_false(parses_with(3, 0));                   // segmentation offload: length 0
    assert_false(parses_with(3, 19));                  // shorter than its header
    assert_false(parses_with(3, 20));                  // nothing in it
    assert_false(parses_with(3, 47));                  // shorter than its TCP header
    assert_true(parses_with(3, 48));                   // no payload
    assert_false(parses_with(2, 1));                   // longer than the frame
    assert_false(parses_with(kIpv4Length + 12, 0x40)); // TCP header too short
    assert_false(parses_with(kIpv4Length + 12, 0xf0)); // TCP header longer than the segment
}

void odd_ipv6_is_not_plain(void** /*state*/) {
    const auto parses_ipv6_with = [](unsigned at, std::uint8_t value) {
        Bytes packet = from_hex(ipv6_packet());
        packet[at] = value;
        return parses(LinkLayer::raw_ipv6, packet);
    };
    assert_true(parses_ipv6_with(3, 0xff));  // flow label
    assert_false(parses_ipv6_with(0, 0x45)); // version
    for (const std::uint8_t extension : from_hex("00 2b 2c 32 33 3b 3c 87")) {
        assert_false(parses_ipv6_with(6, extension));
    }
    assert_false(parses_ipv6_with(5, 0));  // jumbogram, segmentation offload
    assert_false(parses_ipv6_with(5, 27)); // shorter than its TCP header
    assert_true(parses_ipv6_with(5, 28));  // no payload
    assert_false(parses_ipv6_with(5, 31)); // longer than the frame
    assert_false(parses_ipv6_with(kIpv6Length + 12, 0x40));
}

void odd_link_layers_are_not_plain(void** /*state*/) {
    const auto parses_over = [](LinkLayer layer, const std::string& header) {
        return parses(layer, from_hex(header + ipv4_packet()));
    };
    assert_false(parses_over(LinkLayer::ethernet, ethernet("0806")));
    assert_false(parses_over(LinkLayer::ethernet, ethernet("8847")));
    assert_false(parses_over(LinkLayer::ethernet, ethernet("0032"))); // 802.3 length
    assert_false(parses_over(LinkLayer::ethernet, ethernet("86dd"))); // of another version
    assert_false(parses_over(LinkLayer::ethernet,
                             ethernet("8100 0001 8100 0002 8100 0003 0800"))); // three tags
    assert_false(parses_over(LinkLayer::ethernet, ethernet("8100 0001 0806")));
    const std::string cooked = "0006 020000000001 0000 0800";
    assert_true(parses_over(LinkLayer::cooked_v1, "0000 0304" + cooked));
    assert_false(parses_over(LinkLayer::cooked_v1, "0000 030a" + cooked)); // ARPHRD_IPGRE
    assert_false(parses_over(LinkLayer::cooked_v1, "0000 0338" + cooked)); // ARPHRD_NETLINK
    assert_false(
        parses_over(LinkLayer::cooked_v2, "0800 0000 00000002 030a 00 06 0200000000010000"));
    assert_false(parses_over(LinkLayer::null, "00000007"));
    assert_false(parses_over(LinkLayer::null, "00020000")); // IRIX
    assert_false(parses_over(LinkLayer::null, "ff030021")); // PPP
    assert_false(parses_over(LinkLayer::loop, "02000000"));
    assert_false(parses_over(LinkLayer::raw_ipv6, ""));
}

/// Total length 0x0332, type of service 0xff: Wireshark's raw IP takes that for PPP.
void raw_ip_that_looks_like_ppp_is_not_plain(void** /*state*/) {
    Bytes packet = from_hex(ipv4_packet());
    packet[2] = 0x03;
    packet.resize(0x0332);
    assert_true(parses(LinkLayer::raw_ip, packet));
    packet[1] = 0xff;
    assert_false(parses(LinkLayer::raw_ip, packet));
    assert_true(parses(LinkLayer::raw_ipv4, packet));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_plain_link_layer_leads_to_the_segment),
        cmocka_unit_test(a_cut_frame_keeps_its_lengths),
        cmocka_unit_test(lengths_that_disagree_are_not_plain),
        cmocka_unit_test(padding_is_no_payload),
        cmocka_unit_test(odd_ipv4_is_not_plain),
        cmocka_unit_test(odd_ipv6_is_not_plain),
        cmocka_unit_test(odd_link_layers_are_not_plain),
        cmocka_unit_test(raw_ip_that_looks_like_ppp_is_not_plain),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
