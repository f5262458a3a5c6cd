// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap_device.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace link_emulator {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/** Moves this thread to a network namespace for as long as the object lives. */
class NamespaceVisit {
  public:
    explicit NamespaceVisit(const std::string& netns)
        : home_(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
        const std::string path = "/var/run/netns/" + netns;
        const int target = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (home_ < 0 || target < 0 || setns(target, CLONE_NEWNET) != 0)
            fail(path);
        close(target);
    }
    ~NamespaceVisit() {
        if (setns(home_, CLONE_NEWNET) != 0)
            std::abort(); // every later device would land in the wrong namespace
        close(home_);
    }
    NamespaceVisit(const NamespaceVisit&) = delete;
    NamespaceVisit& operator=(const NamespaceVisit&) = delete;

  private:
    int home_;
};

} // namespace

TapDevice::TapDevice(const std::string& netns, const std::string& name) {
    const NamespaceVisit visit(netns);
    descriptor_ = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0)
        fail("/dev/net/tun");
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    if (ioctl(descriptor_, TUNSETIFF, &request) != 0)
        fail("TAP device " + name);
}

TapDevice::TapDevice(TapDevice&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {
}

TapDevice::~TapDevice() {
    if (descriptor_ >= 0)
        close(descriptor_);
}

std::optional<std::span<std::uint8_t>> TapDevice::read(std::span<std::uint8_t> buffer) const {
    const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
    if (size <= 0)
        return std::nullopt;
    return buffer.first(static_cast<std::size_t>(size));
}

void TapDevice::write(std::span<const std::uint8_t> frame) const {
    const bool lost = ::write(descriptor_, frame.data(), frame.size()) < 0;
    if (lost && errno != EIO && errno != EAGAIN)
        fail("write to TAP device");
}

} // namespace link_emulator
