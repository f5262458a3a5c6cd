"""What the reports with a row per segment, interval or point say, for the end-to-end tests.

    for name in EVERY:
        rows(name, "segments")      dictionaries of texts, from the CSV of -z mptcp,segments
        rows(name, "interval")      …,interval
        rows(name, "series_rtt")    …,series,graph=rtt
        text(name, "series_rtt.xpl")    the same in the language of xplot
        document(name, "segments")  …,segments,format=json
        measured_rows(name)         those of tests/tools/independent_segments.py, with the connection,
                                    subflow and direction that the summary gives their flow

One run of tshark writes all but the JSON; they are kept as those of measured.py are.
"""

import csv
import functools
import itertools
import json
import shutil

from measured import (DIRECTIONS, connections, folder_of, independent, kept, key, path_of,
                      sender_of, summary_of, Shelf)
from tshark import stage, tshark

GRAPHS = ("dsn", "rtt", "flight", "goodput", "throughput", "acksize", "interarrival", "window",
          "share", "scheduler", "delay")
FILES = {"segments.csv": "segments", "interval.csv": "interval",
         "reinjections.csv": "reinjections",
         "interval_short.csv": "interval,interval=0.05",
         **{f"series_{graph}.csv": f"series,graph={graph}" for graph in GRAPHS},
         **{f"series_{graph}.xpl": f"series,graph={graph}" for graph in GRAPHS}}
BYTES = ("payload_bytes", "new_bytes", "retransmitted_bytes", "reinjected_other_subflow_bytes",
         "reinjected_same_subflow_bytes", "unmapped_bytes", "fallback_bytes")
COUNTER = itertools.count()


def write_all(name, folder):
    written = stage().writable_directory(f"streamed{next(COUNTER)}")
    reports = [f"mptcp,{report},format={file.rpartition('.')[2]},output={written / file}"
               for file, report in FILES.items()]
    result = tshark("-q", "-r", path_of(name), *(word for one in reports for word in ("-z", one)))
    assert result.stdout == result.stderr == ""
    shutil.copytree(written, folder)
    shutil.rmtree(written)


def folder(name):
    return kept(folder_of("plugin") / ("streamed-" + key(name)), lambda at: write_all(name, at))


folder_for = Shelf(folder)


def text(name, file):
    return (folder_for(name) / file).read_text(encoding="utf-8")


def rows_of(document):
    """The rows of a CSV document; every one has all columns."""
    header, *rest = csv.reader(document.splitlines())
    assert len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rest)
    return [dict(zip(header, row)) for row in rest]


@functools.lru_cache(maxsize=4)
def rows(name, report):
    return rows_of(text(name, report + ".csv"))


def nanoseconds(seconds):
    """From the text of a time or duration, exactly."""
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 10 ** 9 + int(fraction.ljust(9, "0"))


def document(name, report):
    """The JSON of a report, numbers as texts."""
    printed = tshark("-q", "-r", path_of(name), "-z", f"mptcp,{report},format=json").stdout
    return json.loads(printed, parse_float=str, parse_int=str)


def cell(value):
    """What CSV holds for a scalar of document()."""
    return {None: "", True: "true", False: "false"}.get(value, value)


def places(name):
    """(tcp.stream, sender): (connection, subflow, direction), numbers as texts."""
    return {(subflow["tcp_stream"], sender_of(subflow, direction)):
            (str(connection["connection"]), str(subflow["subflow"]), direction)
            for connection in connections(summary_of(name)) for subflow in connection["subflows"]
            for direction in DIRECTIONS}


def place_of(row):
    return row["connection"], row["subflow"], row["direction"]


def whole_of(place):
    """The place of all subflows together."""
    return place[0], "", place[2]


def opposite(place):
    return place[0], place[1], DIRECTIONS[1 - DIRECTIONS.index(place[2])]


@functools.lru_cache(maxsize=4)
def measured_rows(name):
    place = places(name)
    return [row | {"place": place[row["tcp_stream"], row["sender"]]}
            for row in independent(name)["segments"]]
