#include "plugin/program.hpp"

#include "taps/report_queue.hpp"

#include "taps/csv_writer.hpp"
#include "taps/json_writer.hpp"
#include "taps/option_tree.hpp"
#include "taps/output.hpp"
#include "taps/text_writer.hpp"
#include "taps/xplot_writer.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <wsutil/report_message.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace mptcp::taps {

using plugin::is_tshark;

namespace {

constexpr const char* kNotShared =
    "csv, json and xpl share the standard output with no other report; use output=<file>";

constexpr const char* kIsCapture = "it is the capture that is read";

/// Ends tshark; the GUI and sharkd live on.
void fail(const std::string& message) {
    report_failure("%s", message.c_str());
    if (is_tshark()) {
        std::fflush(stdout);
        std::exit(1); // NOLINT(concurrency-mt-unsafe)
    }
}

std::string list_of_reports() {
    std::string list = "-z mptcp,<report>[,bulk][,<option>=<value>…][,<display filter>]\n";
    for (const ReportType& type : report_types()) {
        list += fmt::format("  {:<14}{}\n  {:<14}  {}\n", type.grammar.name, type.answers, "",
                            options_of(type.grammar));
    }
    list += fmt::format("  {:<14}{}\n  {:<14}  display filter only\n", kOptionTree,
                        kOptionTreeAnswers, "");
    return list;
}

/// Prints the reports and ends tshark, as stock's `-z help` does; a message anywhere else.
void show_list() {
    const std::string list = list_of_reports();
    if (!is_tshark()) {
        report_failure("%s", list.c_str());
        return;
    }
    write(stdout, list);
    std::fflush(stdout);
    std::exit(0); // NOLINT(concurrency-mt-unsafe)
}

std::string cannot_write(const std::string& path, const std::string& reason) {
    return fmt::format("cannot write {}: {}", path.empty() ? "the standard output" : path, reason);
}

std::vector<ReportGrammar> grammars() {
    std::vector<ReportGrammar> grammars;
    for (const ReportType& type : report_types()) {
        grammars.push_back(type.grammar);
    }
    return grammars;
}

std::unique_ptr<ReportWriter> make_writer(Format format, std::FILE* stream) {
    switch (format) {
    case Format::csv:
        return std::make_unique<CsvWriter>(stream);
    case Format::json:
        return std::make_unique<JsonWriter>(stream);
    case Format::xplot:
        return std::make_unique<XplotWriter>(stream);
    case Format::text:
        break;
    }
    const bool utf8 = g_get_charset(nullptr) != 0;
    return std::make_unique<TextWriter>(stream, TextStyle{.utf8 = utf8});
}

/// tshark only notes signals, for the capture that it reads from; that has ended now.
void end_when_interrupted() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        if (std::signal(number, SIG_DFL) == SIG_IGN) {
            std::signal(number, SIG_IGN); // nohup
        }
    }
}

bool takes_stdout(const std::unique_ptr<ReportRequest>& request) {
    return request->output.empty() && request->format != Format::text;
}

/// Empty if all was written.
std::string write_report(const ReportRequest& request, const Tracker* tracker) {
    // A live capture was no file yet when the report was asked for.
    if (!request.output.empty() && is_being_read(request.output)) {
        return cannot_write(request.output, kIsCapture);
    }
    Output output(request.output);
    std::string problem;
    if (output.stream() != nullptr) {
        const auto writer = make_writer(request.format, output.stream());
        request.type->write(
            {tracker, request.listener->selection(), request.options, request.listener->segments()},
            *writer);
        problem = writer->problem();
        if (!writer->remark().empty()) {
            report_warning(
                "%s", fmt::format("-z mptcp,{}: {}", request.type->grammar.name, writer->remark())
                          .c_str());
        }
    }
    const std::string reason = output.finish();
    if (!reason.empty()) {
        return cannot_write(request.output, reason);
    }
    return problem.empty() ? request.listener->segments().problem() : problem;
}

} // namespace

bool ReportQueue::request(const char* argument) {
    const std::string problem = accept(argument);
    if (problem.empty()) {
        return true;
    }
    fail(fmt::format("-z {}: {}", argument, problem));
    return false;
}

