#include "plugin/stream_table.hpp"

#include "tests/unit/cmocka.hpp"

#include <array>

using mptcp::Endpoint;
using mptcp::Segment;
using mptcp::StreamNumber;
using mptcp::plugin::StreamTable;

namespace {

constexpr std::uint16_t kSyn = mptcp::tcp_flag::syn;
constexpr std::uint16_t kAck = mptcp::tcp_flag::ack;
constexpr std::uint16_t kFinAck = mptcp::tcp_flag::fin | kAck;
constexpr std::uint16_t kRst = mptcp::tcp_flag::rst;

Endpoint endpoint(std::uint8_t last, std::uint16_t port) {
    const std::array<std::uint8_t, 4> bytes = {10, 0, 0, last};
    return {.address = mptcp::Address::from(bytes), .port = port};
}

const Endpoint kClient = endpoint(2, 40000);
const Endpoint kServer = endpoint(1, 443);

struct Numbers {
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
};

/// A capture in the making: says the stream of each segment.
class Streams {
  public:
    explicit Streams(StreamTable::Rules rules = StreamTable::Rules::only_syn_begins)
        : table_(rules) {}

    StreamNumber from(const Endpoint& source, const Endpoint& destination, std::uint16_t flags,
                      Numbers numbers, StreamTable::Lesson lesson = {}) {
        Segment segment;
        segment.source = source;
        segment.destination = destination;
        segment.flags = flags;
        segment.sequence = numbers.sequence;
        segment.acknowledgment = numbers.acknowledgment;
        return table_.number(segment, lesson);
    }
    StreamNumber client(std::uint16_t flags, Numbers numbers, StreamTable::Lesson lesson = {}) {
        return from(kClient, kServer, flags, numbers, lesson);
    }
    StreamNumber server(std::uint16_t flags, Numbers numbers, StreamTable::Lesson lesson = {}) {
        return from(kServer, kClient, flags, numbers, lesson);
    }

    /// Client from 1000, server from 5000.
    void open() {
        assert_int_equal(client(kSyn, {1000, 0}), 0);
        assert_int_equal(server(kSyn | kAck, {5000, 1001}), 0);
        assert_int_equal(client(kAck, {1001, 5001}), 0);
    }

