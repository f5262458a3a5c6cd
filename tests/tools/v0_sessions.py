#!/usr/bin/python3
"""Builds captures of MPTCP version 0 (RFC 6824) together with their true figures.

  v0_sessions.py list                     the names, and what each shows
  v0_sessions.py all --out DIR            every one
  v0_sessions.py NAME... --out DIR        these
  v0_sessions.py all --out DIR --check    and compares each with what stock tshark reads in it

Writes DIR/<name>.pcap and DIR/<name>.expected.json (v0_books.py says how that is made). The
output is the same on every run. Exit status 1 when a check fails.

Each story below ends with claims: figures worked out by hand, compared with the books.
"""

import argparse
import json
import os
import subprocess
import sys

import v0_books
from capture_writer import write_capture
from mptcp_v0 import (Mapping, Story, add_addr_option, fail_option, path_addresses, prio_option,
                      remove_addr_option)

# Keys whose IDSN lies shortly below a multiple of 2^32 (3423 and 2566 below; found by search).
WRAP_CLIENT_KEY = 0x0123456789D09F45
WRAP_SERVER_KEY = 0x0123456789DA71C8

STORIES = {}


def story(about):
    """Registers a function that tells a story; its name is the story's name."""
    def register(tell):
        STORIES[tell.__name__] = (tell, about)
        return tell
    return register


class ClaimError(AssertionError):
    """The books of a story differ from what its author worked out."""


def claim(document, direction, connection=0, **figures):
    """Compares figures of an expected document with those the story states."""
    found = document["connections"][connection][direction]
    for key, value in figures.items():
        if found[key] != value:
            raise ClaimError("%s: %s of %s is %r, the story says %r"
                             % (document["name"], key, direction, found[key], value))


def two_subflows(tale, version=4, **forms):
    """A connection with its initial subflow and one join over a second path."""
    connection = tale.connect(version=version, **forms)
    first = connection.open()
    client, server = path_addresses(1, version)
    second = connection.join(client, server, server_address_id=1)
    return connection, first, second


def exchange(first, second, rounds, length):
    """Both hosts send rounds segments over each subflow in turn; everything arrives."""
    for _ in range(rounds):
        for subflow in (first, second):
            subflow.client.send(length)
            subflow.server.ack()
            subflow.server.send(2 * length)
            subflow.client.ack()


# ------------------------------------------------------------------------------- clean ones

@story("two subflows, both directions, no loss, DATA_FIN both ways")
def v0_two_subflows(tale):
    connection, first, second = two_subflows(tale)
    exchange(first, second, rounds=5, length=600)
    connection.close()
    return [("client_to_server", {"payload_bytes": 6000, "data_bytes": 6000,
                                  "data_acked_bytes": 6000}),
            ("server_to_client", {"payload_bytes": 12000, "data_bytes": 12000,
                                  "data_acked_bytes": 12000})]


@story("the same over IPv6")
def v0_ipv6(tale):
    connection, first, second = two_subflows(tale, version=6)
    exchange(first, second, rounds=5, length=600)
    connection.close()
    return [("client_to_server", {"payload_bytes": 6000, "data_bytes": 6000}),
            ("server_to_client", {"payload_bytes": 12000, "data_bytes": 12000})]


@story("DSS checksums in use, all good: a mapping of several segments, one with DATA_FIN")
def v0_checksum(tale):
    connection, first, second = two_subflows(tale, checksum=True)
    exchange(first, second, rounds=2, length=501)
    side = connection.client
    spread = Mapping(side.next_dsn, first.client.next_ssn, 2500)
    first.client.send(1000, mapping=spread)
    first.client.send(1000, mapping=None)
    first.client.send(500, mapping=None)
    first.server.ack()
    lost = first.client.send(700, lost=True)
    second.client.reinject(lost, outcome="useful")
    second.server.ack()
    first.client.retransmit(lost)
    first.server.ack()
    second.client.send_last(333)
    second.server.ack()
    connection.close()
    return [("client_to_server", {"payload_bytes": 6937, "data_bytes": 5537,
                                  "reinjected_other_subflow_bytes": 700,
                                  "retransmitted_bytes": 700, "data_acked_bytes": 5537}),
            ("server_to_client", {"data_bytes": 4008})]


