#!/usr/bin/python3
"""A second, independent way to the byte accounting of an MPTCP capture.

  accounting.py CAPTURE [--json] [--drop-captured-twice]

Takes header and option fields as stock tshark prints them (its MPTCP analysis switched off), and
classes every payload byte with the plainest means: the whole capture in memory, first all
mappings, then all bytes in packet order, both in lists of intervals. It is slow and simple on
purpose; the plugin must come to the same figures by its own way.

Classes, in order of test (the first that holds):
  retransmitted      the subflow already carried this subflow sequence number
  fallback           sent after this direction fell back to TCP, or by a connection that never
                     became MPTCP
  unmapped           no mapping announced anywhere in the capture covers it; bytes in a SYN (TFO,
                     RFC 8684 appendix B.2) never have one
  reinjected_same    its data sequence number was carried before, also by this subflow
  reinjected_other   ... by other subflows only
  data               the rest: each data sequence number once

Output: a list of rows, one per connection and direction, client's first; sizes in bytes. With
--json as JSON, keys as in Direction.row().

Limitations: one TCP segment per frame; subflows whose handshake is missing are joined to others
by 64-bit sequence numbers only; JOINs without their MP_CAPABLE are grouped by the token they
name, so those that name the other host's token stand alone.
"""

import argparse
import bisect
import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

CAPABLE, JOIN, DSS, FAIL = "0", "1", "2", "6"
SYN, ACK = 0x02, 0x10
NEAR = 2 ** 30                  # how far apart numbers of one sequence space may lie
CAPTURED_TWICE_WITHIN = 0.010   # seconds
UNKNOWN_SCALE = "-1"            # tshark's tcp.window_size_scalefactor without the SYNs

OPTION_FIELDS = ["subtype", "version", "sendkey", "recvkey", "recvtok", "dseqnpresent.flag",
                 "dseqn8.flag", "datafin.flag", "dataackpresent.flag", "dataack8.flag",
                 "rawdataack", "rawdataseqno", "subflowseqno", "datalvllen"]
FIELDS = (["frame.number", "frame.time_epoch", "frame.protocols", "tcp.stream", "ip.src",
           "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.flags",
           "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.window_size",
           "tcp.window_size_scalefactor"]
          + ["tcp.options.mptcp." + name for name in OPTION_FIELDS])
PLACE_FIELDS = ["frame.interface_id", "vlan.id", "ip.ttl", "ipv6.hlim", "sll.ifindex"]
SAME_FIELDS = ["tcp.stream", "tcp.srcport", "ip.id", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags",
               "tcp.len", "tcp.options"]     # no checksum: offload leaves it unfinished


# ---------------------------------------------------------------------------------- intervals

class Pieces:
    """Disjoint half-open intervals of integers, each with a value; the first value stays."""

    def __init__(self):
        self.starts, self.ends, self.values = [], [], []

    def split(self, start, end):
        """[start, end) cut into (start, end, value) by what is stored; value None for gaps."""
        parts, i = [], bisect.bisect_right(self.ends, start)
        while start < end:
            if i == len(self.starts) or self.starts[i] >= end:
                parts.append((start, end, None))
                break
            if start < self.starts[i]:
                parts.append((start, self.starts[i], None))
            start, stop = max(start, self.starts[i]), min(end, self.ends[i])
            parts.append((start, stop, self.values[i]))
            start, i = stop, i + 1
        return parts

    def add(self, start, end, value):
        """Fills the gaps of [start, end) with value; gives the gaps."""
        gaps = [(a, b) for a, b, old in self.split(start, end) if old is None]
        for a, b in gaps:
            i = bisect.bisect_left(self.starts, a)
            if i and self.ends[i - 1] == a and self.values[i - 1] == value:
                self.ends[i - 1] = b
            else:
                self.starts.insert(i, a)
                self.ends.insert(i, b)
                self.values.insert(i, value)
        return gaps

    def total(self):
        """How many integers are covered."""
        return sum(self.ends) - sum(self.starts)


def nearest(value, bits, reference):
    """The integer nearest to reference that equals value modulo 2^bits."""
    half = 1 << (bits - 1)
    return reference + (value - reference + half) % (1 << bits) - half


# ------------------------------------------------------------------------------------- packets

@dataclass
class Announced:
    """A mapping in an option. dsn has 32 or 64 bits as on the wire; length excludes DATA_FIN."""
    dsn: int
    bits: int
    ssn: int
    length: int
    infinite: bool = False
    data_fin: bool = False
    at_idsn: bool = False       # implicit in MP_CAPABLE with data: the DSN is IDSN + 1


