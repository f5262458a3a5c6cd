#include "taps/preface.hpp"

#include "taps/quantity.hpp"

#include <fmt/format.h>

#include <string>

namespace mptcp::taps {

bool write_preface(const ReportInput& input, ReportWriter& writer) {
    const std::string nothing = nothing_selected(input);
    if (!nothing.empty()) {
        writer.text(nothing);
        return false;
    }
    if (const std::uint64_t cut = input.tracker->segments_with_cut_options(); cut > 0) {
        writer.text(fmt::format("The snap length cut the TCP options of {}: what they said is "
                                "unknown.",
                                count_text(cut, "segment")));
        writer.text("");
    }
    return true;
}

} // namespace mptcp::taps
