"""Fields and taps say the same on the first pass over a file and on later ones."""

from collections import Counter

import pytest
from tshark import capture, fields, report, rewrap, sharkd, tshark

FIELDS = ["mptcp_analysis." + name for name in (
    "payload_bytes", "new_bytes", "retransmitted_bytes", "reinjected_other_subflow_bytes",
    "reinjected_same_subflow_bytes", "unmapped_bytes", "fallback_bytes")]
IDENTITY = ["mptcp_analysis.connection", "mptcp_analysis.subflow"]
WITH_LOSSES = "lossy_reinject/client"


def byte_totals(rows):
    totals = Counter()
    for row in rows:
        for name in FIELDS:
            totals[name] += sum(int(value) for value in row[name].split(",") if value)
    return totals


@pytest.mark.parametrize("name", [WITH_LOSSES, "lossy_reinject/server", "tfo/client",
                                  "strip_mid_multi/client", "fallback_strip_data/client"])
def test_the_byte_classes_add_up_to_the_payload_in_both_passes(name):
    path = capture(name)
    one = byte_totals(fields(path, *FIELDS))
    two = byte_totals(fields(path, *FIELDS, two_pass=True))
    for totals in (one, two):
        assert totals[FIELDS[0]] == sum(totals[field] for field in FIELDS[1:])
    assert one[FIELDS[0]] == two[FIELDS[0]] > 0


def test_a_later_pass_repeats_the_first_one():
    path = capture(WITH_LOSSES)
    names = ["frame.number", *IDENTITY, *FIELDS]
    assert fields(path, *names) == fields(path, *names, two_pass=True)


def test_the_summary_is_that_of_one_pass():
    path = capture(WITH_LOSSES)
    assert report(path, "summary") == report(path, "summary", options=("-2",))


def test_a_read_filter_leaves_each_frame_its_own_facts():
    rows = fields(capture(WITH_LOSSES), "tcp.stream", "tcp.len", *IDENTITY,
                  "mptcp_analysis.payload_bytes", options=("-2", "-R", "tcp.stream == 1"))
    assert len(rows) > 100
    for row in rows:
        assert row["mptcp_analysis.subflow"] == row["tcp.stream"] == "1"
        assert row["mptcp_analysis.payload_bytes"] == row["tcp.len"]


def test_a_display_filter_finds_bytes_by_their_class():
    rows = fields(capture(WITH_LOSSES), *FIELDS,
                  display_filter="mptcp_analysis.reinjected_other_subflow_bytes")
    assert rows
    assert all(int(row[FIELDS[3]]) > 0 for row in rows)


def test_headers_quoted_by_icmp_errors_are_no_traffic():
    plain = byte_totals(fields(capture(WITH_LOSSES), *FIELDS))
    quoted = fields(rewrap(capture(WITH_LOSSES), "icmp_quote"), "icmp.type", *FIELDS, *IDENTITY)
    assert byte_totals(quoted) == plain
    errors = [row for row in quoted if row["icmp.type"]]
    assert errors
    assert not any(row[name] for row in errors for name in IDENTITY)


@pytest.mark.parametrize("form", ["vlan", "sll", "gre", "vxlan", "ipip", "fragments"])
def test_wrappings_change_no_figure(form):
    wrapped = byte_totals(fields(rewrap(capture(WITH_LOSSES), form), *FIELDS))
    assert wrapped == byte_totals(fields(capture(WITH_LOSSES), *FIELDS))


@pytest.mark.parametrize("how", ["vlan", "interface"])
def test_packets_captured_twice_carry_nothing_the_second_time(how):
    twice = rewrap(capture(WITH_LOSSES), "ethernet", "--duplicate", how)
    assert byte_totals(fields(twice, *FIELDS)) == byte_totals(fields(capture(WITH_LOSSES), *FIELDS))


def test_a_disabled_protocol_leaves_taps_nothing():
    disabled = report(capture(WITH_LOSSES), "summary",
                      options=("--disable-protocol", "mptcp_analysis"))
    assert disabled["connections"] == []


def test_decode_as_that_passes_the_analysis_by_is_told_once():
    result = tshark("-r", capture(WITH_LOSSES), "-q", "-z", "conv,tcp", "-d", "ip.proto==6,tcp")
    assert result.stderr.count("passes Multipath TCP analysis by") == 1
    silent = tshark("-r", capture(WITH_LOSSES), "-q", "-z", "conv,tcp")
    assert silent.stderr == ""


def test_sharkd_starts_afresh_with_every_file():
    wanted = ("frames", {"filter": "mptcp_analysis.reinjected_other_subflow_bytes"})
    lossy = ("load", {"file": capture(WITH_LOSSES)})
    other = ("load", {"file": capture("tfo/client")})
    one, two, three = (answer["result"] for answer in sharkd(
        lossy, wanted, other, wanted, lossy, wanted)[1::2])
    assert one == three != []
    assert two == []