void ReportQueue::end_file() {
    const Tracker* const tracker = analysis_.tracker();
    earlier_files_ += tracker != nullptr && !tracker->connections().empty() ? 1 : 0;
    // tshark resets no listener for the next file of a ring buffer, nor with -M.
    for (const auto& request : requests_) {
        request->listener->forget();
    }
}

std::string ReportQueue::accept(std::string_view argument) {
    const ParsedArguments parsed = parse_arguments(argument, grammars());
    if (const auto* error = std::get_if<ArgumentError>(&parsed)) {
        return error->message;
    }
    if (std::holds_alternative<ListReports>(parsed)) {
        show_list();
        return {};
    }
    return add(std::get<Arguments>(parsed));
}

std::string ReportQueue::add(const Arguments& arguments) {
    std::string problem = analysis_.why_off();
    if (!problem.empty()) {
        return problem;
    }
    problem = conflict_with_earlier(arguments);
    if (!problem.empty()) {
        return problem;
    }
    auto request = std::make_unique<ReportRequest>();
    request->type = find_report_type(arguments.report);
    request->format = arguments.format;
    request->output = arguments.output;
    request->options = arguments.options;
    request->bulk = arguments.bulk;
    // Wireshark draws its listeners in reverse order: when it comes to the first one, it is time
    // to write all reports.
    request->listener = std::make_unique<ReportListener>(
        request->type->reads == Reads::segments, ReportListener::Redraw::at_end,
        [this, drawn = request.get()] { draw(*drawn); });
    request->listener->selection().connections = arguments.connections;
    problem =
        request->listener->listen(arguments.filter, arguments.bulk ? ReportListener::Mode::bulk
                                                                   : ReportListener::Mode::normal);
    if (problem.empty()) {
        problem = reserve(arguments.output);
    }
    if (!problem.empty()) {
        return problem;
    }
    if (arguments.bulk) {
        ReportListener* const listener = request->listener.get();
        analysis_.want_bulk(listener->logs_segments()
                                ? [listener](const SegmentFacts& facts) { listener->take(facts); }
                                : FactsListener());
    }
    if (request->type->reads != Reads::connections) {
        analysis_.want_history();
    }
    requests_.push_back(std::move(request));
    return {};
}

std::string ReportQueue::conflict_with_earlier(const Arguments& arguments) const {
    if (arguments.bulk && !is_tshark()) {
        return "bulk mode is for tshark alone";
    }
    for (const auto& earlier : requests_) {
        if (earlier->bulk != arguments.bulk) {
            return "reports with and without bulk do not go together";
        }
        if (!earlier->output.empty() || !arguments.output.empty()) {
            continue;
        }
        if (earlier->format != Format::text || arguments.format != Format::text) {
            return kNotShared;
        }
    }
    return {};
}

std::string ReportQueue::reserve(const std::string& output) const {
    if (output.empty()) {
        return {};
    }
    const std::string reason = why_not_writable(output);
    if (!reason.empty()) {
        return cannot_write(output, reason);
    }
    if (is_being_read(output)) {
        return cannot_write(output, kIsCapture);
    }
    for (const auto& earlier : requests_) {
        std::error_code is_no_file;
        if (std::filesystem::equivalent(earlier->output, output, is_no_file)) {
            return fmt::format("another report is written to {} already", output);
        }
    }
    return {};
}

void ReportQueue::warn_of_earlier_files() const {
    if (earlier_files_ > 0) {
        report_warning(
            "-z mptcp: tshark began anew after MPTCP was seen (-b, -M: %u times); reports "
            "are of what came after the last time.",
            earlier_files_);
    }
}

void ReportQueue::draw(const ReportRequest& drawn) {
    if (&drawn != requests_.front().get()) {
        return;
    }
    Tracker* const tracker = analysis_.tracker();
    if (tracker != nullptr) {
        tracker->settle();
    }
    std::string problem;
    if (is_tshark() && option_tree_is_shown() &&
        std::any_of(requests_.begin(), requests_.end(), takes_stdout)) {
        fail(fmt::format("-z mptcp,tree: {}", kNotShared));
        return;
    }
    if (is_tshark()) {
        end_when_interrupted();
        warn_of_earlier_files();
    }
    for (const auto& request : requests_) {
        const std::string failure = write_report(*request, tracker);
        problem = problem.empty() ? failure : problem;
    }
    if (!problem.empty()) {
        fail(problem);
    }
}

} // namespace mptcp::taps
