#pragma once
/// "MPTCP Connection" and "MPTCP Subflow" under Conversation Filter and Colorize Conversation.

namespace mptcp::plugin {

void register_conversation_filters();

} // namespace mptcp::plugin