@dataclass
class Packet:
    """One TCP segment with what its options say."""
    frame: int
    stream: int
    source: tuple               # (address, port)
    destination: tuple
    flags: int
    sequence: int
    acknowledgment: int
    length: int
    subtypes: list
    time_ns: int = 0
    version: int = None
    send_key: int = None
    receive_key: int = None
    token: int = None
    data_ack: tuple = None      # (number, bits)
    acked_dsn: int = None       # the same unwrapped, once the first pass is over
    window: int = None          # scaled, in bytes; None if the scale is unknown
    mappings: list = field(default_factory=list)
    classes: Counter = field(default_factory=Counter)   # bytes, as in Flow.counts


def numbers(text):
    """The occurrences of a field as integers."""
    return [int(one, 0) for one in text.split(",") if one]


def nanoseconds(text):
    """A decimal number of seconds as an integer of nanoseconds, without rounding."""
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10 ** 9 + int((fraction + "000000000")[:9])


def fields_of(path):
    """The fields of each TCP frame of a capture as dictionaries of strings."""
    names = FIELDS + [name for name in PLACE_FIELDS + SAME_FIELDS if name not in FIELDS]
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-Y", "tcp and not icmp and not icmpv6",
               "-o", "mptcp.analyze_mptcp:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE"]
    for name in names:
        command += ["-e", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        for line in process.stdout:
            yield dict(zip(names, line.rstrip("\n").split("\t")))
        complaint = process.stderr.read()
    if process.returncode:
        raise SystemExit("accounting.py: tshark failed on %s: %s" % (path, complaint.strip()))


def without_second_sights(rows):
    """Leaves out packets seen twice: equal but for interface, VLAN or TTL, within 10 ms."""
    seen = {}
    for row in rows:
        same = tuple(row[name] for name in SAME_FIELDS)
        place = tuple(row[name] for name in PLACE_FIELDS)
        time = float(row["frame.time_epoch"])
        before = seen.get(same)
        if before and before[1] != place and time - before[0] <= CAPTURED_TWICE_WITHIN:
            continue
        seen[same] = (time, place)
        yield row


def packet_of(row):
    """The Packet of a row of fields."""
    six = row["frame.protocols"].rpartition(":tcp")[0].endswith("ipv6")
    if six or not row["ip.src"]:
        addresses = row["ipv6.src"].split(",")[-1], row["ipv6.dst"].split(",")[-1]
    else:
        addresses = row["ip.src"].split(",")[-1], row["ip.dst"].split(",")[-1]
    option = {name: row["tcp.options.mptcp." + name] for name in OPTION_FIELDS}
    first = {name: next(iter(numbers(option[name])), None)
             for name in ("version", "sendkey", "recvkey", "recvtok")}
    packet = Packet(int(row["frame.number"]), int(row["tcp.stream"]),
                    (addresses[0], int(row["tcp.srcport"])),
                    (addresses[1], int(row["tcp.dstport"])), int(row["tcp.flags"], 0),
                    int(row["tcp.seq_raw"]), int(row["tcp.ack_raw"] or 0),
                    int(row["tcp.len"] or 0),
                    option["subtype"].split(",") if option["subtype"] else [],
                    nanoseconds(row["frame.time_epoch"]), *first.values())
    if row["tcp.window_size_scalefactor"] != UNKNOWN_SCALE:
        packet.window = int(row["tcp.window_size"] or 0)
    read_dss(packet, {name: numbers(option[name]) for name in OPTION_FIELDS[5:]})
    if CAPABLE in packet.subtypes and packet.length and not packet.flags & SYN \
            and packet.version == 1:
        length = next(iter(numbers(option["datalvllen"])), packet.length)
        packet.mappings = [Announced(1, 64, 1, length, at_idsn=True)]
    return packet


def read_dss(packet, values):
    """Fills in mappings and DATA_ACK: the fields of several DSS options come as one list each.

    What the snaplen cut off is left out.
    """
    queues = {name: iter(one) for name, one in values.items()}
    flags = zip(*(values[name] for name in ("dseqnpresent.flag", "dseqn8.flag", "datafin.flag",
                                            "dataackpresent.flag", "dataack8.flag")))
    for mapped, long_dsn, data_fin, acked, long_ack in flags:
        if acked:
            number = next(queues["rawdataack"], None)
            packet.data_ack = None if number is None else (number, 64 if long_ack else 32)
        if mapped:
            dsn, ssn, length = [next(queues[name], None)
                                for name in ("rawdataseqno", "subflowseqno", "datalvllen")]
            if length is None:
                continue
            packet.mappings.append(Announced(dsn, 64 if long_dsn else 32, ssn,
                                             max(length - data_fin, 0), length == 0,
                                             bool(data_fin)))


# ---------------------------------------------------------------------- streams and connections

class Flow:
    """One direction of one TCP stream: its packets, and what each SSN maps to."""

    def __init__(self, stream, source):
        self.stream, self.source = stream, source
        self.packets = []
        self.base = 0               # raw sequence number of SSN 0
        self.dsn_of = Pieces()      # SSN -> dsn - ssn
        self.carried = Pieces()     # SSN
        self.carried_dsn = Pieces()
        self.counts = Counter()

    def find_base(self):
        """Finds the raw sequence number of SSN 0.

        With the SYN that is the ISN, or the ISN plus the SYN's data if the mappings fit that
        better. Without, it is what most mappings agree on when the lowest segment that carries a
        mapping is taken for its beginning.
        """
        votes = self._votes()
        syn = next((p for p in self.packets if p.flags & SYN), None)
        if syn:
            readings = [syn.sequence, (syn.sequence + syn.length) % 2 ** 32]
            self.base = max(readings, key=lambda reading: votes[reading])
        elif votes:
            self.base = votes.most_common(1)[0][0]
        elif self.packets:
            self.base = (self.packets[0].sequence - 1) % 2 ** 32

    def _votes(self):
        lowest = {}
        for packet in self.packets:
            for one in packet.mappings:
                if not packet.length or not one.length:
                    continue
                key = (one.ssn, one.length, one.dsn)
                at = nearest(packet.sequence, 32, lowest.get(key, packet.sequence))
                lowest[key] = min(at, lowest.get(key, at))
        return Counter((at - ssn) % 2 ** 32 for (ssn, _, _), at in lowest.items())

    def ssn_ranges(self):
        """(packet, first SSN, SSN after the last) of each packet with payload, unwrapped."""
        at = 1
        for packet in self.packets:
            if packet.length:
                start = packet.sequence + (1 if packet.flags & SYN else 0) - self.base
                at = nearest(start, 32, at)
                yield packet, at, at + packet.length


class Direction:
    """All that one host of a connection sends, over all subflows."""

    def __init__(self, connection, token=None, idsn=None):
        self.connection, self.token, self.idsn = connection, token, idsn
        self.flows = []
        self.last_dsn = idsn        # the unwrapped number that the next one lies near to
        self.data_fin = None
        self.highest_ack = None
        self.fallback_frame = None
        self.first_copy = Pieces()  # DSN -> (frame, stream) of its first copy
        self.reinjections = []

    def unwrap(self, number, bits):
        """A DSN or DATA_ACK of this direction as an integer beyond 64 bits."""
        if self.last_dsn is None:
            self.last_dsn = number
        self.last_dsn = nearest(number, bits, self.last_dsn)
        return self.last_dsn

    def take_mapping(self, flow, one, frame):
        """First pass: stores a mapping. Of two for one SSN the first stands."""
        if one.infinite:
            self.fallback_frame = min(frame, self.fallback_frame or frame)
            return
        dsn = (self.idsn or 0) + 1 if one.at_idsn else self.unwrap(one.dsn, one.bits)
        if one.data_fin:
            self.data_fin = dsn + one.length
        ssn = nearest(one.ssn, 32, flow.dsn_of.ends[-1] if flow.dsn_of.ends else 1)
        flow.dsn_of.add(ssn, ssn + one.length, dsn - ssn)

    def take_payload(self, flow, packet, start, end):
        """Second pass: classes the payload of one packet, SSNs [start, end)."""
        fresh = flow.carried.add(start, end, True)
        flow.counts["payload"] += end - start
        flow.counts["retransmitted"] += end - start - sum(b - a for a, b in fresh)
        for a, b in fresh:
            if self.fallback_frame is not None and packet.frame >= self.fallback_frame:
                flow.counts["fallback"] += b - a
                continue
            parts = [(a, b, None)] if packet.flags & SYN else flow.dsn_of.split(a, b)
            for x, y, offset in parts:
                if offset is None:
                    flow.counts["unmapped"] += y - x
                else:
                    self._take_data(flow, packet.frame, x + offset, y + offset)

    def _take_data(self, flow, frame, start, end):
        for a, b, first in self.first_copy.split(start, end):
            if first is None:
                flow.counts["data"] += b - a
                continue
            same = sum(y - x for x, y, own in flow.carried_dsn.split(a, b) if own)
            flow.counts["reinjected_same"] += same
            flow.counts["reinjected_other"] += b - a - same
            self._note(frame, first, b - a)
        self.first_copy.add(start, end, (frame, flow.stream))
        flow.carried_dsn.add(start, end, True)

    def _note(self, frame, first, length):
        last = self.reinjections[-1] if self.reinjections else None
        if last and last[:2] == [frame, first[0]]:
            last[2] += length
        else:
            self.reinjections.append([frame, first[0], length])

    def row(self):
        """The figures as a dictionary: what --json prints for this direction."""
        total = sum((flow.counts for flow in self.flows), Counter())
        return {
            "connection": self.connection.number, "association": self.connection.association,
            "tcp_stream_initial": self.flows[0].stream,
            "sender": address_text(self.flows[0].source),
            "sender_token": None if self.token is None else "0x%08x" % self.token,
            "fallback_frame": self.fallback_frame,
            "payload_bytes": total["payload"], "data_bytes": total["data"],
            "retransmitted_bytes": total["retransmitted"],
            "reinjected_other_subflow_bytes": total["reinjected_other"],
            "reinjected_same_subflow_bytes": total["reinjected_same"],
            "unmapped_bytes": total["unmapped"], "fallback_bytes": total["fallback"],
            "unmapped_or_fallback_bytes": total["unmapped"] + total["fallback"],
            "data_acked_bytes": self.data_acked(),
            "subflows": [self._subflow_row(flow) for flow in self.flows],
            "reinjections": [{"frame": a, "first_frame": b, "bytes": n}
                             for a, b, n in self.reinjections]}

    def data_acked(self):
        """Bytes acknowledged by DATA_ACK, less a DATA_FIN; None if no IDSN or none captured."""
        if self.idsn is None or self.highest_ack is None:
            return None
        fin = self.data_fin is not None and self.highest_ack > self.data_fin
        return self.highest_ack - self.idsn - 1 - fin

    @staticmethod
    def _subflow_row(flow):
        counts = flow.counts
        return {"tcp_stream": flow.stream, "sender": address_text(flow.source),
                "payload_bytes": counts["payload"],
                "retransmitted_bytes": counts["retransmitted"],
                "unique_subflow_bytes": counts["payload"] - counts["retransmitted"],
                "unique_data_bytes": counts["data"],
                "reinjected_other_subflow_bytes": counts["reinjected_other"],
                "reinjected_same_subflow_bytes": counts["reinjected_same"],
                "unmapped_or_fallback_bytes": counts["unmapped"] + counts["fallback"]}


def address_text(source):
    """(address, port) as address:port; IPv6 addresses stand without brackets."""
    return "%s:%d" % source


class Connection:
    """Two Directions, the client's first, and how its subflows came to be known as one."""

    def __init__(self, streams, association, tokens=(None, None), idsns=(None, None)):
        self.number = 0
        self.association = association          # "token", "orphan", "inferred", "attempt"
        self.directions = [Direction(self, *pair) for pair in zip(tokens, idsns)]
        self.streams = list(streams)            # numbers, initial subflow first

    def add(self, stream, flows):
        """Adds a stream whose (client's Flow, server's Flow) are given."""
        if stream not in self.streams:
            self.streams.append(stream)
        for direction, flow in zip(self.directions, flows):
            direction.flows.append(flow)


    def name_client(self):
        """Without any handshake the client is the host whose port differs between subflows."""
        ports = [{flow.source[1] for flow in one.flows} for one in self.directions]
        if len(ports[0]) == 1 and len(ports[1]) > 1:
            self.directions.reverse()


class Capture:
    """All packets of a capture by stream, and the connections they make."""

    def __init__(self, packets):
        self.streams = {}                       # stream -> {source: Flow}, opener's first
        self.packets = packets
        for packet in packets:
            flows = self.streams.setdefault(packet.stream, {})
            for source in (packet.source, packet.destination):
                flows.setdefault(source, Flow(packet.stream, source))
            flows[packet.source].packets.append(packet)
        self.connections = []
        self.by_token = {}                      # token -> (Connection, 0 client or 1 server)
        self._orient()
        self._find_capable()
        self._find_joins()
        self._infer_rest()
        self.connections.sort(key=lambda one: min(one.streams))
        for number, one in enumerate(self.connections):
            one.number = number

    def _orient(self):
        """Makes the sender of a stream's SYN its first flow."""
        for stream, flows in self.streams.items():
            opener = next((f for f in flows.values()
                           if any(p.flags & SYN and not p.flags & ACK for p in f.packets)), None)
            answerer = next((f for f in flows.values()
                             if any(p.flags & SYN and p.flags & ACK for p in f.packets)), None)
            if opener is None and answerer is not None:
                opener = next(f for f in flows.values() if f is not answerer)
            if opener:
                self.streams[stream] = dict(sorted(flows.items(),
                                                   key=lambda pair: pair[1] is not opener))

    def _find_capable(self):
        for stream, flows in self.streams.items():
            packets = [p for f in flows.values() for p in f.packets if CAPABLE in p.subtypes]
            if not packets:
                continue
            client, server = flows.values()
            keys = handshake_keys(client, server)
            version = min(p.version for p in packets if p.version is not None)
            answered = any(p.send_key is not None and (p.flags & ACK) for p in packets)
            digests = [key_digest(key, version) for key in keys]
            connection = Connection([stream], "token" if answered else "attempt",
                                    *zip(*(token_and_idsn(digest) for digest in digests)))
            connection.add(stream, (client, server))
            self.connections.append(connection)
            for side, direction in enumerate(connection.directions):
                if direction.token is not None:
                    self.by_token[direction.token] = connection, side

    def _find_joins(self):
        for stream, flows in self.streams.items():
            opener, answerer = flows.values()
            tokens = [p.token for p in opener.packets if JOIN in p.subtypes and p.flags & SYN]
            if not tokens or tokens[0] is None:
                continue
            connection, side = self.by_token.get(tokens[0], (None, 1))
            if connection is None:
                connection = Connection([stream], "orphan", (None, tokens[0]))
                self.connections.append(connection)
                self.by_token[tokens[0]] = connection, side
            connection.add(stream, (opener, answerer) if side else (answerer, opener))

    def _infer_rest(self):
        """Streams with DSS options and no handshake: grouped by 64-bit sequence numbers."""
        known = {stream for one in self.connections for stream in one.streams}
        for stream, flows in self.streams.items():
            if stream in known or not any(DSS in p.subtypes for f in flows.values()
                                          for p in f.packets):
                continue
            pair = tuple(flows.values())
            for connection, turned in self._candidates(pair):
                connection.add(stream, pair[::-1] if turned else pair)
                break
            else:
                connection = Connection([stream], "inferred")
                connection.add(stream, pair)
                self.connections.append(connection)
        for connection in self.connections:
            if connection.association == "inferred":
                connection.name_client()

    def _candidates(self, pair):
        numbers_here = data_numbers(pair)
        for connection in self.connections:
            there = data_numbers([d.flows[0] for d in connection.directions])
            for turned in (False, True):
                here = numbers_here[::-1] if turned else numbers_here
                if all(a is not None and b is not None and abs(nearest(a, 64, b) - b) < NEAR
                       for a, b in zip(here, there)):
                    yield connection, turned

    def account(self):
        """Both passes; afterwards the directions hold the figures."""
        owner = {}
        for connection in self.connections:
            for direction in connection.directions:
                for flow in direction.flows:
                    flow.find_base()
                    owner[flow] = direction
        self._first_pass(owner)
        self._find_fallback(owner)
        ranges = sorted(((packet.frame, flow, packet, start, end) for flow in owner
                         for packet, start, end in flow.ssn_ranges()), key=lambda one: one[0])
        for _, flow, packet, start, end in ranges:
            before = Counter(flow.counts)
            owner[flow].take_payload(flow, packet, start, end)
            packet.classes = flow.counts - before

    def _first_pass(self, owner):
        for packet in self.packets:
            flow = self.streams[packet.stream][packet.source]
            direction = owner.get(flow)
            if direction is None:
                continue
            for one in packet.mappings:
                direction.take_mapping(flow, one, packet.frame)
            if packet.data_ack:
                other = next(d for d in direction.connection.directions if d is not direction)
                packet.acked_dsn = other.unwrap(*packet.data_ack)
                other.highest_ack = max(packet.acked_dsn, other.highest_ack or packet.acked_dsn)

    def _find_fallback(self, owner):
        """Fallback without an infinite mapping: plain data on the only subflow.

        It counts while no DSS of any host was seen, if no mapping covers it; and once the other
        host sent an MP_FAIL, even if one does. An attempt carries nothing else.
        """
        dss_seen, failed = set(), set()
        for packet in self.packets:
            flow = self.streams[packet.stream][packet.source]
            direction = owner.get(flow)
            if direction is None:
                continue
            connection = direction.connection
            if DSS in packet.subtypes:
                dss_seen.add(connection)
            if FAIL in packet.subtypes:
                failed.add(direction)
            if connection.association == "attempt":
                falls = True
            else:
                told = any(other in failed for other in connection.directions
                           if other is not direction)
                falls = (packet.length and not packet.subtypes and not packet.flags & SYN
                         and len(connection.streams) == 1
                         and (told or connection not in dss_seen
                              and not self._is_mapped(flow, packet)))
            if falls:
                direction.fallback_frame = min(packet.frame,
                                               direction.fallback_frame or packet.frame)

    @staticmethod
    def _is_mapped(flow, packet):
        start = nearest(packet.sequence - flow.base, 32,
                        flow.dsn_of.ends[-1] if flow.dsn_of.ends else 1)
        return all(value is not None
                   for _, _, value in flow.dsn_of.split(start, start + packet.length))


def handshake_keys(client, server):
    """The (client's, server's) key as far as the MP_CAPABLE options of a stream show them."""
    keys = [None, None]
    for side, flow in enumerate((client, server)):
        for packet in flow.packets:
            if CAPABLE in packet.subtypes:
                keys[side] = keys[side] if packet.send_key is None else packet.send_key
                other = keys[1 - side]
                keys[1 - side] = other if packet.receive_key is None else packet.receive_key
    return keys


def key_digest(key, version):
    """SHA-1 (version 0) or SHA-256 of a key (RFC 6824, RFC 8684 section 3.1); None for None."""
    if key is None:
        return None
    return (hashlib.sha256 if version else hashlib.sha1)(key.to_bytes(8, "big")).digest()


def token_and_idsn(digest):
    """Token and IDSN: the first 4 and the last 8 bytes of the digest."""
    if digest is None:
        return None, None
    return int.from_bytes(digest[:4], "big"), int.from_bytes(digest[-8:], "big")


def data_numbers(flows):
    """For each of two opposite flows a 64-bit DSN of its data: mapped, or acknowledged."""
    found = []
    for own, other in (flows, flows[::-1]):
        mapped = [m.dsn for p in own.packets for m in p.mappings if m.bits == 64 and not m.at_idsn]
        acked = [p.data_ack[0] for p in other.packets if p.data_ack and p.data_ack[1] == 64]
        found.append(next(iter(mapped + acked), None))
    return found


def load(path, drop_captured_twice=False):
    """The Capture of a file, with both passes done."""
    rows = fields_of(path)
    if drop_captured_twice:
        rows = without_second_sights(rows)
    capture = Capture([packet_of(row) for row in rows])
    capture.account()
    return capture


def account_for(path, drop_captured_twice=False):
    """The rows of a capture file: a list of dictionaries as in Direction.row()."""
    capture = load(path, drop_captured_twice)
    return [d.row() for one in capture.connections for d in one.directions]


def print_text(rows):
    """The rows for people."""
    for row in rows:
        print("connection {connection} ({association}) from {sender} token {sender_token}: payload"
              " {payload_bytes} = data {data_bytes} + retransmitted {retransmitted_bytes} +"
              " reinjected other {reinjected_other_subflow_bytes} same"
              " {reinjected_same_subflow_bytes} + unmapped {unmapped_bytes} + fallback"
              " {fallback_bytes}; data acked {data_acked_bytes}".format(**row))
        for one in row["subflows"]:
            print("    stream {tcp_stream} from {sender}: payload {payload_bytes}, retransmitted"
                  " {retransmitted_bytes}, new data {unique_data_bytes}".format(**one))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("capture")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--drop-captured-twice", action="store_true",
                        help="leave out packets that the capture shows twice")
    arguments = parser.parse_args()
    rows = account_for(arguments.capture, arguments.drop_captured_twice)
    if arguments.json:
        json.dump(rows, sys.stdout, indent=1)
        print()
    else:
        print_text(rows)


if __name__ == "__main__":
    main()
