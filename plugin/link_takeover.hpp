#pragma once
/// Bulk mode takes plain frames where Wireshark begins with them: at the table `wtap_encap`. All
/// other frames go on to whom that table had.

namespace mptcp::plugin {

/// For the life of the process; once is enough.
void take_link_layers_over();

} // namespace mptcp::plugin
