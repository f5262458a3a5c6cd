"""What one run of tshark for each capture and pass shows: all our fields, and the experts' counts.

    shown_of(name)["experts"][two_pass]    ...

As in measured.py, the first call starts work on all captures, and the results are kept.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path

from measured import CLASSES, Shelf, digest_of, folder_of, kept_json, key, path_of
from tshark import plain, tshark

PREFIX = "mptcp_analysis."
IDENTITY = ("connection", "subflow", "direction", "role", "tcp_stream", "duplicate")
BYTES = ("payload_bytes", "new_bytes", *CLASSES[1:])
OTHERS = (
    "source", "destination", "endpoint", "class",
    "dsn", "dsn_end", "dsn_raw", "data_ack", "data_ack_raw", "mapping.dsn", "mapping.ssn",
    "mapping.length", "mapping.frame", "flight", "subflow_flight", "window", "window_limited",
    "reinjection", "reinjection.of", "reinjection.from_subflow", "reinjection.delay",
    "reinjection.copy", "out_of_order", "reorder_distance", "hole_filled_bytes", "data_rtt",
    "subflow_rtt", "newly_acked_bytes", "stall", "switch", "event", "event.text", "fallback", "end",
    "verify.hmac", "verify.add_addr", "verify.checksum", "verify.token", "verify.idsn")
# What comes to be known only after the segment.
LATER = ("reinjection.in", "reinjection.outcome", "reorder_delay", "acked_in")
SHOWN = (*IDENTITY, *BYTES, *OTHERS, *LATER)
EXPERTS = tuple("expert." + name for name in (
    "reinjection", "reinjection_unneeded", "subflow_refused", "fallback", "options_vanished",
    "bad_hmac", "bad_checksum", "bad_key", "mapping_conflict", "mapping_missing", "stall",
    "window_full", "reset_reason", "option_length"))
HMACS = tuple("tcp.options.mptcp." + name for name in ("sendhmac", "sendtrunchmac",
                                                       "addaddrtrunchmac"))
STOCK = ("frame.number", "tcp.stream", "tcp.len", "tcp.flags.syn", "icmp.type", *HMACS)
VERIFY = tuple(name for name in OTHERS if name.startswith("verify."))
SEVERITIES = {"Errors": "error", "Warns": "warn", "Notes": "note", "Chats": "chat"}


# ------------------------------------------------------------- one run of tshark per file and pass

def run(path, two_pass=False):
    """A dictionary per packet, and {(severity, summary): count} of our experts in -z expert."""
    names = STOCK + tuple(PREFIX + name for name in SHOWN + EXPERTS)
    arguments = ["-r", path, "-T", "fields", "-z", "expert"] + (["-2"] if two_pass else [])
    for name in names:
        arguments += ["-e", name]
    names = [name.removeprefix(PREFIX) for name in names]
    rows, rest = [], []
    for line in tshark(*arguments).stdout.splitlines():
        values = line.split("\t")
        if len(values) == len(names):
            rows.append(dict(zip(names, map(plain, values))))
        else:
            rest.append(line)
    assert [row["frame.number"] for row in rows] == [str(n + 1) for n in range(len(rows))]
    return rows, expert_counts(rest)


def rows_of(path, two_pass=False):
    return run(path, two_pass)[0]


def expert_counts(lines):
    found, severity = {}, None
    for line in lines:
        heading = re.match(r"(\w+) \(\d+\)$", line)
        if heading:
            severity = SEVERITIES.get(heading[1], heading[1])
        row = re.match(r"\s+(\d+)\s+\w+\s+MPTCP Analysis\s+(.*)$", line)
        if row:
            found[severity, row[2]] = int(row[1])
    return found


def byte_sums(rows):
    sums = Counter()
    for row in rows:
        place = ".".join(row[name] for name in ("connection", "subflow", "direction"))
        for name in BYTES:
            sums[f"{place}.{name}"] += int(row[name] or 0)
    return {place: count for place, count in sums.items() if count}


def reinjections_of(rows):
    """(frame, first frame, bytes, copy, from subflow, delay, outcome) of each event."""
    names = ("reinjection.of", "reinjection", "reinjection.copy", "reinjection.from_subflow",
             "reinjection.delay", "reinjection.outcome")
    found = []
    for row in rows:
        if row["reinjection"]:
            columns = [row[name].split(",") if row[name] else [] for name in names]
            columns[-1] = columns[-1] or [""] * len(columns[0])
            assert len({len(column) for column in columns}) == 1, row
            found += [[row["frame.number"], *event] for event in zip(*columns)]
    return found


def expert_frames(rows):
    found = defaultdict(list)
    for row in rows:
        for name in EXPERTS:
            if row[name]:
                found[name].append(row["frame.number"])
    return found


def shown(name):
    """What the tests want of one capture. Lists of two are by pass."""
    (one, first_counts), (two, later_counts) = (run(path_of(name), two_pass)
                                                for two_pass in (False, True))
    assert len(one) == len(two)
    differences = Counter(field for first, second in zip(one, two) for field in SHOWN
                          if first[field] != second[field])
    everything, two = two, [row for row in two if row["connection"]]
    return {
        "sums": [byte_sums(row for row in rows if row["connection"]) for rows in (one, two)],
        "reinjections": [reinjections_of(rows) for rows in (one, everything)],
        "reinjected_in": {row["frame.number"]: row["reinjection.in"]
                          for row in two if row["reinjection.in"]},
        "later_in_first_pass": sum(1 for row in one for field in LATER if row[field]),
        "differences": differences,
        "streams": sorted({(row["connection"], row["subflow"], row["tcp_stream"], row["tcp.stream"])
                           for row in two}),
        "packets": Counter(row["tcp.stream"] for row in everything),
        "marked": Counter(row["tcp.stream"] for row in two),
        "classes": [[sorted(row["class"].split(",")) if row["class"] else [],
                     sorted(name for name in BYTES[1:] if row[name])] for row in two],
        "hosts": sorted({(row["connection"], row["direction"], row["source"], row["destination"],
                          row["endpoint"]) for row in two}),
        "checks": [[row["frame.number"], field, row[field]]
                   for row in two for field in VERIFY if row[field]],
        # By what stock shows; quoted headers and second sights are nothing to verify.
        "hmacs": [row["frame.number"] for row in one
                  if ((row[HMACS[0]] and not row["icmp.type"]) or row[HMACS[1]] or row[HMACS[2]])
                  and not row["duplicate"]],
        "unmapped": [row["frame.number"] for row in two
                     if row["unmapped_bytes"] and "1" not in row["tcp.flags.syn"]],
        "expert_counts": [[[*what, count] for what, count in counts.items()]
                          for counts in (first_counts, later_counts)],
        "expert_frames": [expert_frames(rows) for rows in (one, everything)],
    }


def kept_shown(name):
    return kept_json(folder_of("plugin") / f"shown-{digest_of(Path(__file__))}-{key(name)}",
                     lambda: shown(name))


shown_of = Shelf(kept_shown)
