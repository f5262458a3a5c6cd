"""-z mptcp,segments against a second accounting of each segment, and against the summary."""

import csv
from collections import Counter
from decimal import Decimal

import pytest
from measured import DIRECTIONS, EVERY, connections, path_of, summary_of
from streamed import BYTES, cell, document, measured_rows, opposite, place_of, rows
from tshark import report, tshark

# Ours, in a row of the summary.
SUMMED = {**{key: key for key in BYTES}, "new_bytes": "data_bytes", "option_bytes": "option_bytes"}
LEVELS = ("newly_acked_bytes", "flight", "subflow_flight", "window")
CERTAIN_BYTES = ("payload_bytes", "retransmitted_bytes")
# Options cut by the snap length, of which stock tshark reads the first fields; a first copy that
# only its mapping, which comes last, makes known.
UNCERTAIN = ("snaplen80/client", "snaplen80/server", "v0/v0_copy_before_mapping")
# Mappings that come after the bytes, and packets that come before it is known what they belong to:
# the second accounting knows all of the capture from the beginning. Of one direction alone stock
# tshark takes the window to be scaled by what one host offered.
LEARNS_LATE = ("late_capture_join/client", "late_capture_join/server", "midstream/client",
               "midstream/server", "snaplen80/client", "snaplen80/server",
               "v0/v0_copy_before_mapping", "v0/v0_join_before_capable", "v0/v0_late_mapping",
               "v0/v0_one_direction")


def number(word):
    return None if word == "" else Decimal(word)


@pytest.mark.parametrize("name", EVERY)
def test_sums_are_those_of_the_summary(name):
    sums, segments, duplicates, out_of_order, acked = (Counter() for _ in range(5))
    for row in rows(name, "segments"):
        place = place_of(row)
        duplicates[place] += row["duplicate"] == "true"
        if row["duplicate"] == "true":
            continue
        segments[place] += 1
        out_of_order[place] += row["out_of_order"] == "true"
        acked[opposite(place)[::2]] += int(row["newly_acked_bytes"])
        for key in SUMMED:
            sums[place, key] += int(row[key])
    for connection in connections(summary_of(name)):
        for direction in DIRECTIONS:
            if name not in LEARNS_LATE:
                assert (acked[str(connection["connection"]), direction]
                        == (connection[direction]["data_acked_bytes"] or 0))
            for subflow in connection["subflows"]:
                place = str(connection["connection"]), str(subflow["subflow"]), direction
                assert segments[place] == subflow[direction]["segments"]
                assert duplicates[place] == subflow[direction]["duplicate_segments"]
                assert out_of_order[place] == subflow[direction]["out_of_order_segments"]
                for ours, theirs in SUMMED.items():
                    assert sums[place, ours] == subflow[direction][theirs], (place, ours)


def assert_same_levels(one, row):
    """Where a segment stands in the data, and what is in flight, acknowledged and allowed then."""
    for key in ("data_rtt", "subflow_rtt"):
        assert (one[key] == "") == (row[key] is None), (row["frame"], key)
        if row[key] is not None:
            assert float(one[key]) == pytest.approx(row[key], abs=1e-9), (row["frame"], key)
    for key in LEVELS:
        assert one[key] == ("" if row[key] is None else str(row[key])), (row["frame"], key)
    if not row["idsn_known"]:
        return      # counted from the first number seen
    for key in ("dsn", "dsn_end", "data_ack"):
        assert one[key] == ("" if row[key] is None else str(row[key])), (row["frame"], key)


@pytest.mark.parametrize("name", EVERY)
def test_each_segment_by_a_second_method(name):
    ours = {int(row["frame"]): row for row in rows(name, "segments")
            if row["duplicate"] == "false"}
    theirs = {row["frame"]: row for row in measured_rows(name)}
    assert list(ours) == sorted(theirs)
    for frame, row in theirs.items():
        one = ours[frame]
        assert (place_of(one), one["tcp_stream"]) == (row["place"], str(row["tcp_stream"])), frame
        assert number(one["time"]) * 10 ** 9 == row["time_ns"]
        for key in CERTAIN_BYTES if name in UNCERTAIN else BYTES:
            assert int(one[key]) == row[key], (frame, key)
        if name in UNCERTAIN:
            continue
        if name not in LEARNS_LATE:
            assert_same_levels(one, row)


@pytest.mark.parametrize("name", ["lossy_reinject/server", "fallback_server_tcp/client",
                                  "v0/v0_reinjection"])
def test_csv_and_json_say_the_same(name):
    printed = document(name, "segments")
    assert printed["schema"] == "mptcp/segments/1"
    assert ([{key: cell(value) for key, value in row.items()} for row in printed["segments"]]
            == rows(name, "segments"))


def test_lines_end_as_rfc_4180_wants_it():
    result = tshark("-q", "-r", path_of("tfo/client"), "-z", "mptcp,segments,format=csv",
                    text=False)
    assert result.stdout.count(b"\r\n") == result.stdout.count(b"\n") > 1


def test_only_what_was_asked_for():
    name = "simultaneous/client"
    everything = rows(name, "segments")
    some = report(path_of(name), "segments", "connection=2", "tcp.len > 0")["segments"]
    assert some and len(some) < len(everything)
    assert ([row["frame"] for row in some]
            == [int(row["frame"]) for row in everything
                if row["connection"] == "2" and row["payload_bytes"] != "0"])


def test_no_mptcp():
    path = path_of("tcp_only/client")
    assert report(path, "segments") == {"schema": "mptcp/segments/1", "segments": []}
    table = tshark("-q", "-r", path, "-z", "mptcp,segments,format=csv").stdout
    assert len(list(csv.reader(table.splitlines()))) == 1
