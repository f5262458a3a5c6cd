#include "taps/segment_log.hpp"

#include "analysis/varint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace mptcp::taps {

namespace {
constexpr std::size_t kChunk = std::size_t{1} << 20;
} // namespace

void SegmentLog::add(const SegmentFacts& facts) {
    if (!problem_.empty()) {
        return;
    }
    varint::put_difference(chunk_, last_frame_, facts.frame);
    varint::put_difference(chunk_, static_cast<std::uint64_t>(last_time_),
                           static_cast<std::uint64_t>(facts.time));
    last_frame_ = facts.frame;
    last_time_ = facts.time;
    latest_time_ = std::max(latest_time_, facts.time);
    largest_step_back_ = std::max(largest_step_back_, latest_time_ - facts.time);
    codec_.encode(facts, chunk_);
    if (chunk_.size() >= kChunk) {
        spill();
    }
}

void SegmentLog::clear() {
    codec_ = {};
    chunk_.clear();
    last_frame_ = 0;
    last_time_ = 0;
    latest_time_ = kEarliestTime;
    largest_step_back_ = 0;
    file_.reset();
    problem_.clear();
}

void SegmentLog::spill() {
    if (file_ == nullptr) {
        file_.reset(std::tmpfile());
    }
    const std::uint64_t size = chunk_.size();
    if (file_ == nullptr || std::fwrite(&size, sizeof size, 1, file_.get()) != 1 ||
        std::fwrite(chunk_.data(), 1, chunk_.size(), file_.get()) != chunk_.size()) {
        problem_ = fmt::format("cannot write to a temporary file: {}",
                               std::generic_category().message(errno));
    }
    chunk_.clear();
    last_frame_ = 0;
    last_time_ = 0;
}

SegmentLog::Bytes SegmentLog::read_chunk() const {
    std::uint64_t size = 0;
    if (std::fread(&size, sizeof size, 1, file_.get()) != 1) {
        return {};
    }
    Bytes chunk(size);
    if (std::fread(chunk.data(), 1, chunk.size(), file_.get()) != chunk.size()) {
        problem_ = "cannot read a temporary file back";
        return {};
    }
    return chunk;
}

void SegmentLog::for_each(const Tracker& tracker,
                          const std::function<void(const LoggedSegment&)>& segment) const {
    if (file_ != nullptr) {
        // Both a flush and what C asks for between writing and reading.
        if (std::fseek(file_.get(), 0, SEEK_SET) != 0) {
            problem_ = "cannot read a temporary file back";
            return;
        }
        for (Bytes chunk = read_chunk(); !chunk.empty(); chunk = read_chunk()) {
            replay(chunk, tracker, segment);
        }
        std::fseek(file_.get(), 0, SEEK_END);
    }
    replay(chunk_, tracker, segment);
}

void SegmentLog::replay(const Bytes& chunk, const Tracker& tracker,
                        const std::function<void(const LoggedSegment&)>& segment) const {
    const std::uint8_t* cursor = chunk.data();
    const std::uint8_t* const end = cursor + chunk.size();
    FrameNumber frame = 0;
    Nanoseconds time = 0;
    while (cursor != end) {
        frame = static_cast<FrameNumber>(varint::get_difference(cursor, frame));
        time = static_cast<Nanoseconds>(
            varint::get_difference(cursor, static_cast<std::uint64_t>(time)));
        SegmentFacts logged = codec_.decode(frame, cursor);
        logged.time = time;
        const SegmentFacts facts = tracker.completed(logged);
        const Connection* const connection = tracker.connection(facts.connection);
        if (connection == nullptr || facts.subflow >= connection->subflows().size()) {
            continue;
        }
        segment({facts, tracker.later_facts(facts), *connection,
                 *connection->subflows()[facts.subflow]});
    }
}

} // namespace mptcp::taps
