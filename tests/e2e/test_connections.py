"""-z mptcp,connections and -z mptcp,subflows against the summary and a second accounting."""

import csv
import io
import math

import pytest
from measured import (CLASSES, DIRECTIONS, EVERY, Shelf, connections, folder_of, key, kept_json,
                      pairs, path_of, summary_of)
from tshark import fields, report, tshark

# How summary and second accounting come to know late what these bytes are: see test_accounting.py.
CUT_OR_LATE = [name for name in EVERY if name.startswith("snaplen80/")] + [
    "v0/v0_copy_before_mapping"]
DEFINITE = [name for name in EVERY if name not in CUT_OR_LATE]
MICROSECOND = 1e-6
OF_CONNECTION = ("attempt_cause", "reset_reason", "subflows", "subflows_established",
                 "subflows_with_data", "first_join_delay", "first_join_established_delay")
OF_DIRECTION = ("retransmission_overhead", "reinjection_overhead", "initial_payload_bytes",
                "initial_data_bytes", "switches", "blocks", "single_subflow_seconds",
                "handover_bytes", "handover_seconds", "rtt_difference")


def reported(kind):
    def work(name):
        return kept_json(folder_of("plugin") / (f"{kind}-" + key(name)),
                         lambda: report(path_of(name), kind))
    return Shelf(work)


connections_of, subflows_of = reported("connections"), reported("subflows")


def both(name):
    """(connection of the report, the same of the summary) of a capture."""
    ours, theirs = connections_of(name)["connections"], connections(summary_of(name))
    assert [one["connection"] for one in ours] == [one["connection"] for one in theirs]
    return list(zip(ours, theirs))


@pytest.mark.parametrize("name", EVERY)
def test_a_connection_is_that_of_the_summary(name):
    for ours, whole in both(name):
        rest = {key: value for key, value in ours.items() if key not in OF_CONNECTION}
        for direction in DIRECTIONS:
            rest[direction] = {key: value for key, value in ours[direction].items()
                               if key not in OF_DIRECTION}
        assert rest == {key: value for key, value in whole.items() if key != "subflows"}


@pytest.mark.parametrize("name", EVERY)
def test_a_subflow_is_that_of_the_summary(name):
    wanted = []
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            head = {key: value for key, value in subflow.items() if key not in DIRECTIONS}
            for direction in DIRECTIONS:
                wanted.append({"connection": connection["connection"], "direction": direction,
                               **head, **subflow[direction]})
    found = [dict(row) for row in subflows_of(name)["subflows"]]
    established = [row.pop("established") for row in found]
    assert found == wanted
    assert established[::2] == established[1::2]


@pytest.mark.parametrize("name", EVERY)
def test_sums_over_subflows(name):
    rows = subflows_of(name)["subflows"]
    for ours, whole in both(name):
        mine = [row for row in rows if row["connection"] == ours["connection"]]
        assert ours["subflows"] == len(mine) / 2
        assert ours["subflows_established"] == sum(row["established"] for row in mine) / 2
        carried = {row["subflow"] for row in mine if row["data_bytes"] + row["fallback_bytes"]}
        assert ours["subflows_with_data"] == len(carried)
        for direction in DIRECTIONS:
            one = ours[direction]
            parts = [row for row in mine if row["direction"] == direction]
            initial = [row for row in parts if row["role"] == "initial"]
            assert one["initial_payload_bytes"] == (
                initial[0]["payload_bytes"] if initial else None)
            assert one["initial_data_bytes"] == (initial[0]["data_bytes"] if initial else None)
            medians = [row["rtt"]["median"] for row in parts if row["rtt"]]
            spread = max(medians) - min(medians) if len(medians) > 1 else None
            assert one["rtt_difference"] == pytest.approx(spread, abs=1e-8)
            for overhead, classes in (("retransmission_overhead", CLASSES[1:2]),
                                      ("reinjection_overhead", CLASSES[2:4])):
                again = sum(one[key] for key in classes)
                wanted = again / one["data_bytes"] if one["data_bytes"] else None
                assert one[overhead] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_shares_by_address(name):
    rows = subflows_of(name)["subflows"]
    addresses = connections_of(name)["addresses"]
    for share in addresses:
        parts = [row for row in rows if row["connection"] == share["connection"]
                 and row["direction"] == share["direction"]
                 and row[share["host"] + "_address"] == share["address"]]
        assert share["subflows"] == len(parts) > 0
        for key in ("payload_bytes", "data_bytes"):
            assert share[key] == sum(row[key] for row in parts)
        for key in ("share_payload", "share_data"):
            known = [row[key] for row in parts if row[key] is not None]
            assert share[key] == (pytest.approx(sum(known), abs=1e-9) if known else None)
    places = {(row["connection"], row["direction"], host, row[host + "_address"])
              for row in rows for host in ("client", "server")}
    assert places == {(one["connection"], one["direction"], one["host"], one["address"])
                      for one in addresses}
    assert len(places) == len(addresses)


