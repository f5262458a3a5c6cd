#!/usr/bin/python3
"""Puts the IP packets of a capture into other wrappings, for tests that need every layering.

  rewrap.py IN OUT --as FORM [--truncate N] [--duplicate vlan|interface] [--check]

IN is pcap or pcapng (Ethernet with or without VLAN tags, cooked v1 and v2, raw, null; gzip or
not), OUT is pcapng or pcap by its name. Lengths and IP checksums come out right, and a packet
that was cut by IN's snaplen keeps its true length: only bytes before the cut are rewritten.
Packets that are not IP are left out, and counted on standard error.

Forms:
  ethernet, vlan, qinq, sll, sll2, raw, null      the IP packet as it is, over that link layer
  gre, erspan, vxlan, ipip, ip6ip                 inside a tunnel over Ethernet; ip6ip is IPv6
                                                  outside
  ipv6_hopopts   IPv6 packets get a Hop-by-Hop and a Destination Options header; IPv4 packets
                 stay as they are (exit status 1 if there is no IPv6 packet at all)
  fragments      IPv4 packets of more than --fragment-size bytes of IP payload become two or
                 three fragments; IPv6 packets and packets cut by the snaplen stay whole
  icmp_quote     after every --every'th TCP packet an ICMP error to its sender, which quotes its
                 IP and TCP headers with all options

--check reads both files with stock tshark and compares TCP streams, sequence numbers, payload
lengths, MPTCP subtypes and the number of malformed packets.
"""

import argparse
import struct
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import capture_writer as cw
from capture_writer import Capture, Interface, Record

VXLAN_PORT = 4789
OUTER = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8:ffff::1", "2001:db8:ffff::2")}
DUPLICATE_DELAY = 1_000_000                     # ns
DUPLICATE_VLAN = 7


# ------------------------------------------------------------------------ IP packets of a file

def ip_offset(linktype, data):
    """Where the IP packet of a frame begins, or None if it carries none."""
    if linktype == cw.LINKTYPE_RAW:
        return 0
    if linktype == cw.LINKTYPE_NULL:
        return 4
    kind_at, after = {cw.LINKTYPE_ETHERNET: (12, 14), cw.LINKTYPE_SLL: (14, 16),
                      cw.LINKTYPE_SLL2: (0, 20)}[linktype]
    kind = int.from_bytes(data[kind_at:kind_at + 2], "big")
    while kind in (cw.ETHERTYPE_VLAN, cw.ETHERTYPE_QINQ):
        kind = int.from_bytes(data[after + 2:after + 4], "big")
        after += 4
    return after if kind in (cw.ETHERTYPE_IPV4, cw.ETHERTYPE_IPV6) else None


def ip_record(record, linktype):
    """The record with nothing but its IP packet, without link-layer padding; None if not IP.

    wire_length becomes the length that the IP header states (or, for a packet longer than that
    can say, the frame's).
    """
    offset = ip_offset(linktype, record.data)
    if offset is None or len(record.data) < offset + 20:
        return None
    data = record.data[offset:]
    if data[0] >> 4 == 4:
        stated, header = int.from_bytes(data[2:4], "big"), 0
    else:
        stated, header = int.from_bytes(data[4:6], "big"), 40
    length = header + stated if stated else record.wire_length - offset
    return replace(record, data=data[:length], wire_length=length)


def tcp_header_end(data):
    """Offset of the first byte after the TCP header of an IP packet, or None if not TCP."""
    if data[0] >> 4 == 4:
        protocol, offset = data[9], (data[0] & 15) * 4
        if int.from_bytes(data[6:8], "big") & 0x1FFF:
            return None
    else:
        protocol, offset = data[6], 40
    if protocol != cw.PROTO_TCP or len(data) < offset + 20:
        return None
    return offset + (data[offset + 12] >> 4) * 4


# ---------------------------------------------------------------------------------- link layers
# Each takes an IP record and gives the bytes to put in front of it.

def ethernet_prefix(data, tags=b""):
    """An Ethernet header; tags are VLAN tags, TPID first, without the EtherType that follows."""
    return (cw.mac_address(2) + cw.mac_address(1) + tags
            + struct.pack("!H", cw.ethertype_of(data)))


