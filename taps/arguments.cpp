#include "taps/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace mptcp::taps {

namespace {

constexpr std::string_view kCommand = "mptcp";

template <typename Choice, std::size_t Count>
using Words = std::array<std::pair<std::string_view, Choice>, Count>;

constexpr Words<Format, 4> kFormats = {{
    {"text", Format::text},
    {"csv", Format::csv},
    {"json", Format::json},
    {"xpl", Format::xplot},
}};

constexpr Words<Graph, 11> kGraphs = {{
    {"dsn", Graph::dsn},
    {"rtt", Graph::rtt},
    {"flight", Graph::flight},
    {"goodput", Graph::goodput},
    {"throughput", Graph::throughput},
    {"acksize", Graph::acksize},
    {"interarrival", Graph::interarrival},
    {"window", Graph::window},
    {"share", Graph::share},
    {"scheduler", Graph::scheduler},
    {"delay", Graph::delay},
}};

/// One nanosecond would make as many rows as there are nanoseconds.
constexpr Nanoseconds kShortestInterval = 1'000'000;
constexpr double kLongestInterval = 1e9;

template <typename Known>
std::vector<std::string_view> words_of(const Known& known) {
    std::vector<std::string_view> words;
    for (const auto& [word, choice] : known) {
        words.push_back(word);
    }
    return words;
}

std::vector<std::string_view> format_words(const ReportGrammar& report) {
    std::vector<std::string_view> words;
    for (const Format format : report.formats) {
        words.push_back(kFormats[static_cast<std::size_t>(format)].first);
    }
    return words;
}

struct Option {
    std::string_view name;
    std::string_view value;
};

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/// word=value; none if the '=' belongs to a filter operator.
std::optional<Option> as_option(std::string_view element) {
    const std::size_t equals = element.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view name = element.substr(0, equals);
    const std::string_view value = element.substr(equals + 1);
    const bool is_operator = value.starts_with('=') || value.starts_with('~');
    if (is_operator || !std::all_of(name.begin(), name.end(), is_word_character)) {
        return std::nullopt;
    }
    return Option{.name = name, .value = value};
}

/// Takes elements off the front of the argument.
class Parser {
  public:
    Parser(std::string_view argument, std::span<const ReportGrammar> reports)
        : rest_(argument.substr(kCommand.size())), reports_(reports) {}

    ParsedArguments parse() {
        if (rest_.empty()) {
            return ListReports{};
        }
        if (!rest_.starts_with(',')) {
            return ArgumentError{
                fmt::format("no such statistic; the reports are {}", report_list())};
        }
        rest_.remove_prefix(1);
        const std::string_view name = take();
        report_ = std::find_if(reports_.begin(), reports_.end(),
                               [name](const ReportGrammar& report) { return report.name == name; });
        if (report_ == reports_.end()) {
            return ArgumentError{
                fmt::format("no report '{}'; the reports are {}", name, report_list())};
        }
        result_.report = name;
        result_.format = report_->formats.front();
        while (!at_end_ && problem_.empty() && take_option()) {
        }
        if (problem_.empty() && result_.bulk && !rest_.empty()) {
            problem_ = "bulk mode takes no display filter";
        }
        if (!problem_.empty()) {
            return ArgumentError{problem_};
        }
        result_.filter = rest_;
        return result_;
    }

  private:
    [[nodiscard]] std::string report_list() const {
        std::vector<std::string_view> names;
        for (const ReportGrammar& report : reports_) {
            names.push_back(report.name);
        }
        names.push_back(kOptionTree);
        return fmt::format("{}", fmt::join(names, ", "));
    }

    std::string_view take() {
        const std::size_t comma = rest_.find(',');
        const std::string_view element = rest_.substr(0, comma);
        at_end_ = comma == std::string_view::npos;
        rest_.remove_prefix(at_end_ ? rest_.size() : comma + 1);
        return element;
    }

    /// False at the first element of the filter, which stays in rest_.
    bool take_option() {
        const std::string_view element = rest_.substr(0, rest_.find(','));
        if (element == "bulk") {
            take();
            result_.bulk = true;
            return true;
        }
        const std::optional<Option> option = as_option(element);
        if (!option) {
            return false;
        }
        take();
        apply(*option);
        return true;
    }