@pytest.mark.parametrize("name", DEFINITE)
def test_scheduling_is_that_of_a_second_accounting(name):
    for connection, direction, _, row in pairs(name):
        ours = next(one for one in connections_of(name)["connections"]
                    if one["connection"] == connection["connection"])[direction]
        order = row["order"]
        found = {"switches": ours["switches"], "blocks": ours["blocks"]["count"],
                 "largest": ours["blocks"]["max_bytes"]}
        assert found == {"switches": order["switches"], "blocks": order["blocks"],
                         "largest": order["largest_block"]}
        assert ours["blocks"]["mean_bytes"] == pytest.approx(order["mean_block"])
        assert ours["single_subflow_seconds"] == pytest.approx(order["alone"] / 1e9,
                                                               abs=MICROSECOND)
        initial = [one["tcp_stream"] for one in connection["subflows"]
                   if one["role"] == "initial"]
        after = order["after"].get(str(initial[0])) if initial else None
        if after is None:
            assert ours["handover_bytes"] is ours["handover_seconds"] is None
        else:
            assert ours["handover_bytes"] == after[0]
            assert ours["handover_seconds"] == pytest.approx(after[1] / 1e9, abs=MICROSECOND)


@pytest.mark.parametrize("name", EVERY)
def test_join_delays_are_those_of_the_packets(name):
    """From the SYN of the initial subflow; the first MP_JOIN SYN is the earliest start of a join."""
    for ours, whole in both(name):
        starts = [one["start"] for one in whole["subflows"]
                  if one["role"] == "join" and one["initiator"]]
        initial = [one for one in whole["subflows"] if one["role"] == "initial"]
        if ours["first_join_delay"] is None:
            assert not starts or not initial
            assert ours["first_join_established_delay"] is None
        else:
            wanted = min(starts) - initial[0]["start"]
            assert math.isclose(ours["first_join_delay"], wanted, abs_tol=MICROSECOND)
            established = ours["first_join_established_delay"]
            assert established is None or established > ours["first_join_delay"]


def test_a_join_on_the_wire():
    name = "lossy_reinject/client"
    plain = fields(path_of(name), "frame.time_epoch", "tcp.stream", "tcp.flags", "tcp.len",
                   "tcp.srcport")
    syn = float(plain[0]["frame.time_epoch"])
    join = [float(row["frame.time_epoch"]) - syn for row in plain if row["tcp.stream"] == "1"]
    ours = connections_of(name)["connections"][0]
    assert ours["first_join_delay"] == pytest.approx(join[0], abs=MICROSECOND)
    # SYN, SYN/ACK, ACK, and the first packet of the server after it.
    after = [row for row in plain if row["tcp.stream"] == "1"][3:]
    answer = next(row for row in after if row["tcp.srcport"] == "5201")
    assert ours["first_join_established_delay"] == pytest.approx(
        float(answer["frame.time_epoch"]) - syn, abs=MICROSECOND)


def causes(name):
    return {one["attempt_cause"] for one in connections_of(name)["connections"]}


@pytest.mark.parametrize("name, cause", [
    ("fallback_server_tcp/client", "no_mp_capable_in_synack"),
    ("fallback_strip_synack/client", "no_mp_capable_in_synack"),
    ("tcp_only/client", None), ("bulk_download/client", None)])
def test_causes_of_attempts(name, cause):
    wanted = {cause} if connections(summary_of(name)) else set()
    assert causes(name) == wanted
    for connection in connections_of(name)["connections"]:
        assert (connection["kind"] == "attempt") == (cause is not None)


def test_reset_reasons():
    for name in EVERY:
        for ours, whole in both(name):
            reasons = {one["reset_reason"] for one in whole["subflows"]
                       if one["end"] in ("rst", "refused")}
            assert ours["reset_reason"] in (reasons or {None})


@pytest.mark.parametrize("kind, documents", [("connections", connections_of),
                                             ("subflows", subflows_of)])
@pytest.mark.parametrize("name", ["lossy_reinject/client", "fallback_server_tcp/server",
                                  "midstream/client", "tcp_only/client"])
def test_csv_has_the_figures_of_json(name, kind, documents):
    text = tshark("-q", "-r", path_of(name), "-z", f"mptcp,{kind},format=csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    records = [flat(one) for one in documents(name)[kind]]
    assert len(rows) == len(records)
    assert text.startswith("connection,")
    for row, record in zip(rows, records):
        assert None not in row and None not in row.values()
        for key, value in record.items():
            assert same(row[key], value), key
        # What is null as a whole (a record) has its cells empty.
        assert all(row[key] == "" for key in row.keys() - record.keys())


def flat(record, prefix=""):
    cells = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells.update(flat(value, prefix + key + "_"))
        elif value is not None:
            cells[prefix + key] = value
    return cells


def same(cell, value):
    if isinstance(value, bool):
        return cell == str(value).lower()
    return cell == value if isinstance(value, str) else float(cell) == float(value)
