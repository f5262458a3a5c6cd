#include "captured_twice.hpp"

#include "hash.hpp"

#include <algorithm>

namespace mptcp {

namespace {

std::uint64_t fingerprint_of(const Segment& s) {
    constexpr std::size_t kPayloadPrefix = 16;
    std::uint64_t hash =
        hash::add(hash::kSeed, (std::uint64_t{s.sequence} << 32) | s.acknowledgment);
    hash = hash::add(hash, (std::uint64_t{s.payload_length} << 32) |
                               (std::uint64_t{s.window} << 16) | s.ip_id);
    hash = hash::add(hash, (std::uint64_t{s.options.size()} << 16) | s.flags);
    hash = hash::add(hash, s.options);
    return hash::add(hash, s.payload.first(std::min(kPayloadPrefix, s.payload.size())));
}

} // namespace

bool CapturedTwice::Seen::at(const CapturePoint& point) const {
    return std::find(points.begin(), points.begin() + point_count, point) !=
           points.begin() + point_count;
}

bool CapturedTwice::is_second_copy(const Segment& segment) {
    const std::uint64_t fingerprint = fingerprint_of(segment);
    if (!ring_.empty() && !several_points_ && !ring_.front().at(segment.capture_point)) {
        several_points_ = true;
    }
    if (several_points_) {
        if (Seen* seen = earlier_copy(fingerprint, segment)) {
            seen->points[seen->point_count++] = segment.capture_point;
            return true;
        }
    }
    remember(fingerprint, segment);
    return false;
}

CapturedTwice::Seen* CapturedTwice::earlier_copy(std::uint64_t fingerprint,
                                                 const Segment& segment) {
    for (Seen& seen : ring_) {
        if (seen.fingerprint == fingerprint && segment.time - seen.time <= kWindow &&
            seen.time - segment.time <= kWindow && seen.point_count < seen.points.size() &&
            !seen.at(segment.capture_point)) {
            return &seen;
        }
    }
    return nullptr;
}

void CapturedTwice::remember(std::uint64_t fingerprint, const Segment& segment) {
    const std::size_t capacity = several_points_ ? kMany : kFew;
    if (ring_.size() < capacity) {
        ring_.reserve(capacity);
        next_ = ring_.size();
        ring_.emplace_back();
    }
    Seen& seen = ring_[next_];
    seen.fingerprint = fingerprint;
    seen.time = segment.time;
    seen.points[0] = segment.capture_point;
    seen.point_count = 1;
    next_ = (next_ + 1) % capacity;
}

} // namespace mptcp
