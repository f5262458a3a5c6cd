"""Packets and capture files, as far as the tools beside this file need them.

Three layers, each usable alone:

  packets   tcp_segment(), udp_datagram(), ip_packet(), ethernet_frame(): bytes with right
            lengths and checksums
  records   Record = one captured packet; Capture = interfaces plus records in file order
  files     read_capture() for pcap and pcapng, plain or gzip; write_capture() for both

Times are integers in nanoseconds since the epoch; lengths are bytes. Only what test captures need
is supported: pcapng blocks other than sections, interfaces and packets are skipped, and a file is
read whole.
"""

import gzip
import ipaddress
import struct
from dataclasses import dataclass, field

LINKTYPE_NULL = 0
LINKTYPE_ETHERNET = 1
LINKTYPE_RAW = 101
LINKTYPE_SLL = 113
LINKTYPE_SLL2 = 276

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_VLAN = 0x8100
ETHERTYPE_IPV6 = 0x86DD
ETHERTYPE_QINQ = 0x88A8

PROTO_ICMP = 1
PROTO_TCP = 6
PROTO_UDP = 17
PROTO_ICMPV6 = 58

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10

NANOSECONDS = 1_000_000_000


# ---------------------------------------------------------------------------------- packets

def internet_checksum(data):
    """The RFC 1071 checksum of data: the number to put into a field that was 0 in data."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pad_options(options):
    """TCP option bytes, filled up with NOPs to whole 32-bit words; at most 40 bytes."""
    options += b"\x01" * (-len(options) % 4)
    if len(options) > 40:
        raise ValueError("%d bytes of TCP options, 40 fit" % len(options))
    return options


def pseudo_header(source, destination, protocol, length):
    """The pseudo header of TCP, UDP and ICMPv6 checksums for two textual addresses."""
    source, destination = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    if source.version == 4:
        return source.packed + destination.packed + struct.pack("!BBH", 0, protocol, length)
    return source.packed + destination.packed + struct.pack("!IHBB", length, 0, 0, protocol)


def tcp_segment(source, destination, sequence, acknowledgment, flags, window=0xFFFF, options=b"",
                payload=b""):
    """A TCP segment with its checksum. source and destination are (address, port)."""
    options = pad_options(options)
    offset = (5 + len(options) // 4) << 4
    head = struct.pack("!HHIIBBH", source[1], destination[1], sequence & 0xFFFFFFFF,
                       acknowledgment & 0xFFFFFFFF, offset, flags, window)
    pseudo = pseudo_header(source[0], destination[0], PROTO_TCP,
                           20 + len(options) + len(payload))
    checksum = internet_checksum(pseudo + head + bytes(4) + options + payload)
    return head + struct.pack("!HH", checksum, 0) + options + payload


def udp_datagram(source, destination, payload):
    """A UDP datagram with its checksum. source and destination are (address, port)."""
    length = 8 + len(payload)
    head = struct.pack("!HHH", source[1], destination[1], length)
    pseudo = pseudo_header(source[0], destination[0], PROTO_UDP, length)
    checksum = internet_checksum(pseudo + head + bytes(2) + payload) or 0xFFFF
    return head + struct.pack("!H", checksum) + payload


def ipv4_header(source, destination, protocol, payload_length, ttl=64, ident=0, flags_offset=0):
    """A 20-byte IPv4 header. flags_offset is the 16-bit field of flags and fragment offset."""
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + payload_length, ident & 0xFFFF, flags_offset,
                       ttl, protocol, 0)
    head += ipaddress.IPv4Address(source).packed + ipaddress.IPv4Address(destination).packed
    return set_ipv4_checksum(head)


def set_ipv4_checksum(header):
    """The same IPv4 header (20 bytes or more, with options) with its checksum made right."""
    header = header[:10] + bytes(2) + header[12:]
    return header[:10] + struct.pack("!H", internet_checksum(header)) + header[12:]


def ipv6_header(source, destination, next_header, payload_length, hop_limit=64):
    """The fixed 40-byte IPv6 header."""
    return (struct.pack("!IHBB", 6 << 28, payload_length, next_header, hop_limit)
            + ipaddress.IPv6Address(source).packed + ipaddress.IPv6Address(destination).packed)


def ip_packet(source, destination, protocol, payload, ttl=64, ident=0):
    """An IPv4 or IPv6 packet, as the addresses say. ident matters for IPv4 only."""
    if ipaddress.ip_address(source).version == 4:
        return ipv4_header(source, destination, protocol, len(payload), ttl, ident) + payload
    return ipv6_header(source, destination, protocol, len(payload), ttl) + payload


def ethertype_of(packet):
    """The EtherType of an IP packet, by its version nibble."""
    return ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4


def mac_address(number):
    """A locally administered MAC address made of a small number."""
    return b"\x02\0\0" + number.to_bytes(3, "big")


def ethernet_frame(packet, source=1, destination=2):
    """An Ethernet frame around an IP packet; source and destination number its MACs."""
    return (mac_address(destination) + mac_address(source)
            + struct.pack("!H", ethertype_of(packet)) + packet)


# ---------------------------------------------------------------------------------- records

@dataclass
class Interface:
    """What a capture file says of an interface; snaplen 0 = no limit."""
    linktype: int = LINKTYPE_ETHERNET
    snaplen: int = 0
    name: str = ""


@dataclass
class Record:
    """One captured packet. wire_length >= len(data): less data means cut by the snaplen."""
    time_ns: int
    data: bytes
    wire_length: int = 0
    interface: int = 0

    def __post_init__(self):
        self.wire_length = max(self.wire_length, len(self.data))

    @property
    def cut(self):
        """Bytes that were on the wire and are not in data."""
        return self.wire_length - len(self.data)


@dataclass
class Capture:
    """Interfaces by index, and records in file order."""
    interfaces: list = field(default_factory=lambda: [Interface()])
    records: list = field(default_factory=list)

    def linktype(self, record):
        """The link type of a record of this capture."""
        return self.interfaces[record.interface].linktype


# ------------------------------------------------------------------------------------ files

class FormatError(ValueError):
    """The file is no capture that this module can read."""


def read_capture(path):
    """A Capture from a pcap or pcapng file, gzipped or not."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return _read_pcapng(data)
    return _read_pcap(data)