  private:
    StreamTable table_;
};

void flows_are_numbered_as_they_come(void** /*state*/) {
    Streams s;
    s.open();
    assert_int_equal(s.from(kClient, endpoint(1, 444), kSyn, {1000, 0}), 1);
    assert_int_equal(s.from(endpoint(3, 40000), kServer, kAck, {1000, 1}), 2);
    assert_int_equal(s.from(endpoint(1, 444), kClient, kSyn | kAck, {7, 1001}), 1);
    assert_int_equal(s.server(kAck, {5001, 1001}), 0);
}

void a_syn_sent_again_stays(void** /*state*/) {
    Streams s;
    s.open();
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
    assert_int_equal(s.server(kSyn | kAck, {5000, 1001}), 0);
}

void another_syn_begins_a_stream(void** /*state*/) {
    Streams s;
    s.open();
    assert_int_equal(s.client(kSyn, {2000, 0}), 1);
    assert_int_equal(s.server(kSyn | kAck, {6000, 2001}), 1);
    assert_int_equal(s.client(kAck, {1001, 5001}), 1);
    // The old one's SYN, late: stock TCP knows the latest stream only.
    assert_int_equal(s.client(kSyn, {1000, 0}), 2);
}

void no_end_ends_a_stream(void** /*state*/) {
    Streams s;
    s.open();
    assert_int_equal(s.client(kFinAck, {1001, 5001}), 0);
    assert_int_equal(s.server(kFinAck, {5001, 1002}), 0);
    assert_int_equal(s.server(kRst, {5002, 0}), 0);
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
    assert_int_equal(s.client(kSyn, {1001, 0}), 1);
}

void a_simultaneous_open_is_one_stream(void** /*state*/) {
    Streams s;
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
    assert_int_equal(s.server(kSyn, {5000, 0}), 0);
    assert_int_equal(s.client(kSyn | kAck, {1000, 5001}), 0);
    assert_int_equal(s.server(kSyn, {5001, 0}), 1);
    assert_int_equal(s.client(kAck, {1001, 5001}), 1);
}

/// Its SYN/ACK moves the beginning of a direction, so the SYN of that number is a retransmission.
void a_different_syn_ack_stays_and_is_remembered(void** /*state*/) {
    Streams s;
    s.open();
    assert_int_equal(s.server(kSyn | kAck, {5500, 1001}), 0);
    assert_int_equal(s.server(kSyn, {5500, 0}), 0);
    assert_int_equal(s.server(kSyn, {5000, 0}), 1);
}

void a_capture_that_starts_late_knows_beginnings_from_numbers(void** /*state*/) {
    Streams s;
    assert_int_equal(s.client(kAck, {1001, 5001}), 0);
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
    assert_int_equal(s.server(kSyn, {5000, 0}), 0);
    assert_int_equal(s.server(kSyn, {4999, 0}), 1);
}

void without_ack_the_other_side_stays_unknown(void** /*state*/) {
    Streams s;
    assert_int_equal(s.client(kRst, {1001, 5001}), 0);
    assert_int_equal(s.server(kSyn, {9999, 0}), 0);
    assert_int_equal(s.server(kSyn, {9998, 0}), 1);
}

void after_its_end_the_same_syn_begins_another_stream_where_ends_count(void** /*state*/) {
    for (const std::uint16_t end : {kRst, kFinAck}) {
        Streams s(StreamTable::Rules::ends_count);
        s.open();
        assert_int_equal(s.client(end, {1001, 5001}), 0);
        assert_int_equal(s.server(kAck, {5001, 1001}), 0);
        assert_int_equal(s.client(kSyn, {1000, 0}), 1);
        // A new one, which did not end.
        assert_int_equal(s.client(kSyn, {1000, 0}), 1);
        assert_int_equal(s.server(kSyn | kAck, {5000, 1001}), 1);
    }
}

void no_end_is_a_fin_without_ack_or_one_that_could_not_be_read(void** /*state*/) {
    Streams s(StreamTable::Rules::ends_count);
    s.open();
    assert_int_equal(s.client(mptcp::tcp_flag::fin, {1001, 0}), 0);
    assert_int_equal(s.client(kRst, {1001, 0}, {.begins = true, .ends = false}), 0);
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
}

void a_syn_ack_begins_a_stream_where_ends_count(void** /*state*/) {
    Streams s(StreamTable::Rules::ends_count);
    s.open();
    assert_int_equal(s.server(kSyn | kAck, {5000, 1001}), 0);
    assert_int_equal(s.server(kSyn | kAck, {5500, 1001}), 1);
    assert_int_equal(s.client(kRst, {1001, 5501}), 1);
    assert_int_equal(s.server(kSyn | kAck, {5500, 1001}), 2);
}

/// As the first SYN of a direction whose other one ended before: a reset port.
void a_first_syn_takes_back_an_end(void** /*state*/) {
    Streams s(StreamTable::Rules::ends_count);
    assert_int_equal(s.server(kRst, {5000, 0}), 0);
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
    assert_int_equal(s.client(kSyn, {1000, 0}), 0);
}

void what_has_no_length_is_numbered_and_teaches_nothing(void** /*state*/) {
    Streams s;
    constexpr StreamTable::Lesson unknown = {.begins = false, .ends = false};
    assert_int_equal(s.client(kSyn, {1000, 0}, unknown), 0);
    assert_int_equal(s.client(kSyn, {2000, 0}), 0);
    assert_int_equal(s.client(kSyn, {3000, 0}, unknown), 1);
    assert_int_equal(s.client(kSyn, {4000, 0}), 1);
    assert_int_equal(s.client(kSyn, {5000, 0}), 2);
}

void ports_tell_the_directions_of_one_address(void** /*state*/) {
    Streams s;
    const Endpoint a = endpoint(1, 1000);
    const Endpoint b = endpoint(1, 2000);
    assert_int_equal(s.from(a, b, kSyn, {1, 0}), 0);
    assert_int_equal(s.from(b, a, kSyn | kAck, {2, 2}), 0);
    assert_int_equal(s.from(b, a, kSyn, {2, 0}), 0);
    assert_int_equal(s.from(a, b, kSyn, {2, 0}), 1);
}

/// Both directions are the same one then.
void an_endpoint_may_talk_to_itself(void** /*state*/) {
    Streams s;
    assert_int_equal(s.from(kClient, kClient, kSyn, {1, 0}), 0);
    assert_int_equal(s.from(kClient, kClient, kSyn | kAck, {2, 2}), 0);
    assert_int_equal(s.from(kClient, kClient, kSyn, {2, 0}), 0);
    assert_int_equal(s.from(kClient, kClient, kSyn, {1, 0}), 1);
}

/// More flows than are kept at hand.
void many_flows_keep_their_numbers(void** /*state*/) {
    Streams s;
    for (int round = 0; round < 3; ++round) {
        for (std::uint16_t port = 0; port < 2000; ++port) {
            const Endpoint from = endpoint(2, port);
            const auto flags = round == 0 ? kSyn : kAck;
            assert_int_equal(s.from(from, kServer, flags, {7, 0}), port);
            assert_int_equal(s.from(kServer, from, kAck, {9, 8}), port);
        }
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_numbered_as_they_come),
        cmocka_unit_test(a_syn_sent_again_stays),
        cmocka_unit_test(another_syn_begins_a_stream),
        cmocka_unit_test(no_end_ends_a_stream),
        cmocka_unit_test(a_simultaneous_open_is_one_stream),
        cmocka_unit_test(a_different_syn_ack_stays_and_is_remembered),
        cmocka_unit_test(a_capture_that_starts_late_knows_beginnings_from_numbers),
        cmocka_unit_test(without_ack_the_other_side_stays_unknown),
        cmocka_unit_test(after_its_end_the_same_syn_begins_another_stream_where_ends_count),
        cmocka_unit_test(no_end_is_a_fin_without_ack_or_one_that_could_not_be_read),
        cmocka_unit_test(a_syn_ack_begins_a_stream_where_ends_count),
        cmocka_unit_test(a_first_syn_takes_back_an_end),
        cmocka_unit_test(what_has_no_length_is_numbered_and_teaches_nothing),
        cmocka_unit_test(ports_tell_the_directions_of_one_address),
        cmocka_unit_test(an_endpoint_may_talk_to_itself),
        cmocka_unit_test(many_flows_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
