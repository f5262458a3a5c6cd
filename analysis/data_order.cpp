#include "data_order.hpp"

#include "data_direction.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mptcp {

DataOrder::DataOrder(const DataDirection& direction, Nanoseconds end) {
    beginning_known_ = direction.first_position().has_value();
    next_expected_ = direction.first_position().value_or(0);
    const std::vector<AdvanceLog::Advance>& acks = direction.acknowledgments().all();
    auto ack = acks.begin();
    for (const Step& step : steps_of(direction)) {
        for (; ack != acks.end() && ack->frame < step.frame; ++ack) {
            acknowledge(ack->position, ack->time, ack->frame);
        }
        carry(step);
    }
    for (; ack != acks.end(); ++ack) {
        acknowledge(ack->position, ack->time, ack->frame);
    }
    wait_until(end);
    for (Hole& hole : holes_) {
        hole.dsn = direction.space.dsn(hole.dsn);
    }
    coverage_.clear();
    open_.clear();
    waiting_.clear();
}

std::vector<DataOrder::Step> DataOrder::steps_of(const DataDirection& direction) {
    std::vector<Step> steps;
    direction.for_each_first_copy([&](Interval range, const FirstCopy& copy) {
        steps.push_back({range, copy.time, copy.frame, copy.subflow});
    });
    std::sort(steps.begin(), steps.end(), [](const Step& x, const Step& y) {
        return std::tie(x.frame, x.range.begin) < std::tie(y.frame, y.range.begin);
    });
    return steps;
}

void DataOrder::carry(const Step& step) {
    if (!beginning_known_) {
        beginning_known_ = true;
        next_expected_ = std::max(next_expected_, step.range.begin);
    }
    if (step.frame != last_frame_) {
        last_frame_ = step.frame;
        out_of_order_ = step.range.begin > next_expected_;
        if (out_of_order_) {
            waiting_.emplace(step.range.begin, step.time);
            greatest_distance_ = std::max(greatest_distance_, step.range.begin - next_expected_);
        }
    }
    scheduling_.add(step.subflow, step.range.size(), step.time);
    out_of_order_bytes_ += out_of_order_ ? step.range.size() : 0;
    const std::uint64_t highest = std::max(coverage_.highest(), next_expected_);
    if (step.range.begin > highest) {
        leave_hole(highest, step);
    } else if (step.range.begin < coverage_.highest()) {
        fill(step);
    }
    coverage_.add(
        step.range, [](Interval) {}, [](Interval) {});
    held_bytes_ += step.range.end > next_expected_
                       ? step.range.end - std::max(step.range.begin, next_expected_)
                       : 0;
    advance(step.time, step.subflow);
}

void DataOrder::leave_hole(std::uint64_t begin, const Step& step) {
    const std::uint64_t bytes = step.range.begin - begin;
    open_.emplace(begin, OpenHole{holes_.size(), step.range.begin, bytes});
    Hole hole;
    hole.dsn = begin;
    hole.bytes = bytes;
    hole.start = step.time;
    hole.frame = step.frame;
    hole.subflow = step.subflow;
    holes_.push_back(hole);
}

/// New bytes below the highest position lie in one hole, or in none if it was acknowledged.
void DataOrder::fill(const Step& step) {
    filler(step.subflow).bytes += step.range.size();
    auto it = open_.upper_bound(step.range.begin);
    if (it == open_.begin() || (--it)->second.end <= step.range.begin) {
        return;
    }
    const std::uint64_t first = std::max(step.range.begin, next_expected_);
    it->second.missing -= step.range.end > first ? step.range.end - first : 0;
    if (it->second.missing == 0) {
        close(it, step.time, step.frame).filled_by = step.subflow;
    }
}

Hole& DataOrder::close(OpenHoles::iterator open, Nanoseconds time, FrameNumber frame) {
    Hole& hole = holes_[open->second.index];
    hole.filled = time;
    hole.filled_frame = frame;
    open_.erase(open);
    return hole;
}

void DataOrder::acknowledge(std::uint64_t position, Nanoseconds time, FrameNumber frame) {
    if (position > next_expected_) {
        held_bytes_ -= coverage_.size_within({next_expected_, position});
        const std::uint64_t before = std::exchange(next_expected_, position);
        grew_ = time;
        while (!open_.empty() && open_.begin()->first < position) {
            OpenHole& lowest = open_.begin()->second;
            const Interval passed{std::max(before, open_.begin()->first),
                                  std::min(position, lowest.end)};
            lowest.missing -= passed.size() - coverage_.size_within(passed);
            if (lowest.missing > 0) {
                break;
            }
            close(open_.begin(), time, frame);
        }
    }
    advance(time, std::nullopt);
}

/// Moves the next expected byte over what is there.
void DataOrder::advance(Nanoseconds time, std::optional<SubflowNumber> by) {
    const std::uint64_t before = next_expected_;
    next_expected_ = coverage_.contiguous_end(next_expected_);
    const std::uint64_t growth = next_expected_ - before;
    held_bytes_ -= growth;
    most_held_bytes_ = std::max(most_held_bytes_, held_bytes_);
    while (!waiting_.empty() && waiting_.begin()->first < next_expected_) {
        delays_.push_back(elapsed(waiting_.begin()->second, time));
        waiting_.erase(waiting_.begin());
    }
    if (!blocked_since_) {
        if (held_bytes_ > 0) {
            blocked_since_ = grew_ = time;
        }
        return;
    }
    if (growth > 0) {
        if (by) {
            Nanoseconds& waited = filler(*by).waited;
            waited = longer_by(waited, elapsed(grew_, time));
        }
        grew_ = time;
    }
    if (held_bytes_ == 0) {
        wait_until(time);
    }
}

void DataOrder::wait_until(Nanoseconds time) {
    if (blocked_since_) {
        const Nanoseconds wait = elapsed(*blocked_since_, time);
        blocked_ = longer_by(blocked_, wait);
        longest_blocked_ = std::max(longest_blocked_, wait);
        blocked_since_.reset();
    }
}

HoleFiller& DataOrder::filler(SubflowNumber subflow) {
    if (fillers_.size() <= subflow) {
        fillers_.resize(subflow + 1);
    }
    return fillers_[subflow];
}

} // namespace mptcp