def vlan_prefix(data):
    """802.1Q, VLAN 42."""
    return ethernet_prefix(data, struct.pack("!HH", cw.ETHERTYPE_VLAN, 42))


def qinq_prefix(data):
    """802.1ad: service VLAN 100, customer VLAN 42."""
    return ethernet_prefix(data, struct.pack("!HHHH", cw.ETHERTYPE_QINQ, 100,
                                             cw.ETHERTYPE_VLAN, 42))


def sll_prefix(data):
    """Linux cooked capture v1: a packet to us, from an Ethernet device."""
    return (struct.pack("!HHH", 0, 1, 6) + cw.mac_address(1) + bytes(2)
            + struct.pack("!H", cw.ethertype_of(data)))


def sll2_prefix(data):
    """Linux cooked capture v2: the same on interface index 2."""
    return (struct.pack("!HHIHBB", cw.ethertype_of(data), 0, 2, 1, 0, 6)
            + cw.mac_address(1) + bytes(2))


def null_prefix(data):
    """BSD loopback: the address family, little-endian."""
    return struct.pack("<I", 30 if data[0] >> 4 == 6 else 2)


LINK_FORMS = {"ethernet": (cw.LINKTYPE_ETHERNET, ethernet_prefix),
              "vlan": (cw.LINKTYPE_ETHERNET, vlan_prefix),
              "qinq": (cw.LINKTYPE_ETHERNET, qinq_prefix),
              "sll": (cw.LINKTYPE_SLL, sll_prefix), "sll2": (cw.LINKTYPE_SLL2, sll2_prefix),
              "raw": (cw.LINKTYPE_RAW, lambda data: b""),
              "null": (cw.LINKTYPE_NULL, null_prefix)}


def prefixed(record, prefix):
    """The record with bytes in front of it."""
    return replace(record, data=prefix + record.data,
                   wire_length=len(prefix) + record.wire_length)


# -------------------------------------------------------------------------------------- tunnels
# Each takes an IP record and gives a list of IP records.

def outer_ip(record, protocol, version=4):
    """The record as payload of an outer IP packet."""
    source, destination = OUTER[version]
    if version == 4:
        return prefixed(record, cw.ipv4_header(source, destination, protocol,
                                               record.wire_length))
    return prefixed(record, cw.ipv6_header(source, destination, protocol, record.wire_length))


def inner_protocol(record):
    """The IP protocol number of an IP packet inside another."""
    return 41 if record.data[0] >> 4 == 6 else 4


def gre(record):
    """GRE without optional fields (RFC 2784)."""
    header = struct.pack("!HH", 0, cw.ethertype_of(record.data))
    return [outer_ip(prefixed(record, header), 47)]


def erspan(record):
    """ERSPAN type II: GRE with a sequence number, and a mirrored Ethernet frame."""
    frame = prefixed(record, ethernet_prefix(record.data))
    header = struct.pack("!HHI", 0x1000, 0x88BE, 1) + struct.pack("!HHI", 0x1000, 100, 0)
    return [outer_ip(prefixed(frame, header), 47)]


def vxlan(record):
    """VXLAN (RFC 7348) with an inner Ethernet frame; the UDP checksum is left out (0)."""
    frame = prefixed(record, ethernet_prefix(record.data))
    frame = prefixed(frame, struct.pack("!II", 0x08000000, 77 << 8))
    udp = struct.pack("!HHHH", 55555, VXLAN_PORT, 8 + frame.wire_length, 0)
    return [outer_ip(prefixed(frame, udp), cw.PROTO_UDP)]


def ipip(record):
    """IP in IPv4."""
    return [outer_ip(record, inner_protocol(record))]


def ip6ip(record):
    """IP in IPv6 (RFC 2473)."""
    return [outer_ip(record, inner_protocol(record), 6)]


# -------------------------------------------------------------------- other changes to IP packets

