// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

#include "tcp_frame.h"

namespace link_emulator {

/** Writes one CSV line for every segment that the emulator dropped, delayed, repeated or edited. */
class EventLog {
  public:
    /** Logs to `path`, or nowhere if it is empty. Throws if the file cannot be made. */
    explicit EventLog(const std::string& path);

    /** `direction`: 0 is a → b, 1 is b → a. The segment is logged as it is before any edit. */
    void write(std::string_view event, std::size_t link, std::size_t direction,
               const TcpFrame& segment);
    void flush() { file_.flush(); }

  private:
    std::ofstream file_;
};

} // namespace link_emulator
