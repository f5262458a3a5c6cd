#pragma once
/// What the plugin, which has no Qt, and the module of the windows know of each other. The plugin
/// loads the module on the first click and never unloads it.

#include "analysis/tracker.hpp"

#include <cstddef>
#include <cstdint>

namespace mptcp::dialogs {

enum class Window : std::uint8_t {
    /// The list of connections.
    connections,
    /// One connection: that of the selected packet, or the first.
    analysis,
    graphs,
};

/// What the module asks of the plugin.
struct Host {
    /// The Tracker of the current file, with settled facts, or null if there is none.
    Tracker* (*tracker)() = nullptr;
    /// MPTCP segments that the analysis has seen.
    std::size_t (*segments)() = nullptr;
    /// The connection of a frame; kNoConnection if it has none.
    ConnectionNumber (*connection_of)(FrameNumber frame) = nullptr;
};

/// What the plugin asks of the module.
struct Windows {
    void (*open)(Window window) = nullptr;
    /// The current file is about to be closed, or dissected anew.
    void (*capture_closed)() = nullptr;
};

/// Name and type of the module's only symbol. `version` is the plugin's: null if the module is of
/// another one. `host` lives as long as the process.
inline constexpr const char* kEntryPoint = "mptcp_dialogs_entry";
using EntryPoint = const Windows* (*)(const Host& host, const char* version);

} // namespace mptcp::dialogs
