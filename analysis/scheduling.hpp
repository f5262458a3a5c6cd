#pragma once
/// How a sender spread the new data of one direction over its subflows: blocks of it on one
/// subflow, and switches between them. What is sent again counts for nothing.

#include "units.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp {

class Scheduling {
  public:
    /// New data, in the order of the capture. True if it came on another subflow than the new data
    /// before it.
    bool add(SubflowNumber subflow, std::uint64_t bytes, Nanoseconds time);

    struct Blocks {
        std::uint64_t count = 0;
        /// Of all blocks, and of the largest.
        std::uint64_t bytes = 0;
        std::uint64_t most_bytes = 0;
        /// From the first to the last segment of each block: time in which only one subflow carried
        /// new data.
        Nanoseconds time = 0;

        [[nodiscard]] std::uint64_t switches() const { return count == 0 ? 0 : count - 1; }
    };
    [[nodiscard]] Blocks blocks() const;

    /// New data of the other subflows since the last of one subflow, and until when they carried
    /// it.
    struct Rest {
        std::uint64_t bytes = 0;
        Nanoseconds time = 0;
    };
    /// None if the subflow carried no new data.
    [[nodiscard]] std::optional<Rest> rest_after(SubflowNumber subflow) const;

  private:
    struct Block {
        SubflowNumber subflow = 0;
        std::uint64_t bytes = 0;
        Nanoseconds first = 0;
        Nanoseconds last = 0;
    };
    /// Where a subflow left off.
    struct Exit {
        Nanoseconds time = 0;
        /// New data of the direction until then.
        std::uint64_t bytes = 0;
    };

    static void count(const Block& block, Blocks& blocks);
    void close();

    /// The last one; without bytes if there was no new data.
    Block open_;
    Blocks closed_;
    /// By subflow, as far as one was left.
    std::vector<std::optional<Exit>> exits_;
};

inline bool Scheduling::add(SubflowNumber subflow, std::uint64_t bytes, Nanoseconds time) {
    const bool goes_on = subflow == open_.subflow && open_.bytes > 0;
    const bool switches = !goes_on && open_.bytes > 0;
    if (!goes_on) {
        close();
        open_ = {subflow, 0, time, time};
    }
    open_.bytes += bytes;
    open_.last = std::max(open_.last, time);
    return switches;
}

} // namespace mptcp
