"""Statistics > Conversations and Endpoints: connections over all their subflows."""

import ipaddress
import re
from collections import Counter

import pytest
from measured import connections, path_of, summary_of
from tshark import capture, fields, rewrap, sharkd, tshark

# Many connections, IPv6 and IPv4 in one, losses, refused and reused subflows, attempts, no
# handshake, packets captured twice, a join before what it joins.
NAMES = ["simultaneous/client", "mixed_v4_v6/client", "add_addr_v6/server", "lossy_reinject/client",
         "many_short/server", "join_refused_limit/client", "fallback_server_tcp/client",
         "late_capture_join/client", "midstream/server", "any_twice/client", "v0/v0_reused_tuple",
         "v0/v0_join_before_capable", "v0/v0_ipv6"]


def tables(path):
    """The rows of both tables, as sharkd has them."""
    answers = sharkd(("load", {"file": path}),
                     ("tap", {"tap0": "conv:MPTCP Analysis", "tap1": "endpt:MPTCP Analysis"}))
    taps = {tap["tap"]: tap for tap in answers[1]["result"]["taps"]}
    return taps["conv:MPTCP Analysis"]["convs"], taps["endpt:MPTCP Analysis"]["hosts"]


def frames_of(path):
    """What stock says of each frame that holds TCP, second sights left out."""
    rows = fields(path, "tcp.stream", "frame.len", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst",
                  "ipv6.dst", "mptcp_analysis.duplicate", display_filter="tcp && !icmp",
                  two_pass=True)
    for row in rows:
        if not row["mptcp_analysis.duplicate"]:
            yield {"stream": int(row["tcp.stream"]), "bytes": int(row["frame.len"]),
                   "source": row["ip.src"] or row["ipv6.src"], "port": int(row["tcp.srcport"]),
                   "destination": row["ip.dst"] or row["ipv6.dst"]}


def endpoint(connection, side):
    address, port = connection[side]["address"], connection[side]["port"]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def wanted_tables(name):
    """The rows of both tables by stock's frames, grouped by the streams of the summary."""
    owners = {subflow["tcp_stream"]: (connection, subflow)
              for connection in connections(summary_of(name)) for subflow in connection["subflows"]}
    conversations, endpoints = {}, {}
    for frame in frames_of(path_of(name)):
        if frame["stream"] not in owners:
            continue
        connection, subflow = owners[frame["stream"]]
        is_client = ((frame["source"], frame["port"])
                     == (subflow["client_address"], subflow["client_port"]))
        sums = conversations.setdefault(connection["connection"], Counter())
        sums["client" if is_client else "server"] += 1
        sums["client bytes" if is_client else "server bytes"] += frame["bytes"]
        for address, word in ((frame["source"], "tx"), (frame["destination"], "rx")):
            sums = endpoints.setdefault(address, Counter())
            sums[word + "f"] += 1
            sums[word + "b"] += frame["bytes"]
    return conversations, endpoints


def found_conversations(name, rows):
    """Frames and bytes by connection; rows are in the order of the connections' first frames."""
    found = {}
    for connection, row in zip(connections(summary_of(name)), rows, strict=True):
        ends = [endpoint(connection, side) for side in ("client", "server")]
        assert {row["saddr"], row["daddr"]} == set(ends)
        client, server = ("tx", "rx") if row["saddr"] == ends[0] else ("rx", "tx")
        found[connection["connection"]] = Counter({
            "client": row[client + "f"], "client bytes": row[client + "b"],
            "server": row[server + "f"], "server bytes": row[server + "b"]})
    return found


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_all_frames_of_all_subflows(name):
    rows, hosts = tables(path_of(name))
    conversations, endpoints = wanted_tables(name)
    assert found_conversations(name, rows) == conversations
    assert {row["host"]: Counter({key: row[key] for key in ("txf", "txb", "rxf", "rxb")})
            for row in hosts} == endpoints
    assert conversations and endpoints


@pytest.mark.parametrize("name", ["simultaneous/client", "mixed_v4_v6/client",
                                  "late_capture_join/client", "fallback_server_tcp/client",
                                  "v0/v0_join_before_capable"])
def test_the_filters_of_the_rows_find_their_frames(name):
    """On all subflows. (Connections of one client port have one name, as in TCP's table.)"""
    rows, hosts = tables(path_of(name))
    for row in rows[:3]:
        assert "mptcp_analysis.endpoint" in row["filter"]
        found = fields(path_of(name), "frame.number", display_filter=row["filter"], two_pass=True)
        assert len(found) == row["rxf"] + row["txf"]
        forth = (f'mptcp_analysis.source == "{row["saddr"]}" && '
                 f'mptcp_analysis.destination == "{row["daddr"]}"')
        assert len(fields(path_of(name), "frame.number", display_filter=forth,
                          two_pass=True)) == row["txf"]
    for row in hosts:
        version = ipaddress.ip_address(row["host"]).version
        assert row["filter"].startswith("mptcp_analysis && ip")
        assert ("ipv6." in row["filter"]) == (version == 6)
        found = fields(path_of(name), "frame.number", display_filter=row["filter"], two_pass=True)
        assert len(found) == row["rxf"] + row["txf"]


def text_rows(path, table, *options):
    text = tshark("-q", "-r", path, *options, "-z", table).stdout
    return [line.split() for line in text.splitlines() if re.match(r"[\d\[]", line)]


@pytest.mark.parametrize("options", [(), ("-2",)], ids=["one pass", "two passes"])
def test_tshark_prints_what_stock_gets_wrong(options):
    """Stock's table has a row for each direction and leaves out the first SYN; its endpoints end
    tshark with an error."""
    path = capture("simultaneous/client")
    rows = {(row[0], row[2]): row for row in text_rows(path, "conv,mptcp_analysis", *options)}
    wanted, addresses = wanted_tables("simultaneous/client")
    for connection in connections(summary_of("simultaneous/client")):
        row = rows.pop((endpoint(connection, "client"), endpoint(connection, "server")))
        sums = wanted[connection["connection"]]
        assert (int(row[3]), int(row[6])) == (sums["server"], sums["client"])
    assert not rows
    hosts = text_rows(path, "endpoints,mptcp_analysis", *options)
    assert {row[0]: int(row[2]) for row in hosts} == {
        address: sums["txb"] + sums["rxb"] for address, sums in addresses.items()}
    if options:
        return
    stock = text_rows(path, "conv,mptcp")
    assert len(stock) == 2 * len(wanted)
    assert (sum(int(row[3]) + int(row[6]) for row in stock)
            == sum(sums["client"] + sums["server"] - 1 for sums in wanted.values()))


def test_wrappings_change_no_address():
    path = capture("lossy_reinject/client")
    plain = [[row[key] for key in ("saddr", "daddr", "rxf", "txf")] for row in tables(path)[0]]
    wrapped = tables(rewrap(path, "vxlan"))
    assert [[row[key] for key in ("saddr", "daddr", "rxf", "txf")] for row in wrapped[0]] == plain
    assert {row["host"] for row in wrapped[1]} == {row["host"] for row in tables(path)[1]}


def test_without_mptcp_the_tables_are_empty():
    assert tables(capture("tcp_only/client")) == ([], [])
    assert not text_rows(capture("tcp_only/client"), "conv,mptcp_analysis")


def test_a_filter_limits_the_table():
    path = capture("simultaneous/client")
    row, = text_rows(path, "conv,mptcp_analysis,mptcp_analysis.connection == 2")
    connection = connections(summary_of("simultaneous/client"))[2]
    assert (row[0], row[2]) == (endpoint(connection, "client"), endpoint(connection, "server"))
