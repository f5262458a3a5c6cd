#include "captured_twice.hpp"

#include <algorithm>
#include <cstring>

namespace mptcp {

namespace {

/// splitmix64's finaliser (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// Eight bytes at a time: this runs for every segment.
std::uint64_t hash_bytes(std::uint64_t hash, ByteView bytes) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
    while (!bytes.empty()) {
        const std::size_t size = std::min<std::size_t>(bytes.size(), sizeof(std::uint64_t));
        std::uint64_t word = size;
        std::memcpy(&word, bytes.data(), size);
        hash = (hash ^ word) * kOdd;
        hash ^= hash >> 32;
        bytes = bytes.subspan(size);
    }
    return hash;
}

std::uint64_t fingerprint_of(const Segment& s) {
    constexpr std::size_t kPayloadPrefix = 16;
    std::uint64_t hash =
        mix((std::uint64_t{s.sequence} << 32) | s.acknowledgment) ^
        mix((std::uint64_t{s.payload_length} << 32) | (std::uint64_t{s.window} << 16) | s.flags) ^
        s.ip_id;
    hash = hash_bytes(hash, s.options);
    return mix(hash_bytes(hash, s.payload.first(std::min(kPayloadPrefix, s.payload.size()))));
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
