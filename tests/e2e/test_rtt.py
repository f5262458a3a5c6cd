"""-z mptcp,rtt against the summary, a second accounting and the samples of segments."""

import csv
import io
import math
import re
import statistics

import pytest
from measured import (DIRECTIONS, EVERY, Shelf, connections, folder_of, independent, key,
                      kept_json, path_of, sender_of, streams_of, summary_of, truth)
from tshark import report, tshark

FIGURES = ("min", "mean", "median", "p95", "max", "stdev")
PERCENTILES = ("p25", "median", "p75", "p90", "p95", "p97", "p98", "p99")
# Their connections are known by their sequence numbers only.
INFERRED = {name for name in EVERY if name.startswith(("late_capture_join/", "midstream/"))}
SINGLE_PRECISION = 1e-7         # of an RTT sample
PRINTED = 1e-9                  # seconds


def reported(name):
    return kept_json(folder_of("plugin") / ("rtt-" + key(name)),
                     lambda: report(path_of(name), "rtt"))


rtt_of = Shelf(reported)


def rows_by_place(name):
    rows = {(row["connection"], row["subflow"], row["direction"]): row
            for row in rtt_of(name)["rtt"]}
    assert len(rows) == len(rtt_of(name)["rtt"])
    return rows


def places(name):
    """(place of a row, what the summary has there, subflow or None) of all rows there must be."""
    for connection in connections(summary_of(name)):
        number = connection["connection"]
        for direction in DIRECTIONS:
            yield (number, None, direction), connection, None
            for subflow in connection["subflows"]:
                yield (number, subflow["subflow"], direction), connection, subflow


@pytest.mark.parametrize("name", EVERY)
def test_rows_are_those_of_the_summary(name):
    rows = rows_by_place(name)
    wanted = list(places(name))
    assert set(rows) == {place for place, _, _ in wanted}
    for place, connection, subflow in wanted:
        row, direction = rows[place], place[2]
        assert row["level"] == ("data" if subflow is None else "subflow")
        assert row["vantage"] == connection[direction.split("_")[0]]["vantage"]
        assert row["handshake_rtt"] == (subflow["handshake_rtt"] if subflow else None)
        statistics_there = (subflow or connection)[direction]["rtt"]
        if statistics_there is None:
            assert row["count"] == 0
            assert all(row[key] is None for key in (*FIGURES, *PERCENTILES))
        else:
            assert {key: row[key] for key in statistics_there} == statistics_there


@pytest.mark.parametrize("name", EVERY)
def test_percentiles_by_a_second_method(name):
    """Those that the summary does not have; test_kernel.py compares the others."""
    if name.startswith("snaplen80/"):
        pytest.skip("the second method reads options that were cut")
    rows, compared = rows_by_place(name), 0
    theirs = {(frozenset(one["tcp_stream"] for one in row["subflows"]), row["sender"]): row
              for row in independent(name)["rtt"]}
    for place, connection, subflow in places(name):
        if connection["association"] == "inferred":
            continue        # see test_kernel.nearly_same
        direction = place[2]
        senders = {sender_of(one, direction) for one in connection["subflows"]}
        row = next(row for (streams, sender), row in theirs.items()
                   if streams == streams_of(connection) and sender in senders)
        if subflow is None:
            other = row["data_rtt"]
        else:
            other = next(one for one in row["subflows"]
                         if one["tcp_stream"] == subflow["tcp_stream"])["subflow_rtt"]
        assert (other["count"] if other else 0) == rows[place]["count"]
        for key in PERCENTILES if other else ():
            tolerance = SINGLE_PRECISION * other["max"] + PRINTED
            wanted = other["p50" if key == "median" else key]
            assert math.isclose(rows[place][key], wanted, abs_tol=tolerance), key
            compared += 1
    assert compared or not any(row["count"] for row in rows.values()) or name in INFERRED


# ------------------------------------------------------------------------ against the kernel's

OTHER = {"client": "server", "server": "client"}
SENDERS = ("add_addr_echo_lost/server", "backup_failover/server", "bidirectional/client",
           "bufferbloat/server", "bulk_download/server", "bulk_upload/client", "dsn_wrap32/server",
           "full_payload/client", "join_syn_lost/server", "three_paths_loss/client")
