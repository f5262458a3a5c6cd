#!/usr/bin/python3
"""Makes the seeds of the fuzz targets from the bundled captures.

  tests/fuzz/make_seeds.py [DIRECTORY]

Writes DIRECTORY/<target>/<capture> (default: seeds/ beside this file). Each seed holds the packets
of a capture that say most: handshakes, signals, ends, and the first ones with data.
"""

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

# pylint: disable=wrong-import-position
from capture_writer import (ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_VLAN, LINKTYPE_ETHERNET,
                            LINKTYPE_NULL, LINKTYPE_RAW, LINKTYPE_SLL, LINKTYPE_SLL2, PROTO_TCP,
                            read_capture)

CAPTURES = HERE.parent.parent / "test-captures"
MPTCP_KIND = 30
DSS = 2
PATHS = 8
MOST_PACKETS = 40
PLAIN_PACKETS = 16
HOOK_PACKETS = 24
# In the order of hook_fuzzer.cpp.
LINK_TYPES = [LINKTYPE_ETHERNET, LINKTYPE_SLL, LINKTYPE_SLL2, LINKTYPE_RAW, LINKTYPE_NULL]


@dataclass
class Packet:
    """A TCP segment of a capture."""
    time_ns: int
    linktype: int
    frame: bytes
    wire_length: int
    ends: tuple         # (source, destination), each address + port
    segment: bytes      # from the TCP header on, as far as captured
    payload_length: int

    @property
    def options(self):
        return self.segment[20:(self.segment[12] >> 4) * 4]

    @property
    def flags(self):
        return self.segment[13]

    @property
    def says_much(self):
        return bool(self.flags & 0x07) or any(s != DSS for s, _ in mptcp_options(self.options))


def mptcp_options(area):
    """(subtype, bytes) of each MPTCP option."""
    at = 0
    while at + 2 < len(area) and area[at]:
        if area[at] == 1:
            at += 1
            continue
        length = max(area[at + 1], 2)
        if area[at] == MPTCP_KIND:
            yield area[at + 2] >> 4, area[at:at + length]
        at += length


def ip_offset(linktype, frame):
    """Where the IP header begins; None if there is none."""
    if linktype == LINKTYPE_RAW:
        return 0
    if linktype == LINKTYPE_NULL:
        return 4
    type_at, at = {LINKTYPE_ETHERNET: (12, 14), LINKTYPE_SLL: (14, 16),
                   LINKTYPE_SLL2: (0, 20)}[linktype]
    ethertype = struct.unpack_from("!H", frame, type_at)[0]
    if ethertype == ETHERTYPE_VLAN:
        ethertype, at = struct.unpack_from("!H", frame, at + 2)[0], at + 4
    return at if ethertype in (ETHERTYPE_IPV4, ETHERTYPE_IPV6) else None


def packet_of(capture, record):
    """None if it is no TCP segment whose header was captured."""
    linktype = capture.linktype(record)
    at = ip_offset(linktype, record.data)
    if at is None:
        return None
    ip = record.data[at:]
    if ip[0] >> 4 == 4:
        header, protocol, length = (ip[0] & 0xF) * 4, ip[9], struct.unpack_from("!H", ip, 2)[0]
        addresses = ip[12:16], ip[16:20]
    else:
        header, protocol, length = 40, ip[6], 40 + struct.unpack_from("!H", ip, 4)[0]
        addresses = ip[8:24], ip[24:40]
    segment = ip[header:length]
    if protocol != PROTO_TCP or len(segment) < 20:
        return None
    ends = (addresses[0] + segment[0:2], addresses[1] + segment[2:4])
    return Packet(record.time_ns, linktype, record.data, record.wire_length, ends, segment,
                  length - header - (segment[12] >> 4) * 4)


def packets_of(path):
    """What is worth a place in a seed, in the order of the capture."""
    capture = read_capture(path)
    chosen, plain = [], 0
    for record in capture.records:
        packet = packet_of(capture, record)
        if packet is None or (not packet.says_much and plain == PLAIN_PACKETS):
            continue
        plain += not packet.says_much
        chosen.append(packet)
    return chosen[:MOST_PACKETS]


# As segment_script.hpp reads them.

def engine_seed(packets, report):
    """The segments with their numbers as they are. `report` chooses what is written of them."""
    seed, paths, last = bytearray([0, report]), {}, None
    for packet in packets:
        ends = packet.ends
        key = ends if ends in paths else ends[::-1]
        if key not in paths:
            key = ends
            if len(paths) == PATHS - 1:     # the last one runs from one endpoint to itself
                continue
            paths[key] = len(paths)
        side = ends != key
        seed += step(paths[key], side, packet.time_ns - (last or packet.time_ns))
        seed += segment_bytes(packet)
        last = packet.time_ns
    return bytes(seed)


def step(path, side, elapsed):
    units = elapsed // 10_000
    if 0 <= units < 1 << 16:
        return struct.pack("!BH", path | side << 3 | 0x10, units)
    return struct.pack("!Bb", path | side << 3 | 0x20, max(-128, min(127, elapsed // 10 ** 9)))


def segment_bytes(packet):
    header = packet.segment
    shape = 0x03 | 0x0C | (0x20 if packet.payload_length else 0)
    data = struct.pack("!BB", shape, packet.flags) + header[4:12]
    if packet.payload_length:
        data += struct.pack("!H", packet.payload_length & 0xFFFF)
    return data + bytes([len(packet.options)]) + packet.options


# As hook_fuzzer.cpp reads them.

def hook_seed(packets):
    """The frames, without their payload."""
    seed, last = bytearray(b"\0"), None
    for packet in packets[:HOOK_PACKETS]:
        payload_captured = len(packet.segment) - (packet.segment[12] >> 4) * 4
        frame = packet.frame[:len(packet.frame) - max(0, payload_captured)]
        milliseconds = max(0, packet.time_ns - (last or packet.time_ns)) // 10 ** 6
        seed += struct.pack("!BBBH", LINK_TYPES.index(packet.linktype), min(milliseconds, 255),
                            len(frame), packet.wire_length - len(frame))
        seed += frame
        last = packet.time_ns
    return bytes(seed)


def write_options(directory, all_packets):
    """One option area for each set of subtypes and lengths."""
    seen = {}
    for packet in all_packets:
        shape = tuple((subtype, len(option)) for subtype, option in mptcp_options(packet.options))
        if shape:
            seen.setdefault(shape, packet.options)
    for shape, options in sorted(seen.items()):
        name = "_".join(f"{subtype}-{length}" for subtype, length in shape)
        (directory / name).write_bytes(options)


def write_verification(directory):
    """Each check of verification_fuzzer.cpp, in the order of its cases, with nothing wrong."""
    for number, name in enumerate(["digest", "join", "add_addr", "mapping", "sum", "verdicts"]):
        for version in (0, 1):
            numbers = bytes(range(1, 120))
            # The second byte says what is wrong, where there is one.
            (directory / f"{name}_v{version}").write_bytes(bytes([number, version, 0]) + numbers)


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "seeds"
    for name in ("engine", "hook", "options", "verification"):
        (target / name).mkdir(parents=True, exist_ok=True)
    all_packets = []
    for number, path in enumerate(sorted(CAPTURES.glob("*/client.pcapng.gz"))):
        packets = packets_of(path)
        all_packets += packets
        seed = engine_seed(packets, number % 22 << 3 | number // 22)
        (target / "engine" / path.parent.name).write_bytes(seed)
        (target / "hook" / path.parent.name).write_bytes(hook_seed(packets))
    write_options(target / "options", all_packets)
    write_verification(target / "verification")


if __name__ == "__main__":
    main()
