#include "taps/report.hpp"

#include "taps/summary_report.hpp"

#include <algorithm>
#include <array>

namespace mptcp::taps {

namespace {

constexpr std::array<ReportType, 1> kReportTypes = {{
    {"summary", "Which paths each connection used, how much they carried, and why", write_summary},
}};

} // namespace

std::span<const ReportType> report_types() {
    return kReportTypes;
}

const ReportType* find_report_type(std::string_view name) {
    const auto* const found =
        std::find_if(kReportTypes.begin(), kReportTypes.end(),
                     [name](const ReportType& type) { return type.name == name; });
    return found == kReportTypes.end() ? nullptr : found;
}

} // namespace mptcp::taps
