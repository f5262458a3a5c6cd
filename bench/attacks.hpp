#pragma once
/// Traffic that is made to cost as much as it can. docs/bounds.md says what each attack costs.

#include "attacker.hpp"

#include <string>
#include <vector>

namespace mptcp::bench {

struct Attack {
    std::string name;
    /// What the packets are.
    std::string what;
    /// Sends packets until Attacker::goes_on() says no.
    void (*run)(Attacker&);
};

/// On handshakes, tokens and what finds the connection of a subflow.
std::vector<Attack> attacks_on_handshakes();
/// On sequence numbers, mappings and acknowledgments.
std::vector<Attack> attacks_on_data();
/// By options that only tell something, and by endings.
std::vector<Attack> attacks_by_signals();

std::vector<Attack> all_attacks();

} // namespace mptcp::bench
