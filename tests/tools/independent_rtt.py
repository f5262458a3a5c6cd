#!/usr/bin/python3
"""A second, independent way to the RTT figures of an MPTCP capture.

  independent_rtt.py CAPTURE [--samples] [--drop-captured-twice]

Prints JSON: one row per connection and direction (client's first), keys as in direction_row().
Times are seconds; a figure without any sample is null.

  data RTT      time of a DATA_ACK minus the first sending of the newest payload byte it newly
                covers, if that byte was sent once until then (Karn's rule at data level: neither
                TCP repeated it nor was it reinjected)
  subflow RTT   the same with TCP acknowledgments and subflow sequence numbers
  handshake     from the SYN to the SYN/ACK and to the third packet; null if the SYN or SYN/ACK was
                repeated, since then it is unknown which one was answered

The first acknowledgment after an unknown beginning (no SYN, no key) gives no sample, as what it
newly covers is unknown. SACK blocks give none either. Percentiles and the median are
nearest-rank; stdev is the population's. The packets and their data sequence numbers come from
accounting.py; nothing is shared with the plugin.
"""

import argparse
import json
import math
import sys

import accounting
from accounting import ACK, SYN, Pieces, nearest

FIN, RST = 0x01, 0x04
PERCENTS = (25, 50, 75, 90, 95, 97, 98, 99)


class Samples:
    """RTT samples of one sequence space: sent() and acknowledged() in capture order."""

    def __init__(self, beginning, fin=None):
        self.fin = fin                          # number of the FIN or DATA_FIN: not a byte
        self.first_sent = Pieces()              # number -> time of the first sending, ns
        self.repeated = Pieces()                # numbers sent again
        self.covered = beginning                # all below it is acknowledged; None = unknown
        self.samples = []                       # (frame of the acknowledgment, ns)

    def sent(self, start, end, time_ns):
        """Numbers [start, end) go by."""
        at = start
        for gap in self.first_sent.add(start, end, time_ns) + [(end, end)]:
            if at < gap[0]:
                self.repeated.add(at, gap[0], True)
            at = gap[1]

    def acknowledged(self, packet, number):
        """All numbers below number are acknowledged by a packet."""
        before, newest = self.covered, number - 1
        if before is not None and number <= before:
            return
        self.covered = number
        if before is None:
            return
        if newest == self.fin:
            newest -= 1
        time_ns = self._at(self.first_sent, newest)
        if newest >= before and time_ns is not None and not self._at(self.repeated, newest):
            self.samples.append((packet.frame, packet.time_ns - time_ns))

    @staticmethod
    def _at(pieces, number):
        return pieces.split(number, number + 1)[0][2]


