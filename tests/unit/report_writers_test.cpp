#include "taps/csv_writer.hpp"
#include "taps/json_writer.hpp"
#include "taps/output.hpp"
#include "taps/text_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/cmocka.hpp"

using namespace mptcp::taps;

namespace {

struct Path {
    std::string name;
    std::optional<std::uint64_t> bytes;
};

struct Host {
    std::string address;
    std::uint64_t token = 0;
};

struct Session {
    unsigned number = 0;
    std::optional<Host> host;
    std::vector<Path> paths;
};

Shape<Session> session_shape() {
    Shape<Path> path;
    path.column("path", "Path", Unit::none, [](const Path& p) { return p.name; })
        .column("bytes", "Bytes\ncarried", Unit::bytes,
                [](const Path& p) { return Value(p.bytes); });
    Shape<Host> host;
    host.field("address", [](const Host& h) { return h.address; })
        .field("token", [](const Host& h) { return Hex{.value = h.token, .digits = 8}; });
    Shape<Session> session;
    session.field("session", [](const Session& s) { return s.number; })
        .record("host", host, [](const Session& s) { return s.host; })
        .list(
            "paths", path, [](const Session& s) -> const auto& { return s.paths; });
    return session;
}

const TableInfo kSessions = {.key = "sessions", .row_name = "session"};

/// What `write` writes to a stream.
std::string written(const std::function<void(std::FILE*)>& write) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&text, &size);
    write(stream);
    std::fclose(stream);
    std::string result(text, size);
    std::free(text); // NOLINT(cppcoreguidelines-no-malloc)
    return result;
}

void write_document(ReportWriter& writer, const std::vector<Session>& sessions) {
    const Shape<Session> shape = session_shape();
    writer.begin({.schema = "mptcp/test/1", .filter = ""});
    writer.text("For people only.");
    writer.begin_table(kSessions, shape.schema());
    for (const Session& session : sessions) {
        writer.row(shape.record(session));
    }
    writer.end_table();
    writer.end();
}

std::string csv(const std::vector<Session>& sessions) {
    return written([&](std::FILE* stream) {
        CsvWriter writer(stream);
        write_document(writer, sessions);
    });
}

