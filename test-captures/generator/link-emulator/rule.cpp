// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule.h"

#include <array>
#include <utility>

namespace link_emulator {

namespace {

constexpr std::uint8_t changed_bits = 0x55;

constexpr std::array<std::pair<std::string_view, Action>, 6> action_names{{
    {"drop", Action::drop},
    {"strip", Action::strip},
    {"corrupt", Action::corrupt},
    {"flip", Action::flip},
    {"dss32", Action::dss32},
    {"dup", Action::dup},
}};

} // namespace

std::optional<Action> action_from_name(std::string_view name) {
    for (const auto& [text, action] : action_names) {
        if (text == name)
            return action;
    }
    return std::nullopt;
}

std::string_view action_name(Action action) {
    for (const auto& [text, value] : action_names) {
        if (value == action)
            return text;
    }
    return "";
}

bool Rule::needs_option() const {
    return subtype != TcpFrame::any_subtype || action == Action::strip || action == Action::flip;
}

bool Rule::matches(const TcpFrame& segment) const {
    if (syn && *syn != segment.syn())
        return false;
    if (segment.payload().size() < min_payload)
        return false;
    if (port != 0 && port != segment.source_port() && port != segment.destination_port())
        return false;
    return !needs_option() || segment.mptcp_option(subtype).has_value();
}

bool Rule::takes(const TcpFrame& segment) {
    if (!matches(segment) || matched_++ < skip)
        return false;
    if (count && acted_ >= *count)
        return false;
    ++acted_;
    return true;
}

void Rule::edit(TcpFrame& segment) const {
    switch (action) {
    case Action::drop:
    case Action::dup:
        return;
    case Action::strip:
        segment.strip_mptcp_options(subtype);
        break;
    case Action::corrupt:
        if (offset < segment.payload().size())
            segment.payload()[offset] ^= changed_bits;
        break;
    case Action::flip:
        if (const auto option = segment.mptcp_option(subtype); option && offset < option->size())
            (*option)[offset] ^= changed_bits;
        break;
    case Action::dss32:
        segment.shorten_dss();
        break;
    }
    segment.update_checksum();
}

} // namespace link_emulator
