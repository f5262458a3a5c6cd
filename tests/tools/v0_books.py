"""The figures of a Story (mptcp_v0), from what the story knows of its own packets.

Nothing here reads a capture or an option: a Packet carries its true SSN, DSN and kind. Bytes are
walked one by one in capture order, so that each class is a dictionary look-up. The document of
expected() is what `<name>.expected.json` holds; raw sequence numbers, keys and tokens are "0x…"
strings, unknown is null, and data sequence numbers without "raw" count the first byte as 1.
"""

CLASSES = {"retransmitted": "retransmitted_bytes", "fallback": "fallback_bytes",
           "unmapped": "unmapped_bytes", "reinjected_same": "reinjected_same_subflow_bytes",
           "reinjected_other": "reinjected_other_subflow_bytes", "new": "data_bytes"}


def hex_of(value, digits):
    """A number as the project prints keys, tokens and raw sequence numbers."""
    return None if value is None else "0x%0*x" % (digits, value)


class DirectionBooks:
    """The bytes of one direction of a connection, by class, subflow and event."""

    def __init__(self, side):
        self.side = side
        self.carried_ssn = set()                # (end, SSN) that went by
        self.copies = {}                        # DSN -> packets that carried it, first one first
        self.counts = {}                        # end -> class -> bytes
        self.events = []

    def take(self, packet):
        """Classes the payload of the next captured packet of this direction."""
        classes = [self._class_of(packet, i) for i in range(packet.length)]
        counts = self.counts.setdefault(packet.end, dict.fromkeys(CLASSES, 0))
        for name in classes:
            counts[name] += 1
        self._note_events(packet, classes)
        for i, name in enumerate(classes):
            self.carried_ssn.add((packet.end, packet.ssn + i))
            if name in ("new", "reinjected_same", "reinjected_other"):
                self.copies.setdefault(packet.dsn + i, []).append(packet)

    def _class_of(self, packet, i):
        """METRICS' order of tests for payload byte i."""
        if (packet.end, packet.ssn + i) in self.carried_ssn:
            return "retransmitted"
        if packet.kind != "mapped":
            return packet.kind
        before = self.copies.get(packet.dsn + i)
        if not before:
            return "new"
        return "reinjected_same" if packet.end in [p.end for p in before] else "reinjected_other"

    def _note_events(self, packet, classes):
        """One event per run of reinjected bytes of one class with one first copy."""
        last = None
        for i, name in enumerate(classes):
            dsn = packet.dsn + i
            first = self.copies[dsn][0] if name.startswith("reinjected") else None
            if first and last and last["first"] is first and last["class"] == name:
                last["last_dsn"] = dsn
            elif first:
                last = {"packet": packet, "first": first, "class": name, "first_dsn": dsn,
                        "last_dsn": dsn, "copy": len(self.copies[dsn]) + 1}
                self.events.append(last)
            if not first:
                last = None

    def byte_classes(self, end=None):
        """payload_bytes and the six classes; of one end, or of all."""
        chosen = [c for e, c in self.counts.items() if end in (None, e)]
        figures = {key: sum(c[name] for c in chosen) for name, key in CLASSES.items()}
        return {"payload_bytes": sum(figures.values()), **figures}

    def event_rows(self, number_of, known):
        """The reinjection events; number_of gives the subflow number of an end."""
        return [self._event_row(event, number_of, known) for event in self.events]

    def _event_row(self, event, number_of, known):
        packet, first = event["packet"], event["first"]
        return {
            "frame": packet.number, "bytes": event["last_dsn"] - event["first_dsn"] + 1,
            "first_dsn": event["first_dsn"] if known else None,
            "last_dsn": event["last_dsn"] if known else None,
            "first_dsn_raw": hex_of(self.side.raw(event["first_dsn"]), 16),
            "subflow": number_of(packet.end), "first_frame": first.number,
            "first_subflow": number_of(first.end),
            "delay": (packet.time_ns - first.time_ns) / 1e9,
            "same_subflow": event["class"] == "reinjected_same",
            "copy": event["copy"], "copies": len(self.copies[event["first_dsn"]]),
            "outcome": packet.outcome}


