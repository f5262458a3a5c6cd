// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "event_log.h"
#include "rule.h"
#include "tap_device.h"

namespace link_emulator {

using Clock = std::chrono::steady_clock;

/** How one direction of a link treats what it carries. */
struct LinkSettings {
    double rate = 0;             ///< bits per second; 0: no limit
    double delay_ms = 0;         ///< one way
    double jitter_ms = 0;        ///< at most so much more delay; keeps the order
    double queue_bytes = 2e5;    ///< bytes that may wait for the rate limit, the rest is dropped
    double loss = 0;             ///< probability
    double loss_min_payload = 0; ///< bytes; smaller segments are not lost at random
    double reorder = 0;          ///< probability of being held back
    double reorder_ms = 5;       ///< for so long
    double duplicate = 0;        ///< probability
    bool cut = false;            ///< loses everything
};

/** What became of the frames of one direction. */
struct LinkCounters {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t bytes = 0; ///< sent, Ethernet header included
    std::uint64_t lost = 0;
    std::uint64_t queue_overflow = 0;
    std::uint64_t cut = 0;
    std::uint64_t dropped_by_rule = 0;
    std::uint64_t met_by_rule = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t held_back = 0;
};

/** xorshift64*: the same seed gives the same decisions, on every machine. */
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u | 1) {}
    double uniform(); ///< in [0, 1)

  private:
    std::uint64_t state_;
};

/** One direction of a link. */
struct Direction {
    LinkSettings settings;
    LinkCounters counters;
    Random random{1};
    Clock::time_point free_at{}; ///< when the last frame accepted will have been serialised
    Clock::time_point last_due{};
};

/** Two TAP devices and what lies between them; direction 0 is a → b, 1 is b → a. */
struct Link {
    std::array<TapDevice, 2> ends;
    std::array<Direction, 2> directions;
};

/**
 * Forwards Ethernet frames between pairs of TAP devices, as links with a rate, a delay, a queue
 * and seeded faults, and as a middlebox that drops and edits TCP segments by rules.
 *
 * Random decisions are drawn per link and direction, four for each TCP segment and none for other
 * frames, so a seed fixes which segments of a direction are hit.
 */
class Emulator {
  public:
    explicit Emulator(const std::string& event_log_path) : log_(event_log_path) {}

    void add_link(TapDevice a, TapDevice b);
    std::size_t link_count() const { return links_.size(); }
    Link& link(std::size_t index) { return links_[index]; }
    const std::vector<Link>& links() const { return links_; }

    void add_rule(const Rule& rule) { rules_.push_back(rule); }
    void clear_rules() { rules_.clear(); }
    void flush_log() { log_.flush(); }

    /** Takes the frames that wait at one end of a link. */
    void receive(std::size_t link, std::size_t direction);

    /** Delivers the frames that are due; returns when the next one will be. */
    std::optional<Clock::time_point> deliver();

  private:
    struct PendingFrame {
        Clock::time_point due;
        std::uint64_t order; ///< of acceptance, so that frames due together keep their order
        const TapDevice* to;
        std::vector<std::uint8_t> bytes;

        bool operator>(const PendingFrame& other) const {
            return due != other.due ? due > other.due : order > other.order;
        }
    };
    enum class Verdict {
        pass,
        duplicate,
        drop,
    };

    void forward(std::size_t link, std::size_t direction, std::span<std::uint8_t> frame);
    Verdict apply_rules(std::size_t link, std::size_t direction, TcpFrame& segment);
    void enqueue(std::size_t link, std::size_t direction, std::span<const std::uint8_t> frame,
                 Clock::time_point due);

    std::vector<Link> links_;
    std::vector<Rule> rules_;
    EventLog log_;
    std::priority_queue<PendingFrame, std::vector<PendingFrame>, std::greater<>> pending_;
    std::uint64_t accepted_ = 0;
};

} // namespace link_emulator
