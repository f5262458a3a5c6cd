#include "tests/fuzz/segment_script.hpp"

#include <algorithm>
#include <vector>

namespace mptcp::fuzz {

namespace {

constexpr std::size_t kLongestPayload = 0xffff;

/// A byte depends on its sequence number alone, so that a retransmission is one.
ByteView payload_at(std::uint32_t sequence, std::uint32_t length) {
    constexpr std::size_t kPeriod = 251;
    static const std::vector<std::uint8_t> pattern = [] {
        std::vector<std::uint8_t> bytes(kPeriod + kLongestPayload);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(i % kPeriod);
        }
        return bytes;
    }();
    return ByteView(pattern).subspan(sequence % kPeriod, length);
}

/// As far from now as a capture file can tell of.
Nanoseconds far_time(std::uint8_t choice) {
    const Nanoseconds far = kEarliestTime + (choice & 0x3f);
    return (choice & 0x80) != 0 ? -far : far;
}

} // namespace

SegmentScript::SegmentScript(ByteView bytes)
    : source_(bytes), settings_(source_.byte()), wanted_report_(source_.byte()) {
    talks_[0] = {(settings_ & 0x08) != 0 ? Version::v0 : Version::v1, {0x113a401, 0x20a6672}, {}};
    talks_[1] = {(settings_ & 0x10) != 0 ? Version::v0 : Version::v1, {0x51, 0x52}, {}};
    for (unsigned i = 0; i < kPaths; ++i) {
        Path& path = paths_[i];
        path.endpoints = endpoints_of(i);
        path.stream = i;
        path.isn = {0xfffffc00 + i, 0xffffff00 - i};
        path.next = path.isn;
    }
}

/// One path is of IPv6, one shares its addresses with another, and one has one end only.
std::array<Endpoint, 2> SegmentScript::endpoints_of(unsigned path) {
    const auto number = static_cast<std::uint8_t>(path == 5 ? 4 : path);
    const auto port = static_cast<std::uint16_t>(1000 + path);
    std::array<std::uint8_t, 16> client{10, 0, number, 1};
    std::array<std::uint8_t, 16> server{10, 0, number,
                                        path == 7 ? std::uint8_t{1} : std::uint8_t{2}};
    const std::size_t length = path == 6 ? 16 : 4;
    return {Endpoint{Address::from(ByteView(client).first(length)), port},
            Endpoint{Address::from(ByteView(server).first(length)),
                     path == 7 ? port : std::uint16_t{443}}};
}

std::optional<SegmentScript::Step> SegmentScript::next() {
    if (source_.empty()) {
        return std::nullopt;
    }
    const std::uint8_t control = source_.byte();
    const unsigned path = control & 0x07;
    const unsigned side = control >> 3 & 0x01;
    pass_time(control >> 4 & 0x03);
    frame_ += (control & 0x40) != 0 && frame_ > 0 ? 0 : 1;
    if ((control & 0x80) != 0) {
        return deed(path, side);
    }
    latest_ = numbered(new_segment(path, side));
    return Step{latest_, {}};
}

void SegmentScript::pass_time(unsigned mode) {
    constexpr Nanoseconds kMillisecond = 1'000'000;
    switch (mode) {
    case 0:
        now_ += kMillisecond;
        break;
    case 1:
        now_ += source_.take<std::uint16_t>() * kMillisecond / 100;
        break;
    case 2:
        now_ += source_.take<std::int8_t>() * 1000 * kMillisecond;
        break;
    default:
        now_ = far_time(source_.byte());
        has_far_times_ = true;
        break;
    }
    now_ = std::clamp(now_, kEarliestTime, kLatestTime);
}

