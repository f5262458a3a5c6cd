#include "bench/report_run.hpp"

#include "taps/csv_writer.hpp"
#include "taps/json_writer.hpp"
#include "taps/text_writer.hpp"
#include "taps/xplot_writer.hpp"

#include <cstdio>
#include <memory>

namespace mptcp::bench {

namespace {

using namespace mptcp::taps;

constexpr std::size_t kGraphs = static_cast<std::size_t>(Graph::delay) + 1;

std::FILE* nowhere() {
    static std::FILE* const stream = std::fopen("/dev/null", "w");
    return stream;
}

std::unique_ptr<ReportWriter> writer_of(Format format) {
    switch (format) {
    case Format::csv:
        return std::make_unique<CsvWriter>(nowhere());
    case Format::json:
        return std::make_unique<JsonWriter>(nowhere());
    case Format::xplot:
        return std::make_unique<XplotWriter>(nowhere());
    case Format::text:
        break;
    }
    return std::make_unique<TextWriter>(nowhere(), TextStyle{});
}

} // namespace

std::size_t report_kinds() {
    return report_types().size() + kGraphs - 1;
}

std::string write_report(const ReportInput& input, std::size_t kind, std::size_t format) {
    const auto types = report_types();
    kind %= report_kinds();
    const bool is_other_graph = kind >= types.size();
    const ReportType& type = is_other_graph ? *find_report_type("series") : types[kind];
    ReportOptions options = input.options;
    options.graph = static_cast<Graph>(is_other_graph ? kind - types.size() + 1 : 0);
    const auto& formats = type.grammar.formats;
    const auto writer = writer_of(formats[format % formats.size()]);
    type.write({input.tracker, input.selection, options, input.segments}, *writer);
    return writer->problem().empty() ? input.segments.problem() : writer->problem();
}

} // namespace mptcp::bench
