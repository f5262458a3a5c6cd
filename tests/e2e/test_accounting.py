"""The byte classes are those of an independent accounting, and of how v0 sessions were built."""

from collections import Counter
from ipaddress import ip_address

import pytest
from measured import (CAPTURES, CLASSES, DIRECTIONS, EVERY, V0, connections, expected, pairs,
                      summary_of)

SAME_KEYS = ("payload_bytes", *CLASSES[:4])
OUTCOMES = ("useful", "redundant", "unneeded", "unknown")
# Stock tshark reads the first fields of an option that the snaplen cut; the plugin takes it for
# unreadable.
CUT_OPTIONS = [name for name in CAPTURES if name.startswith("snaplen80/")]
WHOLE_OPTIONS = [name for name in EVERY if name not in CUT_OPTIONS]
# "However it is read": which copy is the first one shows only once the mapping is announced.
READ_EITHER_WAY = ["v0/v0_copy_before_mapping"]
DEFINITE = [name for name in WHOLE_OPTIONS if name not in READ_EITHER_WAY]


@pytest.mark.parametrize("name", WHOLE_OPTIONS)
def test_directions(name):
    for connection, direction, ours, row in pairs(name):
        wanted = {key: row[key] for key in SAME_KEYS}
        wanted["unmapped_or_fallback_bytes"] = row["unmapped_bytes"] + row["fallback_bytes"]
        found = {key: ours[key] for key in SAME_KEYS}
        found["unmapped_or_fallback_bytes"] = ours["unmapped_bytes"] + ours["fallback_bytes"]
        assert found == wanted, (connection["connection"], direction)


@pytest.mark.parametrize("name", DEFINITE)
def test_subflows(name):
    for connection, direction, _, row in pairs(name):
        theirs = {one["tcp_stream"]: one for one in row["subflows"]}
        for subflow in connection["subflows"]:
            ours, one = subflow[direction], theirs[subflow["tcp_stream"]]
            assert ours["payload_bytes"] == one["payload_bytes"]
            assert ours["retransmitted_bytes"] == one["retransmitted_bytes"]
            assert ours["data_bytes"] == one["unique_data_bytes"]
            for key in CLASSES[2:4]:
                assert ours[key] == one[key], (subflow["tcp_stream"], direction)
            assert (ours["unmapped_bytes"] + ours["fallback_bytes"]
                    == one["unmapped_or_fallback_bytes"])


@pytest.mark.parametrize("name", WHOLE_OPTIONS)
def test_reinjection_events(name):
    for connection, direction, ours, row in pairs(name):
        assert ours["reinjections"]["count"] == len(row["reinjections"]), (
            connection["connection"], direction)


@pytest.mark.parametrize("name", WHOLE_OPTIONS)
def test_acknowledged_data(name):
    for connection, direction, ours, row in pairs(name):
        if row["data_acked_bytes"] is not None:
            assert ours["data_acked_bytes"] == row["data_acked_bytes"], (
                connection["connection"], direction)


@pytest.mark.parametrize("name", WHOLE_OPTIONS)
def test_tokens(name):
    for connection, direction, _, row in pairs(name):
        assert connection[direction.split("_")[0]]["token"] == row["sender_token"]


@pytest.mark.parametrize("name", CUT_OPTIONS)
def test_cut_options_leave_payload_and_retransmissions(name):
    for connection, direction, ours, row in pairs(name):
        theirs = {one["tcp_stream"]: one for one in row["subflows"]}
        for subflow in connection["subflows"]:
            for key in ("payload_bytes", "retransmitted_bytes"):
                assert subflow[direction][key] == theirs[subflow["tcp_stream"]][key]
        assert ours["payload_bytes"] == row["payload_bytes"] > 0
        assert ours["retransmitted_bytes"] == row["retransmitted_bytes"]


def test_the_v0_sessions_are_many():
    assert len(V0) >= 20 and len(CAPTURES) >= 100


@pytest.mark.parametrize("name", V0)
def test_v0_sessions(name):
    document = expected(name)
    ours = connections(summary_of(name))
    wanted = document["connections"]
    assert len(ours) == len(wanted)
    streams = [min(one["tcp_stream"] for one in connection["subflows"]) for connection in wanted]
    for found in ours:
        first = min(one["tcp_stream"] for one in found["subflows"])
        compare(found, wanted[streams.index(first)], name in READ_EITHER_WAY)


def plain(address):
    """Without the zero group that the sessions' IPv6 addresses spell out beside "::"."""
    return address.replace(":0::", "::")


def compare(found, wanted, sums_only=False):
    """One connection with what its session was built with."""
    for key in ("handshake", "end"):
        assert found[key] == wanted[key], key
    # MP_JOIN and DSS look the same in both versions.
    assert found["version"] == (None if wanted["handshake"] == "not_captured" else 0)
    assert bool(found["fallback"]) == bool(wanted["fallback"])
    if wanted["fallback"]:
        assert found["fallback"]["frame"] == wanted["fallback"]["frame"]
    for side in ("client", "server"):
        for key in ("port", "token", "idsn"):
            assert found[side][key] == wanted[side][key], (side, key)
        assert ip_address(found[side]["address"]) == ip_address(plain(wanted[side]["address"]))
    for direction in DIRECTIONS:
        keys = ["payload_bytes", *CLASSES]
        if wanted["handshake"] != "not_captured":   # else counted from the first DATA_ACK seen
            keys.append("data_acked_bytes")
        for key in keys:
            assert found[direction][key] == wanted[direction][key], (direction, key)
        if sums_only:
            continue
        events = wanted[direction]["reinjections"]
        counts = Counter(event["outcome"] for event in events)
        sizes = Counter()
        for event in events:
            sizes[event["outcome"]] += event["bytes"]
        reinjections = found[direction]["reinjections"]
        assert reinjections["count"] == len(events)
        assert {key: reinjections[key] for key in OUTCOMES} == {
            key: counts[key] for key in OUTCOMES}
        assert {key: reinjections[key + "_bytes"] for key in OUTCOMES} == {
            key: sizes[key] for key in OUTCOMES}
    subflows = {one["tcp_stream"]: one for one in wanted["subflows"]}
    assert {one["tcp_stream"] for one in found["subflows"]} == set(subflows)
    for subflow in [] if sums_only else found["subflows"]:
        for direction in DIRECTIONS:
            one = subflows[subflow["tcp_stream"]][direction]
            assert {key: subflow[direction][key] for key in one} == one
