"""Captures that lack something: a beginning, one direction, the options, the order, MPTCP."""

import json
import random
from dataclasses import replace

import pytest
from measured import (CAPTURES, CLASSES, DIRECTIONS, connections, path_of, sender_of, summary_of,
                      truth)
from reports import outputs, variants
from tshark import stage, tshark
import accounting       # found through tshark's sys.path
import capture_writer

SIDES = ("client", "server")
WHOLE = ["lossy_reinject/server", "three_paths_loss/client", "checksum_full/client",
         "mixed_v4_v6/server"]


def folder():
    path = stage().path / "partial"
    path.mkdir(exist_ok=True)
    return path


def written(name, change):
    """The capture with its records changed: change(list) gives the new list."""
    capture = capture_writer.read_capture(str(path_of(name)))
    path = folder() / f"{name.replace('/', '-')}-{change.__name__}.pcapng"
    capture_writer.write_capture(str(path), replace(capture, records=change(list(capture.records))))
    path.chmod(0o644)
    return path


def summarized(path, status=0):
    """The connections of a file; classes and sums hold, and payload is what stock tshark says."""
    result = tshark("-q", "-r", path, "-z", "mptcp,summary,format=json", check=False)
    assert result.returncode == status, result.stderr
    found = connections(json.loads(result.stdout))
    lengths = {}
    for row in accounting.without_second_sights(accounting.fields_of(str(path))):
        packet = accounting.packet_of(row)
        sender = packet.stream, accounting.address_text(packet.source)
        lengths[sender] = lengths.get(sender, 0) + packet.length
    carried = {}
    for connection in found:
        for direction in DIRECTIONS:
            parts = [one[direction] for one in connection["subflows"]]
            for part in [connection[direction]] + parts:
                assert part["payload_bytes"] == sum(part[key] for key in CLASSES)
            for key in ("payload_bytes", *CLASSES):
                assert connection[direction][key] == sum(part[key] for part in parts)
            for subflow in connection["subflows"]:
                sender = subflow["tcp_stream"], sender_of(subflow, direction)
                carried[sender] = carried.get(sender, 0) + subflow[direction]["payload_bytes"]
        assert connection["duration"] >= 0
    assert carried == {sender: lengths.get(sender, 0) for sender in carried}
    return found


# ------------------------------------------------------------------------------- no beginning

@pytest.mark.parametrize("side", SIDES)
def test_midstream_is_one_connection(side):
    found = connections(summary_of(f"midstream/{side}"))
    assert len(found) == 1
    assert found[0]["association"] == "inferred"
    assert found[0]["handshake"] == "not_captured"
    assert len(found[0]["subflows"]) == 2
    assert found[0]["client"]["token"] is found[0]["server"]["token"] is None
    assert found[0]["client"]["address"].startswith("10.1.0.1")
    assert "inferred" in found[0]["verdict"]
    for subflow in found[0]["subflows"]:
        assert subflow["handshake_rtt"] is None


@pytest.mark.parametrize("side", SIDES)
def test_a_join_without_its_connection_names_the_server(side):
    name = f"late_capture_join/{side}"
    found = connections(summary_of(name))
    assert len(found) == 1 and len(found[0]["subflows"]) == 2
    tokens = {record["role"]: record["token"] for record in truth(name)["derived"]}
    assert found[0]["server"]["token"] == tokens["server"]
    assert found[0]["client"]["token"] is None
    joins = [one for one in found[0]["subflows"] if one["role"] == "join"]
    assert [one["client_address"] for one in joins] == ["10.1.1.1"]
    assert joins[0]["handshake_rtt"] is not None


@pytest.mark.parametrize("side", SIDES)
def test_many_short_connections_are_kept_apart(side):
    found = connections(summary_of(f"many_short/{side}"))
    assert len(found) == 200
    for connection in found:
        assert len(connection["subflows"]) == 3
        assert connection["handshake"] == "complete" and connection["end"] == "data_fin"
        assert connection["association"] == "token"
        assert connection["client_to_server"]["data_bytes"] == 2058
        assert connection["server_to_client"]["data_bytes"] == 2000


