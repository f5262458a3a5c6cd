"""-z mptcp,order against the summary and a second accounting from plain fields."""

import pytest
from measured import (EVERY, Shelf, connections, folder_of, key, kept_json, pairs, path_of,
                      summary_of)
from tshark import report

# How summary and second accounting come to know late what these bytes are: see test_accounting.py.
CUT_OR_LATE = {name for name in EVERY if name.startswith("snaplen80/")} | {
    "v0/v0_copy_before_mapping"}
# Nothing tells where the data began: we begin with the first that we see, the second accounting
# with what was acknowledged. The scheduler of these is compared in test_connections.py.
INFERRED = {name for name in EVERY if name.startswith(("midstream/", "late_capture_join/"))}
DEFINITE = [name for name in EVERY if name not in CUT_OR_LATE | INFERRED]
MICROSECOND = 1e-6

order_of = Shelf(lambda name: kept_json(folder_of("plugin") / ("order-" + key(name)),
                                        lambda: report(path_of(name), "order")))


def row_of(name, connection, direction, table="order"):
    found = rows_of(name, connection, direction, table)
    assert len(found) == 1
    return found[0]


def rows_of(name, connection, direction, table):
    return [row for row in order_of(name)[table]
            if (row["connection"], row["direction"]) == (connection["connection"], direction)]


@pytest.mark.parametrize("name", EVERY)
def test_what_the_summary_says_too(name):
    assert len(order_of(name)["order"]) == 2 * len(connections(summary_of(name)))
    for connection in connections(summary_of(name)):
        for direction in ("client_to_server", "server_to_client"):
            row, whole = row_of(name, connection, direction), connection[direction]
            for figure in ("data_bytes", "out_of_order_segments"):
                assert row[figure] == whole[figure]
            if name in DEFINITE:
                assert row["blocked_seconds"] == whole["blocked_seconds"]


@pytest.mark.parametrize("name", DEFINITE)
def test_order_is_that_of_a_second_accounting(name):
    for connection, direction, _, theirs in pairs(name):
        row, order = row_of(name, connection, direction), theirs["order"]
        found = {"switches": row["switches"], "blocks": row["blocks_count"],
                 "largest_block": row["blocks_max_bytes"], "holes": row["holes"],
                 "most_held": row["held_bytes_max"],
                 "out_of_order_bytes": row["out_of_order_bytes"]}
        assert found == {
            **{figure: order[figure] for figure in found if figure in order},
            "out_of_order_bytes": sum(late[1] for late in order["out_of_order"])}
        delays = sorted(late[2] for late in order["out_of_order"] if len(late) > 2)
        for figure, nanoseconds in (
                ("blocked_seconds", order["blocked"]),
                ("longest_blocked_seconds", order["longest_blocked"]),
                ("single_subflow_seconds", order["alone"]),
                ("reorder_delay_max", delays[-1] if delays else None),
                ("reorder_delay_median", delays[(len(delays) - 1) // 2] if delays else None),
                ("reorder_delay_mean", sum(delays) / len(delays) if delays else None)):
            wanted = None if nanoseconds is None else pytest.approx(nanoseconds / 1e9,
                                                                    abs=MICROSECOND)
            assert row[figure] == wanted, figure


@pytest.mark.parametrize("name", DEFINITE)
def test_who_filled_holes_is_as_in_a_second_accounting(name):
    for connection, direction, _, theirs in pairs(name):
        streams = {one["subflow"]: str(one["tcp_stream"]) for one in connection["subflows"]}
        fillers = rows_of(name, connection, direction, "fillers")
        order = theirs["order"]
        assert {streams[one["subflow"]]: one["filled_bytes"]
                for one in fillers if one["filled_bytes"]} == order["filled"]
        waited = {stream: time for stream, time in order["waited_for"].items() if time}
        assert {streams[one["subflow"]]: one["waited_seconds"] for one in fillers
                if one["waited_seconds"]} == pytest.approx(
                    {stream: time / 1e9 for stream, time in waited.items()}, abs=MICROSECOND)


@pytest.mark.parametrize("name", EVERY)
def test_tables_agree(name):
    for connection in connections(summary_of(name)):
        for direction in ("client_to_server", "server_to_client"):
            row = row_of(name, connection, direction)
            holes = rows_of(name, connection, direction, "holes")
            stalls = rows_of(name, connection, direction, "stalls")
            fillers = rows_of(name, connection, direction, "fillers")
            assert row["holes"] == len(holes) == sum(one["holes_left"] for one in fillers)
            assert row["holes_filled"] == sum(one["filled_frame"] is not None for one in holes)
            assert sum(one["holes_filled"] for one in fillers) == sum(
                one["filled_by"] is not None for one in holes)
            assert all(one["frame"] < one["filled_frame"] and one["duration"] >= 0
                       for one in holes if one["filled_frame"] is not None)
            assert row["stalls"] == len(stalls)
            assert row["stalled_seconds"] == pytest.approx(
                sum(one["duration"] for one in stalls), abs=MICROSECOND)
            assert row["longest_stall_seconds"] == max(
                [one["duration"] for one in stalls], default=0)
            frames = [one["frame"] for one in holes]
            assert frames == sorted(frames)