def hop_options(record):
    """IPv6: Hop-by-Hop and Destination Options, 8 bytes of padding each, after the header."""
    data = record.data
    if data[0] >> 4 != 6:
        return [record]
    padding = bytes([1, 4, 0, 0, 0, 0])         # PadN of 4 bytes
    headers = bytes([60, 0]) + padding + bytes([data[6], 0]) + padding
    length = struct.pack("!H", int.from_bytes(data[4:6], "big") + len(headers))
    fixed = data[:4] + length + b"\0" + data[7:40]
    return [replace(record, data=fixed + headers + data[40:],
                    wire_length=record.wire_length + len(headers))]


class Fragmenter:
    """IPv4 fragmentation: two or three fragments in turn, in order, idents of its own."""

    def __init__(self, size):
        self.size, self.count = size, 0

    def __call__(self, record):
        data, header_length = record.data, (record.data[0] & 15) * 4
        payload = data[header_length:]
        if data[0] >> 4 != 4 or record.cut or len(payload) <= max(self.size, 16):
            return [record]
        self.count += 1
        pieces = min(2 + self.count % 2, len(payload) // 8)
        step = -(-len(payload) // pieces // 8) * 8
        return [self._fragment(record, data[:header_length], payload, at, step)
                for at in range(0, len(payload), step)]

    def _fragment(self, record, header, payload, at, step):
        piece = payload[at:at + step]
        more = 0x2000 if at + step < len(payload) else 0
        header = (header[:2] + struct.pack("!HHH", len(header) + len(piece), self.count & 0xFFFF,
                                           more | at // 8) + header[8:])
        return replace(record, data=cw.set_ipv4_checksum(header) + piece,
                       wire_length=len(header) + len(piece))


class Quoter:
    """Adds an ICMP error (host unreachable) after every nth TCP packet."""

    def __init__(self, every):
        self.every, self.count = every, 0

    def __call__(self, record):
        end = tcp_header_end(record.data)
        if end is None:
            return [record]
        self.count += 1
        if self.count % self.every:
            return [record]
        return [record, self._error(record, record.data[:end])]

    def _error(self, record, quote):
        icmp = cw.PROTO_ICMP if quote[0] >> 4 == 4 else cw.PROTO_ICMPV6
        source, destination = addresses(quote)
        head, pseudo = bytes([3, 1]), b""
        if icmp == cw.PROTO_ICMPV6:
            head = bytes([1, 3])
            pseudo = cw.pseudo_header(destination, source, icmp, 8 + len(quote))
        checksum = cw.internet_checksum(pseudo + head + bytes(6) + quote)
        message = head + struct.pack("!H", checksum) + bytes(4) + quote
        packet = cw.ip_packet(destination, source, icmp, message)
        return Record(record.time_ns + 1000, packet, len(packet), record.interface)


def addresses(data):
    """The textual source and destination of an IP packet."""
    at, size = (12, 4) if data[0] >> 4 == 4 else (8, 16)
    return tuple(str(cw.ipaddress.ip_address(data[i:i + size])) for i in (at, at + size))


def one_hop_later(data):
    """The IP packet with its TTL or hop limit one less."""
    if data[0] >> 4 == 4:
        header = (data[0] & 15) * 4
        changed = data[:8] + bytes([(data[8] - 1) & 0xFF]) + data[9:header]
        return cw.set_ipv4_checksum(changed) + data[header:]
    return data[:7] + bytes([(data[7] - 1) & 0xFF]) + data[8:]


# ---------------------------------------------------------------------------------- whole files

def ip_forms(arguments):
    """Form name -> function from an IP record to a list of IP records."""
    return {"gre": gre, "erspan": erspan, "vxlan": vxlan, "ipip": ipip, "ip6ip": ip6ip,
            "ipv6_hopopts": hop_options, "fragments": Fragmenter(arguments.fragment_size),
            "icmp_quote": Quoter(arguments.every)}


def rewrap(capture, arguments):
    """The rewrapped Capture, and the number of records that were no IP packets."""
    linktype, prefix = LINK_FORMS.get(arguments.form, LINK_FORMS["ethernet"])
    change = ip_forms(arguments).get(arguments.form, lambda record: [record])
    limit = arguments.truncate
    interfaces = [Interface(linktype, limit or one.snaplen, one.name)
                  for one in capture.interfaces]
    records, left_out = [], 0
    for record in capture.records:
        packet = ip_record(record, capture.linktype(record))
        if packet is None:
            left_out += 1
            continue
        for part in change(packet):
            records.append(prefixed(part, prefix(part.data)))
            if arguments.duplicate:
                again = replace(part, data=one_hop_later(part.data),
                                time_ns=part.time_ns + DUPLICATE_DELAY)
                records.append(second_sight(again, prefix, arguments.duplicate, interfaces))
    if arguments.duplicate == "interface":
        interfaces += [replace(one, name="second " + one.name) for one in interfaces]
    records.sort(key=lambda record: record.time_ns)
    if limit:
        records = [replace(one, data=one.data[:limit]) for one in records]
    return Capture(interfaces, records), left_out


def second_sight(record, prefix, how, interfaces):
    """The frame of an IP record that is captured a second time, elsewhere."""
    if how == "vlan":
        tag = struct.pack("!HH", cw.ETHERTYPE_VLAN, DUPLICATE_VLAN)
        return prefixed(record, ethernet_prefix(record.data, tag))
    frame = prefixed(record, prefix(record.data))
    return replace(frame, interface=record.interface + len(interfaces))


# ----------------------------------------------------------------------- checking with stock tshark

def stock_segments(path):
    """What stock tshark says of each TCP segment, quoted ones aside: a Counter; and malformed."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-Y", "(tcp and not icmp and not icmpv6)"
               " or _ws.malformed", "-o", "tcp.relative_sequence_numbers:FALSE"]
    for name in ("_ws.malformed", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.len",
                 "tcp.options.mptcp.subtype"):
        command += ["-e", name]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                         text=True)
    segments, malformed = Counter(), 0
    for line in run.stdout.splitlines():
        first, _, rest = line.partition("\t")
        malformed += bool(first)
        segments[rest] += bool(rest.strip())
    return segments, malformed


def check(source, target, times):
    """Whether target shows the segments of source, each so many times; prints the verdict."""
    before, malformed_before = stock_segments(source)
    after, malformed_after = stock_segments(target)
    wanted = Counter({key: count * times for key, count in before.items()})
    good = wanted == after and malformed_before * times >= malformed_after
    print("%s: %d TCP segments, %d streams, %d malformed: %s" % (
        target, sum(after.values()), len({key.split("\t")[0] for key in after}), malformed_after,
        "as in " + source if good else "DIFFERS from %d segments, %d malformed in %s"
        % (sum(wanted.values()), malformed_before, source)))
    return good


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", metavar="IN")
    parser.add_argument("target", metavar="OUT")
    parser.add_argument("--as", dest="form", default="ethernet", choices=sorted(
        [*LINK_FORMS, "gre", "erspan", "vxlan", "ipip", "ip6ip", "ipv6_hopopts", "fragments",
         "icmp_quote"]))
    parser.add_argument("--truncate", type=int, default=0, metavar="N", help="snaplen, bytes")
    parser.add_argument("--duplicate", choices=("vlan", "interface"),
                        help="each packet again 1 ms later, TTL one less, seen elsewhere")
    parser.add_argument("--fragment-size", type=int, default=64, metavar="N",
                        help="IP payload bytes that may stay whole (default 64)")
    parser.add_argument("--every", type=int, default=10, metavar="N",
                        help="TCP packets per ICMP error (default 10)")
    parser.add_argument("--check", action="store_true", help="compare with stock tshark")
    arguments = parser.parse_args()
    if arguments.duplicate == "vlan" and arguments.form in ("sll", "sll2", "raw", "null"):
        parser.error("--duplicate vlan needs Ethernet")
    return arguments


def main():
    arguments = parse_arguments()
    capture = cw.read_capture(arguments.source)
    wrapped, left_out = rewrap(capture, arguments)
    if left_out:
        print("%s: %d packets are not IP and were left out" % (arguments.source, left_out),
              file=sys.stderr)
    if arguments.form == "ipv6_hopopts" and not any(
            one.data[14] >> 4 == 6 for one in wrapped.records):
        print("%s: no IPv6 packet, so no extension headers" % arguments.source, file=sys.stderr)
        return 1
    cw.write_capture(arguments.target, wrapped)
    if arguments.check:
        return int(not check(arguments.source, arguments.target, 2 if arguments.duplicate else 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
