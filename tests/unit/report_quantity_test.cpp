#include "taps/quantity.hpp"

#include <string>

#include "tests/unit/cmocka.hpp"

using namespace mptcp::taps;

namespace {

void bytes_have_three_digits(void** /*state*/) {
    assert_string_equal(bytes_text(0).c_str(), "0 B");
    assert_string_equal(bytes_text(999).c_str(), "999 B");
    assert_string_equal(bytes_text(1000).c_str(), "1.00 kB");
    assert_string_equal(bytes_text(27'400).c_str(), "27.4 kB");
    assert_string_equal(bytes_text(999'499).c_str(), "999 kB");
    assert_string_equal(bytes_text(999'500).c_str(), "1.00 MB");
    assert_string_equal(bytes_text(2'000'000).c_str(), "2.00 MB");
    assert_string_equal(bytes_text(9'996'000).c_str(), "10.0 MB");
    assert_string_equal(bytes_text(99'960'000).c_str(), "100 MB");
}

void rates_are_in_bits(void** /*state*/) {
    assert_string_equal(rate_text(0).c_str(), "0 bit/s");
    assert_string_equal(rate_text(8.1e6).c_str(), "8.10 Mbit/s");
}

void durations_choose_their_unit(void** /*state*/) {
    assert_string_equal(duration_text(0).c_str(), "0 s");
    assert_string_equal(duration_text(10'345'000).c_str(), "10.3 ms");
    assert_string_equal(duration_text(412'000).c_str(), "412 us");
    assert_string_equal(duration_text(1'844'000'000).c_str(), "1.84 s");
    assert_string_equal(duration_text(-1'844'000'000).c_str(), "-1.84 s");
    assert_string_equal(duration_text(754'000'000'000).c_str(), "12 min 34 s");
    assert_string_equal(duration_text(7'500'000'000'000).c_str(), "2 h 05 min");
}

void percentages_do_not_round_to_nothing_or_all(void** /*state*/) {
    assert_string_equal(percent_text(0.0).c_str(), "0 %");
    assert_string_equal(percent_text(0.00001).c_str(), "<0.1 %");
    assert_string_equal(percent_text(0.0137).c_str(), "1.4 %");
    assert_string_equal(percent_text(0.7061).c_str(), "71 %");
    assert_string_equal(percent_text(0.99999).c_str(), "99.9 %");
    assert_string_equal(percent_text(1.0).c_str(), "100 %");
    assert_string_equal(percent_text(1.526).c_str(), "153 %");
    assert_string_equal(percent_text(1, 3).c_str(), "33 %");
}

void one_thing_is_no_plural(void** /*state*/) {
    assert_string_equal(count_text(0, "segment").c_str(), "0 segments");
    assert_string_equal(count_text(1, "segment").c_str(), "1 segment");
    assert_string_equal(count_text(967, "more path").c_str(), "967 more paths");
}

void unknown_is_a_question_mark(void** /*state*/) {
    assert_string_equal(people_text(Value(), Unit::bytes).c_str(), "–");
    assert_string_equal(people_text(Value(0U), Unit::bytes).c_str(), "0 B");
    assert_string_equal(people_text(Value(27'400U), Unit::bytes).c_str(), "27.4 kB");
    assert_string_equal(people_text(Value(27'400U), Unit::count).c_str(), "27400");
    assert_string_equal(people_text(Value(0.5), Unit::ratio).c_str(), "50 %");
    assert_string_equal(people_text(Value(0.0105), Unit::seconds).c_str(), "10.5 ms");
    assert_string_equal(people_text(Value(Seconds{10'500'000}), Unit::seconds).c_str(), "10.5 ms");
    assert_string_equal(people_text(Value(true), Unit::none).c_str(), "yes");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(bytes_have_three_digits),
        cmocka_unit_test(rates_are_in_bits),
        cmocka_unit_test(durations_choose_their_unit),
        cmocka_unit_test(percentages_do_not_round_to_nothing_or_all),
        cmocka_unit_test(one_thing_is_no_plural),
        cmocka_unit_test(unknown_is_a_question_mark),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
