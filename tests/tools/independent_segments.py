#!/usr/bin/python3
"""A second, independent way to what is said of each segment of an MPTCP capture.

  independent_segments.py CAPTURE [--drop-captured-twice]

Prints JSON: one row per segment of an MPTCP connection or attempt, in capture order, keys as in
row_of(). The classes of bytes come from accounting.py, the RTT samples from independent_rtt.py;
nothing is shared with the plugin.

  newly_acked_bytes   by how much the DATA_ACK moves the highest one, less a DATA_FIN; counted from
                      the first DATA_ACK if the IDSN is unknown
  flight              with payload: the highest DSN carried until then, and with it, above the
                      highest DATA_ACK until then (the IDSN + 1 before there is one)
  subflow_flight      the same with SSNs and TCP acknowledgments
  window              with a DATA_ACK: what the receiver has ever allowed, above the highest DATA_ACK
  dsn, dsn_end        first, and after the last, of the first part of the payload with a mapping, as
                      distance to the IDSN
  data_ack            distance to the other host's IDSN
  idsn_known          of both hosts; without, distances are null
"""

import argparse
import json
import sys

import accounting
import independent_rtt
from accounting import ACK, SYN, nearest
from independent_rtt import RST


class Levels:
    """How far one direction of a connection has come."""

    def __init__(self, direction):
        self.direction = direction
        self.carried = None
        self.acked = None if direction.idsn is None else direction.idsn + 1
        self.allowed = None

    def carry(self, end):
        self.carried = end if self.carried is None else max(self.carried, end)

    def flight(self):
        """None as long as there is nothing to count from."""
        if self.carried is None or self.acked is None:
            return None
        return max(self.carried - self.acked, 0)

    def acknowledge(self, number):
        """Takes a DATA_ACK; the bytes that it newly covers."""
        before, self.acked = self.acked, max(number, number if self.acked is None else self.acked)
        if before is None:
            return 0
        return self._bytes(self.acked) - self._bytes(before)

    def allow(self, edge):
        """Takes the right edge of a window; what is left of it."""
        self.allowed = edge if self.allowed is None else max(self.allowed, edge)
        return max(self.allowed - self.acked, 0)

    def _bytes(self, number):
        fin = self.direction.data_fin
        return number if fin is None else min(number, fin)


def subflow_flights(flow, peer):
    """By frame of the flow's segments with payload."""
    ends = {packet.frame: end for packet, _, end in flow.ssn_ranges()}
    flights, carried, acked = {}, None, None
    for packet in sorted(flow.packets + peer.packets, key=lambda one: one.frame):
        if packet.frame in ends:
            carried = max(carried or 0, ends[packet.frame])
            flights[packet.frame] = None if acked is None else max(carried - acked, 0)
        if packet.source != flow.source and packet.flags & ACK and not packet.flags & RST:
            number = nearest(packet.acknowledgment - flow.base, 32, 1 if acked is None else acked)
            acked = number if acked is None else max(acked, number)
    return flights


def rows_of(capture):
    """The rows of an accounted accounting.Capture."""
    rows = []
    for connection in capture.connections:
        rows += connection_rows(capture, connection)
    return sorted(rows, key=lambda row: row["frame"])


def connection_rows(capture, connection):
    """The rows of one connection."""
    sides = {flow: side for side, direction in enumerate(connection.directions)
             for flow in direction.flows}
    levels = [Levels(direction) for direction in connection.directions]
    parts = {packet.frame: mapped_parts(flow, packet, start, end) for flow in sides
             for packet, start, end in flow.ssn_ranges()}
    data_rtt, subflow_rtt = samples_of(capture, connection)
    subflow_flight = {}
    for pair in zip(*(direction.flows for direction in connection.directions)):
        subflow_flight |= subflow_flights(*pair) | subflow_flights(*reversed(pair))
    rows = []
    for packet in capture.packets:
        flow = capture.streams[packet.stream][packet.source]
        if flow not in sides:
            continue
        side = sides[flow]
        row = row_of(packet)
        row["data_rtt"] = data_rtt[1 - side].get(packet.frame)
        row["subflow_rtt"] = subflow_rtt.get(packet.frame)
        row["subflow_flight"] = subflow_flight.get(packet.frame)
        if packet.acked_dsn is not None:
            row["newly_acked_bytes"] = levels[1 - side].acknowledge(packet.acked_dsn)
            row["data_ack"] = distance(connection.directions[1 - side], packet.acked_dsn)
            if packet.window is not None:
                row["window"] = levels[1 - side].allow(packet.acked_dsn + packet.window)
        falls = connection.directions[side].fallback_frame
        if parts.get(packet.frame) and (falls is None or packet.frame < falls):
            levels[side].carry(max(end for _, end in parts[packet.frame]))
            row["flight"] = levels[side].flight()
            row["dsn"], row["dsn_end"] = (distance(connection.directions[side], number)
                                          for number in parts[packet.frame][0])
        row["idsn_known"] = None not in [one.idsn for one in connection.directions]
        rows.append(row)
    return rows


def row_of(packet):
    """What the packet alone tells."""
    classes = packet.classes
    return {"frame": packet.frame, "time_ns": packet.time_ns, "tcp_stream": packet.stream,
            "sender": accounting.address_text(packet.source), "payload_bytes": packet.length,
            "new_bytes": classes["data"], "retransmitted_bytes": classes["retransmitted"],
            "reinjected_other_subflow_bytes": classes["reinjected_other"],
            "reinjected_same_subflow_bytes": classes["reinjected_same"],
            "unmapped_bytes": classes["unmapped"], "fallback_bytes": classes["fallback"],
            "newly_acked_bytes": 0, "data_ack": None, "dsn": None, "dsn_end": None,
            "flight": None, "window": None}


def distance(direction, number):
    """From the IDSN."""
    return None if direction.idsn is None else number - direction.idsn


def mapped_parts(flow, packet, start, end):
    """The DSN ranges of a packet's payload, neighbours joined."""
    if packet.flags & SYN:
        return []
    parts = []
    for a, b, offset in flow.dsn_of.split(start, end):
        if offset is None:
            continue
        if parts and parts[-1][1] == a + offset:
            parts[-1] = parts[-1][0], b + offset
        else:
            parts.append((a + offset, b + offset))
    return parts


def samples_of(capture, connection):
    """RTT samples in seconds by frame: per direction of the data; of subflows."""
    data, subflows = [], {}
    for side in (0, 1):
        row = independent_rtt.direction_row(capture, connection, side, True)
        data.append(dict(map(tuple, row["samples"])))
        for subflow in row["subflows"]:
            subflows.update(map(tuple, subflow["samples"]))
    return data, subflows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture")
    parser.add_argument("--drop-captured-twice", action="store_true",
                        help="leave out packets that the capture shows twice")
    arguments = parser.parse_args()
    json.dump(rows_of(accounting.load(arguments.capture, arguments.drop_captured_twice)),
              sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
