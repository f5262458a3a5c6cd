// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link-emulator: links with a rate, a delay and seeded faults between TAP devices, and a middlebox
 * on each of them.
 *
 *     link-emulator [-l EVENTS.csv] NETNS_A:DEV_A:NETNS_B:DEV_B ...
 *
 * Makes the TAP devices in their network namespaces, prints "ready", then answers each command on
 * standard input (commands.h) by one line. Ends when standard input does.
 */
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "commands.h"
#include "emulator.h"

namespace {

using namespace link_emulator;

void add_link(Emulator& emulator, const std::string& argument) {
    std::vector<std::string> parts;
    std::istringstream text(argument);
    for (std::string part; std::getline(text, part, ':');)
        parts.push_back(part);
    if (parts.size() != 4)
        throw std::invalid_argument("not NETNS:DEV:NETNS:DEV: " + argument);
    emulator.add_link(TapDevice(parts[0], parts[1]), TapDevice(parts[2], parts[3]));
}

/** Standard input as lines, read without blocking. */
class CommandReader {
  public:
    CommandReader() { fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK); }

    /** Carries out the commands that have arrived; false at the end of the input. */
    bool read_and_execute(Emulator& emulator) {
        std::array<char, 512> block{};
        const ssize_t size = ::read(STDIN_FILENO, block.data(), block.size());
        if (size == 0)
            return false;
        if (size > 0)
            unread_.append(block.data(), static_cast<std::size_t>(size));
        for (std::size_t end; (end = unread_.find('\n')) != std::string::npos;) {
            std::cout << execute(emulator, unread_.substr(0, end)) << std::endl;
            unread_.erase(0, end + 1);
        }
        return true;
    }

  private:
    std::string unread_;
};

std::vector<pollfd> poll_set(const Emulator& emulator) {
    std::vector<pollfd> set{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}};
    for (const Link& link : emulator.links()) {
        for (const TapDevice& end : link.ends)
            set.push_back({.fd = end.descriptor(), .events = POLLIN, .revents = 0});
    }
    return set;
}

/** Sleeps until a descriptor is readable or `until`, whichever comes first. */
void wait(std::vector<pollfd>& set, std::optional<Clock::time_point> until) {
    timespec timeout{};
    if (until) {
        using namespace std::chrono;
        const auto left = duration_cast<nanoseconds>(std::max(*until - Clock::now(), 0ns)).count();
        timeout = {.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
    }
    if (ppoll(set.data(), set.size(), until ? &timeout : nullptr, nullptr) < 0 && errno != EINTR)
        throw std::runtime_error(std::string("ppoll: ") + std::strerror(errno));
}

void run(Emulator& emulator) {
    CommandReader commands;
    auto set = poll_set(emulator);
    for (;;) {
        wait(set, emulator.deliver());
        if (set[0].revents != 0 && !commands.read_and_execute(emulator))
            return;
        for (std::size_t i = 1; i < set.size(); ++i) {
            if ((set[i].revents & POLLIN) != 0)
                emulator.receive((i - 1) / 2, (i - 1) % 2);
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::vector<std::string> arguments(argv + 1, argv + argc);
        std::string log;
        if (arguments.size() >= 2 && arguments[0] == "-l") {
            log = arguments[1];
            arguments.erase(arguments.begin(), arguments.begin() + 2);
        }
        Emulator emulator(log);
        for (const std::string& argument : arguments)
            add_link(emulator, argument);
        std::cout << "ready" << std::endl;
        run(emulator);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "link-emulator: " << error.what() << '\n';
        return 1;
    }
}
