"""What tshark prints, to compare with what the windows show."""

import csv
import io
import re

from tshark import tshark

UNITS = {"": 1, "%": 0.01, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "s": 1, "ms": 1e-3, "us": 1e-6,
         "ns": 1e-9, "bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9, "min": 60, "h": 3600}
UNKNOWN = "–"
YES_AND_NO = {"true": "yes", "false": "no"}
SOME_TIME_SINCE_THE_EPOCH = 1e9


def table(path, report, *options):
    """The rows of `format=csv`, and the names of its columns."""
    words = ",".join(["mptcp", report, "format=csv", *options])
    printed = tshark("-q", "-r", path, "-z", words).stdout
    keys, *rows = csv.reader(io.StringIO(printed))
    return keys, rows


def is_same(shown, exact, origin=0.0):
    """Whether a cell shows what CSV says, in the form for people.

    Times since the epoch are shown since `origin`, the start of the capture.
    """
    if exact == "":
        return shown == UNKNOWN
    if shown in (exact, exact.replace("_", " "), YES_AND_NO.get(exact)):
        return True
    figure = re.fullmatch(r"(-?[\d.]+) ?([a-zA-Z/%]*)", shown)
    if not figure or figure[2] not in UNITS:
        return False
    unit, decimals = UNITS[figure[2]], len(figure[1].partition(".")[2])
    value, wanted = float(figure[1]) * unit, float(exact)
    if wanted > SOME_TIME_SINCE_THE_EPOCH:
        wanted -= origin
    # To the last digit shown; and nothing but zero is shown as zero.
    return abs(value - wanted) <= 0.501 * unit * 10**-decimals and (value == 0) == (wanted == 0)


def differences(shown_rows, exact_rows, keys, origin=0.0):
    """(row, key, shown, exact) of the cells that differ."""
    assert len(shown_rows) == len(exact_rows)
    return [(number, key, cell, wanted)
            for number, (shown, exact) in enumerate(zip(shown_rows, exact_rows))
            for key, cell, wanted in zip(keys, shown, exact, strict=True)
            if not is_same(cell, wanted, origin)]


def start_of(path):
    """The time of the first packet, since the epoch."""
    return float(tshark("-r", path, "-c", "1", "-T", "fields", "-e", "frame.time_epoch").stdout)