@pytest.mark.parametrize("name", WHOLE)
def test_a_capture_without_its_first_packets(name):
    def second_half(records):
        return records[len(records) // 2:]
    found = summarized(written(name, second_half))
    assert len(found) == 1
    assert found[0]["handshake"] == "not_captured"
    assert found[0]["association"] == "inferred" or len(found[0]["subflows"]) == 1


# --------------------------------------------------------------------------- cut and doubled

@pytest.mark.parametrize("side", SIDES)
def test_options_cut_off_are_told(side):
    path = path_of(f"snaplen60/{side}")
    text = tshark("-q", "-r", path, "-z", "mptcp,summary")
    assert text.stdout.startswith("No MPTCP in this capture as far as it goes")
    assert "snap length" in text.stdout
    assert connections(summary_of(f"snaplen60/{side}")) == []


@pytest.mark.parametrize("side", SIDES)
def test_mappings_cut_off_are_told(side):
    found = connections(summary_of(f"snaplen80/{side}"))
    assert len(found) == 1
    down = found[0]["server_to_client"]
    assert down["data_bytes"] == 0
    assert down["unmapped_bytes"] + down["retransmitted_bytes"] == down["payload_bytes"]
    assert "without a known mapping" in found[0]["verdict"]


def texts(path, words=""):
    """What each report says to people."""
    with outputs(path, ["text"], words) as written:
        return {variant.name: written.text(variant, "text") for variant in variants()
                if "text" in variant.formats}


@pytest.mark.parametrize("side", SIDES)
def test_every_report_for_people_tells_how_many_segments_were_cut(side):
    path = path_of(f"snaplen80/{side}")
    beginnings = {name: text.splitlines()[:2] for name, text in texts(path).items()}
    assert len(beginnings) > 10
    cut = tshark("-r", path, "-T", "fields", "-e", "frame.number", "-Y",
                 "tcp && frame.cap_len < frame.len && tcp.hdr_len > 20 && "
                 "frame.cap_len < 14 + 20 + tcp.hdr_len").stdout.count("\n")
    assert cut > 100
    for name, (first, second) in beginnings.items():
        assert first.startswith(f"The snap length cut the TCP options of {cut} segments"), name
        assert second == "" or second.startswith("is unknown"), name


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("scenario", ["any_interface", "any_twice"])
def test_cooked_captures_count_every_byte_once(scenario, side):
    name = f"{scenario}/{side}"
    found = connections(summary_of(name))
    assert len(found) == 1
    written_bytes = {record["role"]: record["app_sent"] for record in truth(name)["derived"]}
    for sender, direction in zip(SIDES, DIRECTIONS):
        ours = found[0][direction]
        assert ours["data_bytes"] == written_bytes[sender]
        if scenario == "any_twice":     # both places saw each packet
            assert ours["duplicate_segments"] == ours["segments"] > 0
        else:
            assert ours["duplicate_segments"] == 0


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_ends_in_the_middle(name):
    """Cut within a packet: tshark says so itself (status 2), and shows what came before."""
    whole = written(name, list)
    data = whole.read_bytes()
    cut = folder() / f"cut-{whole.name}"
    cut.write_bytes(data[:len(data) * 6 // 10 + 7])
    cut.chmod(0o644)
    result = tshark("-q", "-r", cut, "-z", "mptcp,summary,format=json", check=False)
    assert result.returncode == 2 and "cut short" in result.stderr
    found = connections(json.loads(result.stdout))
    assert len(found) == 1
    assert found[0]["handshake"] == "complete" and found[0]["end"] == "open"
    whole_bytes = connections(summary_of(name))[0]["server_to_client"]["payload_bytes"]
    assert 0 < found[0]["server_to_client"]["payload_bytes"] < whole_bytes


# ------------------------------------------------------------------------- one direction only

def from_server(record):
    """Whether a record's IP packet comes from the server's well-known port."""
    packet = record.data[14:]
    header = 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4
    return int.from_bytes(packet[header:header + 2], "big") in (5201, 5300, 5299)


@pytest.mark.parametrize("kept", SIDES)
@pytest.mark.parametrize("name", WHOLE)
def test_one_direction_alone(name, kept):
    def only_client(records):
        return [one for one in records if not from_server(one)]

    def only_server(records):
        return [one for one in records if from_server(one)]
    found = summarized(written(name, only_client if kept == "client" else only_server))
    original = connections(summary_of(name))[0]
    sent, unheard = DIRECTIONS if kept == "client" else DIRECTIONS[::-1]
    assert sum(one[unheard]["segments"] for one in found) == 0
    assert (sum(one[sent]["payload_bytes"] for one in found)
            == original[sent]["payload_bytes"])
    for one in found:
        assert one[unheard]["rtt"] is None and one[sent]["rtt"] is None
    if kept == "client":
        # The third ACK of the client has both keys, and its JOINs name the server.
        assert len(found) == 1
        assert found[0]["server"]["token"] == original["server"]["token"]
        assert {key: found[0][sent][key] for key in CLASSES} == {
            key: original[sent][key] for key in CLASSES}
        assert found[0][unheard]["data_bytes"] == 0


# --------------------------------------------------------------------------------- other orders

def nearby(records):
    """Records swapped within some frames of where they were."""
    chance = random.Random(1)
    places = [(number + chance.uniform(0, 8), number) for number in range(len(records))]
    return [records[number] for _, number in sorted(places)]


def halves_swapped(records):
    return records[len(records) // 2:] + records[:len(records) // 2]


def backwards(records):
    return records[::-1]


def join_first(records):
    """The handshake of the first join comes before everything else."""
    def path(record):
        packet = record.data[14:]
        addresses = (packet[12:20] if packet[0] >> 4 == 4 else packet[8:40])
        header = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
        ports = packet[header:header + 4]
        half = len(addresses) // 2
        return frozenset([addresses[:half] + ports[:2], addresses[half:] + ports[2:]])
    first = path(records[0])
    moved = [one for one in records if path(one) != first][:3]
    return moved + [one for one in records if not any(one is other for other in moved)]


@pytest.mark.parametrize("change", [halves_swapped, backwards])
@pytest.mark.parametrize("name", WHOLE)
def test_any_order_is_survived(name, change):
    """A SYN long after data of its 4-tuple opens another subflow; no byte is lost by that."""
    found = summarized(written(name, change))
    original = connections(summary_of(name))[0]
    for direction in DIRECTIONS:
        assert (sum(one[direction]["payload_bytes"] for one in found)
                == original[direction]["payload_bytes"])


@pytest.mark.parametrize("change", [nearby, join_first])
@pytest.mark.parametrize("name", WHOLE)
def test_order_changes_no_sum(name, change):
    """Which copy is the first one follows from the order; how much is new does not."""
    found = summarized(written(name, change))
    original = connections(summary_of(name))[0]
    assert len(found) == 1, [one["verdict"] for one in found]
    assert len(found[0]["subflows"]) == len(original["subflows"])
    for direction in DIRECTIONS:
        for key in ("payload_bytes", "data_bytes", "retransmitted_bytes", "unmapped_bytes",
                    "fallback_bytes"):
            assert found[0][direction][key] == original[direction][key], (direction, key)
    for side in SIDES:
        assert found[0][side]["token"] == original[side]["token"]
        assert found[0][side]["address"] == original[side]["address"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_join_before_its_connection(name):
    found = summarized(written(name, join_first))
    assert len(found) == 1
    assert found[0]["association"] == "token" and found[0]["handshake"] == "complete"
    assert [one["role"] for one in found[0]["subflows"]].count("initial") == 1


# ------------------------------------------------------------------------------------ no MPTCP

@pytest.fixture(name="empty")
def empty_capture():
    path = folder() / "empty.pcapng"
    capture = capture_writer.read_capture(str(path_of("tcp_only/client")))
    capture_writer.write_capture(str(path), replace(capture, records=[]))
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("which", ["tcp_only/client", "tcp_only/server", "empty"])
def test_no_mptcp_is_said(which, empty):
    path = empty if which == "empty" else path_of(which)
    text = tshark("-q", "-r", path, "-z", "mptcp,summary")
    assert text.stdout == "No MPTCP in this capture.\n" and text.stderr == ""
    document = json.loads(tshark("-q", "-r", path, "-z", "mptcp,summary,format=json").stdout)
    assert document == {"schema": "mptcp/summary/1", "connections": []}
    table = tshark("-q", "-r", path, "-z", "mptcp,summary,format=csv").stdout.splitlines()
    assert len(table) == 1 and table[0].startswith("connection,")


@pytest.mark.parametrize("which, words, said", [
    ("tcp_only/client", "", "No MPTCP in this capture.\n"),
    ("lossy_reinject/server", ",connection=99", "No such connection in this capture.\n")])
def test_every_report_for_people_says_that_there_is_nothing(which, words, said):
    found = texts(path_of(which), words)
    assert len(found) > 10 and set(found.values()) == {said}


def test_these_are_the_captures_without_mptcp():
    without = {name for name in CAPTURES if not connections(summary_of(name))}
    assert without == {"tcp_only/client", "tcp_only/server", "fallback_strip_syn/server",
                       "snaplen60/client", "snaplen60/server"}
