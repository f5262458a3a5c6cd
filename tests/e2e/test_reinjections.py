"""-z mptcp,reinjections against a second accounting, plain packet fields and the summary."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest
from measured import (DIRECTIONS, EVERY, connections, folder_of, independent, kept_json, key,
                      path_of, summary_of, Shelf)
from tshark import fields, report, tshark

OUTCOMES = ("useful", "redundant", "unneeded", "unknown")
# Only the end of this session tells that earlier bytes were reinjections; the second accounting
# has no end of the capture in mind. test_fields.py says what is expected of it.
KNOWN_LATE = "v0/v0_copy_before_mapping"
PLAIN = ("frame.number", "frame.time_epoch", "tcp.stream", "tcp.options.mptcp.rawdataseqno",
         "tcp.options.mptcp.datalvllen", "tcp.options.mptcp.dseqn8.flag")


def reported(name):
    return kept_json(folder_of("plugin") / ("reinjections-" + key(name)),
                     lambda: report(path_of(name), "reinjections"))


report_of = Shelf(reported)


def rows(name):
    return report_of(name)["reinjections"]


def streams(name):
    """(connection, subflow): its tcp.stream."""
    return {(one["connection"], subflow["subflow"]): str(subflow["tcp_stream"])
            for one in connections(summary_of(name)) for subflow in one["subflows"]}


def packets_of(name):
    return {int(row["frame.number"]): row for row in fields(path_of(name), *PLAIN)}


@pytest.mark.parametrize("name", EVERY)
def test_rows_are_those_of_a_second_accounting(name):
    if name == KNOWN_LATE:
        pytest.skip("a mapping comes after its bytes: see test_fields.py")
    wanted = Counter()
    for row in independent(name)["rows"]:
        for event in row["reinjections"]:
            wanted[event["frame"], event["first_frame"], event["bytes"]] += 1
    found = Counter((row["frame"], row["first_frame"], row["bytes"]) for row in rows(name))
    assert found == wanted


@pytest.mark.parametrize("name", EVERY)
def test_rows_agree_with_plain_packet_fields(name):
    """Subflows, time, delay and, where all of it was sent in 64 bits, the DSN."""
    if not rows(name):
        return
    packets, stream_of = packets_of(name), streams(name)
    assert [row["frame"] for row in rows(name)] == sorted(row["frame"] for row in rows(name))
    for row in rows(name):
        packet, first = packets[row["frame"]], packets[row["first_frame"]]
        connection = row["connection"]
        assert packet["tcp.stream"] == stream_of[connection, row["subflow"]]
        assert first["tcp.stream"] == stream_of[connection, row["first_subflow"]]
        assert row["same_subflow"] or row["subflow"] != row["first_subflow"]
        times = [Decimal(one["frame.time_epoch"]) for one in (packet, first)]
        assert Decimal(repr(row["delay"])) == pytest.approx(times[0] - times[1], abs=Decimal("1e-9"))
        dsn = int(row["dsn_raw"], 16)
        mapping = packet["tcp.options.mptcp.rawdataseqno"]
        if mapping and packet["tcp.options.mptcp.dseqn8.flag"] in ("1", "True"):
            offset = (dsn - int(mapping)) % 2 ** 64
            # Of a segment that holds the ends of two mappings only the second is announced in it.
            assert offset < int(packet["tcp.options.mptcp.datalvllen"]) or offset > 2 ** 63


@pytest.mark.parametrize("name", EVERY)
def test_matrix_and_rows_add_up_to_the_summary(name):
    wanted, from_rows, from_matrix = Counter(), Counter(), Counter()
    for connection in connections(summary_of(name)):
        for direction in DIRECTIONS:
            figures = connection[direction]["reinjections"]
            place = (connection["connection"], direction)
            wanted[(*place, "count")] = figures["count"]
            for outcome in OUTCOMES:
                wanted[(*place, outcome)] = figures[outcome + "_bytes"]
    for row in rows(name):
        place = (row["connection"], row["direction"])
        from_rows[(*place, "count")] += 1
        from_rows[(*place, row["outcome"])] += row["bytes"]
    for cell in report_of(name)["matrix"]:
        place = (cell["connection"], cell["direction"])
        from_matrix[(*place, "count")] += cell["count"]
        for outcome in OUTCOMES:
            from_matrix[(*place, outcome)] += cell[outcome + "_bytes"]
        own = [row for row in rows(name)
               if all(row[field] == cell[field]
                      for field in ("connection", "direction", "first_subflow", "subflow"))]
        assert (len(own), sum(row["bytes"] for row in own)) == (cell["count"], cell["bytes"])
    assert +wanted == +from_rows == +from_matrix


@pytest.mark.parametrize("name", EVERY)
def test_copies_are_counted_to_the_end_of_the_chain(name):
    """Byte by byte: how often each data byte that was ever repeated was carried under a new SSN."""
    carried = Counter()
    for row in rows(name):
        for byte in range(row["dsn"], row["dsn"] + row["bytes"]):
            carried[row["connection"], row["direction"], byte] += 1
    seen = Counter()
    for row in rows(name):
        places = [(row["connection"], row["direction"], byte)
                  for byte in range(row["dsn"], row["dsn"] + row["bytes"])]
        seen.update(places)
        assert row["copy"] == 1 + max(seen[place] for place in places)
        assert row["copies"] == 1 + max(carried[place] for place in places)
    frames = {row["frame"] for row in rows(name)}
    for row in rows(name):
        is_last = all(seen[row["connection"], row["direction"], byte] + 1 == row["copy"]
                      for byte in range(row["dsn"], row["dsn"] + row["bytes"]))
        assert row["next_frame"] in frames if row["next_frame"] is not None else is_last


def test_a_chain_of_three_copies():
    """As tests/tools/v0_sessions.py builds it: one subflow repeats what another repeats again."""
    assert max(row["copies"] for row in rows("v0/v0_reinjection")) == 3


def test_csv_holds_the_rows():
    name = "full_payload/client"
    text = tshark("-q", "-r", path_of(name), "-z", "mptcp,reinjections,format=csv").stdout
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == len(rows(name)) > 0
    for cells, row in zip(table, rows(name)):
        assert list(cells) == list(row)
        assert [cells["frame"], cells["bytes"], cells["dsn_raw"], cells["next_frame"]] == [
            str(row["frame"]), str(row["bytes"]), row["dsn_raw"], str(row["next_frame"] or "")]


def test_a_filter_lets_through_the_frames_that_match():
    name = "lossy_reinject/server"
    some = report(path_of(name), "reinjections", "tcp.stream == 0")
    wanted = [row for row in rows(name) if streams(name)[row["connection"], row["subflow"]] == "0"]
    assert 0 < len(wanted) < len(rows(name))
    assert some["reinjections"] == wanted
    assert {cell["subflow"] for cell in some["matrix"]} == {wanted[0]["subflow"]}
