"""The fields mptcp_analysis.* of every capture, on the first pass and on later ones."""

import re
from collections import Counter

import pytest
from measured import (CLASSES, DIRECTIONS, EVERY, V0, connections, expected, independent, path_of,
                      summary_of)
from shown import BYTES, EXPERTS, LATER, PREFIX, SHOWN, VERIFY, rows_of, shown_of
from tshark import ROOT, capture, fields, sharkd, stage, tshark

GOOD, BAD, UNVERIFIED = "1", "2", "3"


# --------------------------------------------------------------------------------------- byte sums

# Known to be a fallback only after the segments without options have gone on for a while, or not
# before the end of the capture.
LATE_FALLBACK = ["fallback_strip_data/client", "fallback_strip_data/server",
                 "fallback_strip_synack/server", "v0/v0_options_vanish"]
# The handshake of the connection, or what tells to which one a subflow belongs, comes after packets
# of it; a mapping comes after its bytes.
LATE_CAPTURE = ["late_capture_join/client", "late_capture_join/server", "midstream/client",
                "midstream/server", "snaplen80/client", "snaplen80/server",
                "v0/v0_copy_before_mapping", "v0/v0_join_before_capable", "v0/v0_late_mapping"]
LEARNS_LATE = LATE_FALLBACK + LATE_CAPTURE
# All that may differ there.
LEARNT_LATE = {
    "connection", "subflow", "direction", "source", "destination", "endpoint", *BYTES, "class",
    "event", "event.text", "fallback", "reinjection", "reinjection.of", "reinjection.from_subflow",
    "reinjection.delay", "reinjection.copy", "verify.hmac", "verify.token", *LATER}


def summary_sums(name):
    sums = {}
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            for number, direction in enumerate(DIRECTIONS):
                for field, figure in zip(BYTES, ("payload_bytes", *CLASSES)):
                    place = f"{connection['connection']}.{subflow['subflow']}.{number}.{field}"
                    sums[place] = subflow[direction][figure]
    return {place: count for place, count in sums.items() if count}


@pytest.mark.parametrize("name", EVERY)
def test_sums_of_bytes_are_those_of_the_summary(name):
    one, two = shown_of(name)["sums"]
    wanted = summary_sums(name)
    assert two == wanted
    if name not in LEARNS_LATE:
        assert one == wanted


@pytest.mark.parametrize("name", EVERY)
def test_both_passes_agree_but_for_what_is_known_later(name):
    differing = set(shown_of(name)["differences"])
    assert differing <= (LEARNT_LATE if name in LEARNS_LATE else set(LATER))
    assert shown_of(name)["later_in_first_pass"] == 0
    if name in LEARNS_LATE:
        assert differing - set(LATER), "it has nothing to learn late"


WORDS = ("direction", "role", "class", "reinjection.outcome", "event", "fallback", "end", *VERIFY)
# As many columns as fit one request.
COLUMNS = 15


def columns_of(path):
    """Of each field the texts of all frames as sharkd, which works as Wireshark does, shows them."""
    groups = [SHOWN[at:at + COLUMNS] for at in range(0, len(SHOWN), COLUMNS)]
    answers = sharkd(("load", {"file": path}), *(
        ("frames", {f"column{number}": f"{PREFIX}{field}:0" for number, field in enumerate(group)})
        for group in groups))
    return {field: [row["c"][number] for row in answer["result"]]
            for group, answer in zip(groups, answers[1:], strict=True)
            for number, field in enumerate(group)}


@pytest.mark.parametrize("name", ["lossy_reinject/client", "late_capture_join/client",
                                  "fallback_strip_data/client", "join_bad_hmac_ack/server",
                                  "snaplen80/client", "v0/v0_reinjection", "v0/v0_late_mapping"])
def test_columns_show_what_two_passes_show(name):
    """But for the words: columns have units, and names instead of numbers."""
    rows = rows_of(path_of(name), True)
    names = {}
    for field, texts in columns_of(path_of(name)).items():
        for row, text in zip(rows, texts, strict=True):
            if field not in WORDS:
                text = text.replace(" bytes", "").replace(" byte", "").replace("True", "1")
                assert text == row[field], (field, row["frame.number"])
                continue
            values = row[field].split(",") if row[field] else []
            words = text.split(",") if text else []
            for value, word in zip(values, words, strict=True):
                assert names.setdefault((field, value), word) == word
    assert len({(field, word) for (field, _), word in names.items()}) == len(names) > 5


