"""-z mptcp,verify against tokens, HMACs and checksums worked out here (hashlib, hmac) from the
fields that plain tshark shows."""

import hashlib
import hmac
import ipaddress
from collections import Counter

import pytest
from measured import CAPTURES, EVERY, Shelf, folder_of, kept_json, key, path_of
from tshark import fields, report, tshark
from options import checksum_of
import accounting

OPTION = "tcp.options.mptcp."
NAMES = ("subtype", "version", "sendkey", "recvkey", "recvtok", "sendrand", "sendtrunchmac",
         "sendhmac", "addaddrtrunchmac", "addrid", "ipv4", "ipv6", "port", "echo",
         "rawdataseqno", "subflowseqno", "datalvllen", "dseqn8.flag", "datafin.flag")
PLAIN = ("frame.number", "tcp.stream", "tcp.srcport", "tcp.flags.syn", "tcp.flags.ack",
         "tcp.flags.reset", *(OPTION + name for name in NAMES))
CAPABLE, JOIN, ADD_ADDR = "0", "1", "3"
KEYED = {"token", "echoed_key", "join_hmac", "add_addr_hmac"}
WHOLE_PAYLOAD = ("checksum_full/client", "checksum_full/server", "mp_fail_full/client",
                 "mp_fail_full/server", "mp_fail_multi_full/client", "mp_fail_multi_full/server")


def reported(name):
    return kept_json(folder_of("plugin") / ("verify-" + key(name)),
                     lambda: report(path_of(name), "verify"))


report_of = Shelf(reported)
plain_of = Shelf(lambda name: kept_json(
    folder_of("tools") / ("options-" + key(name)),
    lambda: fields(path_of(name), *PLAIN, options=["--disable-protocol", "mptcp_analysis"],
                   display_filter=f"{OPTION}subtype in {{0,1,3}} && !icmp")))


def whole(text):
    return int(text, 0) if text else None


def in_bytes(number, length):
    return number.to_bytes(length, "big")


