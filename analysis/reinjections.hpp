#pragma once
/// Lists the reinjections of a connection: each with its first copy, its place in the chain of
/// copies, and what became of it.

#include "connection_state.hpp"

#include <cstdint>

namespace mptcp {

/// A reinjection by the segment that passes.
void note_reinjection(ConnectionState& connection, Side sender, const RepeatedPiece& repeated,
                      bool same_subflow);

/// Copies that were taken for first ones until two records turned out to be of one connection.
void note_late_reinjections(ConnectionState& connection, Side sender,
                            const std::vector<RepeatedPiece>& repeated);

} // namespace mptcp
