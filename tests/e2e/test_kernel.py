"""Figures against what the Linux kernel counted, the paths' settings, and a second RTT method.

The kernel's record is truth.json; test-captures/README.md says which of its sums hold where.
"""

import math
import re
from ipaddress import ip_address

import pytest
from measured import CAPTURES, EVERY, connections, independent, sender_of, summary_of, truth

OTHER = {"client": "server", "server": "client"}
# The kernel's identity fails where a subflow took counters with it that no sample has, or where
# data was in a TFO SYN, or after a fallback in mid-connection.
COUNTERS_LOST = {"remove_addr", "remove_addr_signal", "mp_fail_multi", "path_cut_fwd",
                 "path_linkdown", "lossy_reinject", "strip_mid_single", "tfo", "tfo_data"}
# The capture lacks what came before it, or the options.
NOT_ALL_CAPTURED = {"late_capture_join", "midstream", "snaplen60", "snaplen80"}
# The kernel also knew connections from before the capture: a TFO cookie, tries for an IDSN.
OTHERS_BEFORE = {"tfo_data", "dsn_wrap32"}
# The application's data stalled (see the README), or the kernel stopped counting at a fallback.
NOT_ALL_SENT = {("tfo", "server"), ("fallback_strip_data", "client"),
                ("strip_mid_single", "client")}
# The kernel zeroed its record at the abort, and no other is left.
RECORD_GONE = {("fastclose_client", "server"), ("fastclose_server", "client")}
SLOWEST_HOST = 0.010            # seconds that a host took at most to answer a SYN
KERNEL_SLACK = 0.001            # the kernel's RTT clock ticks in ms on joined subflows
SINGLE_PRECISION = 1e-7         # of an RTT sample
PRINTED = 1e-9                  # seconds


def scenario_and_side(name):
    return tuple(name.split("/"))


def records(name):
    """(derived record of the capture's own host, our connection, our direction)."""
    scenario, side = scenario_and_side(name)
    if scenario in NOT_ALL_CAPTURED or (scenario, side) in RECORD_GONE:
        return
    ours = {one[side]["token"]: one for one in connections(summary_of(name))}
    for record in truth(name)["derived"]:
        if record["role"] == side and record["mptcp"]:
            connection = ours[record["token"]]
            yield record, connection, connection[f"{side}_to_{OTHER[side]}"]


def tfo_bytes(direction):
    """Bytes without a DSN that the application sent in a TFO SYN."""
    return direction["unmapped_bytes"]


@pytest.mark.parametrize("name", CAPTURES)
def test_reinjected_bytes_at_the_sender(name):
    if scenario_and_side(name)[0] in COUNTERS_LOST:
        pytest.skip("the kernel's counters do not tell")
    for record, _, direction in records(name):
        found = (direction["reinjected_other_subflow_bytes"]
                 + direction["reinjected_same_subflow_bytes"])
        assert found == record["reinjected_by_difference"], record["token"]


@pytest.mark.parametrize("name", CAPTURES)
def test_data_bytes_at_the_sender(name):
    if scenario_and_side(name) in NOT_ALL_SENT:
        pytest.skip("sent less than written, or not by MPTCP")
    for record, _, direction in records(name):
        assert direction["data_bytes"] == record["msk_bytes_sent"], record["token"]


@pytest.mark.parametrize("name", CAPTURES)
def test_retransmitted_bytes_at_the_sender(name):
    """The kernel's Σ tcpi_bytes_retrans over the subflows that lived until the last sample."""
    if scenario_and_side(name)[0] in COUNTERS_LOST | {"path_cut_initial", "strip_mid_multi",
                                                      "backup_failover"}:
        pytest.skip("the kernel's counters do not tell")
    for record, _, direction in records(name):
        if "sum_subflow_bytes_retrans" in record:
            assert direction["retransmitted_bytes"] == record["sum_subflow_bytes_retrans"]


