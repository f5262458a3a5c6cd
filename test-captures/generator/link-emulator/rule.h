// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tcp_frame.h"

namespace link_emulator {

/** What a middlebox does to a segment. */
enum class Action {
    drop,
    strip,   ///< MPTCP options become NOPs
    corrupt, ///< one payload byte is changed
    flip,    ///< one byte of an MPTCP option is changed
    dss32,   ///< 64-bit DSN and DATA_ACK become 32-bit
    dup,     ///< the segment is delivered twice
};

std::optional<Action> action_from_name(std::string_view name);
std::string_view action_name(Action action);

/** A middlebox rule: which segments of a link it meets, and what it does to them. */
struct Rule {
    std::size_t link = 0;
    std::array<bool, 2> direction{}; ///< applies to a → b, to b → a
    Action action = Action::drop;

    int subtype = TcpFrame::any_subtype; ///< this MPTCP option must be present
    std::optional<bool> syn;             ///< the SYN flag must be so
    std::size_t min_payload = 0;         ///< bytes
    std::uint16_t port = 0;              ///< source or destination; 0: any
    std::uint64_t skip = 0;              ///< matching segments let through first
    std::optional<std::uint64_t> count;  ///< segments acted upon at most; empty: no limit
    std::size_t offset = 0;              ///< byte that corrupt and flip change

    /** True if the rule acts on this segment; counts the matches, so ask once per segment. */
    bool takes(const TcpFrame& segment);

    /** Edits the segment; drop and dup are the emulator's to carry out. */
    void edit(TcpFrame& segment) const;

  private:
    [[nodiscard]] bool matches(const TcpFrame& segment) const;
    [[nodiscard]] bool needs_option() const;

    std::uint64_t matched_ = 0;
    std::uint64_t acted_ = 0;
};

} // namespace link_emulator
