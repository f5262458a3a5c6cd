#pragma once
/// How titles and selectors call a connection.

#include "analysis/connection.hpp"

#include <QString>

namespace mptcp::dialogs {

/// "0 · 10.1.0.1:54086 → 10.1.100.1:5201": number, client, server; "(attempt)" behind one that
/// stayed TCP.
QString connection_name(const Connection& connection);

} // namespace mptcp::dialogs