@story("eight subflows, data sent round robin both ways")
def v0_many_subflows(tale):
    connection = tale.connect()
    subflows = [connection.open()]
    for path in range(1, 8):
        subflows.append(connection.join(*path_addresses(path), server_address_id=path))
    for turn in range(40):
        subflow = subflows[turn % 8]
        subflow.client.send(100 + turn)
        subflow.server.send(200 + turn)
        subflow.client.ack()
    connection.close()
    return [("client_to_server", {"payload_bytes": 4780, "data_bytes": 4780}),
            ("server_to_client", {"payload_bytes": 8780, "data_bytes": 8780})]


# ------------------------------------------------------------------------------ reinjection

@story("every reinjection outcome, a chain over three subflows, same-subflow reinjection, "
       "a retransmitted reinjection, a segment half new and half reinjected")
def v0_reinjection(tale):
    connection, first, second = two_subflows(tale)
    third = connection.join(*path_addresses(2), server_address_id=2)
    reinject_usefully(first, second)
    reinject_redundantly(first, second)
    reinject_needlessly(first, second)
    reinject_in_a_chain(first, second, third)
    reinject_on_the_same_subflow(first)
    reinject_half_a_segment(first, second)
    reinject_from_the_server(first, second)
    connection.close()
    reinject_without_any_ack(tale)
    return [("client_to_server", {
                "payload_bytes": 21000, "data_bytes": 8500, "retransmitted_bytes": 5000,
                "reinjected_other_subflow_bytes": 6500, "reinjected_same_subflow_bytes": 1000,
                "unmapped_bytes": 0, "fallback_bytes": 0, "data_acked_bytes": 8500}),
            ("server_to_client", {"payload_bytes": 2400, "data_bytes": 1200,
                                  "reinjected_other_subflow_bytes": 1200}),
            ("client_to_server", {"payload_bytes": 2000, "data_bytes": 1000,
                                  "reinjected_other_subflow_bytes": 1000}, 1)]


def reinject_usefully(first, second):
    """The original is lost, the copy brings the data; TCP repeats the original later."""
    lost = first.client.send(1000, lost=True)
    second.client.reinject(lost, outcome="useful")
    second.server.ack()
    first.client.retransmit(lost)
    first.server.ack()


def reinject_redundantly(first, second):
    """The original is acknowledged before the copy: once by ACK, once by SACK."""
    late = first.client.send(1000)
    second.client.reinject(late, outcome="redundant")
    first.server.ack()
    second.server.ack()
    hole = first.client.send(1000, lost=True)
    beyond = first.client.send(1000)
    second.client.reinject(beyond, outcome="redundant")
    first.server.ack(sack=[beyond])
    second.server.ack()
    first.client.retransmit(hole)
    first.server.ack()


def reinject_needlessly(first, second):
    """A DATA_ACK covered the data before the copy is sent."""
    done = first.client.send(1000)
    first.server.ack()
    second.client.reinject(done, outcome="unneeded")
    second.server.ack()


def reinject_in_a_chain(first, second, third):
    """Two copies of one segment; the first of them is lost and TCP repeats it."""
    original = first.client.send(1000, lost=True)
    copy = second.client.reinject(original, outcome="useful", lost=True)
    third.client.reinject(original, outcome="useful")
    third.server.ack()
    second.client.retransmit(copy)
    second.server.ack()
    first.client.retransmit(original)
    first.server.ack()


def reinject_on_the_same_subflow(subflow):
    """The same data under a new SSN of the subflow that lost it."""
    lost = subflow.client.send(1000, lost=True)
    copy = subflow.client.reinject(lost, outcome="useful")
    subflow.server.ack(sack=[copy])
    subflow.client.retransmit(lost)
    subflow.server.ack()


def reinject_half_a_segment(first, second):
    """The second half of a segment and as much new data, in one segment."""
    whole = first.client.send(1000)
    second.client.reinject(whole, outcome="redundant", skip=500, length=1000)
    first.server.ack()
    second.server.ack()


