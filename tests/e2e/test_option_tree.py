"""-z mptcp,tree and sharkd's stat:mptcp against the option bytes that Wireshark shows."""

from collections import Counter

import pytest
from measured import EVERY, path_of
from tshark import sharkd, tshark

MPTCP = 30
SYN, ACK = 0x02, 0x10
REASONS = {0: "unspecified error", 1: "MPTCP-specific error", 2: "lack of resources",
           3: "administratively prohibited", 4: "too much outstanding data",
           5: "unacceptable performance", 6: "middlebox interference"}
WITH_FILTER = "fullmesh/client"


# ------------------------------------------------------------------- what the bytes are counted as

def mptcp_options(area):
    """The options of kind 30 in a TCP option area: (bytes, length byte or None)."""
    found, at = [], 0
    while at < len(area) and area[at] != 0:
        if area[at] == 1:
            at += 1
            continue
        length = area[at + 1] if at + 1 < len(area) else None
        if area[at] == MPTCP:
            found.append((area[at:at + (length or 1)], length))
        if length is None or length < 2:
            break
        at += length
    return found


def width(is_64bit):
    return "64 bits" if is_64bit else "32 bits"


def priority(nibble):
    return "Backup" if nibble & 1 else "Regular"


def paths_of_capable(option, nibble, _):
    yield f"Version {nibble}", f"{len(option)} bytes"
    if option[3] & 0x80:
        yield ("Checksum required",)


def paths_of_join(option, nibble, flags):
    if len(option) == 24:
        yield ("ACK",)
    else:
        yield "SYN/ACK" if flags & ACK else "SYN", priority(nibble)


def paths_of_dss(option, _, __):
    flags = option[3]
    yield "DATA_ACK", width(flags & 2) if flags & 1 else "None"
    if flags & 4:
        ack = (8 if flags & 2 else 4) if flags & 1 else 0
        dsn = 8 if flags & 8 else 4
        length = int.from_bytes(option[4 + ack + dsn + 4:][:2], "big")
        kind = "Finite" if length else "Infinite"
        yield "Mapping", kind, width(flags & 8)
        if len(option) == 4 + ack + dsn + 8:
            yield "Mapping", kind, "With a checksum"
    else:
        yield "Mapping", "None"
    if flags & 0x10:
        yield ("DATA_FIN",)


def paths_of_add_addr(option, nibble, _):
    version_0 = nibble in (4, 6)
    kind = "Version 0" if version_0 else "Echo" if nibble & 1 else "Announcement"
    rest = len(option) - 4 - (8 if kind == "Announcement" else 0)
    yield kind, "IPv6" if rest >= 16 else "IPv4"
    if rest in (6, 18):
        yield kind, "With a port"


def paths_of_reset(option, nibble, _):
    yield REASONS[option[3]], "Transient" if nibble & 1 else "Permanent"


SUBTYPES = {
    0: ("MP_CAPABLE", paths_of_capable),
    1: ("MP_JOIN", paths_of_join),
    2: ("DSS", paths_of_dss),
    3: ("ADD_ADDR", paths_of_add_addr),
    4: ("REMOVE_ADDR", lambda option, *_: [(
        f"{len(option) - 3} address ID{'s' if len(option) > 4 else ''}",)]),
    5: ("MP_PRIO", lambda option, nibble, _: [(priority(nibble),)]),
    6: ("MP_FAIL", lambda *_: []),
    7: ("MP_FASTCLOSE", lambda *_: []),
    8: ("MP_TCPRST", paths_of_reset),
}