class ConnectionBooks:
    """One connection of a story, as captured."""

    def __init__(self, story, connection):
        self.story, self.connection = story, connection
        self.packets = [p for p in story.packets if p.end.subflow.connection is connection]
        self.subflows = []                      # in order of their first captured packet
        for packet in self.packets:
            if packet.end.subflow not in self.subflows:
                self.subflows.append(packet.end.subflow)
        self.subflows.sort(key=lambda one: one.role != "initial")
        self.sides = (connection.client, connection.server)
        self.directions = {side: DirectionBooks(side) for side in self.sides}
        for packet in self.packets:
            if packet.length:
                self.directions[packet.end.side].take(packet)

    def keys_known(self):
        """Whether the file holds the MP_CAPABLE handshake."""
        return self.story.handshake != "not_captured"

    def number_of(self, end):
        """The subflow number of an end."""
        return self.subflows.index(end.subflow)

    def data_acked(self, side):
        """Bytes of a side acknowledged by DATA_ACK, less DATA_FIN; None if none was captured."""
        acks = [p.data_ack for p in self.packets
                if p.end.side is not side and p.data_ack is not None]
        if not acks or not self.keys_known():
            return None
        best = max(acks) - 1
        return best - (side.data_fin is not None and max(acks) > side.data_fin)

    def direction(self, side):
        """The document of one direction."""
        books = self.directions[side]
        return {**books.byte_classes(), "data_acked_bytes": self.data_acked(side),
                "reinjections": books.event_rows(self.number_of, self.keys_known())}

    def side(self, side):
        """The document of one host."""
        known = self.keys_known()
        token_known = known or any(p.flags & 0x12 == 0x02 and p.end.side is not side
                                   for p in self.packets)
        first = next(e for e in self.subflows[0].ends if e.side is side)
        return {"address": first.address, "port": first.port,
                "key": hex_of(side.key if known else None, 16),
                "token": hex_of(side.token if token_known else None, 8),
                "idsn": hex_of(side.idsn if known else None, 16),
                "checksum_required": self.connection.checksum if known else None}

    def subflow(self, number, subflow, streams):
        """The document of one subflow."""
        row = {"subflow": number, "tcp_stream": streams.index(subflow), "role": subflow.role,
               "initiator": subflow.initiator, "end": subflow.end or "open"}
        for name, end in zip(("client", "server"), subflow.ends):
            row.update({name + "_address": end.address, name + "_port": end.port,
                        name + "_address_id": end.address_id})
        for name, end in zip(("client_to_server", "server_to_client"), subflow.ends):
            row[name] = self.directions[end.side].byte_classes(end)
        return row

    def hmacs(self):
        """What checking the JOIN HMACs must come to, by frame."""
        rows = [{"frame": packet.number, "in": where,
                 "result": result if self.story.handshake == "complete" else "unverified"}
                for subflow in self.subflows for packet, where, result in subflow.hmacs
                if packet in self.packets]
        return sorted(rows, key=lambda row: row["frame"])

    def document(self, streams):
        """The whole connection."""
        connection = self.connection
        fallback = connection.fallback
        return {"handshake": self.story.handshake,
                "version": 0, "end": connection.end, "dsn_octets": connection.dsn_octets,
                "fallback": fallback and {"cause": fallback[0], "frame": fallback[1].number},
                "client": self.side(connection.client), "server": self.side(connection.server),
                "client_to_server": self.direction(connection.client),
                "server_to_client": self.direction(connection.server),
                "subflows": [self.subflow(i, s, streams) for i, s in enumerate(self.subflows)],
                "hmacs": self.hmacs()}


def number_packets(story):
    """Gives every packet of a story its frame number in capture order."""
    for number, packet in enumerate(story.packets, 1):
        packet.number = number


def tcp_streams(story):
    """The subflows by tcp.stream: in order of their first captured packet."""
    streams = []
    for packet in story.packets:
        if packet.end.subflow not in streams:
            streams.append(packet.end.subflow)
    return streams


def frame_row(story, packet, streams):
    """What is true of one frame."""
    side, peer = packet.end.side, packet.end.peer.side
    mapped = packet.length and packet.kind == "mapped"
    return {"frame": packet.number, "tcp_stream": streams.index(packet.end.subflow),
            "connection": story.connections.index(packet.end.subflow.connection),
            "from": side.role, "payload_bytes": packet.length,
            "dsn": packet.dsn if mapped else None,
            "dsn_raw": hex_of(side.raw(packet.dsn), 16) if mapped else None,
            "data_ack_raw": (hex_of(peer.raw(packet.data_ack), 16)
                             if packet.data_ack is not None else None)}


def note_row(kind, packet, facts):
    """A note of the story, with packets replaced by their frame numbers."""
    plain = {key: value.number if hasattr(value, "number") else value
             for key, value in facts.items()}
    return {"kind": kind, "frame": packet.number, **plain}


def expected(story):
    """The expected document of a story. Call it once the packets are final."""
    number_packets(story)
    streams = tcp_streams(story)
    documents = [ConnectionBooks(story, c).document(streams) for c in story.connections]
    return {"name": story.name, "about": story.about, "connections": documents,
            "notes": [note_row(*note) for note in story.notes],
            "frames": [frame_row(story, p, streams) for p in story.packets]}
