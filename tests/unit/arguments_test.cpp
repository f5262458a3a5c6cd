#include "taps/arguments.hpp"

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "tests/unit/cmocka.hpp"

using namespace mptcp::taps;

namespace {

const std::array<ReportGrammar, 4> kReports = {{
    {.name = "summary"},
    {.name = "events"},
    {.name = "interval", .has_interval = true},
    {.name = "series", .formats = {Format::csv, Format::json, Format::xplot}, .has_graph = true},
}};

Arguments accepted(std::string_view argument) {
    const ParsedArguments parsed = parse_arguments(argument, kReports);
    if (const auto* error = std::get_if<ArgumentError>(&parsed)) {
        fail_msg("%s refused: %s", std::string(argument).c_str(), error->message.c_str());
    }
    assert_true(std::holds_alternative<Arguments>(parsed));
    return std::get<Arguments>(parsed);
}

void refused(std::string_view argument, const std::string& message) {
    const ParsedArguments parsed = parse_arguments(argument, kReports);
    assert_true(std::holds_alternative<ArgumentError>(parsed));
    assert_string_equal(std::get<ArgumentError>(parsed).message.c_str(), message.c_str());
}

void nothing_asks_for_the_list(void** /*state*/) {
    assert_true(std::holds_alternative<ListReports>(parse_arguments("mptcp", kReports)));
}

void report_alone_has_defaults(void** /*state*/) {
    const Arguments arguments = accepted("mptcp,summary");
    assert_string_equal(arguments.report.c_str(), "summary");
    assert_true(arguments.format == Format::text);
    assert_true(arguments.connections.empty());
    assert_true(arguments.output.empty());
    assert_true(arguments.filter.empty());
}

void options_come_in_any_order(void** /*state*/) {
    const Arguments arguments =
        accepted("mptcp,events,connection=3,output=/tmp/a b.csv,format=csv,connection=0");
    assert_string_equal(arguments.report.c_str(), "events");
    assert_true(arguments.format == Format::csv);
    assert_int_equal(arguments.connections.size(), 2);
    assert_int_equal(arguments.connections[0], 3);
    assert_int_equal(arguments.connections[1], 0);
    assert_string_equal(arguments.output.c_str(), "/tmp/a b.csv");
    assert_true(arguments.filter.empty());
}

void filter_runs_to_the_end(void** /*state*/) {
    const Arguments arguments =
        accepted("mptcp,summary,format=json,tcp.port in {80,443},format=csv");
    assert_true(arguments.format == Format::json);
    assert_string_equal(arguments.filter.c_str(), "tcp.port in {80,443},format=csv");
}

void filter_operators_make_no_option(void** /*state*/) {
    for (const char* filter : {"tcp.port==80", "tcp.port===80", "frame.len>=100", "frame.len<=100",
                               "tcp.port!=80", "tcp.port!==80", "http.host=~x", "tcp.port == 80",
                               "tcp", "tcp.port = 80", "frame contains \"a=b\"", "!tcp", "=x"}) {
        const std::string argument = std::string("mptcp,summary,") + filter;
        assert_string_equal(accepted(argument).filter.c_str(), filter);
    }
}

void wrong_words_are_named(void** /*state*/) {
    refused("mptcp,sumary",
            "no report 'sumary'; the reports are summary, events, interval, series, tree");
    refused("mptcp,", "no report ''; the reports are summary, events, interval, series, tree");
    refused("mptcpx", "no such statistic; the reports are summary, events, interval, series, tree");
    refused("mptcp,summary,fromat=csv",
            "no option 'fromat'; the options are format=text|csv|json, connection=<n>, "
            "output=<file>, bulk (a display filter compares with ==)");
    refused("mptcp,summary,tcp.port=80",
            "no option 'tcp.port'; the options are format=text|csv|json, connection=<n>, "
            "output=<file>, bulk (a display filter compares with ==)");
}

void wrong_values_are_named(void** /*state*/) {
    refused("mptcp,summary,format=xml", "no format 'xml'; the formats are text, csv, json");
    for (const char* value : {"", "-1", "1x", "x", "4294967296", " 1", "+1"}) {
        refused(std::string("mptcp,summary,connection=") + value,
                std::string("no connection '") + value +
                    "'; connection= takes a number, from 0 on");
    }
    refused("mptcp,summary,output=", "output= takes the name of a file");
    refused("mptcp,summary,output=a,output=b", "output= is given twice");
    refused("mptcp,summary,format=csv,format=csv", "format= is given twice");
}

void reports_have_options_of_their_own(void** /*state*/) {
    assert_true(accepted("mptcp,interval,interval=0.25").options.interval == 250'000'000);
    assert_true(accepted("mptcp,interval").options.interval == 1'000'000'000);
    assert_true(accepted("mptcp,series,graph=acksize").options.graph == Graph::acksize);
    assert_true(accepted("mptcp,series").format == Format::csv);
    assert_true(accepted("mptcp,series,format=xpl").format == Format::xplot);
    refused("mptcp,series,format=text", "no format 'text'; the formats are csv, json, xpl");
    refused("mptcp,summary,interval=1",
            "no option 'interval'; the options are format=text|csv|json, connection=<n>, "
            "output=<file>, bulk (a display filter compares with ==)");
    for (const char* value :
         {"", "0", "-1", "-1e300", "0.0001", "nan", "inf", "1e9", "1e300", "1s", "x"}) {
        refused(std::string("mptcp,interval,interval=") + value,
                std::string("no interval '") + value +
                    "'; interval= takes seconds, 0.001 or more and less than 1000000000");
    }
    refused("mptcp,series,graph=rates",
            "no graph 'rates'; the graphs are dsn, rtt, flight, goodput, throughput, acksize, "
            "interarrival, window, share, scheduler, delay");
    refused("mptcp,series,graph=rtt,graph=rtt", "graph= is given twice");
    refused("mptcp,interval,interval=1,interval=2", "interval= is given twice");
}

void bulk_is_a_word_of_the_grammar(void** /*state*/) {
    assert_false(accepted("mptcp,summary").bulk);
    assert_true(accepted("mptcp,summary,bulk").bulk);
    const Arguments arguments = accepted("mptcp,summary,format=csv,bulk,connection=1");
    assert_true(arguments.bulk);
    assert_true(arguments.format == Format::csv);
    assert_int_equal(arguments.connections.size(), 1);
    refused("mptcp,summary,format=csv,bulk,tcp", "bulk mode takes no display filter");
    refused("mptcp,summary,bulk,bulkier", "bulk mode takes no display filter");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asks_for_the_list),
        cmocka_unit_test(report_alone_has_defaults),
        cmocka_unit_test(options_come_in_any_order),
        cmocka_unit_test(filter_runs_to_the_end),
        cmocka_unit_test(filter_operators_make_no_option),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(reports_have_options_of_their_own),
        cmocka_unit_test(bulk_is_a_word_of_the_grammar),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
