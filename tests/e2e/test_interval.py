"""-z mptcp,interval against intervals that a second accounting of each segment adds up to."""

from collections import defaultdict

import pytest
from measured import DIRECTIONS, EVERY, connections, path_of, summary_of
from streamed import (BYTES, cell, document, measured_rows, nanoseconds, opposite, place_of, rows,
                      whole_of)
from test_segments import LEARNS_LATE, SUMMED, UNCERTAIN
from tshark import report, tshark

BILLION = 10 ** 9
LENGTHS = {"interval": BILLION, "interval_short": BILLION // 20}
LEVELS = ("flight", "subflow_flight", "window")
RTTS = ("data_rtt", "subflow_rtt")


class Intervals:
    """The segments of a capture by interval, from the first segment of each connection on."""

    def __init__(self, name, length):
        self.length = length
        self.starts, self.lives = {}, {}
        self.sent, self.acknowledged = defaultdict(list), defaultdict(list)
        for row in measured_rows(name):
            place = row["place"]
            number = self.number(place[0], row["time_ns"])
            for one in (place, opposite(place), whole_of(place), whole_of(opposite(place))):
                first, last = self.lives.get(one, (number, number))
                self.lives[one] = min(first, number), max(last, number)
            for one in (place, whole_of(place)):
                self.sent[one, number].append(row)
                self.acknowledged[opposite(one), number].append(row)

    def number(self, connection, time):
        return (time - self.starts.setdefault(connection, time)) // self.length

    def number_of(self, row):
        assert row["connection"] in self.starts
        start = nanoseconds(row["start"])
        assert (start - self.starts[row["connection"]]) % self.length == 0
        assert nanoseconds(row["elapsed"]) == start - self.starts[row["connection"]]
        return self.number(row["connection"], start)


def samples(segments, key):
    """The times in ns."""
    return [round(row[key] * BILLION) for row in segments if row[key] is not None]


def assert_rtt(row, key, acknowledged):
    wanted = samples(acknowledged, key)
    assert row[key + "_count"] == (str(len(wanted)) if wanted else "")
    if wanted:
        assert nanoseconds(row[key + "_max"]) == max(wanted)
        assert nanoseconds(row[key + "_mean"]) == pytest.approx(sum(wanted) / len(wanted), abs=1)


def assert_level(row, key, segments):
    wanted = [one[key] for one in sorted(segments, key=lambda one: one["time_ns"])
              if one[key] is not None]
    assert row[key + "_max"] == (str(max(wanted)) if wanted else "")
    assert row[key + "_last"] == (str(wanted[-1]) if wanted else "")


def bits_per_second(count, length):
    return pytest.approx(count * 8 * BILLION / length)


@pytest.mark.parametrize("name", [name for name in EVERY if name not in UNCERTAIN])
@pytest.mark.parametrize("file", LENGTHS)
def test_rows_by_a_second_method(name, file):
    wanted = Intervals(name, LENGTHS[file])
    numbers = defaultdict(list)
    for row in rows(name, file):
        place, number = place_of(row), wanted.number_of(row)
        numbers[place].append(number)
        sent, acknowledged = wanted.sent[place, number], wanted.acknowledged[place, number]
        assert int(row["segments"]) == len(sent)
        for key in BYTES:
            assert int(row[key]) == sum(one[key] for one in sent), (place, number, key)
        assert (float(row["throughput_bps"])
                == bits_per_second(int(row["payload_bytes"]), wanted.length))
        if name in LEARNS_LATE:
            continue
        assert int(row["newly_acked_bytes"]) == sum(one["newly_acked_bytes"]
                                                    for one in acknowledged)
        for key in RTTS:
            assert_rtt(row, key, acknowledged)
        assert_level(row, "flight", sent)
        assert_level(row, "subflow_flight", sent if place[1] else [])
        assert_level(row, "window", acknowledged)
    assert numbers == {place: list(range(first, last + 1))
                       for place, (first, last) in wanted.lives.items()}


@pytest.mark.parametrize("name", EVERY)
def test_sums_are_those_of_the_summary(name):
    sums = defaultdict(int)
    for row in rows(name, "interval_short"):
        for key in (*BYTES, "segments", "duplicate_segments"):
            sums[place_of(row), key] += int(row[key])
    for connection in connections(summary_of(name)):
        for direction in DIRECTIONS:
            flows = [(str(one["subflow"]), one[direction]) for one in connection["subflows"]]
            for subflow, wanted in [("", connection[direction]), *flows]:
                place = str(connection["connection"]), subflow, direction
                for key in (*BYTES, "segments", "duplicate_segments"):
                    assert sums[place, key] == wanted[SUMMED.get(key, key)], (place, key)


@pytest.mark.parametrize("name", EVERY)
def test_goodput_is_what_data_acks_cover(name):
    """As in the summary; of one subflow, and of all without DATA_ACKs, it is new data."""
    directions = {(str(one["connection"]), "", direction): one[direction]
                  for one in connections(summary_of(name)) for direction in DIRECTIONS}
    for row in rows(name, "interval_short"):
        whole = directions[whole_of(place_of(row))]
        acked = row["subflow"] == "" and whole["goodput_from_data_acks"]
        assert row["goodput_from_data_acks"] == str(acked).lower()
        if not acked and whole["data_bytes"] == 0:
            assert row["goodput_bps"] == ""
        else:
            good = int(row["newly_acked_bytes" if acked else "new_bytes"])
            assert float(row["goodput_bps"]) == bits_per_second(good, LENGTHS["interval_short"])


def test_an_interval_without_segments_has_a_row():
    both = defaultdict(list)
    for row in rows("path_cut_initial/client", "interval_short"):
        if row["subflow"] == "":
            both[row["start"]].append(row)
    silent = [row for pair in both.values() for row in pair
              if all(one["segments"] == "0" for one in pair)]
    assert silent
    for row in silent:
        assert row["payload_bytes"] == row["throughput_bps"] == "0"
        assert row["data_rtt_count"] == row["flight_max"] == row["window_last"] == ""


@pytest.mark.parametrize("name", ["bidirectional/client", "v0/v0_reinjection"])
def test_csv_and_json_say_the_same(name):
    printed = document(name, "interval")
    assert printed["schema"] == "mptcp/interval/1"
    assert [as_cells(row) for row in printed["intervals"]] == rows(name, "interval")


def as_cells(row):
    """A row of JSON laid flat; null records leave their cells empty."""
    cells = {}
    for key, value in row.items():
        members = {"data_rtt": ("count", "mean", "max"), "subflow_rtt": ("count", "mean", "max"),
                   "flight": ("max", "last"), "subflow_flight": ("max", "last"),
                   "window": ("max", "last")}.get(key)
        if members is None:
            cells[key] = cell(value)
        else:
            cells |= {f"{key}_{member}": (value or {}).get(member, "") for member in members}
    return cells


def test_additive_figures_follow_a_filter():
    name = "lossy_reinject/client"
    some = report(path_of(name), "interval", "tcp.stream == 1")["intervals"]
    everything = rows(name, "interval")
    assert len(some) == len(everything)
    for one, row in zip(some, everything):
        assert (str(one["connection"]), one["direction"]) == (row["connection"], row["direction"])
        if one["subflow"] == 1:
            assert one["payload_bytes"] == int(row["payload_bytes"])
        elif one["subflow"] == 0:
            assert one["segments"] == one["payload_bytes"] == 0
        assert not one["goodput_from_data_acks"]


def test_only_the_connections_asked_for():
    name = "simultaneous/client"
    some = report(path_of(name), "interval", "connection=2")["intervals"]
    assert ([str(row["payload_bytes"]) for row in some]
            == [row["payload_bytes"] for row in rows(name, "interval") if row["connection"] == "2"])


def test_no_mptcp():
    path = path_of("tcp_only/client")
    assert report(path, "interval") == {"schema": "mptcp/interval/1", "intervals": []}
    assert tshark("-q", "-r", path, "-z", "mptcp,interval").stdout == "No MPTCP in this capture.\n"
    assert tshark("-q", "-r", path, "-z", "mptcp,interval,format=csv").stdout.count("\n") == 1


@pytest.mark.parametrize("name", ["bidirectional/client", "bufferbloat/client", "many_short/server",
                                  "three_paths_loss/server", "add_addr_v6/client"])
def test_text_fits_a_screen(name):
    lines = tshark("-q", "-r", path_of(name), "-z", "mptcp,interval").stdout.splitlines()
    assert max(map(len, lines)) <= 120
    assert "Intervals of 1.00 s" in lines[0]
