#include "taps/reinjections_model.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "tests/unit/session.hpp"

#include "tests/unit/cmocka.hpp"

using namespace mptcp;
using namespace mptcp::taps;
using namespace mptcp::test;

namespace {

/// `copies` of each event, by looking at every byte.
std::vector<std::uint32_t> longest_by_bytes(const std::vector<ReinjectionEvent>& events) {
    std::map<Dsn, std::uint32_t> most;
    for (const ReinjectionEvent& event : events) {
        for (std::uint64_t i = 0; i < event.reinjection->bytes; ++i) {
            std::uint32_t& copies = most[event.reinjection->dsn + i];
            copies = std::max(copies, event.reinjection->copy);
        }
    }
    std::vector<std::uint32_t> longest;
    for (const ReinjectionEvent& event : events) {
        std::uint32_t copies = 0;
        for (std::uint64_t i = 0; i < event.reinjection->bytes; ++i) {
            copies = std::max(copies, most[event.reinjection->dsn + i]);
        }
        longest.push_back(copies);
    }
    return longest;
}

void chains_are_as_long_as_those_of_their_bytes(void** /*state*/) {
    TwoPaths s;
    std::array<std::uint32_t, 2> ssn{1, 1};
    std::uint32_t random = 1;
    const auto next = [&random](std::uint32_t below) {
        random = random * 1'664'525 + 1'013'904'223;
        return (random >> 8U) % below;
    };
    const auto send = [&](std::uint64_t offset, std::uint16_t length) {
        const unsigned path = next(2);
        s.data(path, server, {.ssn = ssn[path], .offset = offset, .length = length});
        ssn[path] += length;
    };
    send(0, 1000);
    for (unsigned i = 0; i < 300; ++i) {
        const auto length = static_cast<std::uint16_t>(1 + next(i % 3 == 0 ? 400 : 20));
        send(next(1000U - length), length);
    }
    const Selection selection;
    const ReinjectionsModel model = reinjections_of(&s.capture.tracker, selection);
    assert_true(model.events.size() >= 300);
    const std::vector<std::uint32_t> longest = longest_by_bytes(model.events);
    for (std::size_t i = 0; i < longest.size(); ++i) {
        assert_int_equal(model.events[i].copies, longest[i]);
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_as_long_as_those_of_their_bytes),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