def reinject_from_the_server(first, second):
    """One copy that takes data of two segments: two events."""
    one = first.server.send(600, lost=True)
    two = first.server.send(600, lost=True)
    second.server.reinject(one, outcome="useful", length=one.length + two.length)
    second.client.ack()


def reinject_without_any_ack(tale):
    """A second connection whose capture ends before anything is acknowledged."""
    connection = tale.connect(number=1)
    first = connection.open()
    second = connection.join(*path_addresses(1), server_address_id=1)
    lost = first.client.send(1000, lost=True)
    second.client.reinject(lost, outcome="unknown", lost=True)


# ----------------------------------------------------------------------- sequence numbers

@story("32-bit DSNs and DATA_ACKs on the wire that cross 2^32 in both directions")
def v0_dsn32_wrap(tale):
    connection, first, second = two_subflows(
        tale, client_key=WRAP_CLIENT_KEY, server_key=WRAP_SERVER_KEY, dsn_octets=4, ack_octets=4)
    for side in (connection.client, connection.server):
        if (side.idsn + 8000) >> 32 == side.idsn >> 32:
            raise ClaimError("%s does not cross a wrap" % side.role)
    exchange(first, second, rounds=2, length=700)
    across = first.client.send(1400, lost=True)
    second.client.reinject(across, outcome="useful")
    second.server.ack()
    first.client.retransmit(across)
    first.server.ack()
    exchange(first, second, rounds=2, length=700)
    connection.close(second)
    return [("client_to_server", {"payload_bytes": 9800, "data_bytes": 7000,
                                  "retransmitted_bytes": 1400, "data_acked_bytes": 7000,
                                  "reinjected_other_subflow_bytes": 1400}),
            ("server_to_client", {"payload_bytes": 11200, "data_bytes": 11200,
                                  "data_acked_bytes": 11200})]


@story("TCP sequence numbers of both directions cross 2^32, one retransmission across it")
def v0_ssn_wrap(tale):
    connection = tale.connect()
    first = connection.open(client_isn=0xFFFFFC00, server_isn=0xFFFFFFFF)
    second = connection.join(*path_addresses(1), isn=0xFFFFFFFE, server_address_id=1)
    first.client.send(1000)
    first.server.ack()
    across = first.client.send(1000, lost=True)
    beyond = first.client.send(1000)
    first.server.ack(sack=[beyond])
    second.client.reinject(across, outcome="useful")
    second.server.ack()
    first.client.retransmit(across)
    first.server.ack()
    exchange(first, second, rounds=2, length=500)
    connection.close()
    return [("client_to_server", {"payload_bytes": 7000, "data_bytes": 5000,
                                  "retransmitted_bytes": 1000,
                                  "reinjected_other_subflow_bytes": 1000}),
            ("server_to_client", {"payload_bytes": 4000, "data_bytes": 4000})]


# ----------------------------------------------------------------------------------- endings

@story("DATA_FIN of the client with data, of the server alone; one of each acknowledged, "
       "the server still sending after the client's")
def v0_data_fin(tale):
    connection, first, second = two_subflows(tale)
    first.client.send(800)
    first.server.ack()
    last = second.client.send_last(800)
    tale.note("data_fin", last, side="client")
    second.server.ack()
    first.server.send(1200)
    first.client.ack()
    tale.note("data_fin", second.server.data_fin(), side="server")
    tale.note("data_fin_acked", second.client.ack(), side="server")
    connection.close()
    return [("client_to_server", {"payload_bytes": 1600, "data_acked_bytes": 1600}),
            ("server_to_client", {"payload_bytes": 1200, "data_acked_bytes": 1200})]


