"""Runs tshark and sharkd with the plugin of the build tree, for the end-to-end tests.

    from tshark import capture, summary, tshark

    report = summary(capture("lossy_reinject/client"))      # the JSON of -z mptcp,summary
    result = tshark("-r", capture("tfo/client"), "-q", "-z", "mptcp,summary")
    result.stdout, result.stderr, result.returncode

That the plugin is loaded is asserted once, before the first run; as root the programs run as an
unprivileged user (see tools/with_plugin.py), to whom files named by arguments are made readable.
"""

import atexit
import functools
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(os.environ.get("MPTCP_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("MPTCP_BUILD_DIR", ROOT / "build"))
CAPTURES = ROOT / "test-captures"
TOOLS = ROOT / "tests" / "tools"

sys.path[:0] = [str(ROOT / "tools"), str(TOOLS)]

from with_plugin import Stage, find_module  # pylint: disable=wrong-import-position

TIMEOUT = 300


@functools.cache
def stage(plugin=True):
    """The Stage that the programs run on, kept for the life of the process."""
    created = Stage(find_module(BUILD) if plugin else None)
    atexit.register(created.close)
    return created


def run(program, *arguments, plugin=True, check=True, text=True, **options):
    """Runs a Wireshark program; `check` asserts that its exit status is 0."""
    result = stage(plugin).run([program, *arguments], capture_output=True, text=text, check=False,
                               timeout=TIMEOUT, **options)
    assert not check or result.returncode == 0, (
        f"{program} {' '.join(map(str, arguments))}: exit status {result.returncode}\n"
        f"{result.stderr}")
    return result


def tshark(*arguments, **options):
    return run("tshark", *arguments, **options)


BOOLEANS = {"True": "1", "False": "0"}


def plain(text):
    """The text of a field with 1 and 0 for truth values: Wireshark 4.4 has words for them."""
    if "True" not in text and "False" not in text:
        return text
    return ",".join(BOOLEANS.get(value, value) for value in text.split(","))


def fields(path, *names, display_filter="", two_pass=False, options=()):
    """A list of one dictionary per packet; each value is the field's text, "" if it has none."""
    arguments = ["-r", path, "-T", "fields", *options]
    arguments += ["-2"] if two_pass else []
    arguments += ["-Y", display_filter] if display_filter else []
    for name in names:
        arguments += ["-e", name]
    lines = tshark(*arguments).stdout.splitlines()
    return [dict(zip(names, map(plain, line.split("\t")))) for line in lines]


def report(path, name, *report_options, options=()):
    """The JSON document of -z mptcp,<name>."""
    words = ",".join(["mptcp", name, "format=json", *report_options])
    return json.loads(tshark("-q", "-r", path, *options, "-z", words).stdout)


def summary(path, *report_options, options=()):
    return report(path, "summary", *report_options, options=options)


def sharkd(*requests):
    """Sends JSON-RPC requests (method, parameters) to one sharkd; the list of its answers.

    A parameter "file" is made readable to it.
    """
    lines = []
    for number, (method, parameters) in enumerate(requests, start=1):
        parameters = dict(parameters)
        if "file" in parameters:
            parameters["file"] = str(stage().readable(Path(parameters["file"])))
        lines.append(json.dumps({"jsonrpc": "2.0", "id": number, "method": method,
                                 "params": parameters}))
    result = run("sharkd", "-", input="\n".join(lines) + "\n")
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def capture(name):
    """test-captures/<name>.pcapng.gz, or whichever suffix it has."""
    found = sorted(CAPTURES.glob(name + ".pcap*"))
    assert found, f"no capture {name}"
    return found[0]


@functools.cache
def rewrap(path, form, *options):
    """The capture in another wrapping, made by tests/tools/rewrap.py."""
    directory = stage().path / "rewrapped"
    directory.mkdir(exist_ok=True)
    words = [word.strip("-").replace("/", "_") for word in options]
    name = "-".join([Path(path).parent.name, Path(path).name.split(".")[0], form, *words])
    target = directory / f"{name}.pcapng"
    subprocess.run([sys.executable, TOOLS / "rewrap.py", path, target, "--as", form, *options],
                   check=True, capture_output=True)
    target.chmod(0o644)
    return target
