#include "taps/verify_report.hpp"

#include "taps/preface.hpp"
#include "taps/segment_place.hpp"
#include "taps/verify_model.hpp"
#include "taps/wording.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

namespace mptcp::taps {

namespace {

/// One check of one segment.
struct Row {
    const LoggedSegment& segment;
    CheckKind kind;
    Check check;
};

using R = Row;

const LoggedSegment& segment_of(const R& r) {
    return r.segment;
}

void for_each_row(const ReportInput& input, const std::function<void(const Row&)>& take) {
    for_each_segment(input, [&](const LoggedSegment& segment) {
        for_each_check(segment, [&](CheckKind kind, const Check& check) {
            take({segment, kind, check});
        });
    });
}

const Shape<R>& machine_shape() {
    static const Shape<R> shape = [] {
        Shape<R> all;
        all.include(segment_place_shape(), segment_of)
            .field("check", [](const R& r) { return std::string(word(r.kind)); })
            .field("result", [](const R& r) { return std::string(word(r.check.result)); })
            .field("reason", [](const R& r) { return text_or_null(word(r.check.reason)); });
        return all;
    }();
    return shape;
}

/// "IDSN", for people.
std::string label(CheckKind kind) {
    constexpr std::array<const char*, kCheckKinds> labels{
        "Token of MP_JOIN",     "Echoed key",   "HMAC of MP_JOIN", "HMAC of ADD_ADDR",
        "Initial DSN",          "DSS checksum", "Option length",   "Mapping against earlier ones",
        "DSN within the window"};
    return labels[static_cast<std::size_t>(kind)];
}

/// The results of one kind of check.
struct Count {
    CheckKind kind = CheckKind::token;
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::map<UnverifiedReason, std::uint64_t> unverified;

    void add(const Check& check) {
        good += check.result == Verification::good ? 1 : 0;
        bad += check.result == Verification::bad ? 1 : 0;
        if (check.result == Verification::unverified) {
            ++unverified[check.reason];
        }
    }
    [[nodiscard]] std::uint64_t unverified_total() const {
        std::uint64_t sum = 0;
        for (const auto& [reason, count] : unverified) {
            sum += count;
        }
        return sum;
    }
    [[nodiscard]] std::uint64_t total() const { return good + bad + unverified_total(); }
    /// "key not captured: 2"
    [[nodiscard]] std::string why() const {
        std::string text;
        for (const auto& [reason, count] : unverified) {
            text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", reason_text(reason), count);
        }
        return text;
    }
};

using Counts = std::array<Count, kCheckKinds>;

Counts count(const ReportInput& input) {
    Counts counts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i].kind = static_cast<CheckKind>(i);
    }
    for_each_row(
        input, [&](const Row& row) { counts[static_cast<std::size_t>(row.kind)].add(row.check); });
    return counts;
}

void write_counts(const Counts& counts, ReportWriter& writer) {
    using C = Count;
    Shape<C> shape;
    shape.column("check", "Check", Unit::none, [](const C& c) { return label(c.kind); })
        .column("good", "Good", Unit::count, [](const C& c) { return c.good; })
        .column("bad", "Bad", Unit::count, [](const C& c) { return c.bad; })
        .column("unverified", "Unverified", Unit::count,
                [](const C& c) { return c.unverified_total(); })
        .column("reason", "Why", Unit::none, [](const C& c) { return text_or_null(c.why()); });
    writer.begin_table({.key = "counts", .row_name = "count"}, shape.schema());
    for (const Count& one : counts) {
        if (one.total() > 0) {
            writer.row(shape.record(one));
        }
    }
    writer.end_table();
}

/// Times count from `origin`.
Shape<R> people_shape(Nanoseconds origin) {
    Shape<R> shape;
    shape.include(short_segment_place_shape(origin), segment_of)
        .column("check", "Bad", Unit::none, [](const R& r) { return label(r.kind); });
    return shape;
}

void write_text(const ReportInput& input, ReportWriter& writer) {
    const Counts counts = count(input);
    std::uint64_t good = 0;
    std::uint64_t bad = 0;
    std::uint64_t unverified = 0;
    for (const Count& one : counts) {
        good += one.good;
        bad += one.bad;
        unverified += one.unverified_total();
    }
    writer.text(fmt::format("{} good, {} bad, {} unverified.", good, bad, unverified));
    writer.text("");
    write_counts(counts, writer);
    if (bad == 0) {
        return;
    }
    writer.text("");
    const Shape<R> shape = people_shape(origin_of(input.tracker));
    writer.begin_table({.key = "checks", .row_name = "check"}, shape.schema());
    for_each_row(input, [&](const Row& row) {
        if (row.check.result == Verification::bad) {
            writer.row(shape.record(row));
        }
    });
    writer.end_table();
}

void write_rows(const ReportInput& input, ReportWriter& writer) {
    const Shape<R>& shape = machine_shape();
    writer.begin_table({.key = "checks", .row_name = "check"}, shape.schema());
    for_each_row(input, [&](const Row& row) { writer.row(shape.record(row)); });
    writer.end_table();
}

} // namespace

void write_verify(const ReportInput& input, ReportWriter& writer) {
    writer.begin({.schema = "mptcp/verify/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_rows(input, writer);
    } else if (write_preface(input, writer)) {
        write_text(input, writer);
    }
    writer.end();
}

} // namespace mptcp::taps
