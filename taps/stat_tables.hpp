#pragma once
/// Reports as tables of sharkd: `nstat:mptcp,connections`. They hold what the CSV of the report
/// holds, of the whole capture.

#include "taps/registration.hpp"

#include <array>
#include <string>
#include <string_view>

namespace mptcp::taps {

inline constexpr std::array<std::string_view, 2> kStatTableReports = {"connections", "subflows"};

/// As an argument of `-z`, and behind sharkd's "nstat:".
std::string stat_table_name(std::string_view report);

void register_stat_tables(const Analysis& analysis);

} // namespace mptcp::taps