class Handshakes:
    """What the packets of a capture say, and the results of checking it."""

    def __init__(self, name):
        self.packets = [{"frame": int(row["frame.number"]), "stream": row["tcp.stream"],
                         "source": row["tcp.srcport"], "syn": row["tcp.flags.syn"] in ("1", "True"),
                         "ack": row["tcp.flags.ack"] in ("1", "True"),
                         **{name: row[OPTION + name] for name in NAMES}}
                        for row in plain_of(name)]
        self.keys, self.nonces, self.client, self.version = {}, {}, {}, {}
        self.owner, self.joined = {}, {}
        for packet in self.packets:
            self.learn(packet)

    def learn(self, packet):
        stream, subtypes = packet["stream"], packet["subtype"].split(",")
        if packet["syn"] and not packet["ack"]:
            self.client[stream] = packet["source"]
        side = self.side(packet)
        if CAPABLE in subtypes:
            self.version[stream] = whole(packet["version"])
            for which, field in ((side, "sendkey"), (1 - side, "recvkey")):
                if packet[field]:
                    self.keys.setdefault((stream, which), whole(packet[field]))
                    token = self.token(stream, self.keys[stream, which])
                    self.owner.setdefault(token, (stream, which))
        if JOIN in subtypes and packet["sendrand"]:
            self.nonces[stream, side] = whole(packet["sendrand"])
        if JOIN in subtypes and packet["recvtok"]:
            self.joined[stream] = whole(packet["recvtok"])

    def side(self, packet):
        return int(packet["source"] != self.client.get(packet["stream"], packet["source"]))

    def token(self, stream, host_key):
        digest = accounting.key_digest(host_key, self.version[stream])
        return int.from_bytes(digest[:4], "big")

    def hmac_of(self, stream, own, other, message):
        digest = hashlib.sha256 if self.version[stream] else hashlib.sha1
        return hmac.new(in_bytes(own, 8) + in_bytes(other, 8), message, digest).digest()

    def results(self):
        """{(frame, check): whether it is good}, of what can be checked."""
        found = {}
        for packet in self.packets:
            for check, good in self.checks(packet):
                found[packet["frame"], check] = good
        return found

    def checks(self, packet):
        subtypes = packet["subtype"].split(",")
        if JOIN in subtypes:
            yield from self.join_checks(packet)
        if CAPABLE in subtypes and packet["recvkey"]:
            sent = [one for one in self.packets if one["stream"] == packet["stream"]
                    and one["frame"] < packet["frame"] and one["sendkey"]
                    and one["source"] != packet["source"]]
            if sent:
                yield "echoed_key", sent[0]["sendkey"] == packet["recvkey"]
        if ADD_ADDR in subtypes and packet["addaddrtrunchmac"]:
            yield from self.add_addr_checks(packet)

    def place(self, packet):
        """(MP_CAPABLE stream, host there) of a packet's sender, or None."""
        stream = packet["stream"]
        if stream not in self.joined:
            return (stream, self.side(packet))
        called = self.owner.get(self.joined[stream])
        if called is None:
            return None
        return called[0], called[1] if self.side(packet) == 1 else 1 - called[1]

    def join_checks(self, packet):
        stream, side = packet["stream"], self.side(packet)
        place = self.place(packet)
        if place is None or stream not in self.joined:
            return
        main, host = place
        if packet["recvtok"]:
            yield "token", True
        own, other = self.keys.get((main, host)), self.keys.get((main, 1 - host))
        nonces = self.nonces.get((stream, side)), self.nonces.get((stream, 1 - side))
        shown = packet["sendtrunchmac"] or packet["sendhmac"]
        if not shown or None in (own, other, *nonces):
            return
        whole_hmac = self.hmac_of(main, own, other, in_bytes(nonces[0], 4) + in_bytes(nonces[1], 4))
        if packet["sendtrunchmac"]:
            yield "join_hmac", whole(shown) == int.from_bytes(whole_hmac[:8], "big")
        else:
            yield "join_hmac", bytes.fromhex(shown.replace(":", "")) == whole_hmac[:20]

    def add_addr_checks(self, packet):
        place = self.place(packet)
        own, other = (self.keys.get((place[0], which)) for which in (place[1], 1 - place[1]))
        if None in (own, other):
            return
        address = ipaddress.ip_address(packet["ipv4"] or packet["ipv6"]).packed
        message = in_bytes(whole(packet["addrid"]), 1) + address + in_bytes(
            whole(packet["port"]) or 0, 2)
        found = self.hmac_of(place[0], own, other, message)[-8:]
        yield "add_addr_hmac", whole(packet["addaddrtrunchmac"]) == int.from_bytes(found, "big")


@pytest.mark.parametrize("name", EVERY)
def test_keyed_checks_are_those_worked_out_here(name):
    expected = Handshakes(name).results()
    rows = [row for row in report_of(name)["checks"] if row["check"] in KEYED]
    ours = {(row["frame"], row["check"]): row["result"] == "good"
            for row in rows if row["result"] != "unverified"}
    first_sights = {int(row["frame.number"]) for row in accounting.without_second_sights(
        list(accounting.fields_of(str(path_of(name)))))} if "any" in name else None
    assert ours == {place: good for place, good in expected.items()
                    if first_sights is None or place[0] in first_sights}


def test_bad_hmacs_are_found():
    bad = {name: [row["check"] for row in report_of(name)["checks"] if row["result"] == "bad"
                  and row["check"] != "window"] for name in CAPTURES}
    assert bad.pop("join_bad_hmac_synack/client") == ["join_hmac"]
    assert bad.pop("join_bad_hmac_ack/server") == ["join_hmac"]
    assert bad.pop("mp_fail_full/client") == ["dss_checksum"]
    assert bad.pop("mp_fail_multi_full/client") == ["dss_checksum"]
    assert not any(bad.values())


