#include "captured_twice.hpp"

#include "hash.hpp"

#include <algorithm>
#include <cstring>

namespace mptcp {

namespace {

/// The first or the last bytes, eight of them if there are so many.
std::uint64_t word_at(ByteView bytes, bool last) {
    std::uint64_t word = 0;
    if (bytes.size() >= sizeof word) {
        std::memcpy(&word, last ? &*(bytes.end() - sizeof word) : bytes.data(), sizeof word);
    } else if (!bytes.empty()) {
        std::memcpy(&word, bytes.data(), bytes.size());
    }
    return word;
}

/// Of the header and of where packets differ most: the time stamp stands first in the options, the
/// DSS last.
std::uint64_t fingerprint_of(const Segment& s) {
    const std::uint64_t lengths = (std::uint64_t{s.payload_length} << 32) | s.options.size();
    std::uint64_t hash =
        hash::add(hash::kSeed, (std::uint64_t{s.sequence} << 32) | s.acknowledgment);
    hash = hash::add(hash, lengths);
    hash =
        hash::add(hash, (std::uint64_t{s.window} << 32) | (std::uint64_t{s.ip_id} << 16) | s.flags);
    hash = hash::add(hash, word_at(s.options, false));
    hash = hash::add(hash, word_at(s.options, true));
    return hash::add(hash, word_at(s.payload, false));
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
            if (seen->point_count < seen->points.size()) {
                seen->points[seen->point_count++] = segment.capture_point;
            }
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
            seen.time - segment.time <= kWindow && !seen.at(segment.capture_point)) {
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
    next_ = next_ + 1 == capacity ? 0 : next_ + 1;
}

} // namespace mptcp