SegmentScript::Step SegmentScript::deed(unsigned path, unsigned side) {
    const std::uint8_t choice = source_.byte();
    const auto deed = static_cast<Deed>(choice & 0x07);
    Path& on = paths_[path];
    switch (deed) {
    case Deed::capture_twice:
        latest_.capture_point.interface_id ^= choice >> 4;
        latest_.capture_point.hop_limit ^= choice >> 3 & 1;
        break;
    case Deed::repeat:
        if (on.last[side].source.address.empty()) {
            return {std::nullopt, Deed::ask};
        }
        latest_ = on.last[side];
        break;
    case Deed::reuse_path:
        on.stream = streams_++;
        for (unsigned i = 0; i < 2; ++i) {
            on.isn[i] += source_.take<std::uint16_t>();
            on.next[i] = on.isn[i];
        }
        return {std::nullopt, deed};
    default:
        return {std::nullopt, deed};
    }
    if (latest_.source.address.empty()) {
        return {std::nullopt, Deed::ask};
    }
    latest_ = numbered(latest_);
    return {latest_, deed};
}

Segment SegmentScript::numbered(Segment segment) const {
    segment.frame = frame_;
    segment.time = now_;
    return segment;
}

Segment SegmentScript::new_segment(unsigned number, unsigned side) {
    Path& path = paths_[number];
    const std::uint8_t shape = source_.byte();
    Segment segment;
    segment.flags = source_.byte();
    segment.stream = (settings_ & 0x04) != 0 ? kNoStream : path.stream;
    segment.source = path.endpoints[side];
    segment.destination = path.endpoints[1 - side];
    segment.sequence = sequence(shape & 0x03, path.next[side]);
    segment.acknowledgment = acknowledgment(shape >> 2 & 0x03, path.next[1 - side]);
    segment.payload_length = payload_length(shape >> 4 & 0x03);
    segment.payload = payload_at(segment.sequence, segment.payload_length);
    segment.window = 1000;
    segment.ip_id = static_cast<std::uint16_t>(frame_);
    if (segment.has(tcp_flag::syn)) {
        path.isn[side] = segment.sequence;
    }
    Bytes& options = path.last_options[side];
    if ((shape & 0x40) != 0) {
        const unsigned talk = number / (kPaths / 2);
        options =
            options_from_grammar(source_, {talks_[talk], talks_[1 - talk], number, side,
                                           segment.sequence - path.isn[side], segment.payload});
    } else {
        options = options_from_bytes(source_);
    }
    segment.options = options;
    if ((shape & 0x80) != 0) {
        read_surroundings(segment);
    }
    path.next[side] = segment.sequence + segment.payload_length +
                      (segment.has(tcp_flag::syn) ? 1 : 0) + (segment.has(tcp_flag::fin) ? 1 : 0);
    path.last[side] = segment;
    return segment;
}

std::uint32_t SegmentScript::sequence(unsigned mode, std::uint32_t next) {
    switch (mode) {
    case 0:
        return next;
    case 1:
        return next + static_cast<std::uint32_t>(source_.take<std::int16_t>());
    case 2:
        return next + source_.take<std::uint32_t>();
    default:
        return source_.take<std::uint32_t>();
    }
}

std::uint32_t SegmentScript::acknowledgment(unsigned mode, std::uint32_t next) {
    return mode == 1 ? next - source_.take<std::uint16_t>() : sequence(mode, next);
}

std::uint32_t SegmentScript::payload_length(unsigned mode) {
    switch (mode) {
    case 0:
        return 0;
    case 1:
        return source_.byte();
    case 2:
        return source_.take<std::uint16_t>();
    default:
        return 1400;
    }
}

void SegmentScript::read_surroundings(Segment& segment) {
    segment.window = source_.take<std::uint16_t>();
    segment.ip_id = source_.take<std::uint16_t>();
    const std::uint8_t cut = source_.byte();
    if ((cut & 0x80) != 0) {
        segment.options =
            segment.options.first(std::min<std::size_t>(cut & 0x3f, segment.options.size()));
        segment.options_cut = true;
        segment.payload = {};
    } else {
        segment.payload =
            segment.payload.first(std::min<std::size_t>(16U * cut, segment.payload.size()));
    }
    segment.payload_length_uncertain = cut == 1;
}

} // namespace mptcp::fuzz
