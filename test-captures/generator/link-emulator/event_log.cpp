// SPDX-License-Identifier: GPL-2.0-or-later
#include "event_log.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace link_emulator {

EventLog::EventLog(const std::string& path) {
    if (path.empty())
        return;
    file_.open(path, std::ios::trunc);
    if (!file_)
        throw std::runtime_error("cannot write " + path);
    file_ << "time,link,dir,event,src,sport,dst,dport,seq,ack,payload,flags\n";
}

void EventLog::write(std::string_view event, std::size_t link, std::size_t direction,
                     const TcpFrame& segment) {
    if (!file_.is_open())
        return;
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%lld.%09ld", static_cast<long long>(now.tv_sec),
                  now.tv_nsec);
    std::array<char, 8> flags{};
    std::snprintf(flags.data(), flags.size(), "0x%02x", segment.flags());
    file_ << time.data() << ',' << link << ',' << (direction == 0 ? "ab" : "ba") << ',' << event
          << ',' << segment.source_address() << ',' << segment.source_port() << ','
          << segment.destination_address() << ',' << segment.destination_port() << ','
          << segment.sequence() << ',' << segment.acknowledgement() << ','
          << segment.payload().size() << ',' << flags.data() << '\n';
}

} // namespace link_emulator
