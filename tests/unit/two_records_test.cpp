/// Subflows of one connection that carried the same data before they were known to belong together:
/// bytes, segments and reinjections are those of a connection that was known from the start.

#include "analysis/reinjections.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::test;

namespace {

constexpr std::array<Dsn, 2> kFirst{0x1111222233334444, 0x9999888877776666};

/// Subflows without a handshake. What only tells DSNs of one direction keeps them apart.
struct Strangers : NewSession {
    explicit Strangers(unsigned count) : NewSession({.first_dsn = kFirst}) { add_paths(count); }

    /// The server shows where its data is: the subflow is known for what it is.
    SegmentFacts meet(unsigned path) { return data_alone(path, server, {1, 100ULL * path, 100}); }
    [[nodiscard]] std::size_t connections() const { return capture.tracker.connections().size(); }
};

void assert_event(const Reinjection& event, const SegmentFacts& of, const SegmentFacts& first,
                  Dsn dsn, std::uint32_t bytes) {
    assert_int_equal(event.frame, of.frame);
    assert_int_equal(event.first_frame, first.frame);
    assert_int_equal(event.delay, of.time - first.time);
    assert_int_equal(event.dsn, dsn);
    assert_int_equal(event.bytes, bytes);
}

void the_later_record_repeated(void** /*state*/) {
    Strangers s(2);
    const SegmentFacts first = s.data_alone(0, client, {1, 0, 100});
    const SegmentFacts again = s.data_alone(1, client, {1, 50, 100});
    assert_bytes(again.bytes, {.fresh = 100});
    s.meet(0);
    assert_int_equal(s.connections(), 2);
    s.meet(1);
    assert_int_equal(s.connections(), 1);
    s.finish();
    s.assert_subflow(0, client, {.fresh = 100});
    s.assert_subflow(1, client, {.fresh = 50, .other = 50});
    assert_bytes(s.capture.settled(first), {.fresh = 100});
    assert_bytes(s.capture.settled(again), {.fresh = 50, .other = 50});
    const auto events = s.reinjections();
    assert_int_equal(events.size(), 1);
    assert_event(events[0], again, first, s.dsn(client, 50), 50);
    assert_int_equal(events[0].subflow, s.subflow(1).number);
    assert_int_equal(events[0].first_subflow, s.subflow(0).number);
    assert_int_equal(events[0].copy, 2);
    assert_false(events[0].same_subflow);
    assert_int_equal(s.capture.tracker.later_facts(first).reinjected_in, again.frame);
}

void the_earlier_record_repeated(void** /*state*/) {
    Strangers s(2);
    // The first record is older, its data is not.
    s.pure_ack(0, client, option::mp_prio(true));
    const SegmentFacts first = s.data_alone(1, client, {1, 0, 100});
    const SegmentFacts again = s.data_alone(0, client, {1, 0, 60});
    s.meet(0);
    s.meet(1);
    // It was the first to carry it on its subflow.
    const SegmentFacts same = s.data_alone(0, client, {61, 20, 20});
    assert_bytes(same.bytes, {.same = 20});
    s.finish();
    s.assert_subflow(0, client, {.other = 60, .same = 20});
    s.assert_subflow(1, client, {.fresh = 100});
    assert_bytes(s.capture.settled(again), {.other = 60});
    const auto events = s.reinjections();
    assert_int_equal(events.size(), 2);
    assert_event(events[0], again, first, s.dsn(client, 0), 60);
    assert_int_equal(events[0].next_frame, same.frame);
    assert_event(events[1], same, first, s.dsn(client, 20), 20);
    assert_int_equal(events[1].copy, 3);
    assert_int_equal(events[1].first_subflow, s.subflow(1).number);
    assert_int_equal(s.capture.tracker.later_facts(first).reinjected_in, again.frame);
}

void times_of_both_records_remain(void** /*state*/) {
    Strangers s(2);
    s.data_alone(0, client, {1, 0, 100});
    for (std::uint32_t i = 1; i <= 5; ++i) {
        s.data_alone(1, client, {100 * i - 99, 100 * i, 100});
        s.data_ack(1, server, 100 * (i + 1));
        s.capture.wait(2 * kSecond);
    }
    s.meet(0);
    s.meet(1);
    s.finish();
    assert_int_equal(s.connections(), 1);
    // The first DATA_ACK of a record only tells where to count from.
    assert_int_equal(s.data_flow(client).rtt.count(), 4);
    assert_true(s.data_flow(client).stalls.empty());
}

void new_data_of_the_other_record_is_no_stall(void** /*state*/) {
    Strangers s(2);
    s.data_alone(0, client, {1, 0, 100});
    s.pure_ack(0, server);
    s.capture.wait(kSecond);
    s.data_alone(1, client, {1, 200, 100});
    s.capture.wait(kSecond);
    s.data_alone(0, client, {101, 100, 100});
    s.meet(0);
    s.meet(1);
    s.finish();
    assert_int_equal(s.connections(), 1);
    assert_true(s.data_flow(client).stalls.empty());
}

/// Two joins of one token, and a third subflow that had carried a part of their data before.
void reinjections_of_one_record_get_another_first_copy(void** /*state*/) {
    NewSession s({.first_dsn = kFirst});
    const unsigned stranger = s.add_path();
    const SegmentFacts first = s.data_alone(stranger, client, {1, 0, 100});
    const unsigned lte = s.join();
    const unsigned wifi = s.join();
    const SegmentFacts second = s.data_alone(lte, client, {1, 0, 150});
    const SegmentFacts third = s.data_alone(wifi, client, {1, 0, 150});
    assert_bytes(third.bytes, {.other = 150});
    s.data_alone(stranger, server, {1, 0, 10});
    s.data_alone(lte, server, {1, 10, 10});
    s.finish();
    assert_int_equal(s.capture.tracker.connections().size(), 1);
    s.assert_direction(client, {.fresh = 150, .other = 250});
    assert_bytes(s.capture.settled(second), {.fresh = 50, .other = 100});
    assert_bytes(s.capture.settled(third), {.other = 150});
    auto events = s.reinjections();
    std::sort(events.begin(), events.end(), [](const Reinjection& x, const Reinjection& y) {
        return std::pair(x.frame, x.dsn) < std::pair(y.frame, y.dsn);
    });
    assert_int_equal(events.size(), 3);
    assert_event(events[0], second, first, s.dsn(client, 0), 100);
    assert_int_equal(events[0].copy, 2);
    assert_int_equal(events[0].next_frame, third.frame);
    assert_event(events[1], third, first, s.dsn(client, 0), 100);
    assert_int_equal(events[1].copy, 3);
    assert_event(events[2], third, second, s.dsn(client, 100), 50);
    assert_int_equal(events[2].copy, 2);
    assert_int_equal(events[2].next_frame, 0);
}

void outcomes_of_late_reinjections(void** /*state*/) {
    enum class Acked { none, original, copy, both };
    const struct {
        Acked before;
        Acked after;
        ReinjectionOutcome outcome;
    } cases[] = {
        {Acked::none, Acked::none, ReinjectionOutcome::unknown},
        {Acked::original, Acked::none, ReinjectionOutcome::redundant},
        {Acked::copy, Acked::none, ReinjectionOutcome::useful},
        {Acked::both, Acked::none, ReinjectionOutcome::unknown},
        {Acked::none, Acked::original, ReinjectionOutcome::redundant},
        {Acked::none, Acked::copy, ReinjectionOutcome::useful},
    };
    for (const auto& c : cases) {
        Strangers s(2);
        s.data_alone(0, client, {1, 0, 100});
        s.data_alone(1, client, {1, 0, 100});
        const auto acknowledge = [&](Acked acked) {
            if (acked == Acked::original || acked == Acked::both) {
                s.ack(0, server, 101);
            }
            if (acked == Acked::copy || acked == Acked::both) {
                s.ack(1, server, 101);
            }
        };
        acknowledge(c.before);
        s.meet(0);
        s.meet(1);
        acknowledge(c.after);
        s.finish();
        assert_int_equal(s.reinjections().size(), 1);
        assert_int_equal(s.reinjections()[0].outcome, c.outcome);
    }
}

void acknowledged_before_it_was_repeated(void** /*state*/) {
    Strangers s(2);
    s.data_alone(0, client, {1, 0, 100});
    s.data_ack(0, server, 100);
    s.data_alone(1, client, {1, 0, 100});
    s.meet(0);
    s.meet(1);
    s.finish();
    assert_int_equal(s.reinjections().size(), 1);
    assert_int_equal(s.reinjections()[0].outcome, ReinjectionOutcome::unneeded);
}

void both_in_one_frame(void** /*state*/) {
    // A frame may hold several segments, also of one subflow: only one of them repeats.
    Strangers s(2);
    s.data_alone(0, client, {1, 0, 100});
    SegmentFacts facts[2];
    for (std::uint32_t i = 0; i < 2; ++i) {
        facts[i] = s.data_alone(1, client, {1 + 100 * i, 100 - 100 * i, 100});
        if (i == 0) {
            s.capture.stay_in_frame();
        }
    }
    assert_int_equal(facts[0].frame, facts[1].frame);
    s.meet(0);
    s.meet(1);
    s.finish();
    assert_bytes(s.capture.settled(facts[0]), {.fresh = 100});
    assert_bytes(s.capture.settled(facts[1]), {.other = 100});
}

/// Data at random on subflows that are strangers to each other, then not.
class RandomStrangers {
  public:
    explicit RandomStrangers(std::uint32_t seed) : random_(seed), s_(kPaths) {
        for (unsigned path = 0; path < kPaths; ++path) {
            s_.pure_ack(path, client, option::mp_prio(false));
        }
    }