    void apply(const Option& option) {
        if (option.name == "format") {
            apply_format(option.value);
        } else if (option.name == "connection") {
            apply_connection(option.value);
        } else if (option.name == "output") {
            apply_output(option.value);
        } else if (option.name == "interval" && report_->has_interval) {
            apply_interval(option.value);
        } else if (option.name == "graph" && report_->has_graph) {
            apply_graph(option.value);
        } else {
            problem_ = fmt::format("no option '{}'; the options are {} (a display filter compares "
                                   "with ==)",
                                   option.name, options_of(*report_));
        }
    }

    void apply_format(std::string_view value) {
        const std::vector<std::string_view> allowed = format_words(*report_);
        const auto format = std::find(allowed.begin(), allowed.end(), value);
        if (format == allowed.end()) {
            problem_ =
                fmt::format("no format '{}'; the formats are {}", value, fmt::join(allowed, ", "));
        } else if (std::exchange(format_given_, true)) {
            problem_ = "format= is given twice";
        } else {
            result_.format = report_->formats[static_cast<std::size_t>(format - allowed.begin())];
        }
    }

    void apply_connection(std::string_view value) {
        ConnectionNumber number = 0;
        const char* const end = value.data() + value.size();
        const auto [stop, status] = std::from_chars(value.data(), end, number);
        if (status != std::errc() || stop != end) {
            problem_ =
                fmt::format("no connection '{}'; connection= takes a number, from 0 on", value);
        } else {
            result_.connections.push_back(number);
        }
    }

    void apply_output(std::string_view value) {
        if (value.empty()) {
            problem_ = "output= takes the name of a file";
        } else if (!result_.output.empty()) {
            problem_ = "output= is given twice";
        } else {
            result_.output = value;
        }
    }

    void apply_interval(std::string_view value) {
        double seconds = 0;
        const char* const end = value.data() + value.size();
        const auto [stop, status] = std::from_chars(value.data(), end, seconds);
        const bool in_range =
            status == std::errc() && stop == end && seconds > 0 && seconds < kLongestInterval;
        const auto nanoseconds =
            in_range ? static_cast<Nanoseconds>(std::llround(seconds * kNanosecondsPerSecond)) : 0;
        if (nanoseconds < kShortestInterval) {
            problem_ = fmt::format(
                "no interval '{}'; interval= takes seconds, 0.001 or more and less than {:.0f}",
                value, kLongestInterval);
        } else if (std::exchange(interval_given_, true)) {
            problem_ = "interval= is given twice";
        } else {
            result_.options.interval = nanoseconds;
        }
    }

    void apply_graph(std::string_view value) {
        const auto* const graph =
            std::find_if(kGraphs.begin(), kGraphs.end(),
                         [value](const auto& known) { return known.first == value; });
        if (graph == kGraphs.end()) {
            problem_ = fmt::format("no graph '{}'; the graphs are {}", value,
                                   fmt::join(words_of(kGraphs), ", "));
        } else if (std::exchange(graph_given_, true)) {
            problem_ = "graph= is given twice";
        } else {
            result_.options.graph = graph->second;
        }
    }

    std::string_view rest_;
    std::span<const ReportGrammar> reports_;
    std::span<const ReportGrammar>::iterator report_;
    bool at_end_ = false;
    bool format_given_ = false;
    bool interval_given_ = false;
    bool graph_given_ = false;
    std::string problem_;
    Arguments result_;
};

} // namespace

std::string options_of(const ReportGrammar& report) {
    std::string options = fmt::format("format={}, connection=<n>, output=<file>",
                                      fmt::join(format_words(report), "|"));
    if (report.has_interval) {
        options += ", interval=<seconds>";
    }
    if (report.has_graph) {
        options += fmt::format(", graph={}", fmt::join(words_of(kGraphs), "|"));
    }
    return options + ", bulk";
}

ParsedArguments parse_arguments(std::string_view argument, std::span<const ReportGrammar> reports) {
    return Parser(argument, reports).parse();
}

} // namespace mptcp::taps
