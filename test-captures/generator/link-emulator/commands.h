// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "emulator.h"

namespace link_emulator {

/**
 * Carries out one command line and returns its answer line: "ok", "error: …" or the statistics.
 *
 *     set LINK DIR key=value ...          DIR: ab | ba | both
 *         rate=BITS/S (0: no limit)  delay=MS  jitter=MS  queue=BYTES  loss=P  lossmin=PAYLOAD
 *         reorder=P:MS (held back)  dup=P  cut=0|1  seed=N
 *     rule LINK DIR ACTION key=value ...  ACTION: see enum Action
 *         sub=MPTCP_SUBTYPE  syn=0|1  payload=MIN  port=N  skip=N  count=N  off=BYTE
 *     clear                               removes all rules
 *     stats                               counters of all links, one line of JSON
 */
std::string execute(Emulator& emulator, const std::string& line);

} // namespace link_emulator