@story("MP_FASTCLOSE of the client over two subflows; of the server over one")
def v0_fastclose(tale):
    connection, first, second = two_subflows(tale)
    exchange(first, second, rounds=1, length=500)
    tale.note("fastclose", first.client.fast_close(), side="client")
    second.client.reset()
    first.server.reset()
    other = tale.connect(number=1)
    only = other.open()
    only.client.send(300)
    only.server.ack()
    tale.note("fastclose", only.server.fast_close(), side="server", connection=1)
    only.client.reset()
    return [("client_to_server", {"payload_bytes": 1000}),
            ("server_to_client", {"payload_bytes": 2000}),
            ("client_to_server", {"payload_bytes": 300, "data_acked_bytes": 300}, 1)]


@story("a bad DSS checksum, MP_FAIL, then infinite mappings both ways")
def v0_fallback_infinite(tale):
    connection = tale.connect(checksum=True)
    only = connection.open()
    only.client.send(1000)
    only.server.ack()
    bad = only.client.send(900, bad_checksum=True)
    tale.note("bad_checksum", bad)
    failed = fail_option(connection.client.raw(bad.dsn))
    tale.note("mp_fail", only.server.plain_ack(extra=failed), of=bad)
    infinite = only.client.fall_back(800)
    connection.fallback, connection.end = ("infinite mapping after MP_FAIL", infinite), "fallback"
    tale.note("infinite_map", infinite, side="client")
    only.server.plain_ack()
    only.client.send_plain(700, "fallback")
    only.server.plain_ack()
    tale.note("infinite_map", only.server.fall_back(600), side="server")
    only.server.send_plain(500, "fallback")
    only.client.plain_ack()
    only.close()
    return [("client_to_server", {"payload_bytes": 3400, "data_bytes": 1900,
                                  "fallback_bytes": 1500, "data_acked_bytes": 1000}),
            ("server_to_client", {"payload_bytes": 1100, "data_bytes": 0,
                                  "fallback_bytes": 1100})]


@story("options vanish from the first data on: fallback; options vanish later on one of two "
       "subflows: unmapped bytes, a reset, the data again on the other")
def v0_options_vanish(tale):
    connection = tale.connect()
    only = connection.open()
    plain = only.client.send_plain(1000, "fallback")
    connection.fallback, connection.end = ("no option 30 with the first data", plain), "fallback"
    only.server.plain_ack()
    only.server.send_plain(2000, "fallback")
    only.client.plain_ack()
    only.close()
    vanish_on_one_of_two(tale)
    return [("client_to_server", {"payload_bytes": 1000, "data_bytes": 0,
                                  "fallback_bytes": 1000, "data_acked_bytes": None}),
            ("server_to_client", {"payload_bytes": 2000, "fallback_bytes": 2000}),
            ("client_to_server", {"payload_bytes": 3500, "data_bytes": 2500,
                                  "unmapped_bytes": 1000, "data_acked_bytes": 2500}, 1)]


def vanish_on_one_of_two(tale):
    """The second subflow loses its options; what it carried then is sent again as new data."""
    connection = tale.connect(number=1)
    first = connection.open()
    second = connection.join(*path_addresses(1), server_address_id=1)
    first.client.send(1000)
    first.server.ack()
    second.client.send(500)
    second.server.ack()
    stripped = second.client.send_plain(1000, "unmapped")
    tale.note("options_vanished", stripped, connection=1)
    second.server.reset()
    first.client.send(1000, dsn=connection.client.next_dsn - 1000)
    first.server.ack()
    connection.close()


# ---------------------------------------------------------------------------------- mappings

@story("mappings announced late, early, for many segments, and repeatedly")
def v0_late_mapping(tale):
    connection, first, second = two_subflows(tale)
    client, side = first.client, connection.client
    early = client.send(1000, mapping=None)                     # announced by a later pure ACK
    client.ack(mapping=Mapping(early.dsn, early.ssn, 1000))
    first.server.ack()
    client.send(1000, mapping=Mapping(side.next_dsn, client.next_ssn, 3000))
    client.send(1000, mapping=None)                             # covered by the one before
    client.send(1000, mapping=None)
    first.server.ack()
    client.ack(mapping=Mapping(side.next_dsn, client.next_ssn, 2000))
    client.send(1000, mapping=None)                             # announced ahead
    client.send(1000, mapping=None)
    first.server.ack()
    twice = Mapping(side.next_dsn, client.next_ssn, 2000)
    client.send(1000, mapping=twice)
    client.send(1000, mapping=twice)
    first.server.ack()
    half = client.send(500, mapping=None)                       # announced by the next segment
    client.send(500, mapping=Mapping(half.dsn, half.ssn, 1000))
    first.server.ack()
    exchange(first, second, rounds=1, length=500)
    connection.close()
    return [("client_to_server", {"payload_bytes": 10000, "data_bytes": 10000,
                                  "unmapped_bytes": 0, "data_acked_bytes": 10000})]