def statistics_of(samples):
    """min, mean, median, p95, max, stdev in seconds and count; None without samples."""
    values = sorted(ns / 1e9 for _, ns in samples)
    if not values:
        return None
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / len(values)
    rank = {percent: values[-(-percent * len(values) // 100) - 1] for percent in PERCENTS}
    return {"min": values[0], "mean": mean, "median": rank[50], "max": values[-1],
            "stdev": math.sqrt(variance), "count": len(values),
            **{f"p{percent}": value for percent, value in rank.items()}}


def data_samples(direction, packets_in_order, flows):
    """The data-level Samples of a direction; flows gives the Flow of a packet."""
    samples = Samples(None if direction.idsn is None else direction.idsn + 1,
                      direction.data_fin)
    ranges = {packet.frame: (start, end) for flow in direction.flows
              for packet, start, end in flow.ssn_ranges()}
    own = set(direction.flows)
    for packet in packets_in_order:
        flow = flows(packet)
        if flow not in own:
            if packet.acked_dsn is not None:
                samples.acknowledged(packet, packet.acked_dsn)
        elif packet.length and not packet.flags & SYN and (
                direction.fallback_frame is None or packet.frame < direction.fallback_frame):
            for start, end, offset in flow.dsn_of.split(*ranges[packet.frame]):
                if offset is not None:
                    samples.sent(start + offset, end + offset, packet.time_ns)
    return samples


def subflow_samples(flow, peer):
    """The subflow-level Samples of what one flow sends and its peer acknowledges."""
    has_syn = any(packet.flags & SYN for packet in flow.packets)
    ranges = {packet.frame: (start, end) for packet, start, end in flow.ssn_ranges()}
    beginning = min([1, *(start for start, _ in ranges.values())])  # below 1: data in a TFO SYN
    samples = Samples(beginning if has_syn else None, fin_number(flow))
    at = 1
    for packet in sorted(flow.packets + peer.packets, key=lambda one: one.frame):
        if packet.frame in ranges:
            samples.sent(*ranges[packet.frame], packet.time_ns)
        elif packet.source != flow.source and packet.flags & ACK and not packet.flags & RST:
            at = nearest(packet.acknowledgment - flow.base, 32, at)
            samples.acknowledged(packet, at)
    return samples


def fin_number(flow):
    """The SSN that the FIN of a flow takes, or None."""
    at = max((end for _, _, end in flow.ssn_ranges()), default=1)
    fins = [nearest(p.sequence + p.length - flow.base, 32, at)
            for p in flow.packets if p.flags & FIN]
    return fins[0] if fins else None


def handshake_times(opener, answerer):
    """(SYN to SYN/ACK, SYN to the third packet) in seconds; None where it cannot be told."""
    syns = [p for p in opener.packets if p.flags & SYN]
    answers = [p for p in answerer.packets if p.flags & SYN]
    if len(syns) != 1 or len(answers) != 1:
        return None, None
    third = next((p for p in opener.packets
                  if p.flags & ACK and p.frame > answers[0].frame), None)
    return ((answers[0].time_ns - syns[0].time_ns) / 1e9,
            None if third is None else (third.time_ns - syns[0].time_ns) / 1e9)


def subflow_row(flow, peer, with_samples):
    """The figures of one subflow in one direction."""
    samples = subflow_samples(flow, peer).samples
    opener, answerer = (flow, peer) if opened(flow) else (peer, flow)
    to_answer, to_third = handshake_times(opener, answerer)
    row = {"tcp_stream": flow.stream, "sender": accounting.address_text(flow.source),
           "subflow_rtt": statistics_of(samples), "syn_to_syn_ack": to_answer,
           "syn_to_third": to_third}
    if with_samples:
        row["samples"] = [[frame, ns / 1e9] for frame, ns in samples]
    return row


def opened(flow):
    """Whether a flow holds a SYN without ACK."""
    return any(packet.flags & SYN and not packet.flags & ACK for packet in flow.packets)


def direction_row(capture, connection, side, with_samples):
    """The figures of one direction of a connection."""
    direction, other = connection.directions[side], connection.directions[1 - side]
    mine = {flow.stream for flow in direction.flows}
    packets = [packet for packet in capture.packets if packet.stream in mine]
    samples = data_samples(direction, packets,
                           lambda packet: capture.streams[packet.stream][packet.source]).samples
    row = {"connection": connection.number, "association": connection.association,
           "tcp_stream_initial": direction.flows[0].stream,
           "sender": accounting.address_text(direction.flows[0].source),
           "data_rtt": statistics_of(samples),
           "subflows": [subflow_row(*pair, with_samples)
                        for pair in zip(direction.flows, other.flows)]}
    if with_samples:
        row["samples"] = [[frame, ns / 1e9] for frame, ns in samples]
    return row


def rtt_of(path, with_samples=False, drop_captured_twice=False):
    """The rows of a capture file."""
    capture = accounting.load(path, drop_captured_twice)
    return [direction_row(capture, connection, side, with_samples)
            for connection in capture.connections for side in (0, 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture")
    parser.add_argument("--samples", action="store_true",
                        help="every sample too: [frame of the acknowledgment, seconds]")
    parser.add_argument("--drop-captured-twice", action="store_true",
                        help="leave out packets that the capture shows twice")
    arguments = parser.parse_args()
    json.dump(rtt_of(arguments.capture, arguments.samples, arguments.drop_captured_twice),
              sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