@pytest.mark.parametrize("name", EVERY)
def test_every_packet_of_a_subflow_carries_connection_and_subflow(name):
    """First SYN, RST, and what has no MPTCP option, too: every packet of the TCP stream."""
    found = shown_of(name)
    assert {tuple(map(int, one)) for one in found["streams"]} == {
        (connection["connection"], subflow["subflow"], subflow["tcp_stream"], subflow["tcp_stream"])
        for connection in connections(summary_of(name)) for subflow in connection["subflows"]}
    for stream, count in found["marked"].items():
        assert found["packets"][stream] == count


@pytest.mark.parametrize("name", EVERY)
def test_classes_are_those_that_have_bytes(name):
    figures = {"0": "retransmitted_bytes", "1": "fallback_bytes", "2": "unmapped_bytes",
               "3": "reinjected_same_subflow_bytes", "4": "reinjected_other_subflow_bytes",
               "5": "new_bytes"}
    for classes, counted in shown_of(name)["classes"]:
        assert sorted(figures[one] for one in classes) == counted


def endpoint(connection, side):
    address, port = connection[side]["address"], connection[side]["port"]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


@pytest.mark.parametrize("name", EVERY)
def test_hosts_have_one_name_on_all_subflows(name):
    wanted = {}
    for connection in connections(summary_of(name)):
        ends = [endpoint(connection, side) for side in ("client", "server")]
        for direction, (source, destination) in enumerate((ends, ends[::-1])):
            wanted[str(connection["connection"]), str(direction)] = [
                source, destination, f"{source},{destination}"]
    for connection, direction, *hosts in shown_of(name)["hosts"]:
        assert hosts == wanted[connection, direction]


# ----------------------------------------------------------------------------------- reinjections

def independent_reinjections(name):
    return sorted([str(event["frame"]), str(event["first_frame"]), str(event["bytes"])]
                  for row in independent(name)["rows"] for event in row["reinjections"])


@pytest.mark.parametrize("name", EVERY)
def test_reinjections_point_to_the_frame_that_first_carried_the_bytes(name):
    passes = [sorted(event[:3] for event in events) for events in shown_of(name)["reinjections"]]
    if name == "v0/v0_copy_before_mapping":
        # Frame 10 came first, its mapping with the copy in frame 11: as the mappings came, 11 is
        # the first to carry these data sequence numbers. On its first pass frame 10 has none.
        assert independent_reinjections(name) == [["11", "10", "500"]]
        assert passes == [[], [["10", "11", "500"]]]
        return
    assert passes == [independent_reinjections(name)] * 2


@pytest.mark.parametrize("name", EVERY)
def test_reinjected_frames_know_where(name):
    events = shown_of(name)["reinjections"][1]
    originals = {event[1] for event in events}
    frames = {event[0] for event in events}
    for frame, reinjected_in in shown_of(name)["reinjected_in"].items():
        assert frame in originals | frames and reinjected_in in frames
    assert originals <= set(shown_of(name)["reinjected_in"])


def test_the_middle_of_a_chain_keeps_both_links():
    """Frame 32 is repeated by 33 and that by 34."""
    name = "v0/v0_reinjection"
    events = {event[0]: event for event in shown_of(name)["reinjections"][1]}
    assert events["33"][1] == events["34"][1] == "32"
    assert (events["33"][3], events["34"][3]) == ("2", "3")
    reinjected_in = shown_of(name)["reinjected_in"]
    assert (reinjected_in["32"], reinjected_in["33"]) == ("33", "34")


@pytest.mark.parametrize("name", V0)
def test_reinjections_are_told_as_the_session_was_built(name):
    if name == "v0/v0_copy_before_mapping":     # see above
        return
    wanted = [[str(event["frame"]), str(event["first_frame"]), str(event["bytes"]),
               str(event["copy"]), event["outcome"], event["delay"]]
              for connection in expected(name)["connections"]
              for direction in DIRECTIONS for event in connection[direction]["reinjections"]]
    outcomes = ["unknown", "useful", "redundant", "unneeded"]
    found = [[*event[:4], outcomes[int(event[6])], pytest.approx(float(event[5]), abs=1e-6)]
             for event in shown_of(name)["reinjections"][1]]
    assert sorted(wanted, key=lambda event: event[:4]) == sorted(found, key=lambda event: event[:4])