@story("a copy goes out before the original's mapping is announced. The sums of the direction "
       "hold however it is read; that the original is the first copy, as here, can be known "
       "only after the mapping")
def v0_copy_before_mapping(tale):
    connection, first, second = two_subflows(tale)
    first.client.send(500)
    first.server.ack()
    original = first.client.send(500, mapping=None)
    second.client.reinject(original, outcome="redundant")
    first.client.ack(mapping=Mapping(original.dsn, original.ssn, 500))
    first.server.ack()
    second.server.ack()
    connection.close()
    return [("client_to_server", {"payload_bytes": 1500, "data_bytes": 1000,
                                  "reinjected_other_subflow_bytes": 500, "unmapped_bytes": 0,
                                  "data_acked_bytes": 1000})]


@story("one SSN range announced with two DSNs: the first stands")
def v0_mapping_conflict(tale):
    connection, first, second = two_subflows(tale)
    exchange(first, second, rounds=1, length=500)
    sent = first.client.send(1000)
    again = first.client.retransmit(sent, mapping=Mapping(sent.dsn + 5000, sent.ssn, 1000))
    tale.note("mapping_conflict", again, first_frame=sent, ssn=sent.ssn, bytes=1000)
    first.server.ack()
    exchange(first, second, rounds=1, length=500)
    connection.close()
    return [("client_to_server", {"payload_bytes": 4000, "data_bytes": 3000,
                                  "retransmitted_bytes": 1000, "data_acked_bytes": 3000})]


# --------------------------------------------------------------------------- paths and joins

@story("ADD_ADDR, REMOVE_ADDR, MP_PRIO, a backup subflow, and a join begun by the server")
def v0_path_manager(tale):
    connection = tale.connect()
    first = connection.open()
    client_address, server_address = path_addresses(1)
    tale.note("add_addr", first.client.ack(extra=add_addr_option(client_address, 3)), id=3)
    tale.note("add_addr", first.server.ack(extra=add_addr_option(server_address, 4, 5001)), id=4)
    second = connection.join(client_address, server_address, initiator="server", backup=True,
                             client_address_id=3, server_address_id=4, client_port=45000)
    exchange(first, second, rounds=2, length=400)
    tale.note("prio", second.server.ack(extra=prio_option(False)), backup=False)
    tale.note("prio", first.client.ack(extra=prio_option(True, 3)), backup=True, id=3)
    exchange(first, second, rounds=2, length=400)
    tale.note("remove_addr", first.client.ack(extra=remove_addr_option(3)), ids=[3])
    second.client.reset()
    connection.close()
    return [("client_to_server", {"payload_bytes": 3200}),
            ("server_to_client", {"payload_bytes": 6400})]


@story("a JOIN, its first data included, is captured before the MP_CAPABLE handshake")
def v0_join_before_capable(tale):
    connection, first, second = two_subflows(tale)
    second.client.send(900)
    second.server.ack()
    early = [packet for packet in tale.packets if packet.end.subflow is second]
    exchange(first, second, rounds=2, length=600)
    connection.close()
    tale.capture_first(early)
    return [("client_to_server", {"payload_bytes": 3300, "data_bytes": 3300,
                                  "data_acked_bytes": 3300}),
            ("server_to_client", {"payload_bytes": 4800, "data_bytes": 4800})]


