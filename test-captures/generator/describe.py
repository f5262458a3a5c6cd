# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of README.md, made from the captures and their truth."""
import gzip
import json

from command import run
from lab import HOSTS

# counters that show that what a capture's name says did happen
TELLING_COUNTERS = (
    "MPTCPRetrans", "SubflowStale", "AddAddrTx", "EchoAddTx", "RmAddrTx", "MPPrioTx",
    "MPJoinNoTokenFound", "MPJoinRejected", "MPJoinSynAckHMacFailure", "MPJoinAckHMacFailure",
    "MPCapableFallbackSYNACK", "MPCapableFallbackACK", "DataCsumErr", "MPFailTx", "InfiniteMapTx",
    "DSSCorruptionFallback", "DSSCorruptionReset", "MPFastcloseTx", "MPRstTx",
    "TCPFastOpenActive", "TCPFastOpenPassive")
PREFIXES = ("MPTcpExt", "TcpExt", "")

HEADER = """\
| capture | what it shows | connections × subflows | application bytes client → server, server → \
client | packets seen by client, server | snaplen | kB | kernel counters (client; server) |
|---|---|---|---|---|---|---|---|"""


def table(folder):
    """A Markdown table of all captures in `folder`."""
    rows = [row(path.parent) for path in sorted(folder.glob("*/truth.json.gz"))]
    return "\n".join([HEADER, *rows])


def row(folder):
    with gzip.open(folder / "truth.json.gz", "rt", encoding="utf-8") as file:
        truth = json.load(file)
    cells = (f"`{truth['scenario']}`", truth["description"], connections(truth), application(truth),
             ", ".join(packets(folder, host) for host in HOSTS), snaplen(truth),
             f"{sum(file.stat().st_size for file in folder.iterdir()) / 1000:.0f}",
             "; ".join(counters(truth[host]["nstat"]) for host in HOSTS))
    return "| " + " | ".join(cells) + " |"


def connections(truth):
    """How many connections, and the subflows of the one that had most."""
    records = truth["client"]["connections"]
    subflows = max((len(record["subflows_last_seen"]) for record in records), default=0)
    return f"{len(records)} × {subflows or 'plain TCP'}"


def application(truth):
    def sent(host):
        records = truth[host]["connections"]
        return str(sum(record["app_sent"] for record in records)) if records else "not recorded"
    return ", ".join(map(sent, HOSTS))


def packets(folder, host):
    """The number of packets in a host's capture."""
    path = folder / f"{host}.pcapng.gz"
    if not path.exists():
        return "none"
    return run(["capinfos", "-c", "-M", "-T", "-r", path]).split("\t")[-1].strip()


def snaplen(truth):
    return "whole" if truth["snaplen"] == 262144 else str(truth["snaplen"])


def counters(nstat):
    """The telling counters that are not 0."""
    found = []
    for name in TELLING_COUNTERS:
        value = next((nstat[prefix + name] for prefix in PREFIXES if prefix + name in nstat), 0)
        if value:
            found.append(f"{name} {value}")
    return ", ".join(found) or "–"
