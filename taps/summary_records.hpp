#pragma once
/// The `summary` report's records for machines: which key holds which figure. Reports with a row
/// per connection, direction or subflow are made of the same parts.

#include "taps/schema.hpp"
#include "taps/summary_model.hpp"

namespace mptcp::taps {

const Shape<ConnectionSummary>& summary_shape();

/// A connection's own keys, without its directions and subflows.
const Shape<ConnectionSummary>& connection_head_shape();
const Shape<DirectionSummary>& direction_shape();
/// A subflow's own keys, without its number and its directions.
const Shape<SubflowSummary>& subflow_head_shape();
const Shape<SubflowDirectionSummary>& subflow_direction_shape();
const Shape<RttStatistics>& rtt_shape();

/// Seconds, exact to the nanosecond.
Value seconds(double value);

} // namespace mptcp::taps
