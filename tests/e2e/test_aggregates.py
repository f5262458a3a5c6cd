"""Several TCP segments in one frame: Wi-Fi puts packets for one receiver into one (A-MSDU).

Wireshark then dissects TCP as often as the frame has packets. Each segment has its own item, which
says what it says when each packet has a frame of its own.
"""

import functools
import re
import struct
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict

import pytest
from measured import CLASSES, DIRECTIONS, V0, connections, path_of, summary_of
from tshark import fields, report, stage, tshark
import capture_writer as cw     # found through tshark's sys.path
import rewrap

LINKTYPE_IEEE802_11 = 105
MOST_PACKETS = 3
LONGEST_WAIT = 10_000_000           # ns
PREFIX = "mptcp_analysis."
# What a later time of capture changes.
TIMES = {PREFIX + name for name in ("data_rtt", "subflow_rtt", "reinjection.delay", "reorder_delay",
                                    "stall", "expert.stall")}
FRAMES = {PREFIX + name for name in ("mapping.frame", "reinjection.of", "reinjection.in",
                                     "acked_in")}
# Captured in full, so that what follows a packet in its frame is where its length says.
NAMES = ["full_payload/client", "full_payload/server", "mp_fail_multi_full/client",
         "checksum_full/server", *V0]
WITH_REINJECTIONS = "full_payload/server"


# ------------------------------------------------------------------------------------ the captures

def groups_of(capture):
    """IP records that go into one frame each: from one sender, and soon after one another."""
    groups = []
    for record in capture.records:
        packet = rewrap.ip_record(record, capture.linktype(record))
        assert not packet.cut
        group = groups[-1] if groups else []
        if (group and len(group) < MOST_PACKETS
                and rewrap.addresses(packet.data)[0] == rewrap.addresses(group[0].data)[0]
                and packet.time_ns - group[0].time_ns <= LONGEST_WAIT):
            group.append(packet)
        else:
            groups.append([packet])
    return groups


def subframe(packet, is_last):
    """Addresses, length, LLC and SNAP headers; padded to whole words."""
    content = bytes.fromhex("aaaa03000000") + struct.pack("!H", cw.ethertype_of(packet)) + packet
    data = cw.mac_address(2) + cw.mac_address(1) + struct.pack("!H", len(content)) + content
    return data if is_last else data + bytes(-len(data) % 4)


def aggregate(group):
    """The frame of a group, captured when the last packet had come."""
    header = struct.pack("<BBH", 0x88, 0x02, 0)         # QoS data, from an access point
    header += cw.mac_address(2) + cw.mac_address(3) + cw.mac_address(1) + bytes(2)
    header += struct.pack("<H", 0x0080)                 # an A-MSDU
    data = header + b"".join(subframe(one.data, one is group[-1]) for one in group)
    return cw.Record(group[-1].time_ns, data, len(data), 0)


@functools.cache
def aggregated(name):
    """The file, and for each packet of the original file its frame's number in this one."""
    groups = groups_of(cw.read_capture(str(path_of(name))))
    target = stage().path / f"aggregated-{name.replace('/', '-')}.pcapng"
    interface = cw.Interface(LINKTYPE_IEEE802_11, 0, "wlan0")
    cw.write_capture(str(target), cw.Capture([interface], [aggregate(group) for group in groups]))
    target.chmod(0o644)
    return target, [number for number, group in enumerate(groups, start=1) for _ in group]


# ------------------------------------------------------------------------------ what tshark says

@functools.cache
def items_of(path, two_pass):
    """[(frame, Counter of (field, value))] of the segments' items, in order."""
    arguments = ["-r", path, "-T", "pdml", "-J", "frame mptcp_analysis"]
    text = tshark(*arguments, *(["-2"] if two_pass else [])).stdout
    found = []
    for packet in ElementTree.fromstring(text).iter("packet"):
        frame = int(packet.find("./proto[@name='geninfo']/field[@name='num']").get("show"))
        found += [(frame, Counter((one.get("name"), one.get("show")) for one in item.iter("field")
                                  if one.get("name").startswith(PREFIX)))
                  for item in packet.findall("./proto[@name='mptcp_analysis']")]
    return found


# Told by the frame: each segment of a subflow repeats what another one in its frame shows.
EVENTS = {PREFIX + name for name in ("event", "event.text", "end", "fallback", "expert.fallback",
                                     "expert.reset_reason", "expert.subflow_refused",
                                     "expert.options_vanished")}
NEXT_COPY = PREFIX + "reinjection.in"
# A frame is one first copy, also if it has two segments: of these there may be fewer.
OF_FIRST_COPY = {PREFIX + "reinjection." + name
                 for name in ("of", "from_subflow", "delay", "copy", "outcome")}
REINJECTION = PREFIX + "reinjection"


