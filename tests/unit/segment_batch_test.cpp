#include "plugin/segment_batch.hpp"

#include "tests/unit/cmocka.hpp"

#include <algorithm>
#include <vector>

using mptcp::ByteView;
using mptcp::FrameNumber;
using mptcp::plugin::BatchedSegment;
using mptcp::plugin::SegmentBatch;
using mptcp::plugin::StreamTable;
using mptcp::test::Bytes;

namespace {

/// What a segment of this frame is made of here; every frame has bytes of its own.
Bytes bytes_of(FrameNumber frame, std::size_t length, std::uint8_t salt) {
    Bytes bytes(length);
    for (std::size_t i = 0; i < length; ++i) {
        bytes[i] = static_cast<std::uint8_t>(salt + frame * 31 + i);
    }
    return bytes;
}

std::size_t options_length(FrameNumber frame) {
    return frame % 11 * 4;
}
std::size_t payload_length(FrameNumber frame) {
    return frame % 7 * 200;
}

/// The frame's bytes are overwritten afterwards, as Wireshark's are.
void add_frame(SegmentBatch& batch, FrameNumber frame) {
    Bytes options = bytes_of(frame, options_length(frame), 1);
    Bytes payload = bytes_of(frame, payload_length(frame), 2);
    BatchedSegment added;
    added.segment.frame = frame;
    added.segment.options = options;
    added.segment.payload = payload;
    added.lesson.begins = frame % 2 == 0;
    added.lesson.ends = frame % 5 == 0;
    added.is_analysed = frame % 3 != 0;
    batch.add(added);
    std::fill(options.begin(), options.end(), 0xee);
    std::fill(payload.begin(), payload.end(), 0xee);
}

bool is_frame(const BatchedSegment& taken, FrameNumber frame) {
    const Bytes options = bytes_of(frame, options_length(frame), 1);
    const Bytes payload = bytes_of(frame, payload_length(frame), 2);
    return taken.segment.frame == frame && std::ranges::equal(taken.segment.options, options) &&
           std::ranges::equal(taken.segment.payload, payload) &&
           taken.lesson.begins == (frame % 2 == 0) && taken.lesson.ends == (frame % 5 == 0) &&
           taken.is_analysed == (frame % 3 != 0);
}

std::vector<FrameNumber> frames_of(SegmentBatch& batch) {
    std::vector<FrameNumber> frames;
    batch.take_each([&](BatchedSegment& taken) { frames.push_back(taken.segment.frame); });
    return frames;
}

void keeps_segments_and_their_bytes_in_order(void** /*state*/) {
    SegmentBatch batch;
    FrameNumber taken = 0;
    const auto take = [&](const BatchedSegment& each) { assert_true(is_frame(each, ++taken)); };
    for (FrameNumber frame = 1; frame <= 1000; ++frame) {
        if (batch.is_full()) {
            batch.take_each(take);
            assert_int_equal(taken, frame - 1);
        }
        add_frame(batch, frame);
    }
    batch.take_each(take);
    assert_int_equal(taken, 1000);
}

void is_empty_once_taken_or_cleared(void** /*state*/) {
    SegmentBatch batch;
    add_frame(batch, 1);
    add_frame(batch, 2);
    assert_true(frames_of(batch) == (std::vector<FrameNumber>{1, 2}));
    assert_true(frames_of(batch).empty());
    add_frame(batch, 3);
    batch.clear();
    assert_true(frames_of(batch).empty());
}

void is_full_after_few_large_segments_or_many_small_ones(void** /*state*/) {
    const auto capacity = [](std::size_t payload) {
        SegmentBatch batch;
        const Bytes bytes(payload);
        BatchedSegment added;
        added.segment.payload = bytes;
        std::size_t count = 0;
        for (; !batch.is_full(); ++count) {
            batch.add(added);
        }
        batch.clear();
        assert_false(batch.is_full());
        return count;
    };
    // Larger than an IP packet: super-segments of IPv6 jumbograms are captured in one frame.
    assert_int_equal(capacity(200'000), 1);
    assert_true(capacity(9'000) < capacity(0));
    assert_true(capacity(0) > 1);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(keeps_segments_and_their_bytes_in_order),
        cmocka_unit_test(is_empty_once_taken_or_cleared),
        cmocka_unit_test(is_full_after_few_large_segments_or_many_small_ones),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