    void run() {
        send(40);
        std::vector<unsigned> order{0, 1, 2};
        std::shuffle(order.begin(), order.end(), random_);
        for (const unsigned path : order) {
            s_.meet(path);
            send(5);
        }
        s_.finish();
        assert_int_equal(s_.connections(), 1);
        std::uint64_t repeated = 0;
        for (const Sent& sent : sent_) {
            assert_bytes(s_.capture.settled(sent.facts), sent.expected);
            repeated += sent.expected.other + sent.expected.same;
        }
        for (const Reinjection& event : s_.reinjections()) {
            check(event);
            repeated -= event.bytes;
        }
        assert_int_equal(repeated, 0);
    }

  private:
    static constexpr unsigned kPaths = 3;
    struct Carrier {
        FrameNumber frame;
        unsigned path;
    };
    struct Sent {
        SegmentFacts facts;
        Classes expected;
    };

    void send(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            const auto path = static_cast<unsigned>(random_() % kPaths);
            const auto length = static_cast<std::uint16_t>(1 + random_() % 40);
            const Data data{next_[path], random_() % 400, length};
            next_[path] += length;
            Sent& sent = sent_.emplace_back(s_.data_alone(path, client, data), Classes{});
            for (std::uint64_t at = data.offset; at < data.offset + length; ++at) {
                std::vector<Carrier>& carriers = carriers_[at];
                const bool same = std::any_of(carriers.begin(), carriers.end(),
                                              [&](const Carrier& c) { return c.path == path; });
                ++(carriers.empty() ? sent.expected.fresh
                   : same           ? sent.expected.same
                                    : sent.expected.other);
                carriers.push_back({sent.facts.frame, path});
            }
        }
    }

