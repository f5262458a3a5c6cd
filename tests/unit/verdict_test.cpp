#include "taps/verdict.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/names.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using mptcp::taps::verdict;
using mptcp::test::client;
using mptcp::test::kSecond;
using mptcp::test::server;

namespace {

constexpr Nanoseconds kStart = 1'700'000'000 * kSecond;

Address address(std::uint8_t net, std::uint8_t host) {
    const std::array<std::uint8_t, 4> bytes = {10, 1, net, host};
    return Address::from(bytes);
}

/// A connection as the engine would give it, put together by hand: complete, v1, client a.
class Story final : public Connection {
  public:
    Story() {
        capable_ = {.syn = true, .synack_seen = true, .synack = true, .ack = true};
        version_ = Version::v1;
        client_ = client;
        start_ = kStart;
        last_ = kStart + 2 * kSecond;
        for (const Side side : {client, server}) {
            flows_[index(side)].data_fin = true;
            flows_[index(side)].data_fin_acked = true;
            data_[index(side)] = &flows_[index(side)];
        }
    }

    Subflow& subflow() {
        auto& added = *owned_.emplace_back(std::make_unique<Subflow>());
        const auto number = static_cast<SubflowNumber>(owned_.size() - 1);
        added.number = number;
        added.role = number == 0 ? SubflowRole::initial : SubflowRole::join;
        added.initiator = client;
        added.endpoints = {Endpoint{address(static_cast<std::uint8_t>(number), 1), 40000},
                           Endpoint{address(100, 1), 5201}};
        added.address_ids[index(client)] = static_cast<std::uint8_t>(number);
        added.start = kStart;
        added.syn_seen = added.syn_ack_seen = added.established = true;
        added.end = SubflowEnd::fin;
        added.end_time = kStart + 2 * kSecond;
        subflows_.push_back(&added);
        return added;
    }

    /// A subflow that sent data to the client until `until` seconds.
    Subflow& path(std::uint64_t fresh, Nanoseconds until = 2 * kSecond) {
        Subflow& added = subflow();
        carry(added, server, ByteClass::fresh, fresh);
        Totals& totals = added.flows[index(server)].totals;
        totals.last_payload = totals.last_progress = kStart + until;
        return added;
    }

    /// A join that got no further than its SYN.
    Subflow& refused_join() {
        Subflow& added = subflow();
        added.syn_ack_seen = added.established = false;
        added.end = SubflowEnd::refused;
        added.ended_by = server;
        return added;
    }

    static void carry(Subflow& subflow, Side sender, ByteClass byte_class, std::uint64_t bytes) {
        Totals& totals = subflow.flows[index(sender)].totals;
        totals.bytes[byte_class] += bytes;
        totals.data_segments += 2;
    }

    void reinject(SubflowNumber from, SubflowNumber to, std::uint32_t bytes,
                  ReinjectionOutcome outcome) {
        carry(*owned_[to], server, ByteClass::reinjected_other_subflow, bytes);
        Reinjection reinjection;
        reinjection.bytes = bytes;
        reinjection.sender = server;
        reinjection.outcome = outcome;
        reinjection.first_subflow = from;
        reinjection.subflow = to;
        reinjections_.push_back(reinjection);
    }

    Event& event(EventType type, Side host, FrameNumber frame) {
        Event& added = events_.emplace_back();
        added.type = type;
        added.host = host;
        added.frame = frame;
        added.time = kStart + kSecond / 2;
        return added;
    }

    void fall_back(FallbackCause cause, Side sender, FrameNumber frame) {
        fallback_[index(sender)] =
            Fallback{.cause = cause, .frame = frame, .time = kStart, .sender = sender};
    }

    void fastclose(Side by, FrameNumber frame) {
        fastclose_by_ = by;
        event(EventType::fastclose, by, frame);
    }

    void answered_without_mp_capable() { capable_ = {.syn = true, .synack_seen = true}; }
    void infer() {
        capable_ = {};
        association_ = Association::inferred;
    }
    void lose_start() { capable_ = {}; }
    void lose_data_fins() { flows_ = {}; }
    void capture_at(Side host) {
        hosts_[index(host)].vantage = Vantage::local;
        hosts_[index(opposite(host))].vantage = Vantage::remote;
    }