@story("two joins of a connection whose initial subflow is not in the file at all")
def v0_orphan_join(tale):
    connection, first, second = two_subflows(tale)
    third = connection.join(*path_addresses(2), server_address_id=2)
    exchange(second, third, rounds=3, length=500)
    lost = second.client.send(1000, lost=True)
    third.client.reinject(lost, outcome="useful")
    third.server.ack()
    connection.close(second)
    tale.keep(lambda packet: packet.end.subflow is not first)
    tale.handshake = "not_captured"
    return [("client_to_server", {"payload_bytes": 5000, "data_bytes": 4000,
                                  "reinjected_other_subflow_bytes": 1000,
                                  "data_acked_bytes": None}),
            ("server_to_client", {"payload_bytes": 6000})]


@story("a subflow is reset and the same addresses and ports join again")
def v0_reused_tuple(tale):
    connection, first, second = two_subflows(tale)
    exchange(first, second, rounds=1, length=500)
    second.client.reset()
    tale.wait(1000)
    again = connection.join(second.client.address, second.server.address,
                            client_port=second.client.port, isn=0x77000000,
                            client_address_id=1, server_address_id=1)
    exchange(first, again, rounds=1, length=500)
    connection.close()
    return [("client_to_server", {"payload_bytes": 2000, "data_bytes": 2000}),
            ("server_to_client", {"payload_bytes": 4000, "data_bytes": 4000})]


@story("only the packets from client to server were captured")
def v0_one_direction(tale):
    connection, first, second = two_subflows(tale)
    exchange(first, second, rounds=3, length=500)
    lost = first.client.send(500, lost=True)
    second.client.reinject(lost, outcome="unknown")
    second.server.ack()
    first.client.retransmit(lost)
    first.server.ack()
    first.client.data_fin()
    tale.keep(lambda packet: packet.end.side is connection.client)
    tale.handshake = "partial"
    return [("client_to_server", {"payload_bytes": 4500, "data_bytes": 3500,
                                  "retransmitted_bytes": 500, "data_acked_bytes": None,
                                  "reinjected_other_subflow_bytes": 500}),
            ("server_to_client", {"payload_bytes": 0, "data_bytes": 0,
                                  "data_acked_bytes": 6000})]


@story("a JOIN whose third packet carries a wrong HMAC; the server resets it")
def v0_bad_hmac(tale):
    connection = tale.connect()
    first = connection.open()
    first.client.send(500)
    first.server.ack()
    connection.join(*path_addresses(1), server_address_id=1, bad_ack_hmac=True)
    third = connection.join(*path_addresses(2), server_address_id=2)
    exchange(first, third, rounds=1, length=500)
    connection.close()
    return [("client_to_server", {"payload_bytes": 1500, "data_bytes": 1500}),
            ("server_to_client", {"payload_bytes": 2000})]


# ---------------------------------------------------------------------------------- building

def build(name):
    """The Story of a name and its expected document, with the story's claims held."""
    tell, about = STORIES[name]
    tale = Story(name, about)
    claims = tell(tale)
    document = v0_books.expected(tale)
    for direction, figures, *connection in claims:
        claim(document, direction, *connection, **figures)
    return tale, document


def write(name, folder):
    """Writes both files of a story; gives the path of the capture and the document."""
    tale, document = build(name)
    path = os.path.join(folder, name + ".pcap")
    write_capture(path, tale.capture())
    with open(os.path.join(folder, name + ".expected.json"), "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")
    return path, document


# ------------------------------------------------------------------- checking with stock tshark

CHECK_FIELDS = ["frame.number", "tcp.stream", "tcp.len", "tcp.checksum.status",
                "ip.checksum.status", "mptcp.expected_token", "mptcp.expected_idsn",
                "mptcp.rawdsn64", "tcp.options.mptcp.rawdataack", "_ws.malformed"]


