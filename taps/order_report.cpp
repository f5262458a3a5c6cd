#include "taps/order_report.hpp"

#include "taps/order_model.hpp"
#include "taps/preface.hpp"
#include "taps/summary_model.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace mptcp::taps {

namespace {

using R = OrderRow;

/// One of several things of a direction.
template <typename T>
struct Item {
    const R& row;
    const T& thing;
};
using HoleItem = Item<Hole>;
using StallItem = Item<Stall>;

/// What one subflow had to do with the holes of a direction.
struct FillerItem {
    const R& row;
    SubflowNumber subflow = 0;
    HoleFiller filler;
    std::uint64_t holes_left = 0;
    std::uint64_t holes_filled = 0;
};

template <typename Row>
const R& direction_of(const Item<Row>& item) {
    return item.row;
}
const R& direction_of(const FillerItem& item) {
    return item.row;
}
const R& direction_of(const R& row) {
    return row;
}

template <typename T>
void add_place(Shape<T>& shape) {
    shape
        .column("connection", "Conn.", Unit::none,
                [](const T& t) { return direction_of(t).connection->number(); })
        .field("direction", [](const T& t) {
            return direction_word(*direction_of(t).connection, direction_of(t).sender);
        });
}

/// Who sends, for people.
template <typename T>
void add_arrow(Shape<T>& shape) {
    shape
        .column("connection", "Conn.", Unit::none,
                [](const T& t) { return direction_of(t).connection->number(); })
        .column("arrow", "", Unit::none, [](const T& t) {
            return direction_arrow(*direction_of(t).connection, direction_of(t).sender);
        });
}

// -- one row per direction ------------------------------------------------------------------------

Scheduling::Blocks blocks(const R& r) {
    return r.order.scheduling().blocks();
}

Value mean_block(const R& r) {
    return part(blocks(r).bytes, blocks(r).count);
}

Value largest_block(const R& r) {
    return blocks(r).count == 0 ? Value() : Value(blocks(r).most_bytes);
}

Value delay(const R& r, Nanoseconds ReorderDelays::*figure) {
    return r.delays ? Value(Seconds{(*r.delays).*figure}) : Value();
}

Shape<R> machine_shape() {
    Shape<R> shape;
    add_place(shape);
    shape.field("data_bytes", [](const R& r) { return r.totals.data_bytes(); })
        .field("out_of_order_segments", [](const R& r) { return r.totals.out_of_order_segments; })
        .field("out_of_order_bytes", [](const R& r) { return r.order.out_of_order_bytes(); })
        .field("reorder_distance_max", [](const R& r) { return r.order.greatest_distance(); })
        .field("reorder_delay_mean", [](const R& r) { return delay(r, &ReorderDelays::mean); })
        .field("reorder_delay_median", [](const R& r) { return delay(r, &ReorderDelays::median); })
        .field("reorder_delay_max", [](const R& r) { return delay(r, &ReorderDelays::max); })
        .field("blocked_seconds", [](const R& r) { return Seconds{r.order.blocked()}; })
        .field("longest_blocked_seconds",
               [](const R& r) { return Seconds{r.order.longest_blocked()}; })
        .field("held_bytes_max", [](const R& r) { return r.order.most_held_bytes(); })
        .field("holes", [](const R& r) { return r.order.holes().size(); })
        .field("holes_filled", [](const R& r) { return r.filled_holes(); })
        .field("stalls", [](const R& r) { return r.stalls; })
        .field("stalled_seconds", [](const R& r) { return Seconds{r.stalled}; })
        .field("longest_stall_seconds", [](const R& r) { return Seconds{r.longest_stall}; })
        .field("switches", [](const R& r) { return blocks(r).switches(); })
        .field("blocks_count", [](const R& r) { return blocks(r).count; })
        .field("blocks_mean_bytes", mean_block)
        .field("blocks_max_bytes", largest_block)
        .field("single_subflow_seconds", [](const R& r) { return Seconds{blocks(r).time}; });
    return shape;
}

Shape<R> people_shape() {
    Shape<R> shape;
    add_arrow(shape);
    shape.column("data", "Data", Unit::bytes, [](const R& r) { return r.totals.data_bytes(); })
        .column("segments", "Segments\nout of order", Unit::count,
                [](const R& r) { return r.totals.out_of_order_segments; })
        .column("delay", "Median\ndelay", Unit::seconds,
                [](const R& r) { return delay(r, &ReorderDelays::median); })
        .column("blocked", "Blocked\nin all", Unit::seconds,
                [](const R& r) { return Seconds{r.order.blocked()}; })
        .column("longest", "Longest", Unit::seconds,
                [](const R& r) { return Seconds{r.order.longest_blocked()}; })
        .column("held", "Held\nat most", Unit::bytes,
                [](const R& r) { return r.order.most_held_bytes(); })
        .column("holes", "Holes", Unit::count, [](const R& r) { return r.order.holes().size(); })
        .column("switches", "Swit-\nches", Unit::count,
                [](const R& r) { return blocks(r).switches(); })
        .column("block", "Mean\nblock", Unit::bytes,
                [](const R& r) {
                    return blocks(r).count == 0 ? Value()
                                                : Value(blocks(r).bytes / blocks(r).count);
                })
        .column("alone", "On one\nalone", Unit::seconds,
                [](const R& r) { return Seconds{blocks(r).time}; });
    return shape;
}

// -- who filled holes -----------------------------------------------------------------------------

/// Of subflows that left holes or filled any.
std::vector<FillerItem> fillers_of(const R& row) {
    std::map<SubflowNumber, std::uint64_t> left;
    std::map<SubflowNumber, std::uint64_t> filled;
    for (const Hole& hole : row.order.holes()) {
        ++left[hole.subflow];
        if (hole.filled_by) {
            ++filled[*hole.filled_by];
        }
    }
    const std::vector<HoleFiller>& fillers = row.order.fillers();
    std::vector<FillerItem> items;
    for (const Subflow* subflow : row.connection->subflows()) {
        const SubflowNumber number = subflow->number;
        if (number < fillers.size() || left.contains(number)) {
            items.push_back({.row = row,
                             .subflow = number,
                             .filler = number < fillers.size() ? fillers[number] : HoleFiller(),
                             .holes_left = left[number],
                             .holes_filled = filled[number]});
        }
    }
    return items;
}

void add_filler(Shape<FillerItem>& shape) {
    using F = FillerItem;
    shape.column("subflow", "Subflow", Unit::none, [](const F& f) { return f.subflow; })
        .column("holes_left", "Left\nholes", Unit::count, [](const F& f) { return f.holes_left; })
        .column("holes_filled", "Filled\nholes", Unit::count,
                [](const F& f) { return f.holes_filled; })
        .column("filled_bytes", "Filled", Unit::bytes, [](const F& f) { return f.filler.bytes; })
        .column("waited_seconds", "Waited\nfor it", Unit::seconds,
                [](const F& f) { return Seconds{f.filler.waited}; });
}

// -- holes and stalls -----------------------------------------------------------------------------

Shape<HoleItem> hole_shape() {
    using H = HoleItem;
    Shape<H> shape;
    add_place(shape);
    shape.field("frame", [](const H& h) { return h.thing.frame; })
        .field("time", [](const H& h) { return Seconds{h.thing.start}; })
        .field("subflow", [](const H& h) { return h.thing.subflow; })
        .field("dsn",
               [](const H& h) { return h.row.connection->relative_dsn(h.row.sender, h.thing.dsn); })
        .field("dsn_raw", [](const H& h) { return Hex{.value = h.thing.dsn}; })
        .field("bytes", [](const H& h) { return h.thing.bytes; })
        .field("duration",
               [](const H& h) {
                   return h.thing.filled_frame == 0
                              ? Value()
                              : Value(Seconds{h.thing.filled - h.thing.start});
               })
        .field("filled_frame", [](const H& h) { return frame_or_null(h.thing.filled_frame); })
        .field("filled_by", [](const H& h) { return Value(h.thing.filled_by); });
    return shape;
}

void add_stall(Shape<StallItem>& shape, Nanoseconds origin) {
    using S = StallItem;
    shape
        .column("time", "Start", Unit::seconds,
                [origin](const S& s) { return Seconds{s.thing.start - origin}; })
        .column("duration", "Length", Unit::seconds,
                [](const S& s) { return Seconds{s.thing.length}; })
        .column("silent_subflow", "Silent\nsubflow", Unit::none,
                [](const S& s) { return s.thing.silent; })
        .column("resumed_subflow", "Resumed\non", Unit::none,
                [](const S& s) { return s.thing.resumed; })
        .column("frame", "In\nframe", Unit::count, [](const S& s) { return s.thing.frame; });
}

// -- writing --------------------------------------------------------------------------------------

void write_directions(const std::vector<R>& rows, const Shape<R>& shape, ReportWriter& writer) {
    writer.begin_table({.key = "order", .row_name = "order"}, shape.schema());
    for (const R& row : rows) {
        writer.row(shape.record(row));
    }
    writer.end_table();
}

void write_fillers(const std::vector<R>& rows, const Shape<FillerItem>& shape,
                   ReportWriter& writer) {
    writer.begin_table({.key = "fillers", .row_name = "filler"}, shape.schema());
    for (const R& row : rows) {
        for (const FillerItem& item : fillers_of(row)) {
            writer.row(shape.record(item));
        }
    }
    writer.end_table();
}

void write_stalls(const std::vector<R>& rows, const Shape<StallItem>& shape, ReportWriter& writer) {
    writer.begin_table({.key = "stalls", .row_name = "stall"}, shape.schema());
    for (const R& row : rows) {
        for (const Stall& stall : row.stall_list()) {
            writer.row(shape.record({row, stall}));
        }
    }
    writer.end_table();
}

void write_records(const std::vector<R>& rows, ReportWriter& writer) {
    write_directions(rows, machine_shape(), writer);
    Shape<FillerItem> filler_shape;
    add_place(filler_shape);
    add_filler(filler_shape);
    write_fillers(rows, filler_shape, writer);
    const Shape<HoleItem> holes = hole_shape();
    writer.begin_table({.key = "holes", .row_name = "hole"}, holes.schema());
    for (const R& row : rows) {
        for (const Hole& hole : row.order.holes()) {
            writer.row(holes.record({row, hole}));
        }
    }
    writer.end_table();
    Shape<StallItem> stall_shape;
    add_place(stall_shape);
    add_stall(stall_shape, 0);
    write_stalls(rows, stall_shape, writer);
}

void write_text(const std::vector<R>& rows, Nanoseconds origin, ReportWriter& writer) {
    write_directions(rows, people_shape(), writer);
    writer.text("");
    if (std::any_of(rows.begin(), rows.end(),
                    [](const R& r) { return !r.order.holes().empty(); })) {
        writer.text("Who left holes behind by sending ahead, and who filled them:");
        writer.text("");
        Shape<FillerItem> shape;
        add_arrow(shape);
        add_filler(shape);
        write_fillers(rows, shape, writer);
        writer.text("");
    }
    if (std::any_of(rows.begin(), rows.end(), [](const R& r) { return r.stalls > 0; })) {
        writer.text("Stalls, in which no new data came although some was outstanding:");
        writer.text("");
        Shape<StallItem> shape;
        add_arrow(shape);
        add_stall(shape, origin);
        write_stalls(rows, shape, writer);
        writer.text("");
    }
    writer.text(
        "Delay: until the hole before such a segment was filled. Blocked: data above a hole had "
        "arrived; held: how much. Mean block: new data in a row on one subflow. On one alone: time "
        "in which only one subflow carried new data. Waited for it: until this subflow filled what "
        "was missing next.");
    writer.text("");
}

} // namespace

void write_order(const ReportInput& input, ReportWriter& writer) {
    const std::vector<R> rows = order_rows(input);
    writer.begin({.schema = "mptcp/order/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_records(rows, writer);
    } else if (write_preface(input, writer)) {
        write_text(rows, origin_of(input.tracker), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
