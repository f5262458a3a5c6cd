#pragma once
/// "MPTCP Analysis" under Statistics > Conversations and Endpoints, and `-z conv,mptcp_analysis`,
/// `-z endpoints,mptcp_analysis`: connections over all their subflows, and the addresses that
/// carried them.

namespace mptcp::plugin {

void register_conversation_table(int analysis_protocol);

} // namespace mptcp::plugin