def checksum(data):
    total = sum(int.from_bytes(data[at:at + 2].ljust(2, b"\0"), "big")
                for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


@pytest.mark.parametrize("name", WHOLE_PAYLOAD)
def test_checksums_are_those_worked_out_here(name):
    """Each mapping whose payload the capture holds, by stream and port of the sender."""
    names = ("tcp.stream", "tcp.srcport", "tcp.seq_raw", "tcp.flags.syn", "tcp.payload", "tcp.options",
             *(OPTION + name for name in NAMES))
    packets = fields(path_of(name), *names, display_filter="tcp && !icmp", options=[
        "--disable-protocol", "mptcp_analysis", "-o", "tcp.desegment_tcp_streams:FALSE"])
    isn, content, mappings = {}, {}, {}
    for packet in packets:
        flow = packet["tcp.stream"], packet["tcp.srcport"]
        sequence = int(packet["tcp.seq_raw"])
        if packet["tcp.flags.syn"] in ("1", "True"):
            isn[flow] = sequence
        for at, byte in enumerate(bytes.fromhex(packet["tcp.payload"].replace(":", ""))):
            content.setdefault((flow, (sequence - isn[flow] + at) % 2 ** 32), byte)
        said = {one: packet[OPTION + one] for one in NAMES}
        length, shown = whole(said["datalvllen"]), checksum_of(packet["tcp.options"])
        if not length or shown is None:
            continue
        wire = length
        if CAPABLE in said["subtype"].split(","):
            digest = accounting.key_digest(whole(said["sendkey"]), 1)
            dsn, ssn = (int.from_bytes(digest[-8:], "big") + 1) % 2 ** 64, 1
        else:
            dsn, ssn = whole(said["rawdataseqno"]), whole(said["subflowseqno"])
            assert said["dseqn8.flag"] in ("1", "True"), "only DSNs of 64 bits here"
            length -= said["datafin.flag"] in ("1", "True")
        if length:
            mappings.setdefault((flow, ssn), (dsn, length, wire, shown))
    expected = Counter()
    for (flow, ssn), (dsn, length, wire, shown) in mappings.items():
        data = [content.get((flow, ssn + at)) for at in range(length)]
        if None not in data:
            pseudo = in_bytes(dsn, 8) + in_bytes(ssn, 4) + in_bytes(wire, 2) + b"\0\0"
            padding = b"\0" * (length % 2)
            expected[checksum(bytes(data) + padding + pseudo) == shown] += 1
    found = Counter(row["result"] == "good" for row in report_of(name)["checks"]
                    if row["check"] == "dss_checksum" and row["result"] != "unverified")
    assert found == expected and sum(found.values()) > 3


def test_unverified_checks_say_why():
    reasons = set()
    for name in EVERY:
        for row in report_of(name)["checks"]:
            assert (row["result"] == "unverified") == (row["reason"] is not None)
            reasons.add(row["reason"])
    assert reasons >= {None, "payload_cut", "window_not_captured", "no_key", "options_cut"}


@pytest.mark.parametrize("name", ["snaplen80/client", "snaplen80/server"])
def test_lengths_of_options_that_were_cut_are_unverified(name):
    """Ethernet and IPv4 without options come before the TCP header in these captures."""
    packets = fields(path_of(name), "frame.number", "frame.cap_len", "tcp.hdr_len")
    cut = {int(packet["frame.number"]) for packet in packets
           if int(packet["frame.cap_len"]) < 14 + 20 + int(packet["tcp.hdr_len"])}
    rows = [row for row in report_of(name)["checks"] if row["check"] == "option_length"]
    assert {row["frame"] for row in rows if row["reason"] == "options_cut"} == cut
    assert {row["result"] for row in rows if row["frame"] not in cut} == {"good"} and cut


def test_counts_of_the_text_are_those_of_the_rows():
    for name in ("join_bad_hmac_synack/client", "checksum_full/server"):
        text = tshark("-q", "-r", path_of(name), "-z", "mptcp,verify").stdout
        counts = Counter(row["result"] for row in report_of(name)["checks"])
        assert text.startswith(f"{counts['good']} good, {counts['bad']} bad, "
                               f"{counts['unverified']} unverified.\n")
        assert text.count("  HMAC of MP_JOIN\n") == sum(
            row["check"] == "join_hmac" and row["result"] == "bad"
            for row in report_of(name)["checks"])