    void check(const Reinjection& event) const {
        const std::uint64_t offset = event.dsn - s_.dsn(client, 0);
        std::uint32_t copy = 0;
        for (std::uint64_t at = offset; at < offset + event.bytes; ++at) {
            const std::vector<Carrier>& carriers = carriers_.at(at);
            assert_int_equal(event.first_frame, carriers.front().frame);
            assert_int_equal(event.first_subflow, s_.subflow(carriers.front().path).number);
            const auto here = std::find_if(carriers.begin(), carriers.end(), [&](const Carrier& c) {
                return c.frame == event.frame;
            });
            assert_true(here != carriers.end());
            assert_int_equal(event.subflow, s_.subflow(here->path).number);
            copy = std::max(copy, static_cast<std::uint32_t>(here - carriers.begin()) + 1);
            const auto next = std::next(here);
            assert_true(event.next_frame != 0 || next == carriers.end());
        }
        assert_true(event.copy >= copy);
    }

    std::mt19937 random_;
    Strangers s_;
    std::array<std::uint32_t, kPaths> next_{1, 1, 1};
    std::map<std::uint64_t, std::vector<Carrier>> carriers_;
    std::vector<Sent> sent_;
};

void at_random(void** /*state*/) {
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
        RandomStrangers(seed).run();
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(the_later_record_repeated),
        cmocka_unit_test(the_earlier_record_repeated),
        cmocka_unit_test(times_of_both_records_remain),
        cmocka_unit_test(new_data_of_the_other_record_is_no_stall),
        cmocka_unit_test(reinjections_of_one_record_get_another_first_copy),
        cmocka_unit_test(outcomes_of_late_reinjections),
        cmocka_unit_test(acknowledged_before_it_was_repeated),
        cmocka_unit_test(both_in_one_frame),
        cmocka_unit_test(at_random),
    };
    return cmocka_run_group_tests_name("two_records", tests, nullptr, nullptr);
}
