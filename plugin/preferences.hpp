#pragma once
/// What the user can choose under Preferences > Protocols: `mptcp_analysis.*`.

#include "analysis/settings.hpp"

namespace mptcp::plugin {

void register_preferences(int analysis_protocol);

/// As they are now. Wireshark dissects the file again when one changes.
Settings chosen_settings();

} // namespace mptcp::plugin
