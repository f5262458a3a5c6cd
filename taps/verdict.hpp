#pragma once
/// The verdict: one sentence that tells a tired operator what became of a connection.

#include "analysis/connection.hpp"

#include <string>

namespace mptcp::taps {

/// Names what the connection's paths carried, what was sent again, every trouble with its cause,
/// and how it ended, most important first. From the whole capture; UTF-8, no line breaks.
std::string verdict(const Connection& connection);

} // namespace mptcp::taps
