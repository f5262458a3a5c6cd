#include "taps/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace mptcp::taps {

namespace {

constexpr std::string_view kCommand = "mptcp";
constexpr std::string_view kOptions = "format=text|csv|json, connection=<n>, output=<file>";

constexpr std::array<std::pair<std::string_view, Format>, 3> kFormats = {{
    {"text", Format::text},
    {"csv", Format::csv},
    {"json", Format::json},
}};

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
    Parser(std::string_view argument, std::span<const std::string_view> reports)
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
        const std::string_view report = take();
        if (std::find(reports_.begin(), reports_.end(), report) == reports_.end()) {
            return ArgumentError{
                fmt::format("no report '{}'; the reports are {}", report, report_list())};
        }
        result_.report = report;
        while (!at_end_ && problem_.empty() && take_option()) {
        }
        if (!problem_.empty()) {
            return ArgumentError{problem_};
        }
        result_.filter = rest_;
        return result_;
    }

  private:
    [[nodiscard]] std::string report_list() const {
        return fmt::format("{}", fmt::join(reports_, ", "));
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
            problem_ = "bulk mode is not available in this version";
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
        } else {
            problem_ = fmt::format("no option '{}'; the options are {} (a display filter compares "
                                   "with ==)",
                                   option.name, kOptions);
        }
    }

    void apply_format(std::string_view value) {
        const auto* const format =
            std::find_if(kFormats.begin(), kFormats.end(),
                         [value](const auto& known) { return known.first == value; });
        if (format == kFormats.end()) {
            problem_ = fmt::format("no format '{}'; the formats are text, csv, json", value);
        } else if (std::exchange(format_given_, true)) {
            problem_ = "format= is given twice";
        } else {
            result_.format = format->second;
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

    std::string_view rest_;
    std::span<const std::string_view> reports_;
    bool at_end_ = false;
    bool format_given_ = false;
    std::string problem_;
    Arguments result_;
};

} // namespace

ParsedArguments parse_arguments(std::string_view argument,
                                std::span<const std::string_view> reports) {
    return Parser(argument, reports).parse();
}

} // namespace mptcp::taps
