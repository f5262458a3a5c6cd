#pragma once
/// The `summary` report's records for machines: which key holds which figure.

#include "taps/schema.hpp"
#include "taps/summary_model.hpp"

namespace mptcp::taps {

const Shape<ConnectionSummary>& summary_shape();

} // namespace mptcp::taps
