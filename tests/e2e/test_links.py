"""The summary of a capture does not depend on what its TCP segments are wrapped in."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from measured import connections, path_of, summary_of
from tshark import rewrap, summary

FORMS = ["ethernet", "vlan", "qinq", "sll", "sll2", "raw", "null", "gre", "erspan", "vxlan",
         "ipip", "ip6ip", "fragments", "icmp_quote", "ipv6_hopopts"]
# Whole packets, losses both ways; IPv4 and IPv6 subflows in one connection; DSS checksums.
CAPTURES = ["full_payload/server", "mixed_v4_v6/client", "checksum_full/client"]
CASES = [(name, form) for name in CAPTURES for form in FORMS
         if form != "ipv6_hopopts" or name == "mixed_v4_v6/client"]
# What may change with a frame's number, or with what was left out of the file.
OF_FRAMES = {"duplicate_segments", "first_frame", "frame", "mptcp_stream"}


def without_frames(value):
    """A report without what names or counts frames."""
    if isinstance(value, dict):
        return {key: without_frames(one) for key, one in value.items() if key not in OF_FRAMES}
    if isinstance(value, list):
        return [without_frames(one) for one in value]
    return re.sub(r"frame \d+", "frame", value) if isinstance(value, str) else value


def wrapped_summary(case, *options):
    name, form = case
    return summary(rewrap(path_of(name), form, *options))


@pytest.fixture(scope="module", name="wrapped")
def all_wrapped():
    """The summaries of all cases, made on every processor."""
    summary_of(CAPTURES[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {case: pool.submit(wrapped_summary, case) for case in CASES}
        yield lambda case: futures[case].result()


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_summary_is_the_originals(case, wrapped):
    assert without_frames(wrapped(case)) == without_frames(summary_of(case[0]))


@pytest.mark.parametrize("how", ["vlan", "interface"])
@pytest.mark.parametrize("name", CAPTURES)
def test_second_sights_change_nothing_but_their_count(name, how):
    twice = wrapped_summary((name, "ethernet"), "--duplicate", how)
    once = summary_of(name)
    assert without_frames(twice) == without_frames(once)
    for ours, original in zip(connections(twice), connections(once)):
        for direction in ("client_to_server", "server_to_client"):
            assert ours[direction]["duplicate_segments"] == original[direction]["segments"]


def test_cut_payload_changes_nothing():
    """All of the options are kept: what is not there is payload only."""
    cut = wrapped_summary((CAPTURES[0], "ethernet"), "--truncate", "134")
    assert without_frames(cut) == without_frames(summary_of(CAPTURES[0]))
