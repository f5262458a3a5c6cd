#pragma once
/// Statistics > MPTCP in Wireshark. The windows are Qt's, the plugin knows no Qt: they are in a
/// module of their own, which is loaded on the first click and stays.

namespace mptcp::plugin {

void register_statistics_menu(int analysis_protocol);

} // namespace mptcp::plugin
