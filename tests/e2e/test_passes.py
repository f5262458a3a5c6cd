"""Fields and taps say the same on the first pass over a file and on later ones."""

import json
from collections import Counter

import pytest
from measured import EVERY, path_of, summary_of, two_passes_of
from test_arguments import assert_refused
from tshark import capture, fields, report, rewrap, sharkd, stage, tshark

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


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_taps_get_what_cannot_be_shown(passes):
    """Wireshark gives a frame's tree up when it gets too large, in the midst of our fields."""
    path = capture(WITH_LOSSES)
    target = stage().writable_directory("given_up" + "".join(passes)) / "segments.json"
    result = tshark(*passes, "-V", "-o", "gui.max_tree_items:150", "-r", path, "-z",
                    f"mptcp,segments,format=json,output={target},tcp")
    assert "Adding mptcp_analysis." in result.stdout
    found = json.loads(target.read_text(encoding="utf-8"))["segments"]
    assert found == report(path, "segments", "tcp", options=passes)["segments"]


@pytest.mark.parametrize("name", EVERY)
def test_the_summary_of_two_passes_is_that_of_one(name):
    assert two_passes_of(name) == summary_of(name)


@pytest.mark.parametrize("name", [WITH_LOSSES, "midstream/client", "tcp_only/client",
                                  "v0/v0_reinjection"])
def test_the_summary_after_a_read_filter(name):
    """Only frames that pass -R reach the taps; the engine may have seen the others."""
    path = path_of(name)
    result = tshark("-q", "-2", "-R", "tcp.stream == 0", "-r", path, "-z",
                    "mptcp,summary,format=json")
    assert result.stderr == ""
    for connection in json.loads(result.stdout)["connections"]:
        for direction in ("client_to_server", "server_to_client"):
            whole = connection[direction]
            assert whole["payload_bytes"] == sum(one[direction]["payload_bytes"]
                                                 for one in connection["subflows"])


def test_fields_of_a_capture_loaded_twice_are_the_same():
    """sharkd: every field of every segment, after another capture was loaded in between."""
    columns = {f"column{number}": f"{name}:1" for number, name in enumerate(IDENTITY + FIELDS)}
    wanted = ("frames", {"filter": "mptcp_analysis", **columns})
    loads = [("load", {"file": path_of(name)})
             for name in (WITH_LOSSES, "many_short/client", WITH_LOSSES, WITH_LOSSES)]
    answers = sharkd(*(request for load in loads for request in (load, wanted)))[1::2]
    lossy, many, again, twice = (answer["result"] for answer in answers)
    assert lossy == again == twice != many
    repeated = len(IDENTITY) + FIELDS.index("mptcp_analysis.reinjected_other_subflow_bytes")
    assert len(lossy) > 1000 and any(row["c"][repeated] for row in lossy)


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


@pytest.mark.parametrize("words", ["mptcp,summary", "mptcp,segments,format=json",
                                   "mptcp,summary,bulk"])
@pytest.mark.parametrize("options, said", [
    (("--disable-protocol", "mptcp_analysis"), "the protocol mptcp_analysis is disabled"),
    (("--disable-protocol", "tcp"), "the protocol tcp is disabled"),
    (("-d", "ip.proto==6,tcp"), "Decode As for ip.proto 6 passes the analysis by"),
], ids=["disabled", "TCP disabled", "Decode As"])
def test_an_analysis_that_is_switched_off_is_not_taken_for_a_capture_without_mptcp(words, options,
                                                                                 said):
    result = tshark("-q", "-r", capture(WITH_LOSSES), "-z", words, *options, check=False)
    assert_refused(result)
    assert said in result.stderr


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
