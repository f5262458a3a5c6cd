#include "taps/mappings_report.hpp"

#include "taps/checksum_results.hpp"
#include "taps/preface.hpp"
#include "taps/segment_place.hpp"
#include "taps/wording.hpp"

#include <array>

namespace mptcp::taps {

namespace {

/// A segment that announces a mapping.
struct Row {
    const LoggedSegment& segment;
    const AnnouncedFacts& mapping;
    std::optional<std::uint64_t> carried;
    Check checksum;
};

using R = Row;

const LoggedSegment& segment_of(const R& r) {
    return r.segment;
}

std::string kind_word(const R& r) {
    constexpr std::array<const char*, 3> words{"dss", "mp_capable", "infinite"};
    return words[static_cast<std::size_t>(r.mapping.kind)];
}

Value relative_dsn(const R& r) {
    return r.segment.connection.relative_dsn(r.segment.facts.sender, r.mapping.dsn);
}

const Shape<R>& machine_shape() {
    static const Shape<R> shape = [] {
        Shape<R> all;
        all.include(segment_place_shape(), segment_of)
            .field("kind", kind_word)
            .field("ssn", [](const R& r) { return r.mapping.ssn; })
            .field("dsn", relative_dsn)
            .field("dsn_raw", [](const R& r) { return Hex{r.mapping.dsn}; })
            .field("length", [](const R& r) { return r.mapping.length; })
            .field("data_fin", [](const R& r) { return r.mapping.data_fin; })
            .field("repeated", [](const R& r) { return r.mapping.repeated; })
            .field("carried_bytes", [](const R& r) { return Value(r.carried); })
            .field("checksum", [](const R& r) { return hex(r.mapping.checksum); })
            .field("checksum_result",
                   [](const R& r) { return text_or_null(word(r.checksum.result)); })
            .field("checksum_reason",
                   [](const R& r) { return text_or_null(word(r.checksum.reason)); });
        return all;
    }();
    return shape;
}

/// Times count from `origin`.
Shape<R> people_shape(Nanoseconds origin) {
    Shape<R> shape;
    shape.include(short_segment_place_shape(origin), segment_of)
        .column("kind", "By", Unit::none, kind_word)
        .column("ssn", "SSN", Unit::count, [](const R& r) { return r.mapping.ssn; })
        .column("dsn", "DSN", Unit::count, relative_dsn)
        .column("length", "Length", Unit::bytes, [](const R& r) { return r.mapping.length; })
        .column("carried_bytes", "Carried", Unit::bytes,
                [](const R& r) { return Value(r.carried); })
        .column("checksum", "Checksum", Unit::none,
                [](const R& r) { return hex(r.mapping.checksum); })
        .column("checksum_result", "", Unit::none,
                [](const R& r) { return text_or_null(word(r.checksum.result)); })
        .column("note", "", Unit::none, [](const R& r) {
            return text_or_null(r.mapping.repeated   ? "repeated"
                                : r.mapping.data_fin ? "DATA_FIN"
                                                     : "");
        });
    return shape;
}

std::optional<std::uint64_t> carried(const ReportInput& input, const SegmentFacts& facts) {
    const AnnouncedFacts& mapping = *facts.announced;
    if (mapping.position == 0) {
        return std::nullopt;
    }
    return input.tracker->carried_bytes(facts.flow, mapping.position, mapping.length);
}

void write_rows(const ReportInput& input, const Shape<R>& shape, ReportWriter& writer) {
    ChecksumResults checksums;
    for_each_segment(input, [&](const LoggedSegment& s) { checksums.note(s.facts); });
    writer.begin_table({.key = "mappings", .row_name = "mapping"}, shape.schema());
    for_each_segment(input, [&](const LoggedSegment& s) {
        if (s.facts.announced) {
            writer.row(shape.record(
                {s, *s.facts.announced, carried(input, s.facts), checksums.next(s.facts)}));
        }
    });
    writer.end_table();
}

} // namespace

void write_mappings(const ReportInput& input, ReportWriter& writer) {
    writer.begin({.schema = "mptcp/mappings/1", .filter = input.selection.filter});
    if (writer.audience() == Audience::machines) {
        write_rows(input, machine_shape(), writer);
    } else if (write_preface(input, writer)) {
        write_rows(input, people_shape(origin_of(input.tracker)), writer);
    }
    writer.end();
}

} // namespace mptcp::taps
