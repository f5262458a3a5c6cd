#include "taps/segment_log.hpp"

#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::taps;
using namespace mptcp::test;

namespace {

struct Logged {
    SegmentFacts facts;
    LaterFacts later;
    ConnectionNumber connection;
    SubflowNumber subflow;
};

std::vector<Logged> all_of(const SegmentLog& log, const Tracker& tracker) {
    std::vector<Logged> all;
    log.for_each(tracker, [&](const LoggedSegment& s) {
        all.push_back({s.facts, s.later, s.connection.number(), s.subflow.number});
    });
    assert_string_equal(log.problem().c_str(), "");
    return all;
}

void gives_back_more_than_fits_into_memory(void** /*state*/) {
    constexpr unsigned kSegments = 30'000;
    constexpr std::uint16_t kLength = 1000;
    TwoPaths s;
    SegmentLog log;
    std::vector<SegmentFacts> added;
    for (unsigned i = 0; i < kSegments; ++i) {
        const unsigned path = i % 2;
        added.push_back(s.data(
            path, server, {.ssn = 1 + i / 2 * kLength, .offset = i * kLength, .length = kLength}));
        log.add(added.back());
    }
    // Twice: reading changes nothing.
    for (int round = 0; round < 2; ++round) {
        const std::vector<Logged> read = all_of(log, s.capture.tracker);
        assert_int_equal(read.size(), added.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            assert_int_equal(read[i].facts.frame, added[i].frame);
            assert_true(read[i].facts.time == added[i].time);
            assert_true(read[i].facts.dsn == added[i].dsn);
            assert_int_equal(read[i].facts.bytes[ByteClass::fresh], kLength);
            assert_int_equal(read[i].subflow, i % 2);
        }
    }
}

void goes_on_after_it_was_read(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.data(0, server, {.ssn = 1, .offset = 0, .length = 100}));
    assert_int_equal(all_of(log, s.capture.tracker).size(), 1);
    log.add(s.data(0, server, {.ssn = 101, .offset = 100, .length = 100}));
    assert_int_equal(all_of(log, s.capture.tracker).size(), 2);
    log.clear();
    assert_int_equal(all_of(log, s.capture.tracker).size(), 0);
}

void knows_what_came_later(void** /*state*/) {
    TwoPaths s;
    SegmentLog log;
    log.add(s.bytes(1, server, 1, 100));
    log.add(s.data(0, server, {.ssn = 1, .offset = 100, .length = 100}));
    s.announce(1, server, {.ssn = 1, .offset = 0, .length = 100});
    const FrameNumber acked_in = s.data_ack(0, client, 200).frame;
    const std::vector<Logged> read = all_of(log, s.capture.tracker);
    assert_int_equal(read[0].facts.bytes[ByteClass::unmapped], 0);
    assert_int_equal(read[0].facts.bytes[ByteClass::fresh], 100);
    assert_int_equal(read[1].later.acked_in, acked_in);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_more_than_fits_into_memory),
        cmocka_unit_test(goes_on_after_it_was_read),
        cmocka_unit_test(knows_what_came_later),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
