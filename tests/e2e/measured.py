"""What the end-to-end tests compare: the summaries of all captures, and figures from other sources.

    for name in CAPTURES + V0: "bulk_download/client", …, "v0/v0_two_subflows", …
        path_of(name)       the capture file
        summary_of(name)    the JSON of -z mptcp,summary by the plugin under test
        two_passes_of(name) the same with -2
        independent(name)   what tests/tools/second_opinion.py says of it
        truth(name)         truth.json of its scenario: what the kernel counted
        expected(name)      the figures that a v0 session was built with

Each is worked out once: the first call starts work on all captures, on every processor, and the
results are kept in the build tree (e2e-cache, or MPTCP_E2E_CACHE, which build trees may share) for
the other test files and for the next run, until the plugin, the tools or the captures change.
"""

import atexit
import fcntl
import functools
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tshark import BUILD, CAPTURES as FOLDER, TOOLS, find_module, stage, tshark
import v0_sessions      # found through tshark's sys.path

CAPTURES = sorted(f"{path.parent.name}/{path.name.split('.')[0]}"
                  for path in FOLDER.glob("*/*.pcapng.gz"))
V0 = sorted("v0/" + name for name in v0_sessions.STORIES)
EVERY = CAPTURES + V0
DIRECTIONS = ("client_to_server", "server_to_client")
CLASSES = ("data_bytes", "retransmitted_bytes", "reinjected_other_subflow_bytes",
           "reinjected_same_subflow_bytes", "unmapped_bytes", "fallback_bytes")


# ------------------------------------------------------------------------------------ the store

def digest_of(*parts):
    """A short name for what these files (paths) and words hold."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@functools.cache
def folder_of(kind):
    """Where results of a kind are kept; those of older plugins or tools are removed."""
    makers = {"plugin": [find_module(BUILD)], "v0": sorted(TOOLS.glob("*.py")),
              "tools": sorted(TOOLS.glob("*.py"))}[kind]
    cache = Path(os.environ.get("MPTCP_E2E_CACHE", BUILD / "e2e-cache"))
    current = cache / f"{kind}-{digest_of(*makers)}"
    current.mkdir(parents=True, exist_ok=True)
    for old in current.parent.glob(f"{kind}-*"):
        if old != current:
            shutil.rmtree(old, ignore_errors=True)
    return current


def kept(target, make):
    """The file target, made by make(path of a temporary file) by one process only."""
    if not target.exists():
        with open(target.with_suffix(".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                temporary = target.with_name("new-" + target.name)
                make(temporary)
                temporary.rename(target)
    return target


def kept_json(target, work):
    def make(path):
        path.write_text(json.dumps(work()), encoding="utf-8")
    return json.loads(kept(target, make).read_text(encoding="utf-8"))


class Shelf:
    """Results of one function for all captures, worked out in parallel from the first use on."""

    def __init__(self, function):
        self.function, self.futures = function, {}

    def start(self):
        pool = ThreadPoolExecutor(max_workers=os.cpu_count())
        atexit.register(pool.shutdown, cancel_futures=True)
        self.futures = {name: pool.submit(self.function, name) for name in EVERY}

    def __call__(self, name):
        if not self.futures:
            self.start()
        return self.futures[name].result()


# ---------------------------------------------------------------------------------- the captures

def path_of(name):
    """The capture file; v0 sessions are built when first asked for."""
    scenario, _, rest = name.partition("/")
    if scenario != "v0":
        return FOLDER / scenario / f"{rest}.pcapng.gz"
    return v0_folder() / f"{rest}.pcap"


@functools.cache
def v0_folder():
    def make(path):
        path.mkdir(exist_ok=True)
        for name in v0_sessions.STORIES:
            v0_sessions.write(name, str(path))
    return kept(folder_of("v0") / "sessions", make)


@functools.cache
def truth(name):
    """truth.json of the scenario of a capture."""
    with gzip.open(FOLDER / name.partition("/")[0] / "truth.json.gz") as file:
        return json.load(file)


def expected(name):
    """The document that a v0 session was built with."""
    return json.loads(path_of(name).with_suffix(".expected.json").read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------ worked-out figures

def flat(name):
    return name.replace("/", "-") + ".json"


def key(name):
    return f"{digest_of(path_of(name))}-{flat(name)}"


def checked_summary(name, *options):
    """Runs the summary; it has nothing to say but the document."""
    result = tshark("-q", "-r", path_of(name), *options, "-z", "mptcp,summary,format=json")
    assert result.stderr == "", result.stderr
    return json.loads(result.stdout)


def one_pass(name):
    return kept_json(folder_of("plugin") / ("one-" + key(name)), lambda: checked_summary(name))


def two_pass(name):
    return kept_json(folder_of("plugin") / ("two-" + key(name)),
                     lambda: checked_summary(name, "-2"))


def work_out(name):
    """In a process of its own: to fork beside threads that start programs may hang both."""
    result = subprocess.run([sys.executable, TOOLS / "second_opinion.py", path_of(name)],
                            capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def second_opinion(name):
    return kept_json(folder_of("tools") / key(name), lambda: work_out(name))


summary_of = Shelf(one_pass)
two_passes_of = Shelf(two_pass)
independent = Shelf(second_opinion)


def prepare():
    """Makes what all threads share, before there are any."""
    v0_folder()
    folder_of("plugin")
    folder_of("tools")
    stage()


prepare()


# ---------------------------------------------------------------------------------------- helpers

def connections(document):
    """The connections proper and the attempts of a summary."""
    assert document["schema"] == "mptcp/summary/1"
    return document["connections"]


def streams_of(connection):
    return frozenset(subflow["tcp_stream"] for subflow in connection["subflows"])


def sender_of(subflow, direction):
    """Who sends in a direction of a subflow, as accounting.py writes addresses."""
    side = direction.split("_")[0]
    return f"{subflow[side + '_address']}:{subflow[side + '_port']}"


def pairs(name):
    """(our connection, direction name, our direction, the same connection's independent row).

    Both must know the same connections: matched by their TCP streams, directions by the sender.
    """
    theirs = {}
    for row in independent(name)["rows"]:
        streams = frozenset(subflow["tcp_stream"] for subflow in row["subflows"])
        theirs[streams, row["subflows"][0]["tcp_stream"], row["sender"]] = row
    found = []
    for connection in connections(summary_of(name)):
        streams = streams_of(connection)
        for direction in DIRECTIONS:
            hits = [place for place in theirs if place[0] == streams and any(
                subflow["tcp_stream"] == place[1] and sender_of(subflow, direction) == place[2]
                for subflow in connection["subflows"])]
            assert len(hits) == 1, (sorted(streams), direction, list(theirs))
            found.append((connection, direction, connection[direction], theirs.pop(hits[0])))
    assert not theirs, f"connections that the summary does not have: {list(theirs)}"
    return found