def stock_rows(path):
    """Stock tshark's fields of every frame, as dictionaries of strings."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-o", "tcp.check_checksum:TRUE",
               "-o", "ip.check_checksum:TRUE", "-o", "mptcp.analyze_mappings:TRUE",
               "-o", "mptcp.relative_sequence_numbers:FALSE", "-o", "tcp.desegment_tcp_streams:0"]
    for name in CHECK_FIELDS:
        command += ["-e", name]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                         text=True)
    return [dict(zip(CHECK_FIELDS, line.split("\t"))) for line in run.stdout.splitlines()]


def check_frame(row, truth, dsn_mask):
    """The differences between a stock row and our frame row: a list of strings."""
    wrong = []
    if row["tcp.stream"] != str(truth["tcp_stream"]):
        wrong.append("tcp.stream %s, ours %d" % (row["tcp.stream"], truth["tcp_stream"]))
    if row["tcp.len"] != str(truth["payload_bytes"]):
        wrong.append("tcp.len %s, ours %d" % (row["tcp.len"], truth["payload_bytes"]))
    for name in ("tcp.checksum.status", "ip.checksum.status"):
        if row[name] not in ("1", ""):
            wrong.append(name + " is not good")
    if row["_ws.malformed"]:
        wrong.append("malformed")
    for stock, ours in (("mptcp.rawdsn64", truth["dsn_raw"]),
                        ("tcp.options.mptcp.rawdataack", truth["data_ack_raw"])):
        if row[stock] and ours:
            seen, real = int(row[stock].split(",")[0], 0), int(ours, 0)
            if (seen ^ real) & dsn_mask:
                wrong.append("%s %#x, ours %#x" % (stock, seen, real))
    return wrong


def stock_dsn_mask(document, truth):
    """The DSN bits of a frame that stock 4.0 can know.

    It never carries a 32-bit DSN over a wrap, and of two mappings of one SSN it takes the last.
    """
    if any(n["kind"] == "mapping_conflict" and n["frame"] == truth["frame"]
           for n in document["notes"]):
        return 0
    return 256 ** document["connections"][truth["connection"]]["dsn_octets"] - 1


def check(path, document):
    """Compares a capture with its document through stock tshark; prints and counts differences.

    Stock prints a raw DSN only where it knows the mapping, so the number of frames compared is
    printed too.
    """
    rows, differences = stock_rows(path), []
    if len(rows) != len(document["frames"]):
        differences.append("%d frames, ours %d" % (len(rows), len(document["frames"])))
    for row, truth in zip(rows, document["frames"]):
        differences += ["frame %d: %s" % (truth["frame"], text)
                        for text in check_frame(row, truth, stock_dsn_mask(document, truth))]
    sides = [c[s] for c in document["connections"] for s in ("client", "server")]
    known = {(s["token"], s["idsn"]) for s in sides}
    tokens = {(r["mptcp.expected_token"], r["mptcp.expected_idsn"]) for r in rows
              if r["mptcp.expected_token"] and int(r["mptcp.expected_idsn"], 0)}
    for token, idsn in tokens:
        pair = "0x%08x" % int(token, 0), "0x%016x" % int(idsn, 0)
        if pair not in known:
            differences.append("stock's token %s, IDSN %s is not ours" % pair)
    print("%-24s %4d frames, %3d raw DSNs and %d tokens compared: %s" % (
        document["name"], len(rows), sum(bool(r["mptcp.rawdsn64"] and t["dsn_raw"])
                                         for r, t in zip(rows, document["frames"])),
        len(tokens), "good" if not differences else "%d DIFFERENCES" % len(differences)))
    for text in differences:
        print("    " + text)
    return len(differences)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", metavar="NAME", help="a story, or list, or all")
    parser.add_argument("--out", metavar="DIR", help="where to write")
    parser.add_argument("--check", action="store_true", help="compare with stock tshark")
    arguments = parser.parse_args()
    if arguments.names == ["list"]:
        for name, (_, about) in STORIES.items():
            print("%-24s %s" % (name, about))
        return 0
    names = list(STORIES) if arguments.names == ["all"] else arguments.names
    unknown = [name for name in names if name not in STORIES]
    if unknown or not arguments.out:
        parser.error("unknown story: " + unknown[0] if unknown else "--out DIR is needed")
    os.makedirs(arguments.out, exist_ok=True)
    built = [write(name, arguments.out) for name in names]
    return int(arguments.check and any([check(*one) for one in built]))


if __name__ == "__main__":
    sys.exit(main())