STOCK_OPTIONS = tuple(word for name in ("analyze_mptcp", "relative_sequence_numbers",
                                        "analyze_mappings", "intersubflows_retransmission")
                      for word in ("-o", f"mptcp.{name}:TRUE"))


def beside_stock(name, two_pass=False):
    """{frame: (ours, stock's, carries retransmitted bytes)}; frames of both are sets."""
    found = {}
    for row in fields(path_of(name), "frame.number", "mptcp_analysis.reinjection.of",
                      "mptcp.reinjection_of", "mptcp_analysis.retransmitted_bytes",
                      two_pass=two_pass, options=STOCK_OPTIONS):
        ours, stock = (set(row[key].split(",")) - {""}
                       for key in ("mptcp_analysis.reinjection.of", "mptcp.reinjection_of"))
        found[row["frame.number"]] = (ours, stock, bool(row["mptcp_analysis.retransmitted_bytes"]))
    return found


def difference_kind(name, frame, both):
    ours, stock, is_retransmission = both[frame]
    if stock and not ours and is_retransmission:
        # TCP sends a segment again of which another subflow carried a copy: no reinjection.
        return "retransmission"
    if ours and not stock and all(stream_of(name, first) == stream_of(name, frame)
                                  for first in ours):
        # Stock looks on the other subflows only.
        return "same subflow"
    if ours < stock:
        # Stock lists all earlier copies and overlapping frames, not the first one only.
        earlier = stock - ours
        if all(both[other][0] & ours or both[other][2] for other in earlier):
            return "chain"
    return None


def stream_of(name, frame):
    row, = [row for row in expected(name)["frames"] if row["frame"] == int(frame)]
    return row["tcp_stream"]


@pytest.mark.parametrize("name", V0)
def test_stock_reinjections_differ_for_known_reasons(name):
    both = beside_stock(name)
    for frame, (ours, stock, _) in both.items():
        if ours != stock:
            assert difference_kind(name, frame, both), (frame, ours, stock)


def test_stock_finds_some_of_the_same_reinjections():
    """So that the comparison above compares something, and each reason is one."""
    name = "v0/v0_reinjection"
    both = beside_stock(name)
    assert sum(ours == stock != set() for ours, stock, _ in both.values()) >= 6
    kinds = {difference_kind(name, frame, both) for frame, (ours, stock, _) in both.items()
             if ours != stock}
    assert kinds == {"retransmission", "same subflow", "chain"}


@pytest.mark.parametrize("name", ["lossy_reinject/client", "lossy_reinject/server"])
def test_stock_agrees_on_a_kernel_capture_but_for_retransmissions(name):
    both = beside_stock(name)
    differing = {frame: both[frame] for frame, (ours, stock, _) in both.items() if ours != stock}
    assert sum(bool(ours) for ours, _, _ in both.values()) >= 20
    for frame, (ours, stock, is_retransmission) in differing.items():
        assert stock and not ours and is_retransmission, frame


@pytest.mark.parametrize("name", ["lossy_reinject/client", "lossy_reinject/server"])
def test_a_second_pass_takes_all_reinjections_of_version_1_from_stock(name):
    """Dissecting a JOIN SYN again swaps that subflow's directions in stock: it then looks for copies
    of the server's data among the client's. What this plugin says stays."""
    assert not any(stock for _, stock, _ in beside_stock(name, two_pass=True).values())
    assert ({frame: ours for frame, (ours, _, _) in beside_stock(name, two_pass=True).items()}
            == {frame: ours for frame, (ours, _, _) in beside_stock(name).items()})


# -------------------------------------------------------------------------------------- verification

def checks_of(name, field):
    return {frame: result for frame, one, result in shown_of(name)["checks"] if one == field}


# The changed option passed only the captures after the middlebox.
BAD_HMAC = {"join_bad_hmac_ack/server": "ack", "join_bad_hmac_synack/client": "syn_ack",
            "v0/v0_bad_hmac": "ack"}
