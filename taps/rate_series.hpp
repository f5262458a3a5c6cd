#pragma once
/// The points of those graphs of `series` that are made of intervals: rates and shares.

#include "taps/series_model.hpp"

namespace mptcp::taps {

void for_each_throughput(const ReportInput& input, const PointSink& point);
void for_each_goodput(const ReportInput& input, const PointSink& point);
/// Each subflow's part of the new data.
void for_each_share(const ReportInput& input, const PointSink& point);

} // namespace mptcp::taps
