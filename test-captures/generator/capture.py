# SPDX-License-Identifier: GPL-2.0-or-later
"""Packet captures on a lab's hosts."""
import os
import re
import signal
import time
from pathlib import Path

from command import LabError, run, wait

KERNEL_BUFFER_MIB = "64"
# dumpcap queues packets between its threads; its default limits overflow on a busy machine
QUEUE_PACKETS, QUEUE_BYTES = "2000000", "1000000000"


class Capture:
    """A capture that runs: a process that writes `raw`."""

    def __init__(self, process, raw, messages):
        self._process = process
        self.raw = raw
        self._messages = messages
        self.dropped = None                 # packets the capture lost; known after stop()

    def wait_until_running(self, timeout_s):
        end = time.monotonic() + timeout_s
        while not os.path.exists(self.raw):
            if time.monotonic() > end or self._process.poll() is not None:
                raise LabError("capture did not start: " + self._messages.read_text())
            time.sleep(0.02)
        time.sleep(0.4)                     # the file is made a little before packets are taken

    def stop(self):
        """Ends the capture; returns what the program reported."""
        self._process.send_signal(signal.SIGINT)
        wait(self._process, 30, "capture program")
        text = " ".join(self._messages.read_text(encoding="utf-8").split())
        dumpcap = re.findall(r"interface '[^']+': \d+/(\d+)", text)
        tcpdump = re.findall(r"(\d+) packets? dropped by (?:kernel|interface)", text)
        self.dropped = sum(map(int, dumpcap + tcpdump))
        return text.replace(str(self.raw), Path(self.raw).name)[-300:]

    def write(self, target, display_filter=None):
        """Writes the packets, in order of time, as pcapng; only those that the filter matches."""
        source = self.raw
        if display_filter:
            source = self.raw.with_suffix(".filtered")
            run(["tshark", "-n", "-r", self.raw, "-w", source, "-Y", display_filter])
        ordered = self.raw.with_suffix(".ordered")
        run(["reordercap", source, ordered])
        run(["editcap", "-F", "pcapng", ordered, target])


def _start(lab, host, program, *capture_filter):
    raw, messages = lab.work / f"{host}.raw", lab.work / f"{host}.messages"
    with open(messages, "w", encoding="utf-8") as output:
        process = lab.start_on(host, [*program, "-w", raw, *capture_filter], stderr=output)
    return Capture(process, raw, messages)


def on_devices(lab, host, devices, snaplen):
    """TCP on the wire devices of all paths, by dumpcap."""
    interfaces = [word for device in devices for word in ("-i", device)]
    return _start(lab, host, ["dumpcap", "-q", "-s", str(snaplen), "-B", KERNEL_BUFFER_MIB,
                              "-N", QUEUE_PACKETS, "-C", QUEUE_BYTES, "-f", "tcp", *interfaces])


def on_any_interface(lab, host, _devices, snaplen):
    """TCP on all interfaces, Linux cooked v2, by tcpdump."""
    return _start(lab, host, ["tcpdump", "-q", "-n", "-U", "-Z", "root", "-i", "any",
                              "-s", str(snaplen)], "tcp")
