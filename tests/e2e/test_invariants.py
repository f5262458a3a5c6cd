"""What must hold in every summary, whatever the capture."""

import math

import pytest
from measured import (CLASSES, DIRECTIONS, EVERY, connections, independent, sender_of, summary_of)

OUTCOMES = ("useful", "redundant", "unneeded", "unknown")
COUNTED = ("payload_bytes", *CLASSES, "duplicate_segments", "segments", "option_bytes")
# Never known from nothing: null where there is no sample, no key, no handshake.
MAY_BE_NULL = {
    "connection": {"mptcp_stream", "version", "fallback"},
    "host": {"token", "idsn", "checksum_required", "vantage"},
    "direction": {"throughput_bps", "goodput_bps", "overhead", "data_acked_bytes", "rtt",
                  "share_payload", "share_data", "goodput_from_data_acks"},
    "subflow": {"tcp_stream", "role", "initiator", "client_address_id", "server_address_id",
                "handshake_rtt", "reset_reason"},
}


def directions(name):
    """(connection, direction's name, the direction) of a capture."""
    for connection in connections(summary_of(name)):
        for direction in DIRECTIONS:
            yield connection, direction, connection[direction]


@pytest.mark.parametrize("name", EVERY)
def test_classes_add_up_to_the_payload(name):
    for connection, direction, whole in directions(name):
        for part in [whole] + [one[direction] for one in connection["subflows"]]:
            assert part["payload_bytes"] == sum(part[key] for key in CLASSES)


@pytest.mark.parametrize("name", EVERY)
def test_a_direction_is_the_sum_of_its_subflows(name):
    for connection, direction, whole in directions(name):
        for key in COUNTED:
            assert whole[key] == sum(one[direction][key] for one in connection["subflows"]), key


@pytest.mark.parametrize("name", EVERY)
def test_payload_is_what_stock_tshark_counts(name):
    """tcp.len of each stream and sender, without packets that were captured twice."""
    lengths = independent(name)["lengths"]
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            for direction in DIRECTIONS:
                sender = sender_of(subflow, direction)
                wanted = lengths[str(subflow["tcp_stream"])].get(sender, 0)
                assert subflow[direction]["payload_bytes"] == wanted, (subflow["subflow"], sender)


@pytest.mark.parametrize("name", EVERY)
def test_each_stream_belongs_to_one_connection(name):
    streams = [subflow["tcp_stream"] for connection in connections(summary_of(name))
               for subflow in connection["subflows"]]
    assert len(streams) == len(set(streams))


@pytest.mark.parametrize("name", EVERY)
def test_packets_captured_twice_are_counted(name):
    counted = sum(whole["duplicate_segments"] for _, _, whole in directions(name))
    in_file = independent(name)["second_sights"]
    assert counted == in_file if connections(summary_of(name)) else counted == 0


@pytest.mark.parametrize("name", EVERY)
def test_shares(name):
    for connection, direction, whole in directions(name):
        for share, key in (("share_payload", "payload_bytes"), ("share_data", "data_bytes")):
            shares = [one[direction][share] for one in connection["subflows"]]
            if whole[key] == 0:
                assert shares == [None] * len(shares)
                continue
            assert math.isclose(sum(shares), 1, abs_tol=1e-9)
            for found, one in zip(shares, connection["subflows"]):
                assert math.isclose(found, one[direction][key] / whole[key], abs_tol=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_reinjections_add_up(name):
    for _, _, whole in directions(name):
        events = whole["reinjections"]
        assert events["count"] == sum(events[key] for key in OUTCOMES)
        assert (sum(events[key + "_bytes"] for key in OUTCOMES)
                == whole["reinjected_other_subflow_bytes"]
                + whole["reinjected_same_subflow_bytes"])
        for key in OUTCOMES:
            assert (events[key] == 0) == (events[key + "_bytes"] == 0)


@pytest.mark.parametrize("name", EVERY)
def test_overhead(name):
    for _, _, whole in directions(name):
        again = sum(whole[key] for key in CLASSES[1:4])
        if whole["data_bytes"]:
            assert math.isclose(whole["overhead"], again / whole["data_bytes"], abs_tol=1e-9)
        else:
            assert whole["overhead"] is None


@pytest.mark.parametrize("name", EVERY)
def test_rtt_statistics_are_in_order(name):
    for connection, direction, whole in directions(name):
        for rtt in [whole["rtt"]] + [one[direction]["rtt"] for one in connection["subflows"]]:
            if rtt is not None:
                assert rtt["count"] > 0
                assert 0 <= rtt["min"] <= rtt["median"] <= rtt["p95"] <= rtt["max"]
                assert rtt["min"] <= rtt["mean"] <= rtt["max"]
                assert 0 <= rtt["stdev"] <= rtt["max"] - rtt["min"] + 1e-9


@pytest.mark.parametrize("name", EVERY)
def test_only_what_may_be_unknown_is_null(name):
    for connection in connections(summary_of(name)):
        assert nulls(connection) <= MAY_BE_NULL["connection"]
        for side in ("client", "server"):
            assert nulls(connection[side]) <= MAY_BE_NULL["host"]
        for direction in DIRECTIONS:
            assert nulls(connection[direction]) <= MAY_BE_NULL["direction"]
            for subflow in connection["subflows"]:
                assert nulls(subflow[direction]) <= MAY_BE_NULL["direction"]
        for subflow in connection["subflows"]:
            assert nulls(subflow) <= MAY_BE_NULL["subflow"]
        if connection["handshake"] == "complete":
            for side in ("client", "server"):
                assert not {"token", "idsn", "checksum_required"} & nulls(connection[side])


def nulls(record):
    return {key for key, value in record.items() if value is None}


@pytest.mark.parametrize("name", EVERY)
def test_what_cannot_be_known_is_null(name):
    for connection, direction, whole in directions(name):
        side = direction.split("_")[0]
        host = connection[side]
        assert (host["token"] is None) or len(host["token"]) == 10
        assert (host["idsn"] is None) or len(host["idsn"]) == 18
        assert host["token"] is not None or host["idsn"] is None
        if whole["segments"] == 0:
            assert whole["throughput_bps"] is None and whole["rtt"] is None
        if whole["payload_bytes"] == 0:
            assert whole["throughput_bps"] is None and whole["rtt"] is None
            assert whole["reinjections"]["count"] == 0
        for subflow in connection["subflows"]:
            assert subflow["handshake_rtt"] is None or subflow["handshake_rtt"] > 0
            if subflow[direction]["payload_bytes"] == 0:
                assert subflow[direction]["throughput_bps"] is None


@pytest.mark.parametrize("name", EVERY)
def test_numbers_and_roles(name):
    document = connections(summary_of(name))
    assert [one["connection"] for one in document] == sorted(
        {one["connection"] for one in document})
    for connection in document:
        subflows = connection["subflows"]
        assert [one["subflow"] for one in subflows] == list(range(len(subflows)))
        assert [one["role"] for one in subflows].count("initial") <= 1
        assert connection["verdict"].strip() and "\n" not in connection["verdict"]
        end = connection["start"] + connection["duration"]
        for one in subflows:
            assert connection["start"] - 1e-6 <= one["start"]
            assert one["start"] + one["duration"] <= end + 1e-6
