"""Ways of damaging a capture; the same seed gives the same file.

    for way in WAYS: way(path, target, random.Random(seed)) writes a damaged copy of path to target
"""

import gzip
import subprocess
from dataclasses import replace

import capture_writer

# Link layer, IPv6, TCP and its options.
HEADERS = 14 + 40 + 60
MPTCP_OPTION = b"\x1e"


def flipped(data, positions, chance):
    changed = bytearray(data)
    for position in positions:
        changed[position] ^= 1 << chance.randrange(8)
    return bytes(changed)


def header_bits(records, chance):
    """One to four wrong bits in the headers of every tenth packet."""
    for record in records:
        reach = min(HEADERS, len(record.data))
        if reach and chance.random() < 0.1:
            positions = [chance.randrange(reach) for _ in range(chance.randint(1, 4))]
            record = replace(record, data=flipped(record.data, positions, chance))
        yield record


def option_bits(records, chance):
    """One or two wrong bits in what follows the kind of an MPTCP option, in every fifth packet."""
    for record in records:
        kind = record.data.find(MPTCP_OPTION, 14 + 20 + 20, HEADERS)
        if kind >= 0 and chance.random() < 0.2:
            end = min(kind + 20, len(record.data))
            positions = [chance.randrange(kind, end) for _ in range(chance.randint(1, 2))]
            record = replace(record, data=flipped(record.data, positions, chance))
        yield record


def cut_packets(records, chance):
    """A fifth of the packets cut anywhere, as if each had a snap length of its own."""
    for record in records:
        if chance.random() < 0.2:
            record = replace(record, data=record.data[:chance.randint(0, len(record.data))])
        yield record


def dropped(records, chance):
    """A tenth of the packets missing, and a whole stretch."""
    begin = chance.randrange(len(records))
    end = begin + chance.randrange(1 + len(records) // 4)
    return [record for number, record in enumerate(records)
            if not begin <= number < end and chance.random() > 0.1]


def moved(records, chance):
    """Every tenth packet up to thirty places later, with its time."""
    places = [number + (chance.randint(1, 30) + 0.5 if chance.random() < 0.1 else 0)
              for number in range(len(records))]
    return [records[number] for number in sorted(range(len(records)), key=places.__getitem__)]


def repeated(records, chance):
    """Every tenth packet once more, up to thirty places later."""
    numbered = list(enumerate(records))
    for number, record in enumerate(records):
        if chance.random() < 0.1:
            later = min(number + chance.randint(1, 30), len(records) - 1)
            numbered.append((later + 0.5, replace(record, time_ns=records[later].time_ns)))
    return [record for _, record in sorted(numbered, key=lambda pair: pair[0])]


def all_at_once(records, chance):
    for change in (dropped, repeated, moved, header_bits, option_bits, cut_packets):
        records = list(change(records, chance))
    return records


def of_records(change):
    """The way that reads a capture, changes the list of its records and writes it."""
    def way(path, target, chance):
        capture = capture_writer.read_capture(str(path))
        records = list(change(capture.records, chance)) if capture.records else []
        capture_writer.write_capture(str(target), replace(capture, records=records))
    way.__name__ = change.__name__
    return way


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def any_bytes(path, target, chance):
    """editcap's errors: a fiftieth of all bytes, payload too, replaced in its six ways."""
    run("editcap", "-F", "pcapng", "-E", "0.02", "--seed", str(chance.randrange(1 << 31)),
        path, target)


def short_snap_length(path, target, chance):
    run("editcap", "-F", "pcapng", "-s", str(chance.randint(1, HEADERS)), path, target)


def cut_file(path, target, chance):
    """The file ends anywhere behind its first packets."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    target.write_bytes(data[:chance.randint(min(2000, len(data)), len(data))])


def twice_in_a_row(path, target, _):
    """The clock goes back to the beginning; all numbers are used again."""
    run("mergecap", "-F", "pcapng", "-a", "-w", target, path, path)


WAYS = (*map(of_records, (header_bits, option_bits, cut_packets, dropped, moved, repeated,
                          all_at_once)),
        any_bytes, short_snap_length, cut_file, twice_in_a_row)