@pytest.mark.parametrize("name", CAPTURES)
def test_idsn_is_where_the_kernels_sequence_numbers_begin(name):
    if scenario_and_side(name) in NOT_ALL_SENT - {("tfo", "server")}:
        pytest.skip("the kernel counts no data sent")
    for record, connection, direction in records(name):
        side = record["role"]
        written = record["app_sent"] - tfo_bytes(direction)
        begins = (record["write_seq"] - written - 1) % 2 ** 64
        idsn = int(connection[side]["idsn"], 16)
        # write_seq may count the DATA_FIN already.
        assert (begins - idsn) % 2 ** 64 in (0, 1), record["token"]


@pytest.mark.parametrize("name", CAPTURES)
def test_tokens_are_the_kernels(name):
    scenario, side = scenario_and_side(name)
    ours = {kind: {one[side]["token"] for one in connections(summary_of(name))
                   if one["kind"] == kind and one["handshake"] != "not_captured"} - {None}
            for kind in ("connection", "attempt")}
    events = truth(name)[side]["pm_events"]
    assert ours["connection"] <= tokens(events) | derived_tokens(name)
    if scenario not in NOT_ALL_CAPTURED | OTHERS_BEFORE:
        created = tokens(event for event in events if "CREATED" in event)
        assert created <= ours["connection"] | ours["attempt"]


def tokens(events):
    """The tokens in lines of `ip mptcp monitor`."""
    return {f"0x{token}" for event in events for token in re.findall(r"token=([0-9a-f]{8})", event)}


def derived_tokens(name):
    return {record["token"] for record in truth(name)["derived"]
            if record["mptcp"] and record["role"] == scenario_and_side(name)[1]}


# --------------------------------------------------------------------------- round trip times

def delays(name):
    """One-way delay of each path in seconds."""
    found = {}
    for path in truth(name)["paths"]:
        delay = re.search(r"delay=([0-9.]+)", path["emulation"])
        found[path["link"]] = float(delay.group(1)) / 1000 if delay else 0.0
    return found


def delay_of(name, subflow):
    """One-way delay of the path that a subflow takes: that of the client's address."""
    address = ip_address(subflow["client_address"])
    link = (int(address.exploded.split(":")[2], 16) if address.version == 6
            else int(str(address).split(".")[2]))
    return delays(name)[link]


@pytest.mark.parametrize("name", [one for one in CAPTURES if one.endswith("/client")])
def test_handshake_takes_two_delays(name):
    """At the client: SYN to SYN/ACK; the host answers within SLOWEST_HOST."""
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            if subflow["handshake_rtt"] is not None and subflow["initiator"] == "client":
                least = 2 * delay_of(name, subflow)
                assert least <= subflow["handshake_rtt"] <= least + SLOWEST_HOST


@pytest.mark.parametrize("name", CAPTURES)
def test_rtt_at_the_sender_is_no_less_than_the_paths(name):
    side = scenario_and_side(name)[1]
    direction = f"{side}_to_{OTHER[side]}"
    for connection in connections(summary_of(name)):
        fastest = min(delay_of(name, one) for one in connection["subflows"])
        if connection[direction]["rtt"]:
            assert connection[direction]["rtt"]["min"] >= 2 * fastest
        for subflow in connection["subflows"]:
            if subflow[direction]["rtt"]:
                assert subflow[direction]["rtt"]["min"] >= 2 * delay_of(name, subflow)


