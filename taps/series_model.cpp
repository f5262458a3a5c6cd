#include "taps/series_model.hpp"

#include "taps/rate_series.hpp"
#include "taps/reinjections_model.hpp"
#include "taps/wording.hpp"

#include <array>
#include <unordered_map>

namespace mptcp::taps {

namespace {

using S = LoggedSegment;

std::string_view kind_of(const ByteCounts& bytes) {
    if (bytes[ByteClass::reinjected_other_subflow] + bytes[ByteClass::reinjected_same_subflow] >
        0) {
        return "reinjected";
    }
    return bytes[ByteClass::retransmitted] > 0 ? "retransmitted" : "new";
}

/// What a direction's next point depends on.
struct DirectionState {
    /// Relative data sequence numbers.
    std::optional<std::int64_t> data_ack;
    std::optional<std::int64_t> right_edge;

    struct NewData {
        Nanoseconds time = 0;
        SubflowNumber subflow = 0;
    };
    std::optional<NewData> last_new;
};

/// Makes the points of graphs that have one for a segment.
class PointMaker {
  public:
    explicit PointMaker(const PointSink& sink) : sink_(sink) {}

    void dsn(const S& s) {
        if (s.facts.dsn) {
            const auto relative = [&](Dsn dsn) {
                return s.connection.relative_dsn(s.facts.sender, dsn);
            };
            SeriesPoint point = sent(s, kind_of(s.facts.bytes), relative(s.facts.dsn->begin));
            point.value_end = relative(s.facts.dsn->end);
            sink_(point);
        }
        if (!s.facts.data_ack) {
            return;
        }
        DirectionState& state = state_of(s, opposite(s.facts.sender));
        const std::int64_t ack =
            s.connection.relative_dsn(opposite(s.facts.sender), *s.facts.data_ack);
        if (ack > state.data_ack.value_or(ack - 1)) {
            state.data_ack = ack;
            sink_(acknowledged(s, "data_ack", ack));
        }
        if (s.facts.window) {
            // The window counts from the highest DATA_ACK, not from a late one.
            const std::int64_t edge = *state.data_ack + static_cast<std::int64_t>(*s.facts.window);
            if (edge > state.right_edge.value_or(edge - 1)) {
                state.right_edge = edge;
                sink_(acknowledged(s, "window_edge", edge));
            }
        }
    }

    void rtt(const S& s) {
        if (s.facts.data_rtt) {
            sink_(acknowledged(s, "data_rtt", Seconds{*s.facts.data_rtt}));
        }
        if (s.facts.subflow_rtt) {
            sink_(acknowledged(s, "subflow_rtt", Seconds{*s.facts.subflow_rtt}));
        }
    }

    void flight(const S& s) {
        if (s.facts.flight) {
            sink_(sent(s, "flight", *s.facts.flight));
        }
        if (s.facts.subflow_flight) {
            sink_(sent(s, "subflow_flight", *s.facts.subflow_flight));
        }
        window_of(s);
    }

    void window(const S& s) {
        window_of(s);
        if (s.facts.window_limited) {
            sink_(sent(s, "window_limited", s.facts.flight));
        }
    }

    void ack_size(const S& s) {
        if (s.facts.newly_acked_bytes > 0) {
            sink_(acknowledged(s, "newly_acked", s.facts.newly_acked_bytes));
        }
    }

    void interarrival(const S& s) {
        if (s.facts.bytes[ByteClass::fresh] == 0) {
            return;
        }
        DirectionState& state = state_of(s, s.facts.sender);
        if (state.last_new) {
            SeriesPoint point =
                sent(s, "interarrival", Seconds{s.facts.time - state.last_new->time});
            point.previous_subflow = state.last_new->subflow;
            sink_(point);
        }
        state.last_new = {.time = s.facts.time, .subflow = s.subflow.number};
    }

    void scheduler(const S& s) {
        const std::uint64_t bytes = s.facts.bytes[ByteClass::fresh];
        if (bytes > 0) {
            DirectionState& state = state_of(s, s.facts.sender);
            const bool switches = state.last_new && state.last_new->subflow != s.subflow.number;
            SeriesPoint point = sent(s, switches ? "switch" : "stay", bytes);
            if (state.last_new) {
                point.previous_subflow = state.last_new->subflow;
            }
            sink_(point);
            state.last_new = {.time = s.facts.time, .subflow = s.subflow.number};
        }
    }

  private:
    static SeriesPoint point(const S& s, Side sender, std::string_view kind, Value value) {
        return {.connection = s.connection,
                .sender = sender,
                .subflow = s.subflow.number,
                .previous_subflow = std::nullopt,
                .frame = s.facts.frame,
                .time = s.facts.time,
                .kind = kind,
                .value = std::move(value),
                .value_end = {}};
    }
    static SeriesPoint sent(const S& s, std::string_view kind, Value value) {
        return point(s, s.facts.sender, kind, std::move(value));
    }
    static SeriesPoint acknowledged(const S& s, std::string_view kind, Value value) {
        return point(s, opposite(s.facts.sender), kind, std::move(value));
    }

    void window_of(const S& s) {
        if (s.facts.window) {
            sink_(acknowledged(s, "window", *s.facts.window));
        }
    }

    DirectionState& state_of(const S& s, Side sender) {
        return states_[&s.connection][index(sender)];
    }

    const PointSink& sink_;
    std::unordered_map<const Connection*, std::array<DirectionState, 2>> states_;
};

/// One for each reinjection: they are told by the connection, not by a segment.
void for_each_reinjection(const ReportInput& input, const PointSink& sink) {
    const ReinjectionsModel model = reinjections_of(input.tracker, input.selection);
    for (const ReinjectionEvent& event : model.events) {
        const Reinjection& reinjection = *event.reinjection;
        sink({.connection = *event.connection,
              .sender = reinjection.sender,
              .subflow = reinjection.subflow,
              .previous_subflow = reinjection.first_subflow,
              .frame = reinjection.frame,
              .time = reinjection.time,
              .kind = word(reinjection.outcome),
              .value = Seconds{reinjection.delay},
              .value_end = {}});
    }
}

void for_each_segment_point(const ReportInput& input, void (PointMaker::*make)(const S&),
                            const PointSink& sink) {
    PointMaker maker(sink);
    for_each_segment(input, [&](const S& segment) { (maker.*make)(segment); });
}

} // namespace

void for_each_point(const ReportInput& input, Graph graph, const PointSink& point) {
    switch (graph) {
    case Graph::dsn:
        return for_each_segment_point(input, &PointMaker::dsn, point);
    case Graph::rtt:
        return for_each_segment_point(input, &PointMaker::rtt, point);
    case Graph::flight:
        return for_each_segment_point(input, &PointMaker::flight, point);
    case Graph::window:
        return for_each_segment_point(input, &PointMaker::window, point);
    case Graph::acksize:
        return for_each_segment_point(input, &PointMaker::ack_size, point);
    case Graph::interarrival:
        return for_each_segment_point(input, &PointMaker::interarrival, point);
    case Graph::scheduler:
        return for_each_segment_point(input, &PointMaker::scheduler, point);
    case Graph::throughput:
        return for_each_throughput(input, point);
    case Graph::goodput:
        return for_each_goodput(input, point);
    case Graph::share:
        return for_each_share(input, point);
    case Graph::delay:
        return for_each_reinjection(input, point);
    }
}

} // namespace mptcp::taps
