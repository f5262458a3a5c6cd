// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace link_emulator {

/** A TAP network device that lives in a network namespace; gone when this object is. */
class TapDevice {
  public:
    /** Makes device `name` in the namespace that `ip netns` knows as `netns`. Throws on failure. */
    TapDevice(const std::string& netns, const std::string& name);
    ~TapDevice();
    TapDevice(TapDevice&& other) noexcept;
    TapDevice(const TapDevice&) = delete;
    TapDevice& operator=(const TapDevice&) = delete;
    TapDevice& operator=(TapDevice&&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    /** The next frame the host sent, in `buffer`; empty if there is none now. */
    [[nodiscard]] std::optional<std::span<std::uint8_t>> read(std::span<std::uint8_t> buffer) const;

    /** Hands a frame to the host. A device that is down loses it, as a real one would. */
    void write(std::span<const std::uint8_t> frame) const;

  private:
    int descriptor_ = -1;
};

} // namespace link_emulator