# Of the kernel's smoothed RTT, once it has seen that many samples. It also takes one from each SACK.
TOLERANCE = 0.2
SETTLED = 8


def samples_of(name):
    """(connection, subflow, direction of the bytes) → [(time, RTT)]; → time of the first TCP
    retransmission. From the rows of all segments."""
    text = tshark("-q", "-r", path_of(name), "-z", "mptcp,segments,format=csv").stdout
    samples, repeated = {}, {}
    for row in csv.DictReader(io.StringIO(text)):
        here, back = row["direction"], next(d for d in DIRECTIONS if d != row["direction"])
        flow = int(row["connection"]), int(row["subflow"])
        if row["subflow_rtt"]:
            samples.setdefault((*flow, back), []).append((float(row["time"]),
                                                          float(row["subflow_rtt"])))
        if int(row["retransmitted_bytes"]):
            repeated.setdefault((*flow, here), float(row["time"]))
    return samples, repeated


def smoothed(samples, until):
    """RFC 6298 section 2, as the kernel computes it; and how many samples that took."""
    known = [rtt for time, rtt in samples if time <= until]
    value = known[0] if known else None
    for rtt in known[1:]:
        value += (rtt - value) / 8
    return value, len(known)


def kernel_samples(name):
    """Endpoints of a subflow → [(time, smoothed RTT)]."""
    found = {}
    for connection in truth(name)[name.split("/")[1]]["connections"]:
        for sample in connection["samples"]:
            for one in sample.get("subflows", []):
                ends = "{0[0]}:{0[1]}-{1[0]}:{1[1]}".format(one["local"], one["remote"])
                found.setdefault(ends, []).append((sample["t"], one["rtt"] / 1e6))
    return found


@pytest.mark.parametrize("name", SENDERS)
def test_smoothed_samples_are_the_kernels(name):
    """Until the first retransmission: after a loss the kernel samples SACKs, and not, as we do,
    the acknowledgment that comes once the hole is filled."""
    side, compared = name.split("/")[1], 0
    sent, received = f"{side}_to_{OTHER[side]}", f"{OTHER[side]}_to_{side}"
    samples, repeated = samples_of(name)
    kernels = kernel_samples(name)
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            place = connection["connection"], subflow["subflow"], sent
            for time, rtt in kernels.get("-".join(
                    sender_of(subflow, way) for way in (sent, received)), ()):
                ours, count = smoothed(samples.get(place, ()), time)
                if count >= SETTLED and time < repeated.get(place, math.inf):
                    assert math.isclose(ours, rtt, rel_tol=TOLERANCE), (place, time)
                    compared += 1
    assert compared


@pytest.mark.parametrize("name", SENDERS)
def test_figures_are_those_of_the_segments_samples(name):
    samples, _ = samples_of(name)
    rows = rows_by_place(name)
    assert samples
    for (number, subflow, direction), row in rows.items():
        if subflow is not None:
            values = [rtt for _, rtt in samples.get((number, subflow, direction), ())]
            assert row["count"] == len(values)
            if values:
                tolerance = SINGLE_PRECISION * max(values) + PRINTED
                for key, wanted in (("min", min(values)), ("max", max(values)),
                                    ("mean", statistics.fmean(values)),
                                    ("stdev", statistics.pstdev(values))):
                    assert math.isclose(row[key], wanted, abs_tol=tolerance), key


@pytest.mark.parametrize("kind", ["summary", "subflows"])
@pytest.mark.parametrize("name,mark,note", [
    ("midstream/client", r"\d (us|ms|s) \?", "with a question mark"),
    ("bulk_download/client", r"\(\d[\d.]* (us|ms|s)\)", "in parentheses")])
def test_texts_mark_what_may_not_be_of_the_path(kind, name, mark, note):
    text = tshark("-q", "-r", path_of(name), "-z", f"mptcp,{kind}").stdout
    assert re.search(mark, text)
    assert re.findall(r"RTTs ([a-z ]+)", text)[0].startswith(note)
    assert text.count("RTTs ") == 1
