"""The commands of docs/from-other-tools.md, run as they stand there."""

import re

import pytest
from measured import path_of, summary_of
from recipes import folder, shell
from tshark import ROOT, stage

DOCUMENT = ROOT / "docs" / "from-other-tools.md"
COMMAND = re.compile(r"`(tshark [^`]+)`")
# Has reinjections, two subflows and events; both hosts of it were captured.
SCENARIO = "lossy_reinject"


def place():
    return folder("other-tools")


def commands():
    return sorted(set(COMMAND.findall(DOCUMENT.read_text(encoding="utf-8"))))


def two_captures(function):
    """Runs the script of "Two captures" that defines `function`."""
    scripts = re.findall(r"^```bash\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"),
                         re.DOTALL | re.MULTILINE)
    (script,) = [script for script in scripts if script.startswith(function)]
    for host in ("CLIENT", "SERVER"):
        script = re.sub(rf"\b{host}\b", str(host_capture(host.lower())), script)
    return [line.split() for line in shell(place(), script).stdout.splitlines()]


def host_capture(host):
    return stage().readable(path_of(f"{SCENARIO}/{host}"))


@pytest.mark.parametrize("command", commands())
def test_every_command_for_who_comes_from_another_tool_runs(command):
    written = {place() / name for name in re.findall(r"\b\w+\.(?:xpl|pcapng)\b", command)}
    for path in written:
        path.unlink(missing_ok=True)
    result = shell(place(), re.sub(r"\bFILE\b", str(host_capture("client")), command))
    assert result.stderr == ""
    assert written or result.stdout.count("\n") > 1
    assert all(path.stat().st_size > 0 for path in written)


def test_every_column_that_it_names_is_there():
    """Names in code after a command with format=csv are columns of that report."""
    named = 0
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| "):
            continue
        headers = [shell(place(), re.sub(r"\bFILE\b", str(host_capture("client")), command)
                         ).stdout.splitlines()[0]
                   for command in COMMAND.findall(line) if "format=csv" in command]
        for name in re.findall(r"`…?_?([a-z]+(?:_[a-z]+)+)`", line):
            if headers and not name.endswith(("_summary", "_connections", "_subflows", "_connection")):
                named += 1
                assert any(name in header for header in headers), name
    assert named > 10


def test_tokens_tell_the_numbers_of_a_connection_in_two_captures():
    clients, servers = (summary_of(f"{SCENARIO}/{host}")["connections"]
                        for host in ("client", "server"))
    expected_rows = [[connection["client"]["token"] + connection["server"]["token"],
                      str(connection["connection"]), str(other["connection"])]
                     for connection in clients for other in servers
                     if connection["client"]["token"] == other["client"]["token"]]
    assert expected_rows
    assert two_captures("numbers") == sorted(expected_rows)


def test_one_way_delay():
    """One clock took both captures: no data arrives before it was sent, and the paths' delays show."""
    rows = two_captures("first_seen")
    delays = sorted(float(row[2]) for row in rows)
    assert len(delays) > 100
    assert delays[0] > 0
    rtts = [subflow["handshake_rtt"] for subflow
            in summary_of(f"{SCENARIO}/client")["connections"][0]["subflows"]]
    assert delays[0] == pytest.approx(min(rtts) / 2, rel=0.2)
