#include "taps/text_spool.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/unit/cmocka.hpp"

using namespace mptcp::taps;

namespace {

std::string text_of(TextSpool& spool, TextSpool::Part part) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&text, &size);
    assert_true(spool.copy(part, stream));
    std::fclose(stream);
    std::string result(text, size);
    std::free(text); // NOLINT(cppcoreguidelines-no-malloc)
    return result;
}

void texts_written_in_turn_come_out_one_by_one(void** /*state*/) {
    constexpr int kLines = 100'000;
    TextSpool spool;
    const std::vector<TextSpool::Part> parts{spool.add_part(), spool.add_part(), spool.add_part()};
    std::vector<std::string> wanted(parts.size());
    for (int i = 0; i < kLines; ++i) {
        // The last one is written to rarely: many spills hold nothing of it.
        const std::size_t which = i % 50'000 == 7 ? 2 : static_cast<std::size_t>(i % 2);
        const std::string line = std::to_string(i) + " of a line that takes some room\n";
        spool.append(parts[which], line);
        wanted[which] += line;
    }
    // Reading changes nothing.
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            assert_true(text_of(spool, parts[i]) == wanted[i]);
        }
    }
    spool.append(parts[1], "the end");
    assert_true(text_of(spool, parts[1]) == wanted[1] + "the end");
}

void a_text_may_be_empty(void** /*state*/) {
    TextSpool spool;
    assert_string_equal(text_of(spool, spool.add_part()).c_str(), "");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(texts_written_in_turn_come_out_one_by_one),
        cmocka_unit_test(a_text_may_be_empty),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