# Captured without the keys, or without the nonces of one direction.
NO_KEYS = ["late_capture_join/client", "late_capture_join/server", "v0/v0_one_direction",
           "v0/v0_orphan_join"]


@pytest.mark.parametrize("name", EVERY)
def test_hmacs_are_bad_only_where_they_were_changed(name):
    results = [result for field in ("verify.hmac", "verify.add_addr")
               for result in checks_of(name, field).values()]
    if name in NO_KEYS:
        assert set(results) == {UNVERIFIED}
    else:
        assert Counter(results)[BAD] == (1 if name in BAD_HMAC else 0)
        assert UNVERIFIED not in results


@pytest.mark.parametrize("name", BAD_HMAC)
def test_the_packet_with_the_bad_hmac_is_found(name):
    found, = fields(path_of(name), "tcp.flags.syn", "tcp.options.mptcp.subtype", "_ws.expert.severity",
                    "frame.number", display_filter="mptcp_analysis.verify.hmac == bad")
    assert found["tcp.flags.syn"] == ("1" if BAD_HMAC[name] == "syn_ack" else "0")
    assert found["tcp.options.mptcp.subtype"] == "1"
    if name == "v0/v0_bad_hmac":
        assert found["frame.number"] == "8"


@pytest.mark.parametrize("name", [name for name in EVERY if name not in NO_KEYS])
def test_every_hmac_that_stock_shows_is_verified(name):
    """MP_JOIN in SYN/ACK and third ACK, ADD_ADDR that is no echo."""
    verified = set(checks_of(name, "verify.hmac")) | set(checks_of(name, "verify.add_addr"))
    assert set(shown_of(name)["hmacs"]) == verified


@pytest.mark.parametrize("side", ["client", "server"])
def test_every_mapping_of_whole_packets_has_a_good_checksum(side):
    name = f"checksum_full/{side}"
    carried = {tuple(row[key] for key in ("subflow", "direction", "mapping.ssn", "mapping.dsn"))
               for row in rows_of(path_of(name), True)
               if row["mapping.ssn"] and int(row["payload_bytes"])}
    results = list(checks_of(name, "verify.checksum").values())
    assert results == [GOOD] * len(carried) and len(carried) > 20


@pytest.mark.parametrize("scenario", ["mp_fail_full", "mp_fail_multi_full"])
def test_a_changed_byte_shows_as_one_bad_checksum_behind_the_middlebox(scenario):
    server = Counter(checks_of(f"{scenario}/server", "verify.checksum").values())
    client = Counter(checks_of(f"{scenario}/client", "verify.checksum").values())
    assert set(server) == {GOOD}
    assert client == {GOOD: server[GOOD] - 1, BAD: 1}


@pytest.mark.parametrize("name", ["checksum/client", "checksum/server", "mp_fail_multi/client"])
def test_cut_packets_leave_checksums_unverified(name):
    results = checks_of(name, "verify.checksum").values()
    assert set(results) == {UNVERIFIED}
    text = tshark("-r", path_of(name), "-V", "-Y", "mptcp_analysis.verify.checksum").stdout
    reasons = re.findall(r"DSS Checksum: unverified .*", text)
    assert len(reasons) == len(results)
    assert all("(payload not captured in full)" in reason for reason in reasons)


def test_tokens_and_initial_sequence_numbers_are_right():
    unverified = {name for name in EVERY if UNVERIFIED in checks_of(name, "verify.token").values()}
    # The changed token names no connection.
    assert unverified == set(NO_KEYS) | {"join_wrong_token/server"}
    for name in EVERY:
        assert BAD not in checks_of(name, "verify.token").values(), name
        assert BAD not in checks_of(name, "verify.idsn").values(), name


# ------------------------------------------------------------------------ filters, graphs, splitting

def test_enumerations_are_filtered_by_word():
    path = capture("lossy_reinject/client")
    for words in ('mptcp_analysis.role == "join"', "mptcp_analysis.end == rst",
                  'mptcp_analysis.event == "SF_ESTABLISHED"', "mptcp_analysis.verify.hmac == good",
                  'mptcp_analysis.direction == "server to client"'):
        assert fields(path, "frame.number", display_filter=words), words
    outcomes = "mptcp_analysis.reinjection.outcome in {useful, redundant, unneeded, unknown}"
    assert not fields(path, "frame.number", display_filter=outcomes)
    assert fields(path, "frame.number", display_filter=outcomes, two_pass=True)


