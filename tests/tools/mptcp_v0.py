"""A small model of MPTCP version 0 (RFC 6824) that writes packets and keeps the true books.

No current kernel speaks v0, so the captures of v0_sessions.py are told as stories with this
model: every packet is asked for by the story, its options carry real keys, tokens, HMACs,
mappings and checksums, and what each payload byte was is known because the story put it there.

  Story       the clock, the packets in capture order, and the expected figures
  Connection  two Sides (hosts), their keys, and the subflows between them
  Side        one host of a connection: key, token, IDSN, data sequence space
  Subflow     one TCP connection between two Ends
  End         one host's end of a subflow: send(), retransmit(), reinject(), ack(), ...

Data sequence numbers are relative unless a name says raw: the first byte of a direction is 1.
Subflow sequence numbers (SSN) are relative too: the first byte after the SYN is 1.
"""

import hashlib
import hmac
import ipaddress
import struct
from dataclasses import dataclass

from capture_writer import (ACK, FIN, PSH, RST, SYN, Capture, Interface, Record, ethernet_frame,
                            internet_checksum, ip_packet, tcp_segment)

MASK32, MASK64 = 2 ** 32 - 1, 2 ** 64 - 1
MILLISECOND = 1_000_000
START = 1_400_000_000 * 1_000_000_000

OPTION_MPTCP = 30
CAPABLE, JOIN, DSS, ADD_ADDR, REMOVE_ADDR, PRIO, FAIL, FASTCLOSE = range(8)
DSS_DATA_FIN, DSS_DSN8, DSS_MAPPING, DSS_ACK8, DSS_ACK = 0x10, 0x08, 0x04, 0x02, 0x01


# ----------------------------------------------------------------- RFC 6824 sections 3.1, 3.2

def key_digest(key):
    """SHA-1 of a 64-bit key (RFC 6824 section 3.1)."""
    return hashlib.sha1(key.to_bytes(8, "big")).digest()


def token_of(key):
    """The 32-bit token of a key: the most significant bits of its SHA-1."""
    return int.from_bytes(key_digest(key)[:4], "big")


def idsn_of(key):
    """The 64-bit initial data sequence number of a key: the least significant bits."""
    return int.from_bytes(key_digest(key)[-8:], "big")


def join_hmac(own_key, peer_key, own_random, peer_random):
    """The 20-byte HMAC-SHA1 of a JOIN, made by the host that owns own_key (section 3.2)."""
    secret = struct.pack("!QQ", own_key, peer_key)
    message = struct.pack("!II", own_random, peer_random)
    return hmac.new(secret, message, hashlib.sha1).digest()


def option(subtype, nibble, body):
    """An MPTCP option: kind, length, subtype with its low nibble, and the rest."""
    return struct.pack("!BBB", OPTION_MPTCP, 3 + len(body), subtype << 4 | nibble) + body


def add_addr_option(address, address_id, port=None):
    """ADD_ADDR of version 0: IP version in the nibble, no HMAC (section 3.4.1)."""
    address = ipaddress.ip_address(address)
    body = bytes([address_id]) + address.packed
    return option(ADD_ADDR, address.version, body + (struct.pack("!H", port) if port else b""))


def remove_addr_option(*address_ids):
    """REMOVE_ADDR (section 3.4.2)."""
    return option(REMOVE_ADDR, 0, bytes(address_ids))


def prio_option(backup, address_id=None):
    """MP_PRIO (section 3.3.8)."""
    return option(PRIO, int(backup), b"" if address_id is None else bytes([address_id]))


def fail_option(raw_dsn):
    """MP_FAIL with the 64-bit DSN of the mapping whose checksum was bad (section 3.6)."""
    return option(FAIL, 0, bytes(1) + struct.pack("!Q", raw_dsn))


def sack_option(blocks):
    """A SACK option (RFC 2018) for a list of raw (left, right) edges; nothing for none."""
    if not blocks:
        return b""
    edges = b"".join(struct.pack("!II", left & MASK32, right & MASK32) for left, right in blocks)
    return struct.pack("!BB", 5, 2 + len(edges)) + edges


# ------------------------------------------------------------------------------------ records

@dataclass(frozen=True)
class Mapping:
    """What one DSS option announces: length bytes of payload, and 1 more for a DATA_FIN.

    A mapping with infinite set goes onto the wire with length 0 (section 3.6).
    """
    dsn: int
    ssn: int
    length: int
    data_fin: bool = False
    infinite: bool = False


