#include "taps/xplot_writer.hpp"

#include "taps/output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace mptcp::taps {

namespace {

constexpr const char* kCoordinates = "timeval double\n";

/// Those of xplot that neither the background nor a Colour has, neighbours far apart.
constexpr std::array<std::string_view, 6> kSubflowColours = {"red",    "pink",    "purple",
                                                             "orange", "magenta", "blue"};

/// Of a kind that has a colour for each subflow, what is of all of them.
constexpr std::string_view kWholeColour = "white";

std::size_t position_of(const Schema& schema, std::string_view key) {
    const auto found = std::find_if(schema.begin(), schema.end(),
                                    [key](const Field& field) { return field.key == key; });
    return static_cast<std::size_t>(found - schema.begin());
}

std::string_view colour_of_subflow(std::optional<std::uint64_t> subflow) {
    return subflow ? kSubflowColours[*subflow % kSubflowColours.size()] : kWholeColour;
}

/// Empty for Colour::of_subflow.
std::string_view name_of(Colour colour) {
    switch (colour) {
    case Colour::green:
        return "green";
    case Colour::yellow:
        return "yellow";
    case Colour::white:
        return "white";
    case Colour::of_subflow:
        break;
    }
    return {};
}

std::string in_words(std::string key) {
    std::replace(key.begin(), key.end(), '_', ' ');
    return key;
}

std::string time_text(const Value& time) {
    constexpr Nanoseconds second = 1'000'000'000;
    const auto* seconds = time.get_if<Seconds>();
    const Nanoseconds value = seconds != nullptr ? seconds->nanoseconds : 0;
    const Nanoseconds magnitude = std::abs(value);
    return fmt::format("{}{}.{:06}", value < 0 ? "-" : "", magnitude / second,
                       magnitude % second / 1000);
}

} // namespace

void XplotWriter::begin(const DocumentInfo& /*info*/) {
}

void XplotWriter::text(std::string_view /*paragraph*/) {
}

void XplotWriter::begin_table(const TableInfo& info, const Schema& schema) {
    drawing_ = info.drawing;
    columns_ = {.connection = position_of(schema, "connection"),
                .direction = position_of(schema, "direction"),
                .subflow = position_of(schema, "subflow"),
                .time = position_of(schema, "time"),
                .kind = position_of(schema, "kind"),
                .value = position_of(schema, "value"),
                .value_end = position_of(schema, "value_end")};
}

void XplotWriter::row(const Record& record) {
    if (!drawing_) {
        return;
    }
    const DrawnKind* const kind = drawn(machine_text(record[columns_.kind]));
    if (kind == nullptr || record[columns_.value].is_null()) {
        return;
    }
    const TextSpool::Part graph = graph_of(record);
    marks_.append(graph, marks(*kind, record, graph));
}

void XplotWriter::end_table() {
}

void XplotWriter::end() {
    if (graphs_.empty()) {
        write(stream_, std::string(kCoordinates) + "title\nNothing to draw\n");
    }
    for (TextSpool::Part graph = 0; graph < graphs_.size(); ++graph) {
        write(stream_, (graph > 0 ? "new_plotter\n" : "") + heading(graphs_[graph]));
        if (!marks_.copy(graph, stream_)) {
            problem_ = "cannot read a temporary file back";
        }
    }
    write(stream_, "go\n");
}

const DrawnKind* XplotWriter::drawn(const std::string& kind) const {
    const auto found = std::find_if(drawing_->kinds.begin(), drawing_->kinds.end(),
                                    [&kind](const DrawnKind& drawn) { return drawn.kind == kind; });
    return found == drawing_->kinds.end() ? nullptr : &*found;
}

TextSpool::Part XplotWriter::graph_of(const Record& record) {
    const std::string connection = machine_text(record[columns_.connection]);
    const std::string direction = machine_text(record[columns_.direction]);
    const auto [place, added] = parts_.try_emplace({connection, direction}, 0);
    if (added) {
        place->second = marks_.add_part();
        graphs_.push_back({.connection = connection, .direction = direction, .subflows = {}});
    }
    return place->second;
}

std::string XplotWriter::heading(const Graph& graph) const {
    std::vector<std::string> colours;
    for (const std::optional<std::uint64_t> subflow : graph.subflows) {
        colours.push_back(fmt::format("{} {}",
                                      subflow ? fmt::format("subflow {}", *subflow) : "all",
                                      colour_of_subflow(subflow)));
    }
    for (const DrawnKind& drawn : drawing_->kinds) {
        if (drawn.colour != Colour::of_subflow) {
            colours.push_back(fmt::format("{} {}", in_words(drawn.kind), name_of(drawn.colour)));
        }
    }
    return fmt::format("{}title\n{}, connection {}, {}: {}\nxlabel\ntime\nylabel\n{}\n",
                       kCoordinates, drawing_->title, graph.connection, in_words(graph.direction),
                       fmt::join(colours, ", "), drawing_->y_label);
}

std::string_view XplotWriter::colour_of(const DrawnKind& drawn, const Record& record,
                                        Graph& graph) const {
    if (drawn.colour != Colour::of_subflow) {
        return name_of(drawn.colour);
    }
    const auto* const number = record[columns_.subflow].get_if<std::uint64_t>();
    const auto subflow = number != nullptr ? std::optional(*number) : std::nullopt;
    graph.subflows.insert(subflow);
    return colour_of_subflow(subflow);
}

std::string XplotWriter::marks(const DrawnKind& drawn, const Record& record,
                               TextSpool::Part graph) {
    const std::string_view colour = colour_of(drawn, record, graphs_[graph]);
    const Point point{time_text(record[columns_.time]), machine_text(record[columns_.value])};
    std::string top = point.value;
    std::string lines;
    switch (drawn.mark) {
    case Mark::dot:
        lines = fmt::format("diamond {} {} {}\n", point.time, point.value, colour);
        break;
    case Mark::bar:
        top = machine_text(record[columns_.value_end]);
        lines = fmt::format("line {0} {1} {0} {2} {3}\nuarrow {0} {2} {3}\n", point.time,
                            point.value, top, colour);
        break;
    case Mark::line:
        lines = joined({graph, drawn.kind, machine_text(record[columns_.subflow])}, point,
                       drawn.mark, colour);
        break;
    case Mark::steps:
        lines = joined({graph, drawn.kind, {}}, point, drawn.mark, colour);
        break;
    }
    if (!drawn.label.empty()) {
        lines += fmt::format("atext {} {} {}\n{}\n", point.time, top, colour, drawn.label);
    }
    return lines;
}

std::string XplotWriter::joined(const Trace& trace, const Point& point, Mark mark,
                                std::string_view colour) {
    const auto [place, is_first] = previous_.try_emplace(trace, point);
    if (is_first) {
        return fmt::format("dot {} {} {}\n", point.time, point.value, colour);
    }
    const Point from = std::exchange(place->second, point);
    if (mark == Mark::line) {
        return fmt::format("line {} {} {} {} {}\n", from.time, from.value, point.time, point.value,
                           colour);
    }
    return fmt::format("line {0} {1} {2} {1} {4}\nline {2} {1} {2} {3} {4}\n", from.time,
                       from.value, point.time, point.value, colour);
}

} // namespace mptcp::taps
