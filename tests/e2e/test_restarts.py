"""tshark begins anew while it runs: with -M, and with the next file of a ring buffer.

It resets no statistics then, but all of dissection: reports are of what came afterwards.
"""

import json
import os
import re
import subprocess

import pytest
from measured import CLASSES, DIRECTIONS, connections, path_of
from reports import outputs, variants
from tshark import stage, tshark

NAME = "many_short/server"
PACKETS = "3000"
ANEW = re.compile(r"-z mptcp: tshark began anew after MPTCP was seen \(-b, -M: (\d+) times\)")


def figures(summary):
    """What does not depend on where the capture begins, by the client's port."""
    return {one["client"]["port"]: [one[direction][key] for direction in DIRECTIONS
                                    for key in ("payload_bytes", "segments", *CLASSES)]
            for one in connections(summary)}


def tail(path, packets):
    """The last packets of a capture, as a capture of its own."""
    count = len(tshark("-r", path, "-T", "fields", "-e", "frame.number").stdout.split())
    target = stage().writable_directory(f"tail{packets}") / "tail.pcapng"
    subprocess.run(["editcap", "-r", path, target, f"{count - packets + 1}-{count}"], check=True)
    target.chmod(0o644)
    return target


def check_warning(stderr):
    assert int(ANEW.search(stderr)[1]) > 0, stderr


def test_the_summary_is_of_what_came_last():
    path = path_of(NAME)
    result = tshark("-q", "-r", path, "-M", PACKETS, "-z", "mptcp,summary,format=json")
    check_warning(result.stderr)
    found = figures(json.loads(result.stdout))
    frames = json.loads(tshark("-q", "-r", path, "-M", PACKETS, "-z",
                               "mptcp,segments,format=json").stdout)["segments"]
    rest = tail(path, max(row["frame"] for row in frames))
    assert found == figures(json.loads(
        tshark("-q", "-r", rest, "-z", "mptcp,summary,format=json").stdout))


@pytest.mark.parametrize("words", ["", ",bulk", ",tcp.port"])
def test_every_report_is_written(words):
    """Of one part only: no segment of the others is asked for."""
    with outputs(path_of(NAME), words=words, options=("-M", PACKETS)) as written:
        check_warning(written.stderr)
        assert all(written.text(variant, form) for variant in variants()
                   for form in variant.formats)


def test_a_filter_changes_nothing_if_all_packets_pass():
    def run(words):
        return json.loads(tshark("-q", "-r", path_of(NAME), "-M", PACKETS, "-z",
                                 "mptcp,summary,format=json" + words).stdout)
    assert figures(run("")) == figures(run(",tcp"))


@pytest.mark.skipif(bool(os.environ.get("MPTCP_SANITIZE")),
                    reason="dumpcap does not end below a sanitizer")
def test_the_next_file_of_a_ring_buffer():
    target = stage().writable_directory("ring") / "ring.pcapng"
    # dumpcap goes on to a next file only if it reads the older format.
    piped = subprocess.run(["editcap", "-F", "pcap", path_of(NAME), "-"], check=True,
                           capture_output=True).stdout
    result = tshark("-q", "-i", "-", "-b", f"packets:{PACKETS}", "-w", target, "-z",
                    "mptcp,segments,format=json", text=False, input=piped)
    check_warning(result.stderr.decode())
    files = sorted(target.parent.iterdir())
    assert len(files) > 1
    last = json.loads(tshark("-q", "-r", files[-1], "-z", "mptcp,segments,format=json").stdout)
    assert [row["frame"] for row in json.loads(result.stdout)["segments"]] == [
        row["frame"] for row in last["segments"]]