def comparable(items, frame_of):
    """What each segment says, and what the segments of each frame say.

    Times by their presence only, frames by the number of what they are in.
    """
    segments, frames = [], defaultdict(set)
    for frame, item in items:
        frame = frame_of(frame)
        segment = Counter()
        place = tuple(value for field, value in sorted(item) if field == PREFIX + "subflow")
        for (field, value), count in item.items():
            value = frame_of(int(value)) if field in FRAMES else value
            value = "" if field in TIMES else value
            if field in EVENTS:
                frames[frame, place].add((field, value))
            elif field == NEXT_COPY:
                frames[frame, field].add(value)
            elif field == REINJECTION:
                segment[field] += int(value) * count
            elif field in OF_FIRST_COPY:
                segment[field, value] = 1
            else:
                segment[field, value] += count
        segments.append((frame, segment))
    return segments, frames


@functools.cache
def both(name, two_pass):
    """What the segments of a capture say alone, and in frames with others."""
    path, frames = aggregated(name)
    return (comparable(items_of(path_of(name), two_pass), lambda frame: frames[frame - 1]),
            comparable(items_of(path, two_pass), lambda frame: frame))


PASSES = pytest.mark.parametrize("two_pass", [False, True], ids=["one pass", "two passes"])


def test_the_captures_have_frames_of_several_segments():
    path, frames = aggregated(WITH_REINJECTIONS)
    sizes = Counter(Counter(frames).values())
    assert sizes[2] > 20 and sizes[3] > 20
    stock = fields(path, "tcp.len", "tcp.stream", "_ws.malformed")
    assert Counter(len(row["tcp.len"].split(",")) for row in stock) == sizes
    assert sum("0" in row["tcp.stream"] and "1" in row["tcp.stream"] for row in stock) > 5
    assert not any(row["_ws.malformed"] for row in stock)


@PASSES
@pytest.mark.parametrize("name", NAMES)
def test_each_segment_says_what_it_says_alone(name, two_pass):
    alone, together = (segments for segments, _ in both(name, two_pass))
    assert together == alone


@PASSES
@pytest.mark.parametrize("name", NAMES)
def test_each_frame_has_the_events_and_later_copies_of_its_segments(name, two_pass):
    alone, together = (frames for _, frames in both(name, two_pass))
    assert together.keys() == alone.keys()
    for place, wanted in alone.items():
        if place[1] == NEXT_COPY:
            # That of whichever segment of the frame is repeated first.
            assert together[place] == {min(wanted)}
        else:
            assert together[place] == wanted


# ------------------------------------------------------------------------------------------- sums

def sums_of(items):
    """Bytes of each class by connection, subflow, direction and class, none of them 0."""
    sums = Counter()
    for _, item in items:
        values = dict(item.keys())
        place = tuple(int(values[PREFIX + name]) for name in ("connection", "subflow", "direction"))
        for figure in ("payload_bytes", "new_bytes", *CLASSES[1:]):
            sums[place, figure] += int(values.get(PREFIX + figure, 0))
    return +sums


def summary_sums(document):
    sums = Counter()
    for connection in connections(document):
        for subflow in connection["subflows"]:
            for number, direction in enumerate(DIRECTIONS):
                place = (connection["connection"], subflow["subflow"], number)
                for figure, key in zip(("payload_bytes", "new_bytes", *CLASSES[1:]),
                                       ("payload_bytes", *CLASSES)):
                    sums[place, figure] = subflow[direction][key]
    return +sums


# Not before the end is it known to be a fallback, or where the bytes' mapping is (see test_fields).
LEARNS_LATE = {"v0/v0_options_vanish", "v0/v0_late_mapping", "v0/v0_copy_before_mapping",
               "v0/v0_join_before_capable"}


@pytest.mark.parametrize("name", NAMES)
def test_sums_of_bytes_are_those_of_the_summary(name):
    path, _ = aggregated(name)
    wanted = summary_sums(summary_of(name))
    assert wanted
    for options in ((), ("-2",)):
        assert summary_sums(report(path, "summary", options=options)) == wanted
    assert sums_of(items_of(path, True)) == wanted
    if name not in LEARNS_LATE:
        assert sums_of(items_of(path, False)) == wanted


def test_graphs_add_up_all_segments_of_a_frame():
    path, _ = aggregated(WITH_REINJECTIONS)
    connection, = connections(summary_of(WITH_REINJECTIONS))
    table = tshark("-q", "-r", path, "-z", "io,stat,0,SUM(mptcp_analysis.new_bytes)"
                   "mptcp_analysis.new_bytes").stdout
    row, = re.findall(r"<>[^|]*\|\s*(\d+) \|", table)
    assert int(row) == sum(connection[direction]["data_bytes"] for direction in DIRECTIONS)