def _read_pcap(data):
    magics = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\x4d\x3c\xb2\xa1": ("<", 1),
              b"\xa1\xb2\xc3\xd4": (">", 1000), b"\xa1\xb2\x3c\x4d": (">", 1)}
    if data[:4] not in magics:
        raise FormatError("neither pcap nor pcapng")
    order, unit = magics[data[:4]]
    snaplen, linktype = struct.unpack_from(order + "II", data, 16)
    capture = Capture([Interface(linktype & 0xFFFF, snaplen)])
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, length, wire = struct.unpack_from(order + "IIII", data, at)
        frame = data[at + 16:at + 16 + length]
        capture.records.append(Record(seconds * NANOSECONDS + fraction * unit, frame, wire))
        at += 16 + length
    return capture


def _read_pcapng(data):
    capture, order, units, first = Capture([], []), "<", [], 0
    at = 0
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            first = len(capture.interfaces)     # interface numbers start anew in each section
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12 or at + length > len(data):
            break
        body = data[at + 8:at + length - 4]
        if kind == 1:
            interface, unit = _interface_block(body, order)
            capture.interfaces.append(interface)
            units.append(unit)
        elif kind == 6:
            capture.records.append(_packet_block(body, order, units, first))
        at += length
    return capture


def _interface_block(body, order):
    linktype, _, snaplen = struct.unpack_from(order + "HHI", body)
    options = dict(_pcapng_options(body[8:], order))
    resolution = options.get(9, b"\x06")[0]
    ticks = 2 ** (resolution & 0x7F) if resolution & 0x80 else 10 ** resolution
    return Interface(linktype, snaplen, options.get(2, b"").decode("utf-8", "replace")), ticks


def _pcapng_options(data, order):
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(order + "HH", data, at)
        if not code:
            return
        yield code, data[at + 4:at + 4 + length]
        at += 4 + length + (-length % 4)


def _packet_block(body, order, units, first):
    number, high, low, length, wire = struct.unpack_from(order + "IIIII", body)
    ticks = high << 32 | low
    time_ns = ticks * NANOSECONDS // units[first + number]
    return Record(time_ns, body[20:20 + length], wire, first + number)


def write_capture(path, capture):
    """Writes pcapng if the name ends in .pcapng, else pcap (one interface only, ns times).

    Either name may have .gz after it. The same capture always gives the same bytes.
    """
    plain = path[:-3] if path.endswith(".gz") else path
    data = _pcapng_bytes(capture) if plain.endswith(".pcapng") else _pcap_bytes(capture)
    if path.endswith(".gz"):
        data = gzip.compress(data, mtime=0)
    with open(path, "wb") as file:
        file.write(data)


def _pcap_bytes(capture):
    if len(capture.interfaces) != 1:
        raise ValueError("pcap holds one interface; name the file .pcapng")
    only = capture.interfaces[0]
    parts = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, only.snaplen or 262144,
                         only.linktype)]
    for record in capture.records:
        seconds, fraction = divmod(record.time_ns, NANOSECONDS)
        parts.append(struct.pack("<IIII", seconds, fraction, len(record.data),
                                 record.wire_length) + record.data)
    return b"".join(parts)


def _block(kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def _pcapng_bytes(capture):
    parts = [_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for index, interface in enumerate(capture.interfaces):
        name = (interface.name or "if%d" % index).encode()
        options = _option(2, name) + _option(9, b"\x09") + _option(0, b"")
        parts.append(_block(1, struct.pack("<HHI", interface.linktype, 0, interface.snaplen)
                            + options))
    for record in capture.records:
        head = struct.pack("<IIIII", record.interface, record.time_ns >> 32,
                           record.time_ns & 0xFFFFFFFF, len(record.data), record.wire_length)
        parts.append(_block(6, head + record.data))
    return b"".join(parts)