@pytest.mark.parametrize("field, figure", [("new_bytes", "data_bytes"),
                                           ("payload_bytes", "payload_bytes")])
def test_io_graphs_add_up_to_the_summary(field, figure):
    name = "lossy_reinject/client"
    connection, = connections(summary_of(name))
    for subflow in connection["subflows"]:
        words = (f"SUM(mptcp_analysis.{field})mptcp_analysis.{field} && "
                 f"mptcp_analysis.subflow=={subflow['subflow']} && mptcp_analysis.direction==1")
        table = tshark("-q", "-r", path_of(name), "-z", f"io,stat,1,{words}").stdout
        rows = re.findall(r"<>[^|]*\|\s*(\d+) \|", table)
        assert len(rows) > 2
        assert sum(map(int, rows)) == subflow["server_to_client"][figure]


def test_newly_acknowledged_bytes_are_the_goodput():
    name = "bidirectional/client"
    connection, = connections(summary_of(name))
    for number, direction in enumerate(DIRECTIONS):
        rows = fields(path_of(name), "mptcp_analysis.newly_acked_bytes",
                      display_filter=f"mptcp_analysis.direction == {1 - number}")
        acked = sum(int(row["mptcp_analysis.newly_acked_bytes"] or 0) for row in rows)
        assert acked == connection[direction]["data_acked_bytes"]


def test_one_filter_splits_a_connection_out():
    path = capture("many_short/client")
    streams = {str(subflow["tcp_stream"]) for connection in connections(summary_of("many_short/client"))
               if connection["connection"] == 3 for subflow in connection["subflows"]}
    assert len(streams) == 3
    target = stage().writable_directory("split") / "connection3.pcapng"
    tshark("-r", path, "-Y", "mptcp_analysis.connection == 3", "-w", target)
    wanted = fields(path, "frame.time_epoch", "tcp.seq_raw",
                    display_filter=f"tcp.stream in {{{','.join(streams)}}}")
    assert fields(target, "frame.time_epoch", "tcp.seq_raw") == wanted
    assert len(wanted) > 30


def test_without_mptcp_there_is_nothing():
    path = capture("tcp_only/client")
    result = tshark("-r", path, "-2", "-V", "-Y", "mptcp_analysis")
    assert (result.stdout, result.stderr) == ("", "")
    assert not fields(path, "frame.number", display_filter="mptcp_analysis.connection")
    with_plugin = tshark("-r", path, "-V").stdout
    assert with_plugin == tshark("-r", path, "-V", plugin=False).stdout


# --------------------------------------------------------------------------------------- reference

TYPES = {"FT_UINT8", "FT_UINT32", "FT_UINT64", "FT_INT64", "FT_BOOLEAN", "FT_RELATIVE_TIME",
         "FT_FRAMENUM", "FT_STRING", "FT_NONE"}


def documented():
    """{field: (type, pass)} of the tables in docs/fields.md."""
    text = (ROOT / "docs" / "fields.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| (FT_\w+) \|.*\| ([\w ]+) \|$", text, re.MULTILINE)
    return {name: (kind, when) for name, kind, when in rows}


def registered():
    listing = tshark("-G", "fields").stdout
    rows = (line.split("\t") for line in listing.splitlines() if line.startswith("F\t"))
    return {row[2]: row[3] for row in rows if row[2].startswith(PREFIX)}


def test_the_reference_lists_exactly_the_fields():
    assert {name: kind for name, (kind, _) in documented().items()} == registered()
    assert set(registered().values()) <= TYPES


def test_the_reference_says_what_is_known_later():
    later = {name for name, (_, when) in documented().items() if when == "later"}
    assert later == {PREFIX + name for name in LATER}


def test_this_file_looks_at_every_field():
    assert {PREFIX + name for name in SHOWN} == {
        name for name in registered() if not name.startswith(PREFIX + "expert.")}
    assert {PREFIX + name for name in EXPERTS} == {
        name for name in registered() if name.startswith(PREFIX + "expert.")}
