"""Expert information: filed under our protocol, of fitting severity, and quiet on healthy traffic."""

import re
import subprocess

import pytest
from measured import EVERY, path_of
from shown import expert_counts, shown_of
from tshark import ROOT, capture, fields, stage, tshark

PREFIX = "mptcp_analysis.expert."
WARNINGS = ("error", "warn")
# Healthy: no loss on purpose, no middlebox, no path or host that goes away.
HEALTHY = [f"{scenario}/{side}" for side in ("client", "server") for scenario in (
    "bulk_download", "bulk_upload", "bidirectional", "add_addr", "add_addr_v6", "fullmesh",
    "full_payload", "checksum_full", "many_short", "single_subflow", "server_close", "mixed_v4_v6",
    "dsn_wrap32", "tfo_data", "simultaneous", "any_twice", "lossy_reinject")]


def counted(name, two_pass):
    """{(severity, summary): count} of our protocol in -z expert, beside fields."""
    return {(severity, summary): count
            for severity, summary, count in shown_of(name)["expert_counts"][two_pass]}


def counted_alone(name, two_pass):
    """The same where nothing else asks for the packets' trees."""
    options = ("-2",) if two_pass else ()
    text = tshark("-q", "-r", path_of(name), *options, "-z", "expert").stdout
    return expert_counts(text.splitlines())


def frames_with(name, expert, two_pass=True):
    return shown_of(name)["expert_frames"][two_pass].get("expert." + expert, [])


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_traffic_has_no_warning(name):
    for two_pass in (False, True):
        found = counted(name, two_pass)
        assert not [what for what in found if what[0] in WARNINGS], found


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_bulk_transfer_has_nothing_above_chat(side):
    for two_pass in (False, True):
        assert {severity for severity, _ in counted(f"bulk_download/{side}", two_pass)} <= {"chat"}


@pytest.mark.parametrize("name, wanted", [
    ("join_bad_hmac_ack/server", {("error", "Wrong HMAC: MP_JOIN"): 1,
                                  ("warn", "Subflow refused: MPTCP-specific error"): 1}),
    ("join_bad_hmac_synack/client", {("error", "Wrong HMAC: MP_JOIN"): 1,
                                     ("warn", "Subflow refused: MPTCP-specific error"): 1}),
    ("join_refused_limit/client",
     {("warn", "Subflow refused: administratively prohibited"): 1}),
    ("mp_fail_full/client", {("error", "Wrong DSS checksum"): 1}),
    ("mp_fail_multi_full/client", {("error", "Wrong DSS checksum"): 1}),
    ("strip_mid_multi/client",
     {("warn", "Data comes without MPTCP options, which came before"): 1}),
    ("fallback_strip_syn/client",
     {("warn", "Fallback to TCP: no MP_CAPABLE in the SYN/ACK"): 1}),
    ("fallback_server_tcp/server",
     {("warn", "Fallback to TCP: no MP_CAPABLE in the SYN/ACK"): 1}),
    ("v0/v0_mapping_conflict", {("warn", "Mapping contradicts an earlier one"): 1}),
    ("v0/v0_bad_hmac", {("error", "Wrong HMAC: MP_JOIN"): 1, ("warn", "Subflow refused"): 1}),
])
def test_trouble_is_told_once_on_either_pass(name, wanted):
    for two_pass in (False, True):
        found = counted_alone(name, two_pass)
        assert found == counted(name, two_pass)
        assert {what: count for what, count in found.items() if what[0] in WARNINGS} == wanted


def test_a_fallback_seen_by_missing_options_is_told_on_later_passes():
    name = "fallback_strip_data/client"
    assert ("warn", "Fallback to TCP: data comes without MPTCP options") in counted(name, True)
    frame, = frames_with(name, "fallback")
    assert [frame] == [row["frame.number"] for row in fields(
        path_of(name), "frame.number", two_pass=True, display_filter=(
            "mptcp_analysis.fallback == options_vanished && mptcp_analysis.event == FALLBACK"))]


