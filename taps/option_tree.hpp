#pragma once
/// `-z mptcp,tree` and sharkd's `stat:mptcp`: what MPTCP options there are, as one of Wireshark's
/// own counter trees. Fed by the tap `mptcp_options`.

#include <string_view>

namespace mptcp::taps {

/// In one line, for the list of reports.
inline constexpr std::string_view kOptionTreeAnswers =
    "Which MPTCP options there are: subtypes, versions, lengths, reset reasons";

void register_option_tree();

/// Whether somebody has asked for it. It is written to the standard output.
bool option_tree_is_shown();

} // namespace mptcp::taps