  private:
    std::array<DataFlow, 2> flows_;
    std::vector<std::unique_ptr<Subflow>> owned_;
};

void says(const Story& story, std::string_view expected) {
    assert_string_equal(verdict(story).c_str(), std::string(expected).c_str());
}

void begins(const Story& story, std::string_view expected) {
    assert_true(verdict(story).starts_with(expected));
}

void mentions(const Story& story, const char* expected) {
    assert_non_null(std::strstr(verdict(story).c_str(), expected));
}

void ends(const Story& story, std::string_view expected) {
    assert_true(verdict(story).ends_with(expected));
}

void two_paths(void** /*state*/) {
    Story story;
    story.path(1'420'000);
    story.path(580'000);
    story.reinject(1, 0, 16'440, ReinjectionOutcome::redundant);
    story.reinject(1, 0, 10'960, ReinjectionOutcome::useful);
    says(story, "2 subflows carried 71 % / 29 % of 2.00 MB server → client; 27.4 kB (1.4 %) sent "
                "again on another subflow, 60 % of it needlessly; closed by DATA_FIN");
}

void repeats_captured_at_the_receiver(void** /*state*/) {
    Story story;
    story.path(1'420'000);
    story.path(580'000);
    story.reinject(1, 0, 27'400, ReinjectionOutcome::unneeded);
    story.capture_at(client);
    mentions(story, "; 27.4 kB (1.4 %) came again on another subflow (captured at the receiver, "
                    "where the copy of lost data counts as new); closed");
    story.capture_at(server);
    mentions(story,
             "; 27.4 kB (1.4 %) sent again on another subflow, all of it needlessly; closed");
}

void repeats_of_both_directions(void** /*state*/) {
    Story story;
    Story::carry(story.path(500'000), client, ByteClass::fresh, 1'000'000);
    Subflow& second = story.path(500'000);
    Story::carry(second, client, ByteClass::reinjected_other_subflow, 10'000);
    story.reinject(0, 1, 20'000, ReinjectionOutcome::redundant);
    story.capture_at(client);
    mentions(story, "; 10.0 kB (0.5 %) sent again on another subflow; 20.0 kB (1.0 %) came again "
                    "on another subflow (captured at the receiver");
}

void one_path(void** /*state*/) {
    Story story;
    Story::carry(story.path(1'000'000), server, ByteClass::retransmitted, 20'000);
    says(story,
         "one subflow carried 1.00 MB server → client; 20.0 kB (2.0 %) retransmitted by TCP; "
         "closed by DATA_FIN");
}

void both_directions(void** /*state*/) {
    Story story;
    Story::carry(story.path(500'000), client, ByteClass::fresh, 1'000'000);
    story.path(500'000);
    says(story,
         "subflow 0 alone of 2 carried 1.00 MB client → server and 2 subflows carried 50 % / "
         "50 % of 1.00 MB server → client; closed by DATA_FIN");
}

void join_refused_with_reason(void** /*state*/) {
    Story story;
    story.path(300'000);
    Subflow& join = story.refused_join();
    join.syn_ack_seen = true;
    join.reset_reason = reset_reason::lack_of_resources;
    says(story,
         "stayed on one path: the join from 10.1.1.1 was refused by the server (MP_TCPRST: "
         "lack of resources); one subflow carried 300 kB server → client; closed by DATA_FIN");
}

void join_with_wrong_hmac(void** /*state*/) {
    Story story;
    story.path(300'000);
    Subflow& join = story.refused_join();
    join.syn_ack_seen = true;
    join.ended_by = client;
    join.synack_hmac = Verification::bad;
    join.syn_ack.frame = 358;
    join.reset_reason = reset_reason::mptcp_specific;
    mentions(story, "the join from 10.1.1.1 was given up by the client: "
                    "the HMAC of the SYN/ACK (frame 358) is wrong");
}

void join_with_unknown_token(void** /*state*/) {
    Story story;
    story.path(300'000);
    story.refused_join().reset_reason = reset_reason::mptcp_specific;
    mentions(story, "it did not know the token");
}

void join_answered_without_mp_join(void** /*state*/) {
    Story story;
    story.path(300'000);
    Subflow& join = story.refused_join();
    join.syn_ack_seen = join.join_missing_in_synack = true;
    join.ended_by = client;
    mentions(story, "the join from 10.1.1.1 was given up by the client: "
                    "its SYN/ACK came without MP_JOIN");
}

void same_refusals_are_told_once(void** /*state*/) {
    Story story;
    story.path(300'000);
    for (int i = 0; i < 3; ++i) {
        story.refused_join().endpoints[index(client)].address = address(1, 1);
    }
    mentions(story, "each of 3 joins from 10.1.1.1 was refused by the server (RST); one subflow");
}

void wrong_hmacs_of_one_address_are_told_once(void** /*state*/) {
    Story story;
    story.path(300'000);
    for (FrameNumber frame = 358; frame < 364; ++frame) {
        Subflow& join = story.refused_join();
        join.endpoints[index(client)].address = address(1, 1);
        join.syn_ack_seen = true;
        join.ack_hmac = Verification::bad;
        join.third_ack.frame = frame;
    }
    begins(story, "stayed on one path: each of 6 joins from 10.1.1.1 was given up by the server: "
                  "the HMAC of the third ACK (first in frame 358) is wrong; one subflow carried");
}

void only_a_few_failed_joins_are_told(void** /*state*/) {
    Story story;
    story.path(300'000);
    for (int i = 0; i < 7; ++i) {
        story.refused_join();
    }
    mentions(story, "the join from 10.1.4.1 was refused by the server (RST); 3 more joins failed; "
                    "one subflow");
}

void plain_tcp(void** /*state*/) {
    Story story;
    story.answered_without_mp_capable();
    Story::carry(story.subflow(), server, ByteClass::fallback, 300'000);
    says(story, "stayed plain TCP: the SYN/ACK came without MP_CAPABLE (the server does not speak "
                "MPTCP, or a middlebox removed the option); one subflow carried 300 kB server → "
                "client");
}

void fallback_names_its_cause(void** /*state*/) {
    Story story;
    Story::carry(story.subflow(), server, ByteClass::fallback, 300'000);
    story.fall_back(FallbackCause::options_vanished, server, 12);
    begins(
        story,
        "fell back to TCP: options vanished on the way to the client from frame 12 on; one subflow "
        "carried 300 kB server → client; ");
}

void closed_as_plain_tcp_only_after_a_fallback(void** /*state*/) {
    Story story;
    story.path(300'000);
    story.lose_data_fins();
    ends(story, "server → client; all its subflows ended, without a DATA_FIN seen");
    story.fall_back(FallbackCause::options_vanished, server, 12);
    ends(story, "server → client; closed as plain TCP");
}

void wrong_checksum(void** /*state*/) {
    Story story;
    story.path(300'000);
    story.event(EventType::mp_fail, client, 148);
    story.fall_back(FallbackCause::mp_fail, server, 148);
    begins(story, "fell back to TCP: the client found a wrong DSS checksum (MP_FAIL, frame 148)");
}

void fastclose_names_the_host(void** /*state*/) {
    Story story;
    story.path(300'000);
    story.fastclose(client, 706);
    ends(story, "; aborted by the client (MP_FASTCLOSE, frame 706)");
}

void reset_path_and_who_went_on(void** /*state*/) {
    Story story;
    story.path(2'000'000);
    Subflow& lost = story.path(500'000, kSecond / 2);
    lost.end = SubflowEnd::rst;
    lost.ended_by = client;
    lost.end_time = kStart + 7 * kSecond / 10;
    lost.reset_reason = reset_reason::middlebox_interference;
    lost.options_vanished_frame[index(server)] = 2370;
    mentions(story,
             "subflow 1 (10.1.1.1) was reset by the client after 700 ms (MP_TCPRST: "
             "middlebox interference) because MPTCP options vanished on the way to the client "
             "from frame 2370 on, subflow 0 (10.1.0.1) took over");
}

void silent_path_and_backup(void** /*state*/) {
    Story story;
    Subflow& first = story.path(1'000'000, kSecond);
    first.end = SubflowEnd::silent;
    first.end_time = kStart + kSecond;
    story.path(500'000).backup[index(client)] = true;
    story.reinject(0, 1, 40'000, ReinjectionOutcome::useful);
    mentions(story, "subflow 0 (10.1.0.1) fell silent after 1.00 s, backup "
                    "subflow 1 (10.1.1.1) carried the rest");
    first.end = SubflowEnd::fin;
    mentions(story, "subflow 0 (10.1.0.1) carried nothing new after 1.00 s, backup "
                    "subflow 1 (10.1.1.1) carried the rest");
}

void most_of_its_data_tells_who_took_over(void** /*state*/) {
    Story story;
    Subflow& lost = story.path(100'000, kSecond);
    lost.end = SubflowEnd::rst;
    lost.end_time = kStart + kSecond;
    for (int i = 0; i < 3; ++i) {
        story.path(100'000);
    }
    story.reinject(0, 3, 500, ReinjectionOutcome::useful);
    story.reinject(0, 2, 400, ReinjectionOutcome::useful);
    story.reinject(1, 3, 900, ReinjectionOutcome::useful);
    story.reinject(0, 2, 400, ReinjectionOutcome::useful);
    mentions(story, "was reset by the client after 1.00 s, subflow 2 (10.1.2.1) took over;");
}

void join_given_up_after_data_fin(void** /*state*/) {
    Story story;
    story.path(300'000);
    Subflow& join = story.refused_join();
    join.ended_by = client;
    join.end_time = kStart + kSecond;
    story.event(EventType::data_fin, server, 80);
    mentions(story, "the join from 10.1.1.1 was given up by the client (RST)");
    story.event(EventType::data_fin, client, 81);
    mentions(story, "the join from 10.1.1.1 was given up by the client after its DATA_FIN (RST)");
}

void only_the_gravest_fates_are_told(void** /*state*/) {
    Story story;
    story.path(1'000'000);
    for (int i = 0; i < 3; ++i) {
        story.path(100'000, kSecond).end = SubflowEnd::silent;
    }
    for (int i = 0; i < 3; ++i) {
        Subflow& lost = story.path(100'000, kSecond);
        lost.end = SubflowEnd::rst;
        lost.end_time = kStart + kSecond;
    }
    mentions(story, "each of 1.60 MB server → client; subflow 4 (10.1.4.1) was reset by the ");
    mentions(story, "; subflow 1 (10.1.1.1) fell silent after 1.00 s, subflow 0 (10.1.0.1) carried "
                    "the rest; 2 more paths carried nothing new towards the end; closed");
}

void only_a_few_backups_are_told(void** /*state*/) {
    Story story;
    story.path(1'000'000);
    for (int i = 0; i < 6; ++i) {
        story.subflow().backup[index(client)] = true;
    }
    Story::carry(story.subflow(), server, ByteClass::fresh, 1'000'000);
    story.path(100).backup[index(client)] = true;
    mentions(story, "; subflow 8 (10.1.8.1) is a backup and was used; subflow 1 (10.1.1.1) is a "
                    "backup and was not needed; ");
    ends(story, "; 3 more backup paths not needed; closed by DATA_FIN");
}

void many_equal_shares(void** /*state*/) {
    Story story;
    for (int i = 0; i < 5; ++i) {
        story.path(200'000);
    }
    begins(story, "5 subflows carried about 20 % each of 1.00 MB server → client; ");
}

void one_path_is_known_by_its_client(void** /*state*/) {
    Story story;
    story.path(1'000'000).options_vanished_frame[index(server)] = 70;
    mentions(story, "on subflow 0 (10.1.0.1) MPTCP options vanished");
}

void paths_to_several_servers_are_known_by_these(void** /*state*/) {
    Story story;
    story.path(1'000'000).options_vanished_frame[index(server)] = 70;
    Subflow& second = story.path(1'000'000);
    second.endpoints[index(client)].address = address(0, 1);
    second.endpoints[index(server)].address = address(101, 1);
    mentions(story, "on subflow 0 (10.1.100.1) MPTCP options vanished");
}

void withdrawn_address(void** /*state*/) {
    Story story;
    story.path(1'000'000);
    story.path(1'000'000);
    story.event(EventType::removed, client, 99).address_id = 1;
    mentions(story, "the client withdrew address ID 1 (10.1.1.1) after 500 "
                    "ms (REMOVE_ADDR, frame 99)");
}

void only_the_first_events_are_told(void** /*state*/) {
    Story story;
    story.path(1'000'000);
    Event& announced = story.event(EventType::announced, client, 90);
    announced.address_id = 7;
    announced.announced.address = address(7, 1);
    for (FrameNumber frame = 100; frame < 4100; ++frame) {
        story.event(EventType::removed, client, frame).address_id = 7;
    }
    mentions(story, "the client withdrew address ID 7 (10.1.7.1) after 500 ms (REMOVE_ADDR, frame "
                    "103); 3996 more changes of addresses or priorities; closed");
}

void only_the_first_mp_fail_of_a_subflow_is_told(void** /*state*/) {
    Story story;
    story.path(1'000'000);
    story.event(EventType::mp_fail, client, 50);
    story.event(EventType::mp_fail, server, 51);
    ends(story, "server → client; the client found a wrong DSS checksum on subflow 0 (MP_FAIL, "
                "frame 50); closed by DATA_FIN");
}

void handshake_not_captured(void** /*state*/) {
    Story story;
    story.infer();
    story.path(1'000'000);
    story.path(1'000'000);
    begins(story,
           "handshake not captured; 2 subflows inferred to belong together; 2 subflows carried");
}

void orphan_names_its_token(void** /*state*/) {
    Story story;
    story.lose_start();
    Subflow& join = story.refused_join();
    join.role = SubflowRole::join;
    join.join_token = 0x123abc;
    begins(story, "joins a connection whose start was not captured, or that "
                  "does not exist (token 0x00123abc)");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(two_paths),
        cmocka_unit_test(repeats_captured_at_the_receiver),
        cmocka_unit_test(repeats_of_both_directions),
        cmocka_unit_test(one_path),
        cmocka_unit_test(both_directions),
        cmocka_unit_test(join_refused_with_reason),
        cmocka_unit_test(join_with_wrong_hmac),
        cmocka_unit_test(join_with_unknown_token),
        cmocka_unit_test(join_answered_without_mp_join),
        cmocka_unit_test(same_refusals_are_told_once),
        cmocka_unit_test(wrong_hmacs_of_one_address_are_told_once),
        cmocka_unit_test(only_a_few_failed_joins_are_told),
        cmocka_unit_test(plain_tcp),
        cmocka_unit_test(fallback_names_its_cause),
        cmocka_unit_test(closed_as_plain_tcp_only_after_a_fallback),
        cmocka_unit_test(wrong_checksum),
        cmocka_unit_test(fastclose_names_the_host),
        cmocka_unit_test(reset_path_and_who_went_on),
        cmocka_unit_test(silent_path_and_backup),
        cmocka_unit_test(most_of_its_data_tells_who_took_over),
        cmocka_unit_test(join_given_up_after_data_fin),
        cmocka_unit_test(only_the_gravest_fates_are_told),
        cmocka_unit_test(only_a_few_backups_are_told),
        cmocka_unit_test(many_equal_shares),
        cmocka_unit_test(one_path_is_known_by_its_client),
        cmocka_unit_test(paths_to_several_servers_are_known_by_these),
        cmocka_unit_test(withdrawn_address),
        cmocka_unit_test(only_the_first_events_are_told),
        cmocka_unit_test(only_the_first_mp_fail_of_a_subflow_is_told),
        cmocka_unit_test(handshake_not_captured),
        cmocka_unit_test(orphan_names_its_token),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