std::string json(const std::vector<Session>& sessions) {
    std::string text = written([&](std::FILE* stream) {
        JsonWriter writer(stream);
        write_document(writer, sessions);
    });
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

const std::vector<Session> kTwo = {
    {.number = 0,
     .host = Host{.address = "10.0.0.1", .token = 0xbeef},
     .paths = {{.name = "wifi", .bytes = 5}, {.name = "lte", .bytes = std::nullopt}}},
    {.number = 7, .host = std::nullopt, .paths = {}},
};

constexpr const char* kHeader = "session,session_host_address,session_host_token,path,bytes\r\n";

void csv_lays_lists_flat(void** /*state*/) {
    assert_string_equal(csv(kTwo).c_str(),
                        (std::string(kHeader) + "0,10.0.0.1,0x0000beef,wifi,5\r\n"
                                                "0,10.0.0.1,0x0000beef,lte,\r\n"
                                                "7,,,,\r\n")
                            .c_str());
}

void csv_without_rows_is_its_header(void** /*state*/) {
    assert_string_equal(csv({}).c_str(), kHeader);
}

void csv_without_list_is_a_row_each(void** /*state*/) {
    Shape<Host> shape;
    shape.field("address", [](const Host& h) { return h.address; });
    const std::string text = written([&](std::FILE* stream) {
        CsvWriter writer(stream);
        writer.begin_table({.key = "hosts", .row_name = "host"}, shape.schema());
        writer.row(shape.record({.address = "a,b", .token = 0}));
        writer.end_table();
        writer.begin_table(kSessions, session_shape().schema());
        writer.end_table();
    });
    assert_string_equal(text.c_str(), "address\r\n\"a,b\"\r\n");
}

void csv_quotes_where_it_must(void** /*state*/) {
    assert_string_equal(csv_cell("plain text").c_str(), "plain text");
    assert_string_equal(csv_cell("").c_str(), "");
    assert_string_equal(csv_cell("a,b").c_str(), "\"a,b\"");
    assert_string_equal(csv_cell("say \"hi\"").c_str(), "\"say \"\"hi\"\"\"");
    assert_string_equal(csv_cell("two\nlines").c_str(), "\"two\nlines\"");
    assert_string_equal(csv_cell("cr\r").c_str(), "\"cr\r\"");
}

void json_nests(void** /*state*/) {
    assert_string_equal(
        json(kTwo).c_str(),
        "{\"schema\":\"mptcp/test/1\",\"sessions\":["
        "{\"session\":0,\"host\":{\"address\":\"10.0.0.1\",\"token\":\"0x0000beef\"},"
        "\"paths\":[{\"path\":\"wifi\",\"bytes\":5},{\"path\":\"lte\",\"bytes\":null}]},"
        "{\"session\":7,\"host\":null,\"paths\":[]}]}");
}

void json_without_rows_is_an_empty_list(void** /*state*/) {
    assert_string_equal(json({}).c_str(), "{\"schema\":\"mptcp/test/1\",\"sessions\":[]}");
}

void json_escapes_and_repairs_text(void** /*state*/) {
    const std::string text = written([&](std::FILE* stream) {
        JsonWriter writer(stream);
        writer.begin({.schema = "s", .filter = "a == \"\xff\"\n"});
        writer.end();
    });
    assert_non_null(std::strstr(text.c_str(), R"("filter": "a == \"�\"\n")"));
}

void scalars_read_back_exactly(void** /*state*/) {
    assert_string_equal(machine_text(Value(0.1)).c_str(), "0.1");
    assert_string_equal(machine_text(Value(std::numeric_limits<double>::infinity())).c_str(), "");
    assert_string_equal(machine_text(Value(18446744073709551615ULL)).c_str(),
                        "18446744073709551615");
    assert_string_equal(machine_text(Value(-5)).c_str(), "-5");
    assert_string_equal(machine_text(Value(false)).c_str(), "false");
    assert_string_equal(machine_text(Value(Seconds{1'795'216'615'000'000'001})).c_str(),
                        "1795216615.000000001");
    assert_string_equal(machine_text(Value(Seconds{-1})).c_str(), "-0.000000001");
    assert_string_equal(machine_text(Value(Hex{.value = 1, .digits = 16})).c_str(),
                        "0x0000000000000001");
}

std::string text(const TextStyle& style, const std::string& filter = "") {
    return written([&](std::FILE* stream) {
        TextWriter writer(stream, style);
        writer.begin({.schema = "s", .filter = filter});
        writer.text("  client → server and back again");
        Shape<Path> shape;
        shape.column("path", "Path", Unit::none, [](const Path& p) { return p.name; })
            .column("bytes", "Bytes", Unit::bytes, [](const Path& p) { return Value(p.bytes); });
        writer.begin_table({.key = "paths", .row_name = "path"}, shape.schema());
        writer.row(shape.record({.name = "→ wifi", .bytes = 1'070'000}));
        writer.row(shape.record({.name = "lte", .bytes = std::nullopt}));
        writer.end_table();
        writer.end();
    });
}

void text_is_aligned_with_units(void** /*state*/) {
    assert_string_equal(text({.utf8 = true, .width = 20}).c_str(), "  client → server\n"
                                                                   "  and back again\n"
                                                                   "  Path      Bytes\n"
                                                                   "  → wifi  1.07 MB\n"
                                                                   "  lte           –\n");
}

void ascii_locales_get_ascii(void** /*state*/) {
    assert_string_equal(text({.utf8 = false, .width = 120}).c_str(),
                        "  client -> server and back again\n"
                        "  Path       Bytes\n"
                        "  -> wifi  1.07 MB\n"
                        "  lte            -\n");
}

void text_says_what_a_filter_touches(void** /*state*/) {
    assert_non_null(std::strstr(text({.utf8 = true, .width = 200}, "ip.src == 1.2.3.4").c_str(),
                                "only frames that match \"ip.src == 1.2.3.4\""));
}

void long_tables_come_out_whole(void** /*state*/) {
    Shape<Path> shape;
    shape.column("path", "Path", Unit::none, [](const Path& p) { return p.name; });
    const std::string result = written([&](std::FILE* stream) {
        TextWriter writer(stream, {});
        writer.begin_table({.key = "paths", .row_name = "path"}, shape.schema());
        for (int i = 0; i < 1000; ++i) {
            writer.row(shape.record({.name = "p", .bytes = 0}));
        }
        writer.end_table();
    });
    assert_int_equal(std::count(result.begin(), result.end(), '\n'), 1001);
}

void output_tells_what_went_wrong(void** /*state*/) {
    Output missing("/nonexistent/folder/file");
    assert_null(missing.stream());
    assert_string_equal(missing.finish().c_str(), "No such file or directory");
    assert_string_equal(why_not_writable("/nonexistent/folder/file").c_str(),
                        "No such file or directory");
    Output full("/dev/full");
    write(full.stream(), "text");
    assert_string_equal(full.finish().c_str(), "No space left on device");
    Output early("/dev/full");
    write(early.stream(), std::string(1U << 20U, 'x'));
    assert_string_equal(early.finish().c_str(), "No space left on device");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(csv_lays_lists_flat),
        cmocka_unit_test(csv_without_rows_is_its_header),
        cmocka_unit_test(csv_without_list_is_a_row_each),
        cmocka_unit_test(csv_quotes_where_it_must),
        cmocka_unit_test(json_nests),
        cmocka_unit_test(json_without_rows_is_an_empty_list),
        cmocka_unit_test(json_escapes_and_repairs_text),
        cmocka_unit_test(scalars_read_back_exactly),
        cmocka_unit_test(text_is_aligned_with_units),
        cmocka_unit_test(ascii_locales_get_ascii),
        cmocka_unit_test(text_says_what_a_filter_touches),
        cmocka_unit_test(long_tables_come_out_whole),
        cmocka_unit_test(output_tells_what_went_wrong),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