def nodes_of_option(option, length, flags):
    """The nodes that one option counts in."""
    nodes = {("Options",), ("Lengths of options",),
             ("Lengths of options", f"{length} bytes" if length else "Not captured")}
    subtype, nibble = divmod(option[2], 16) if len(option) > 2 else (None, None)
    if length is None or len(option) < length:
        named = "Subtype not captured" if subtype is None else f"Subtype {subtype}"
        paths = [("Malformed", "Cut by the snap length", named)]
    else:
        name, paths_of = SUBTYPES[subtype]
        paths = [(name,), *((name, *path) for path in paths_of(option, nibble, flags))]
    for path in paths:
        nodes |= {("Options", *path[:depth]) for depth in range(1, len(path) + 1)}
    return nodes


def counted(rows):
    """Counts by path, from rows of (option area in hex, TCP flags)."""
    counts = Counter()
    for area, flags in rows:
        options = mptcp_options(bytes.fromhex(area))
        if options:
            counts["Segments with MPTCP options",] += 1
            counts["Segments with MPTCP options", f"{len(options)} in one segment"] += 1
        for option, length in options:
            counts.update(nodes_of_option(option, length, int(flags, 16)))
    return counts


# ------------------------------------------------------------------------------ what the tree says

def tree_of(lines):
    """Counts by path, from the table that -z …,tree prints."""
    counts, path = Counter(), []
    start = next(number for number, line in enumerate(lines) if line.startswith("---")) + 1
    for line in lines[start:]:
        if not line.strip() or line.startswith("---"):
            break
        text = line.lstrip(" ")
        name, rest = text.split("  ", 1)
        path[len(line) - len(text):] = [name]
        counts[tuple(path)] = int(rest.split()[0])
    return counts


def tree_of_answer(stats, above=()):
    """The same, from sharkd's answer."""
    counts = Counter()
    for node in stats:
        path = (*above, node["name"])
        counts[path] = node["count"]
        counts += tree_of_answer(node.get("sub", []), path)
    return counts


def rows_and_tree(name, *options, filter_text=""):
    """One run: (option area, flags) of every TCP segment, and the tree."""
    lines = tshark("-r", path_of(name), "-T", "fields", "-e", "tcp.options", "-e", "tcp.flags",
                   *options, "-z", "mptcp,tree" + filter_text).stdout.splitlines()
    end = next((number for number, line in enumerate(lines) if line.startswith("===")), len(lines))
    rows = [line.split("\t") for line in lines[:end] if "\t" in line]
    return rows, tree_of(lines[end:])


@pytest.mark.parametrize("name", EVERY)
def test_every_option_is_counted_where_it_belongs(name):
    rows, tree = rows_and_tree(name)
    assert tree == counted(rows)


@pytest.mark.parametrize("name", ["add_addr_v6/client", "checksum/client", "snaplen80/client"])
def test_the_tree_of_two_passes_and_of_sharkd_is_that_of_one(name):
    _, tree = rows_and_tree(name)
    assert rows_and_tree(name, "-2")[1] == tree
    answer = sharkd(("load", {"file": path_of(name)}), ("tap", {"tap0": "stat:mptcp"}))[1]
    (tap,) = answer["result"]["taps"]
    assert tree_of_answer(tap["stats"]) == tree


def test_the_tree_follows_a_display_filter():
    wanted = "mptcp_analysis.subflow == 1"
    rows, tree = rows_and_tree(WITH_FILTER, "-Y", wanted, filter_text="," + wanted)
    assert tree == counted(rows)
    assert tree != rows_and_tree(WITH_FILTER)[1]


def test_the_tree_stands_beside_the_reports():
    path = path_of(WITH_FILTER)
    alone = {argument: tshark("-q", "-r", path, "-z", argument).stdout.strip()
             for argument in ("mptcp,tree", "mptcp,summary")}
    both = tshark("-q", "-r", path, *(word for argument in alone for word in ("-z", argument)))
    assert all(text in both.stdout for text in alone.values())
    assert len(both.stdout.split()) == sum(len(text.split()) for text in alone.values())


def test_a_disabled_protocol_leaves_the_tree_empty():
    assert rows_and_tree(WITH_FILTER, "--disable-protocol", "mptcp_analysis")[1] == Counter()