def kernel_rtts(name):
    """(subflow, its direction, the kernel's last tcp_info, all of its smoothed RTTs)."""
    side = scenario_and_side(name)[1]
    samples, last = {}, {}
    for connection in truth(name)[side]["connections"]:
        for key, seen in connection["subflows_last_seen"].items():
            last[key] = seen["tcp"]
        for sample in connection["samples"]:
            for one in sample.get("subflows", []):
                key = "{0[0]}:{0[1]}-{1[0]}:{1[1]}".format(one["local"], one["remote"])
                samples.setdefault(key, []).append(one["rtt"] / 1e6)
    for connection in connections(summary_of(name)):
        for subflow in connection["subflows"]:
            key = "-".join(sender_of(subflow, d) for d in (f"{side}_to", f"{OTHER[side]}_to"))
            direction = subflow[f"{side}_to_{OTHER[side]}"]
            # Not a record from before the data, or of the fewer counters of a short connection.
            whole = key in last and last[key]["bytes_sent"] >= direction["payload_bytes"]
            if whole and direction["rtt"] and "min_rtt" in last[key]:
                yield subflow, direction, last[key], samples.get(key, [])


@pytest.mark.parametrize("name", CAPTURES)
def test_subflow_rtt_agrees_with_the_kernels(name):
    """No sample below the kernel's least one, and its smoothed RTTs within our range.

    The kernel samples more: the handshake, and SACKs (so its least may be less). A smoothed RTT
    cannot leave the range of the samples, ours or, below, its own least one.
    """
    if scenario_and_side(name)[0] in NOT_ALL_CAPTURED:
        pytest.skip("the kernel saw more than the capture")
    for subflow, direction, tcp, smoothed in kernel_rtts(name):
        rtt = direction["rtt"]
        least = tcp["min_rtt"] / 1e6
        assert rtt["min"] >= least - KERNEL_SLACK, subflow["subflow"]
        if rtt["count"] > 5:
            for one in [tcp["rtt"] / 1e6] + smoothed[len(smoothed) // 2:]:
                assert least - KERNEL_SLACK <= one <= rtt["max"] + KERNEL_SLACK


@pytest.mark.parametrize("name", EVERY)
def test_rtt_by_a_second_method(name):
    if name.startswith("snaplen80/"):
        pytest.skip("the second method reads options that were cut")
    rows = {(frozenset(one["tcp_stream"] for one in row["subflows"]), row["sender"]): row
            for row in independent(name)["rtt"]}
    compared = 0
    for connection in connections(summary_of(name)):
        same = nearly_same if connection["association"] == "inferred" else same_statistics
        streams = frozenset(one["tcp_stream"] for one in connection["subflows"])
        for direction in ("client_to_server", "server_to_client"):
            senders = {sender_of(one, direction) for one in connection["subflows"]}
            row = next(rows[key] for key in rows if key[0] == streams and key[1] in senders)
            same(connection[direction]["rtt"], row["data_rtt"])
            theirs = {one["tcp_stream"]: one for one in row["subflows"]}
            for subflow in connection["subflows"]:
                one = theirs[subflow["tcp_stream"]]
                same(subflow[direction]["rtt"], one["subflow_rtt"])
                same_time(subflow["handshake_rtt"], one["syn_to_syn_ack"])
                compared += 1
    assert compared or not rows


def same_statistics(ours, theirs):
    assert (ours is None) == (theirs is None), (ours, theirs)
    if ours is None:
        return
    assert ours["count"] == theirs["count"]
    tolerance = SINGLE_PRECISION * theirs["max"] + PRINTED
    for key in ("min", "mean", "median", "p95", "max", "stdev"):
        assert math.isclose(ours[key], theirs[key], abs_tol=tolerance), key


def nearly_same(ours, theirs):
    """Without a handshake: what was acknowledged before the subflows were known as one, and the
    first acknowledgment of an unknown beginning, may count for one method and not for the other.
    """
    assert (ours is None) == (theirs is None), (ours, theirs)
    if ours is None:
        return
    assert abs(ours["count"] - theirs["count"]) <= 0.06 * theirs["count"] + 1
    assert math.isclose(ours["median"], theirs["median"], rel_tol=0.06)


def same_time(ours, theirs):
    assert (ours is None) == (theirs is None), (ours, theirs)
    assert ours is None or math.isclose(ours, theirs, abs_tol=PRINTED)
