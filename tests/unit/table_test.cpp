#include "taps/text_table.hpp"

#include <string>

#include "tests/unit/cmocka.hpp"

using namespace mptcp::taps;

namespace {

void columns_line_up(void** /*state*/) {
    TextTable table({{"Name", Align::left}, {"Bytes", Align::right}, {"End", Align::left}});
    table.add({"a", "29 B", "fin"});
    table.add({"longer", "1.07 MB", ""});
    assert_string_equal(table.headings().c_str(), "  Name      Bytes  End\n");
    assert_string_equal(table.take_rows().c_str(), "  a          29 B  fin\n"
                                                   "  longer  1.07 MB\n");
    assert_string_equal(table.take_rows().c_str(), "");
}

void headings_take_several_lines(void** /*state*/) {
    TextTable table({{"Client\nServer", Align::left}, {"#", Align::right}});
    assert_string_equal(table.headings().c_str(), "  Client  #\n"
                                                  "  Server\n");
}

void characters_count_not_bytes(void** /*state*/) {
    assert_int_equal(display_width("→ é…"), 4);
    TextTable table({{"", Align::left}, {"x", Align::left}});
    table.add({"→", "1"});
    table.add({"ab", "2"});
    assert_string_equal(table.take_rows().c_str(), "  →   1\n"
                                                   "  ab  2\n");
}

void later_batches_keep_the_widths(void** /*state*/) {
    TextTable table({{"n", Align::right}});
    table.add({"1000"});
    assert_string_equal(table.take_rows().c_str(), "  1000\n");
    table.add({"1"});
    assert_string_equal(table.take_rows().c_str(), "     1\n");
    table.add({"100000"});
    assert_string_equal(table.take_rows().c_str(), "  100000\n");
}

void missing_cells_are_empty(void** /*state*/) {
    TextTable table({{"a", Align::left}, {"b", Align::left}});
    table.add({"1"});
    assert_string_equal(table.take_rows().c_str(), "  1\n");
}

void text_breaks_at_spaces(void** /*state*/) {
    assert_string_equal(wrapped("one two three", 9, 2).c_str(), "  one two\n  three");
    assert_string_equal(wrapped("incomprehensibilities of it", 8, 0).c_str(),
                        "incomprehensibilities\nof it");
    assert_string_equal(wrapped("→ → →", 3, 0).c_str(), "→ →\n→");
    assert_string_equal(wrapped("", 10, 0).c_str(), "");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(headings_take_several_lines),
        cmocka_unit_test(characters_count_not_bytes),
        cmocka_unit_test(later_batches_keep_the_widths),
        cmocka_unit_test(missing_cells_are_empty),
        cmocka_unit_test(text_breaks_at_spaces),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
