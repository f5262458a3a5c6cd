"""-z mptcp,mappings against the options that plain tshark shows (tests/tools/accounting.py reads
them), and against the payload that it shows."""

from bisect import bisect_right

import pytest
from measured import EVERY, Shelf, folder_of, kept_json, key, path_of
from options import checksum_of
from tshark import fields, report, tshark
import accounting

OPTION = "tcp.options.mptcp."
CHECKSUMS = "checksum_full/client"


def reported(name):
    return kept_json(folder_of("plugin") / ("mappings-" + key(name)),
                     lambda: report(path_of(name), "mappings"))


def announced(name):
    """{frame: mappings} of packets that are no second sights, and the payload by flow."""
    found, payload = [], {}
    for row in accounting.without_second_sights(list(accounting.fields_of(str(path_of(name))))):
        packet = accounting.packet_of(row)
        flow = f"{packet.stream} {packet.source}"
        found += [[packet.frame, packet.stream, flow, m.dsn, m.bits, m.ssn, m.length, m.infinite,
                   m.data_fin, m.at_idsn] for m in packet.mappings]
        isn, ranges = payload.setdefault(flow, [None, []])
        if packet.flags & accounting.SYN:
            payload[flow][0] = packet.sequence
        if packet.length:
            ranges.append([packet.sequence, packet.length])
    return {"mappings": found, "payload": payload}


report_of = Shelf(reported)
plain_of = Shelf(lambda name: kept_json(folder_of("tools") / ("mappings-" + key(name)),
                                        lambda: announced(name)))


def analysed(name):
    """(row, what plain fields say of it): both know the same frames."""
    rows, plain = report_of(name)["mappings"], plain_of(name)["mappings"]
    ours = {row["frame"]: row for row in rows}
    assert len(ours) == len(rows)
    streams = {row["tcp_stream"] for row in rows}
    theirs = {one[0]: one for one in plain if one[1] in streams}
    return ours, theirs


@pytest.mark.parametrize("name", EVERY)
def test_rows_are_the_options_of_the_packets(name):
    ours, theirs = analysed(name)
    assert ours.keys() == theirs.keys()
    for frame, (_, stream, _, dsn, bits, ssn, length, infinite, data_fin, at_idsn) in theirs.items():
        row = ours[frame]
        assert row["tcp_stream"] == stream
        assert row["kind"] == ("infinite" if infinite else "mp_capable" if at_idsn else "dss")
        assert (row["ssn"], row["data_fin"]) == (ssn, data_fin)
        assert row["length"] == (0 if infinite else length)
        if at_idsn:
            assert row["dsn"] == 1
        else:
            assert int(row["dsn_raw"], 16) % 2 ** bits == dsn % 2 ** bits


def merged(ranges):
    """Sorted disjoint [begin, end) of (begin, length)."""
    result = []
    for begin, length in sorted(ranges):
        if result and begin <= result[-1][1]:
            result[-1][1] = max(result[-1][1], begin + length)
        else:
            result.append([begin, begin + length])
    return result


def overlap(ranges, begin, end):
    place = max(bisect_right(ranges, [begin, 0]) - 1, 0)
    total = 0
    while place < len(ranges) and ranges[place][0] < end:
        total += max(0, min(end, ranges[place][1]) - max(begin, ranges[place][0]))
        place += 1
    return total


@pytest.mark.parametrize("name", EVERY)
def test_carried_bytes_are_the_payload_of_the_packets(name):
    ours, theirs = analysed(name)
    carried = {}
    for flow, (isn, ranges) in plain_of(name)["payload"].items():
        if isn is not None:
            carried[flow] = merged([((sequence - isn) % 2 ** 32, length)
                                    for sequence, length in ranges])
    for frame, (_, _, flow, _, _, ssn, length, infinite, _, _) in theirs.items():
        if infinite or length == 0:
            assert ours[frame]["carried_bytes"] is None
        elif flow in carried and "tfo" not in name:
            assert ours[frame]["carried_bytes"] == overlap(carried[flow], ssn, ssn + length), frame


@pytest.mark.parametrize("name", EVERY)
def test_repeated_mappings_were_announced_before(name):
    ours, theirs = analysed(name)
    seen = {}
    for frame, (_, _, flow, _, _, ssn, length, infinite, _, _) in sorted(theirs.items()):
        before = seen.setdefault(flow, [])
        covered = any(begin <= ssn and ssn + length <= end for begin, end in merged_spans(before))
        if length and not infinite and before_is_known(ours[frame]):
            assert ours[frame]["repeated"] == covered, frame
        if length and not infinite and [ssn, length] not in before[-1:]:
            before.append([ssn, length])


def merged_spans(ranges):
    return merged(ranges[-64:])


def before_is_known(row):
    return row["carried_bytes"] is not None


def test_checksums_are_those_of_the_packets_and_stand_with_the_first_announcement():
    shown = {int(row["frame.number"]): checksum_of(row["tcp.options"])
             for row in fields(path_of(CHECKSUMS), "frame.number", "tcp.options",
                               display_filter=f"{OPTION}datalvllen && !icmp")}
    rows = report_of(CHECKSUMS)["mappings"]
    assert {row["frame"]: int(row["checksum"], 16) for row in rows} == shown
    complete = [row for row in rows if not row["repeated"] and row["length"]
                and row["carried_bytes"] == row["length"]]
    assert len(complete) > 20
    assert {row["checksum_result"] for row in complete} == {"good"}
    assert {row["checksum_result"] for row in rows if row["repeated"]} == {None}


def test_text_has_a_line_for_each_mapping():
    name = "single_subflow/client"
    lines = tshark("-q", "-r", path_of(name), "-z", "mptcp,mappings").stdout.splitlines()
    assert len(lines) == 1 + len(report_of(name)["mappings"])
