#pragma once
/// Tables with a Drawing in the language of xplot.org(1): one graph ("plotter") for each connection
/// and direction, in the order in which they first occur. xplot draws no legend, so the title says
/// which colour is what. Other tables are left out.
///
/// xplot's `timeval` coordinates have microseconds; its `unsigned` ones only 32 bits, so `double`
/// it is for values.

#include "taps/report_writer.hpp"
#include "taps/text_spool.hpp"

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mptcp::taps {

class XplotWriter final : public ReportWriter {
  public:
    explicit XplotWriter(std::FILE* stream) : stream_(stream) {}

    [[nodiscard]] Audience audience() const override { return Audience::machines; }
    void begin(const DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const TableInfo& info, const Schema& schema) override;
    void row(const Record& record) override;
    void end_table() override;
    void end() override;
    [[nodiscard]] std::string problem() const override { return problem_; }

  private:
    /// Where the columns are that are drawn.
    struct Columns {
        std::size_t connection = 0;
        std::size_t direction = 0;
        std::size_t subflow = 0;
        std::size_t time = 0;
        std::size_t kind = 0;
        std::size_t value = 0;
        std::size_t value_end = 0;
    };
    /// One plotter; its marks are the text of the same number.
    struct Graph {
        std::string connection;
        std::string direction;
        /// Those drawn in their own colours; none: all of them together.
        std::set<std::optional<std::uint64_t>> subflows;
    };
    /// A line that goes on: graph, kind, subflow.
    using Trace = std::tuple<TextSpool::Part, std::string, std::string>;
    struct Point {
        std::string time;
        std::string value;
    };

    [[nodiscard]] const DrawnKind* drawn(const std::string& kind) const;
    TextSpool::Part graph_of(const Record& record);
    [[nodiscard]] std::string heading(const Graph& graph) const;
    [[nodiscard]] std::string_view colour_of(const DrawnKind& drawn, const Record& record,
                                             Graph& graph) const;
    [[nodiscard]] std::string marks(const DrawnKind& drawn, const Record& record,
                                    TextSpool::Part graph);
    /// The way from the previous point of the trace to this one.
    [[nodiscard]] std::string joined(const Trace& trace, const Point& point, Mark mark,
                                     std::string_view colour);

    std::FILE* stream_;
    std::optional<Drawing> drawing_;
    Columns columns_;
    TextSpool marks_;
    std::vector<Graph> graphs_;
    /// By connection and direction.
    std::map<std::pair<std::string, std::string>, TextSpool::Part> parts_;
    std::map<Trace, Point> previous_;
    std::string problem_;
};

} // namespace mptcp::taps
