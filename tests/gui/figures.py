"""What tshark prints, to compare with what the windows show."""

import csv
import functools
import io
import re
from decimal import Decimal

from tshark import tshark

UNITS = {"": "1", "%": "0.01", "B": "1", "kB": "1e3", "MB": "1e6", "GB": "1e9", "s": "1",
         "ms": "1e-3", "us": "1e-6", "ns": "1e-9", "bit/s": "1", "kbit/s": "1e3", "Mbit/s": "1e6",
         "Gbit/s": "1e9"}
NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
UNKNOWN = "–"
YES_AND_NO = {"true": "yes", "false": "no"}
SOME_TIME_SINCE_THE_EPOCH = 1e9
ROWS_COMPARED = 10


@functools.cache
def table(path, report, *options):
    """The rows of `format=csv`, and the names of its columns."""
    words = ",".join(["mptcp", report, "format=csv", *options])
    # Of a file that is cut short, tshark tells by its exit status.
    printed = tshark("-q", "-r", path, "-z", words, check=False).stdout
    keys, *rows = csv.reader(io.StringIO(printed))
    return keys, rows


@functools.cache
def text(path, report, *options):
    return tshark("-q", "-r", path, "-z", ",".join(["mptcp", report, *options]),
                  check=False).stdout


def is_same(shown, exact, origin=Decimal(0)):
    """Whether a cell shows what CSV says, in the form for people.

    Times since the epoch are shown since `origin`, the start of the capture.
    """
    if exact == "":
        return shown == UNKNOWN
    if shown in (exact, exact.replace("_", " "), YES_AND_NO.get(exact)):
        return True
    figure = re.fullmatch(rf"({NUMBER}) ?([a-zA-Z/%]*)", shown)
    if not figure or figure[2] not in UNITS or not re.fullmatch(NUMBER, exact):
        return False
    value, wanted = Decimal(figure[1]), Decimal(exact)
    if wanted > SOME_TIME_SINCE_THE_EPOCH:
        wanted -= origin
    wanted /= Decimal(UNITS[figure[2]])
    # To the last digit shown; and nothing but zero is shown as zero.
    half_a_digit = Decimal("0.5") * Decimal(10) ** value.as_tuple().exponent
    return abs(value - wanted) <= half_a_digit and (value == 0) == (wanted == 0)


def differences(view, keys, exact_rows, origin=Decimal(0)):
    """(row, key, shown, exact) of the cells that differ, in some of the rows if there are many."""
    step = max(1, len(exact_rows) // ROWS_COMPARED)
    numbers = {*range(0, len(exact_rows), step), *range(len(exact_rows))[-1:]}
    return [(number, key, cell, wanted) for number in sorted(numbers)
            for key, cell, wanted in zip(keys, view.row(number), exact_rows[number], strict=True)
            if not is_same(cell, wanted, origin)]


@functools.cache
def start_of(path):
    """The time of the first packet, since the epoch."""
    first = tshark("-r", path, "-c", "1", "-T", "fields", "-e", "frame.time_epoch").stdout
    return Decimal(first.strip())