@pytest.mark.parametrize("name", ["lossy_reinject/client", "path_cut_fwd/server",
                                  "v0/v0_reinjection"])
def test_reinjections_are_noted_when_unneeded(name):
    outcomes = {}
    for frame, *_, outcome in shown_of(name)["reinjections"][1]:
        outcomes.setdefault(frame, set()).add(outcome)
    unneeded = [frame for frame, found in outcomes.items() if "3" in found]
    others = [frame for frame in outcomes if frame not in unneeded]
    for two_pass in (False, True):
        assert frames_with(name, "reinjection_unneeded", two_pass) == unneeded
        assert frames_with(name, "reinjection", two_pass) == others


@pytest.mark.parametrize("name", EVERY)
def test_missing_mappings_are_what_stays_unmapped(name):
    """Not the bytes of a TFO SYN, and not those whose mapping came later."""
    assert frames_with(name, "mapping_missing") == shown_of(name)["unmapped"]


def test_stalls_are_as_long_as_the_preference_says():
    path = capture("path_cut_fwd/client")
    stalls = [float(row["mptcp_analysis.stall"]) for row in fields(
        path, "mptcp_analysis.stall", display_filter=PREFIX + "stall")]
    assert stalls and min(stalls) > 0.2
    longer = ("-o", f"mptcp_analysis.stall_ms:{int(max(stalls) * 1000) + 1}")
    assert not fields(path, "frame.number", display_filter=PREFIX + "stall", options=longer)


def test_checksums_are_verified_only_if_wanted():
    path = capture("checksum_full/client")
    off = ("-o", "mptcp_analysis.verify_checksums:FALSE")
    checked = "mptcp_analysis.verify.checksum"
    assert fields(path, "frame.number", display_filter=checked)
    assert not fields(path, "frame.number", display_filter=checked, options=off)


# ----------------------------------------------------------------------------- conversation filters

@pytest.fixture(scope="module")
def probe():
    """A library that makes tshark print what conversation filters would offer for each packet."""
    version = subprocess.run(["pkg-config", "--modversion", "wireshark"], check=True,
                             capture_output=True, text=True).stdout
    if not version.startswith("4.0."):
        pytest.skip("the probe is written for Wireshark 4.0's functions")
    target = stage().path / "conversation_filter_probe.so"
    flags = subprocess.run(["pkg-config", "--cflags", "wireshark", "glib-2.0"], check=True,
                           capture_output=True, text=True).stdout.split()
    subprocess.run(["cc", "-shared", "-fPIC", "-o", target, *flags,
                    ROOT / "tests" / "tools" / "conversation_filter_probe.c", "-ldl"], check=True)
    target.chmod(0o755)
    return target


def offers(probe, path):
    before = stage().environment().get("LD_PRELOAD", "")        # of a sanitizer
    command = ["env", f"LD_PRELOAD={before} {probe}", "tshark", "-2", "-r", str(stage().readable(path)),
               "-T", "fields", "-e", "mptcp_analysis.connection", "-e", "mptcp_analysis.subflow"]
    result = stage().run(command, capture_output=True, text=True, check=True)
    offered = [line.split("\t") for line in result.stderr.splitlines()]
    packets = {}
    for frame, label, words in offered:
        packets.setdefault(int(frame), {})[label] = words
    return packets, [line.split("\t") for line in result.stdout.splitlines()]


def test_conversation_filters_name_the_packet_s_connection_and_subflow(probe):
    packets, shown = offers(probe, capture("simultaneous/client"))
    assert len(shown) > 1000
    for frame, (connection, subflow) in enumerate(shown, start=1):
        wanted = f"mptcp_analysis.connection == {connection}"
        assert packets[frame] == {"MPTCP Connection": wanted,
                                  "MPTCP Subflow": f"{wanted} && mptcp_analysis.subflow == {subflow}"}


def test_conversation_filters_are_not_offered_without_mptcp(probe):
    packets, shown = offers(probe, capture("tcp_only/client"))
    assert shown and not packets
