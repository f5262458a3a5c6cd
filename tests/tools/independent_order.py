#!/usr/bin/python3
"""A second, independent way to the order of the data in an MPTCP capture.

  independent_order.py CAPTURE [--drop-captured-twice]

Prints JSON: one row per connection and direction (client's first), keys as in Order.row(). Bytes
count once, when a data sequence number is carried for the first time; times are nanoseconds.

  scheduler   blocks are runs of new bytes on one subflow; "alone" is the time from the first to
              the last packet of each; "after" says for each subflow how much new data came after
              its own last, and until when
  holes       new data that leaves a gap above the highest byte carried before; "filled" are the
              new bytes below the highest one, by the subflow that brought them
  waiting     data above the next byte expected in order: for how long in all and at a stretch,
              and how much of it; "waited_for" is the time until data in order grew, by the
              subflow that made it grow. What was acknowledged is no longer expected

The packets and their data sequence numbers come from accounting.py; nothing is shared with the
plugin.
"""

import argparse
import json
import sys
from collections import Counter

import accounting
from accounting import Pieces, SYN

FAR = 1 << 80


class Order:
    """One direction: new_data() and acknowledged() in capture order, tick() after each packet."""

    def __init__(self, beginning):
        self.next = beginning                   # the next byte expected in order; None = unknown
        self.carried = Pieces()
        self.blocks = []                        # [stream, bytes, first time, last time]
        self.exits = {}                         # stream -> (new bytes until its last, time)
        self.total = 0
        self.holes, self.filled, self.waited_for = 0, Counter(), Counter()
        self.out_of_order = []                  # [frame, time, first new byte, new bytes, delay]
        self.held, self.most_held = 0, 0
        self.waits = []                         # [start, end]
        self.grew_ns = 0

    def packet(self, packet, ranges):
        """The ranges of data bytes that a packet carries."""
        known, first_new = self.total, True
        for start, end in ranges:
            if self.next is None:
                self.next = start
            highest = max(self.carried.ends, default=-1)
            for a, b in self.carried.add(start, end, True):
                if first_new and a > self.next:
                    self.out_of_order.append([packet.frame, packet.time_ns, a, 0])
                first_new = False
                self.holes += a > max(self.next, highest)
                self.filled[packet.stream] += max(0, min(b, highest) - a)
                self.total += b - a
        fresh = self.total - known
        if fresh and self.out_of_order and self.out_of_order[-1][0] == packet.frame:
            self.out_of_order[-1][3] = fresh
        if fresh:
            self._schedule(packet, fresh)
        self._advance(packet.time_ns, packet.stream)

    def _schedule(self, packet, fresh):
        if not self.blocks or self.blocks[-1][0] != packet.stream:
            self.blocks.append([packet.stream, 0, packet.time_ns, packet.time_ns])
        self.blocks[-1][1] += fresh
        self.blocks[-1][3] = packet.time_ns
        self.exits[packet.stream] = self.total, packet.time_ns

    def acknowledged(self, packet, number):
        """All bytes below number are acknowledged."""
        if self.next is None or number > self.next:
            self.next = number
            self.grew_ns = packet.time_ns
            self._note_delays(packet.time_ns)
        self._advance(packet.time_ns, None)

    def _advance(self, time_ns, stream):
        """Moves the next expected byte over what is there, and looks at what waits above it."""
        if self.next is None:
            return
        before = self.next
        for _, end, there in self.carried.split(self.next, FAR):
            if not there:
                break
            self.next = end
        held = sum(b - a for a, b, known in self.carried.split(self.next, FAR) if known)
        grew = self.next > before
        if self.held and grew:
            if stream is not None:
                self.waited_for[stream] += time_ns - self.grew_ns
            self._note_delays(time_ns)
        if held and not self.held:
            self.waits.append([time_ns, None])
        if self.held and not held:
            self.waits[-1][1] = time_ns
        if grew or held and not self.held:
            self.grew_ns = time_ns
        self.held, self.most_held = held, max(held, self.most_held)

    def _note_delays(self, time_ns):
        """Packets whose first new byte is in order now have waited until now."""
        for late in self.out_of_order:
            if len(late) == 4 and late[2] < self.next:
                late.append(time_ns - late[1])

    def row(self, last_ns):
        """The figures; what still waits has waited until last_ns."""
        waits = [(last_ns if end is None else end) - start for start, end in self.waits]
        sizes = [size for _, size, _, _ in self.blocks]
        end_ns = self.blocks[-1][3] if self.blocks else 0
        return {"switches": max(0, len(sizes) - 1), "blocks": len(sizes),
                "mean_block": sum(sizes) / len(sizes) if sizes else None,
                "largest_block": max(sizes, default=None),
                "alone": sum(last - first for _, _, first, last in self.blocks),
                "after": {stream: [self.total - until, end_ns - time]
                          for stream, (until, time) in self.exits.items()},
                "holes": self.holes, "filled": {k: v for k, v in self.filled.items() if v},
                "blocked": sum(waits), "longest_blocked": max(waits, default=0),
                "most_held": self.most_held,
                "waited_for": dict(self.waited_for),
                "out_of_order": [[late[0], late[3], *late[4:]] for late in self.out_of_order]}


def order_row(capture, connection, direction):
    """The figures of one direction of a connection."""
    order = Order(None if direction.idsn is None else direction.idsn + 1)
    ranges = {packet.frame: (flow, start, end) for flow in direction.flows
              for packet, start, end in flow.ssn_ranges()}
    own = {flow.stream: flow for flow in direction.flows}
    last_ns = 0
    for packet in capture.packets:
        if packet.stream not in own:
            continue
        last_ns = packet.time_ns
        if packet.source != own[packet.stream].source:
            if packet.acked_dsn is not None:
                order.acknowledged(packet, packet.acked_dsn)
        elif packet.frame in ranges and not packet.flags & SYN and (
                direction.fallback_frame is None or packet.frame < direction.fallback_frame):
            flow, start, end = ranges[packet.frame]
            order.packet(packet, [(a + offset, b + offset)
                                  for a, b, offset in flow.dsn_of.split(start, end)
                                  if offset is not None])
    return order.row(last_ns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture")
    parser.add_argument("--drop-captured-twice", action="store_true",
                        help="leave out packets that the capture shows twice")
    arguments = parser.parse_args()
    capture = accounting.load(arguments.capture, arguments.drop_captured_twice)
    json.dump([{"connection": connection.number,
                "sender": accounting.address_text(direction.flows[0].source),
                **order_row(capture, connection, direction)}
               for connection in capture.connections for direction in connection.directions],
              sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
