// SPDX-License-Identifier: GPL-2.0-or-later
#include "emulator.h"

#include <algorithm>
#include <utility>

namespace link_emulator {

namespace {

constexpr std::size_t max_frame_bytes = 2048;
constexpr int frames_per_turn = 64; ///< of one device, so that none starves the others

Clock::duration from_ms(double milliseconds)
{
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double, std::milli>(milliseconds));
}

Clock::duration serialisation_time(std::size_t bytes, double rate)
{
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) * 8 / rate));
}

/** Bytes that still wait to be serialised. */
double backlog_bytes(const Direction &direction, Clock::time_point now)
{
    const std::chrono::duration<double> wait = direction.free_at - now;
    return wait.count() * direction.settings.rate / 8;
}

} // namespace

double Random::uniform()
{
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<double>((state_ * 2685821657736338717u) >> 11) * 0x1p-53;
}

void Emulator::add_link(TapDevice a, TapDevice b)
{
    links_.push_back({.ends = {std::move(a), std::move(b)}, .directions = {}});
}

void Emulator::receive(std::size_t link, std::size_t direction)
{
    std::array<std::uint8_t, max_frame_bytes> buffer;
    for (int i = 0; i < frames_per_turn; ++i) {
        const auto frame = links_[link].ends[direction].read(buffer);
        if (!frame)
            return;
        forward(link, direction, *frame);
    }
}

std::optional<Clock::time_point> Emulator::deliver()
{
    const auto now = Clock::now();
    while (!pending_.empty() && pending_.top().due <= now) {
        pending_.top().to->write(pending_.top().bytes);
        pending_.pop();
    }
    if (pending_.empty())
        return std::nullopt;
    return pending_.top().due;
}

Emulator::Verdict Emulator::apply_rules(std::size_t link, std::size_t direction, TcpFrame &segment)
{
    Verdict verdict = Verdict::pass;
    for (Rule &rule : rules_) {
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

void Emulator::forward(std::size_t link, std::size_t direction, std::span<std::uint8_t> frame)
{
    auto &[settings, counters, random, free_at, last_due] = links_[link].directions[direction];
    const auto now = Clock::now();
    auto segment = TcpFrame::parse(frame);
    const auto log = [&](std::string_view event) {
        if (segment)
            log_.write(event, link, direction, *segment);
    };

    ++counters.received;
    if (settings.cut) {
        ++counters.cut;
        log("cut");
        return;
    }

    bool duplicate = false;
    bool held_back = false;
    double extra_ms = 0;
    if (segment) {
        const Verdict verdict = apply_rules(link, direction, *segment);
        if (verdict == Verdict::drop) {
            ++counters.dropped_by_rule;
            return;
        }
        const double lost_draw = random.uniform();
        const double reorder_draw = random.uniform();
        const double duplicate_draw = random.uniform();
        const double jitter_draw = random.uniform();
        const auto payload_bytes = static_cast<double>(segment->payload().size());
        if (lost_draw < settings.loss && payload_bytes >= settings.loss_min_payload) {
            ++counters.lost;
            log("loss");
            return;
        }
        held_back = reorder_draw < settings.reorder;
        if (held_back) {
            ++counters.held_back;
            log("held");
        }
        duplicate = verdict == Verdict::duplicate || duplicate_draw < settings.duplicate;
        extra_ms = (held_back ? settings.reorder_ms : 0) + jitter_draw * settings.jitter_ms;
    }

    free_at = std::max(free_at, now);
    if (settings.rate > 0) {
        const double size = static_cast<double>(frame.size());
        if (backlog_bytes(links_[link].directions[direction], now) + size > settings.queue_bytes) {
            ++counters.queue_overflow;
            log("queue");
            return;
        }
        free_at += serialisation_time(frame.size(), settings.rate);
    }
    auto due = free_at + from_ms(settings.delay_ms + extra_ms);
    if (settings.jitter_ms > 0 && !held_back)
        due = last_due = std::max(due, last_due);

    enqueue(link, direction, frame, due);
    if (duplicate) {
        ++counters.duplicated;
        log("dup");
        enqueue(link, direction, frame, due + std::chrono::microseconds(1));
    }
}

void Emulator::enqueue(std::size_t link, std::size_t direction,
                       std::span<const std::uint8_t> frame, Clock::time_point due)
{
    LinkCounters &counters = links_[link].directions[direction].counters;
    ++counters.sent;
    counters.bytes += frame.size();
    pending_.push({due, accepted_++, &links_[link].ends[1 - direction], {frame.begin(), frame.end()}});
}

} // namespace link_emulator
