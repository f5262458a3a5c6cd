// SPDX-License-Identifier: GPL-2.0-or-later
#include "emulator.h"

#include <algorithm>
#include <utility>

namespace link_emulator {

namespace {

constexpr std::size_t max_frame_bytes = 2048;
constexpr int frames_per_turn = 64; ///< of one device, so that none starves the others

Clock::duration from_ms(double milliseconds) {
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double, std::milli>(milliseconds));
}

Clock::duration serialisation_time(std::size_t bytes, double rate) {
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) * 8 / rate));
}

/** What chance does to one segment. */
struct Faults {
    bool lost = false;
    bool held_back = false;
    bool duplicated = false;
    double extra_ms = 0; ///< delay beyond the direction's own
};

Faults draw_faults(Direction& direction, std::size_t payload_bytes) {
    const LinkSettings& settings = direction.settings;
    const double loss = direction.random.uniform();
    const double reorder = direction.random.uniform();
    const double duplicate = direction.random.uniform();
    const double jitter = direction.random.uniform();
    Faults faults;
    faults.lost =
        loss < settings.loss && static_cast<double>(payload_bytes) >= settings.loss_min_payload;
    faults.held_back = reorder < settings.reorder;
    faults.duplicated = duplicate < settings.duplicate;
    faults.extra_ms = (faults.held_back ? settings.reorder_ms : 0) + jitter * settings.jitter_ms;
    return faults;
}

/** When a frame accepted now will have left the queue and the wire; empty if the queue is full. */
std::optional<Clock::time_point> serialise(Direction& direction, std::size_t frame_bytes) {
    const auto now = Clock::now();
    const double rate = direction.settings.rate;
    direction.free_at = std::max(direction.free_at, now);
    if (rate > 0) {
        const std::chrono::duration<double> backlog = direction.free_at - now;
        const auto size = static_cast<double>(frame_bytes);
        if (backlog.count() * rate / 8 + size > direction.settings.queue_bytes)
            return std::nullopt;
        direction.free_at += serialisation_time(frame_bytes, rate);
    }
    return direction.free_at;
}

} // namespace

double Random::uniform() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<double>((state_ * 2685821657736338717u) >> 11) * 0x1p-53;
}

void Emulator::add_link(TapDevice a, TapDevice b) {
    links_.push_back({.ends = {std::move(a), std::move(b)}, .directions = {}});
}

void Emulator::receive(std::size_t link, std::size_t direction) {
    std::array<std::uint8_t, max_frame_bytes> buffer;
    for (int i = 0; i < frames_per_turn; ++i) {
        const auto frame = links_[link].ends[direction].read(buffer);
        if (!frame)
            return;
        forward(link, direction, *frame);
    }
}

std::optional<Clock::time_point> Emulator::deliver() {
    const auto now = Clock::now();
    while (!pending_.empty() && pending_.top().due <= now) {
        pending_.top().to->write(pending_.top().bytes);
        pending_.pop();
    }
    if (pending_.empty())
        return std::nullopt;
    return pending_.top().due;
}

Emulator::Verdict Emulator::apply_rules(std::size_t link, std::size_t direction,
                                        TcpFrame& segment) {
    Verdict verdict = Verdict::pass;
    for (Rule& rule : rules_) {
        if (rule.link != link || !rule.direction[direction] || !rule.takes(segment))
            continue;
        log_.write(action_name(rule.action), link, direction, segment);
        ++links_[link].directions[direction].counters.met_by_rule;
        if (rule.action == Action::drop)
            return Verdict::drop;
        if (rule.action == Action::dup)
            verdict = Verdict::duplicate;
        rule.edit(segment);
    }
    return verdict;
}

void Emulator::forward(std::size_t link, std::size_t direction, std::span<std::uint8_t> frame) {
    Direction& way = links_[link].directions[direction];
    auto segment = TcpFrame::parse(frame);
    const auto log = [&](std::string_view event) {
        if (segment)
            log_.write(event, link, direction, *segment);
    };

    ++way.counters.received;
    if (way.settings.cut) {
        ++way.counters.cut;
        log("cut");
        return;
    }
    Faults faults;
    if (segment) {
        const Verdict verdict = apply_rules(link, direction, *segment);
        if (verdict == Verdict::drop) {
            ++way.counters.dropped_by_rule;
            return;
        }
        faults = draw_faults(way, segment->payload().size());
        faults.duplicated |= verdict == Verdict::duplicate;
    }
    if (faults.lost) {
        ++way.counters.lost;
        log("loss");
        return;
    }
    if (faults.held_back) {
        ++way.counters.held_back;
        log("held");
    }
    const auto serialised = serialise(way, frame.size());
    if (!serialised) {
        ++way.counters.queue_overflow;
        log("queue");
        return;
    }
    auto due = *serialised + from_ms(way.settings.delay_ms + faults.extra_ms);
    if (way.settings.jitter_ms > 0 && !faults.held_back)
        due = way.last_due = std::max(due, way.last_due);
    enqueue(link, direction, frame, due);
    if (faults.duplicated) {
        ++way.counters.duplicated;
        log("dup");
        enqueue(link, direction, frame, due + std::chrono::microseconds(1));
    }
}

void Emulator::enqueue(std::size_t link, std::size_t direction, std::span<const std::uint8_t> frame,
                       Clock::time_point due) {
    LinkCounters& counters = links_[link].directions[direction].counters;
    ++counters.sent;
    counters.bytes += frame.size();
    pending_.push(
        {due, accepted_++, &links_[link].ends[1 - direction], {frame.begin(), frame.end()}});
}

} // namespace link_emulator