@dataclass(eq=False)
class Packet:
    """One packet of the story, and what is true of its payload.

    kind is "mapped", "unmapped" or "fallback". dsn (of the first payload byte) counts only for
    "mapped". data_ack is what its DSS acknowledges, or None. outcome is what the story intends a
    reinjection to come to.
    """
    end: object
    flags: int
    sequence: int
    acknowledgment: int
    options: bytes = b""
    payload: bytes = b""
    ssn: int = 0
    dsn: int = 0
    kind: str = "mapped"
    data_ack: int = None
    outcome: str = None
    time_ns: int = 0
    number: int = 0

    @property
    def length(self):
        """Payload bytes."""
        return len(self.payload)


class Received:
    """Sequence numbers that arrived; next is the lowest that did not, so the cumulative ACK."""

    def __init__(self):
        self.next = 1
        self.held = set()

    def add(self, first, length):
        """Takes length numbers from first on."""
        self.held.update(range(max(first, self.next), first + length))
        while self.next in self.held:
            self.held.remove(self.next)
            self.next += 1


class Side:
    """One host of a connection, with its data sequence space as a sender."""

    def __init__(self, role, address, port, key):
        self.role, self.address, self.port, self.key = role, address, port, key
        self.token, self.idsn = token_of(key), idsn_of(key)
        self.next_dsn = 1
        self.data_fin = None                    # DSN of the DATA_FIN once it is sent
        self.arrived = Received()               # DSNs of this side that the PEER has

    def raw(self, dsn):
        """The 64-bit data sequence number on the wire of a relative one."""
        return (self.idsn + dsn) & MASK64

    def content(self, dsn, length):
        """Payload: a function of the DSN alone, so that copies are equal."""
        return bytes((d * 31 + d // 251) & 0xFF for d in range(dsn, dsn + length))


class End:
    """One host's end of a subflow. Its methods add one packet each to the story."""

    def __init__(self, subflow, side, address, port, isn, address_id, random):
        self.subflow, self.side = subflow, side
        self.address, self.port, self.isn = address, port, isn
        self.address_id, self.random = address_id, random
        self.peer = None
        self.next_ssn = 1
        self.arrived = Received()               # SSNs of this end that the PEER has

    # -- what stories say

    def send(self, length, dsn=None, mapping="own", lost=False, outcome=None, **dss):
        """Sends length bytes under new SSNs and gives the packet.

        dsn       first DSN; None = the next new data of this host
        mapping   "own" = one that covers exactly this packet, None = none in this packet, or a
                  Mapping
        lost      seen at the capture point, but never arrives
        dss       more for the option: data_fin, bad_checksum, data_ack, extra (option bytes)
        """
        dsn = self.side.next_dsn if dsn is None else dsn
        self.side.next_dsn = max(self.side.next_dsn, dsn + length)
        ssn, self.next_ssn = self.next_ssn, self.next_ssn + length
        if mapping == "own":
            mapping = Mapping(dsn, ssn, length, dss.pop("data_fin", False))
        return self._data(ssn, dsn, length, mapping, lost=lost, outcome=outcome, **dss)

    def reinject(self, packet, outcome, skip=0, length=None, **more):
        """Sends data of another packet again under new SSNs; outcome is the story's intent."""
        length = packet.length - skip if length is None else length
        return self.send(length, packet.dsn + skip, outcome=outcome, **more)

    def retransmit(self, packet, mapping="own", **more):
        """Sends a packet of this end again under its old SSNs, as TCP does."""
        if mapping == "own":
            mapping = Mapping(packet.dsn, packet.ssn, packet.length)
        return self._data(packet.ssn, packet.dsn, packet.length, mapping, kind=packet.kind, **more)

    def send_plain(self, length, kind, lost=False):
        """Sends bytes without any MPTCP option; kind is "unmapped" or "fallback"."""
        ssn, self.next_ssn = self.next_ssn, self.next_ssn + length
        dsn, self.side.next_dsn = self.side.next_dsn, self.side.next_dsn + length
        packet = self._packet(ACK | PSH, ssn, payload=self.side.content(dsn, length))
        packet.ssn, packet.kind = ssn, kind
        if not lost:
            self.arrived.add(ssn, length)
        return packet

    def fall_back(self, length):
        """Sends the next bytes with an infinite mapping (section 3.6); later ones are plain."""
        dsn, self.side.next_dsn = self.side.next_dsn, self.side.next_dsn + length
        ssn, self.next_ssn = self.next_ssn, self.next_ssn + length
        mapping = Mapping(dsn, ssn, 0, infinite=True)
        return self._data(ssn, dsn, length, mapping, kind="fallback", data_ack=False)

    def ack(self, sack=(), extra=b"", mapping=None, data_ack=True):
        """A pure ACK with DATA_ACK. sack: packets of the peer to acknowledge selectively."""
        blocks = [(self.peer.isn + p.ssn, self.peer.isn + p.ssn + p.length) for p in sack]
        options, acked = self._dss(mapping, data_ack)
        packet = self._packet(ACK, self.next_ssn, options + sack_option(blocks) + extra)
        packet.data_ack = acked
        return packet

    def plain_ack(self, extra=b""):
        """A pure ACK without DSS."""
        return self._packet(ACK, self.next_ssn, extra)

    def data_fin(self):
        """A DATA_FIN in a packet of its own (section 3.3.3): length 1, SSN 0."""
        side = self.side
        side.data_fin, side.next_dsn = side.next_dsn, side.next_dsn + 1
        side.arrived.add(side.data_fin, 1)
        return self.ack(mapping=Mapping(side.data_fin, 0, 0, data_fin=True))

    def send_last(self, length):
        """Sends the last bytes of this host with the DATA_FIN in the same option."""
        packet = self.send(length, data_fin=True)
        side = self.side
        side.data_fin, side.next_dsn = side.next_dsn, side.next_dsn + 1
        side.arrived.add(side.data_fin, 1)
        return packet

    def fin(self):
        """The TCP FIN of this end."""
        plain = self.subflow.connection.fallback is not None
        options, acked = self._dss(None, data_ack=not plain)
        packet = self._packet(FIN | ACK, self.next_ssn, options)
        packet.data_ack = acked
        self.arrived.add(self.next_ssn, 1)
        self.next_ssn += 1
        return packet

    def reset(self, extra=b""):
        """A TCP RST."""
        self.subflow.end = self.subflow.end or "rst"
        return self._packet(RST | ACK, self.next_ssn, extra)

    def fast_close(self):
        """MP_FASTCLOSE with the receiver's key on an ACK (section 3.5)."""
        key = struct.pack("!Q", self.peer.side.key)
        self.subflow.end = self.subflow.connection.end = "fastclose"
        return self.plain_ack(option(FASTCLOSE, 0, bytes(1) + key))

    # -- how it is done

    def _acked(self):
        return self.peer.side.arrived.next

    def _data(self, ssn, dsn, length, mapping, lost=False, outcome=None, kind="mapped", **dss):
        extra = dss.pop("extra", b"")
        payload = self.side.content(dsn, length)
        options, acked = self._dss(mapping, **dss)
        packet = self._packet(ACK | PSH, ssn, options + extra, payload)
        packet.ssn, packet.dsn, packet.kind = ssn, dsn, kind
        packet.data_ack, packet.outcome = acked, outcome
        if not lost:
            self.arrived.add(ssn, length)
            self.side.arrived.add(dsn, length)
        return packet

    def _packet(self, flags, ssn, options=b"", payload=b""):
        packet = Packet(self, flags, (self.isn + ssn) & MASK32,
                        (self.peer.isn + self.peer.arrived.next) & MASK32, options, payload)
        return self.subflow.connection.story.add(packet)

    def _dss(self, mapping, data_ack=True, bad_checksum=False):
        """The DSS option (section 3.3) and the relative DATA_ACK in it, or (b"", None)."""
        connection, flags, body = self.subflow.connection, 0, b""
        acked = self._acked() if data_ack else None
        if acked is not None:
            long = connection.ack_octets == 8
            flags |= DSS_ACK | (DSS_ACK8 if long else 0)
            body += _sequence(self.peer.side.raw(acked), long)
        if mapping:
            long = connection.dsn_octets == 8
            flags |= DSS_MAPPING | (DSS_DSN8 if long else 0)
            flags |= DSS_DATA_FIN if mapping.data_fin else 0
            body += _sequence(self.side.raw(mapping.dsn), long)
            body += struct.pack("!IH", mapping.ssn, mapping.length + mapping.data_fin)
            if connection.checksum:
                body += struct.pack("!H", self._checksum(mapping) ^ (0x5A5A * bad_checksum))
        if not flags:
            return b"", None
        return option(DSS, 0, bytes([flags]) + body), acked

    def _checksum(self, mapping):
        """The DSS checksum (section 3.3.1); 0 for an infinite mapping (section 3.6)."""
        if mapping.infinite:
            return 0
        pseudo = struct.pack("!QIHH", self.side.raw(mapping.dsn), mapping.ssn,
                             mapping.length + mapping.data_fin, 0)
        return internet_checksum(pseudo + self.side.content(mapping.dsn, mapping.length))


def _sequence(raw, long):
    return struct.pack("!Q", raw) if long else struct.pack("!I", raw & MASK32)


class Subflow:
    """One TCP connection of an MPTCP connection. client and server are the CONNECTION's roles."""

    def __init__(self, connection, role, initiator):
        self.connection, self.role, self.initiator = connection, role, initiator
        self.client = self.server = None
        self.end = None
        self.hmacs = []                         # (packet, "syn_ack"|"ack", "good"|"bad")

    @property
    def ends(self):
        """Both ends, the client's first."""
        return self.client, self.server

    def close(self):
        """FIN, FIN, ACK, begun by the client."""
        self.end = "fin"
        self.client.fin()
        self.server.fin()
        self.client.plain_ack()


SYN_OPTIONS = struct.pack("!BBH", 2, 4, 1460) + b"\x04\x02" + b"\x03\x03\x07"


class Connection:
    """An MPTCP connection of two Sides; options say which DSS forms its packets use."""

    def __init__(self, story, client, server, checksum=False, dsn_octets=8, ack_octets=8):
        self.story, self.client, self.server = story, client, server
        self.checksum, self.dsn_octets, self.ack_octets = checksum, dsn_octets, ack_octets
        self.subflows = []
        self.end = "open"
        self.fallback = None                    # (cause, packet)

    def peer_of(self, side):
        """The other side."""
        return self.server if side is self.client else self.client

    def open(self, client_isn=0x10000000, server_isn=0x20000000):
        """The MP_CAPABLE handshake (section 3.1); gives the initial subflow."""
        client, server = self.client, self.server
        subflow = Subflow(self, "initial", "client")
        subflow.client = End(subflow, client, client.address, client.port, client_isn, 0, 0)
        subflow.server = End(subflow, server, server.address, server.port, server_isn, 0, 0)
        self._link(subflow)
        flags = bytes([0x01 | (0x80 if self.checksum else 0)])
        first = flags + struct.pack("!Q", client.key)
        second = flags + struct.pack("!Q", server.key)
        self._handshake(subflow.client, option(CAPABLE, 0, first), option(CAPABLE, 0, second),
                        option(CAPABLE, 0, first + second[1:]))
        return subflow

    def join(self, client_address=None, server_address=None, client_port=None, server_port=None,
             initiator="client", backup=False, isn=None, bad_ack_hmac=False,
             client_address_id=None, server_address_id=0):
        """The MP_JOIN handshake (section 3.2) with its fourth ACK; gives the subflow."""
        count = len(self.subflows)
        subflow = Subflow(self, "join", initiator)
        isn = 0x30000000 + 0x01000000 * count if isn is None else isn
        address_id = count if client_address_id is None else client_address_id
        subflow.client = End(subflow, self.client, client_address or self.client.address,
                             client_port or self.client.port + count, isn, address_id,
                             0xC0FFEE00 + count)
        subflow.server = End(subflow, self.server, server_address or self.server.address,
                             server_port or self.server.port, isn ^ 0x00ABCDEF,
                             server_address_id, 0x5EED0000 + count)
        self._link(subflow)
        opener = subflow.client if initiator == "client" else subflow.server
        self._join_handshake(subflow, opener, backup, bad_ack_hmac)
        return subflow

    def _join_handshake(self, subflow, opener, backup, bad_ack_hmac):
        answerer = opener.peer
        opener_hmac = join_hmac(opener.side.key, answerer.side.key, opener.random,
                                answerer.random)
        answer_hmac = join_hmac(answerer.side.key, opener.side.key, answerer.random,
                                opener.random)
        if bad_ack_hmac:
            opener_hmac = bytes([opener_hmac[0] ^ 0xFF]) + opener_hmac[1:]
        syn = bytes([opener.address_id]) + struct.pack("!II", answerer.side.token, opener.random)
        syn_ack = (bytes([answerer.address_id]) + answer_hmac[:8]
                   + struct.pack("!I", answerer.random))
        packets = self._handshake(opener, option(JOIN, int(backup), syn),
                                  option(JOIN, int(backup), syn_ack),
                                  option(JOIN, 0, bytes(1) + opener_hmac))
        subflow.hmacs = [(packets[1], "syn_ack", "good"),
                         (packets[2], "ack", "bad" if bad_ack_hmac else "good")]
        if bad_ack_hmac:
            subflow.end = "refused"
            answerer.reset()
        else:
            answerer.ack()

    def _link(self, subflow):
        subflow.client.peer, subflow.server.peer = subflow.server, subflow.client
        self.subflows.append(subflow)

    def _handshake(self, opener, syn, syn_ack, ack):
        answerer, add = opener.peer, self.story.add
        return [add(Packet(opener, SYN, opener.isn, 0, SYN_OPTIONS + syn)),
                add(Packet(answerer, SYN | ACK, answerer.isn, opener.isn + 1,
                           SYN_OPTIONS + syn_ack)),
                add(Packet(opener, ACK, opener.isn + 1, answerer.isn + 1, ack))]

    def close(self, subflow=None):
        """DATA_FIN both ways on one subflow, then FINs on every subflow still open."""
        subflow = subflow or self.subflows[0]
        for end in subflow.ends:
            if end.side.data_fin is None:
                end.data_fin()
        subflow.client.ack()
        subflow.server.ack()
        for one in self.subflows:
            if one.end is None:
                one.close()
        self.end = "data_fin"


class Story:
    """A named sequence of packets with its connections; what one capture file holds.

    The capture order can be changed at the end with keep() and reorder(): figures are then
    those of what is left, in the order in which it is captured.
    """

    def __init__(self, name, about):
        self.name, self.about = name, about
        self.clock = START
        self.packets, self.connections = [], []
        self.handshake = "complete"             # or "partial", "not_captured": of what is kept
        self.notes = []                         # (kind, packet, facts): see note()

    def connect(self, number=0, version=4, client_key=None, server_key=None, **forms):
        """A connection of two hosts; number keeps addresses and keys of several apart."""
        client_address, server_address = path_addresses(0, version)
        client = Side("client", client_address, 40000 + 100 * number,
                      client_key or 0x1122334455667700 + number)
        server = Side("server", server_address, 5001, server_key or 0x8877665544332200 + number)
        connection = Connection(self, client, server, **forms)
        self.connections.append(connection)
        return connection

    def add(self, packet):
        """Puts a packet onto the wire, 1 ms after the one before."""
        self.clock += MILLISECOND
        packet.time_ns, packet.number = self.clock, len(self.packets) + 1
        self.packets.append(packet)
        return packet

    def wait(self, milliseconds):
        """Lets time pass."""
        self.clock += milliseconds * MILLISECOND

    def note(self, kind, packet, **facts):
        """Remembers something to be found at a packet; facts may hold packets too."""
        self.notes.append((kind, packet, facts))

    def keep(self, predicate):
        """Captures only the packets for which the predicate holds."""
        self.packets = [packet for packet in self.packets if predicate(packet)]

    def capture_first(self, packets):
        """Captures these packets before all others; times are dealt out anew in that order."""
        times = sorted(packet.time_ns for packet in self.packets)
        chosen = set(map(id, packets))
        self.packets.sort(key=lambda packet: id(packet) not in chosen)
        for packet, time_ns in zip(self.packets, times):
            packet.time_ns = time_ns

    def capture(self):
        """The capture_writer.Capture of the packets."""
        return Capture([Interface()], [Record(p.time_ns, frame_of(p)) for p in self.packets])


def path_addresses(path, version=4):
    """The (client, server) addresses of a numbered path."""
    if version == 6:
        return "2001:db8:%x::1" % path, "2001:db8:%x::2" % path
    return "10.0.%d.1" % path, "10.0.%d.2" % path


def frame_of(packet):
    """The Ethernet frame of a packet."""
    end, peer = packet.end, packet.end.peer
    segment = tcp_segment((end.address, end.port), (peer.address, peer.port), packet.sequence,
                          packet.acknowledgment if packet.flags & ACK else 0, packet.flags,
                          options=packet.options, payload=packet.payload)
    ident = 0x1000 + packet.number
    macs = (1, 2) if end is end.subflow.client else (2, 1)
    return ethernet_frame(ip_packet(end.address, peer.address, 6, segment, ident=ident), *macs)
