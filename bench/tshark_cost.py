#!/usr/bin/python3
"""What the plugin costs tshark: pairs of runs over the same capture, with the plugin and without.

  bench/tshark_cost.py [--quick] [--pairs N] [--capture FILE]... WRITE_CAPTURE BUILD_DIRECTORY

Synthetic captures are written with WRITE_CAPTURE; --capture adds others. Wireshark loads neither
plugins of its own nor preferences, in all runs alike. Instructions are those from a short capture
to a long one, so that they are free of the start of the program. The exit status is 1 if bulk mode
takes more memory than it may.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from compare import Command, CommandError, Comparison, compare, measure, median, peak_mib
from instructions import can_count, count

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from with_plugin import PluginError, Stage, find_module  # pylint: disable=wrong-import-position

SEGMENTS = 4_000_000
PAIRS = 5
QUICK_SEGMENTS = 10_000
QUICK_PAIRS = 1
# The short and the long capture whose instructions are counted.
COUNTED_SEGMENTS = (1_000, 50_000)


# What bulk mode may take above the same tshark on one packet; for each connection but the first,
# too.
BULK_MIB = 40
BULK_BYTES_PER_SEGMENT = 16
BULK_MIB_PER_CONNECTION = 20 / 1024


class Traffic(NamedTuple):
    """What WRITE_CAPTURE is to write."""
    name: str
    option: str | None = None
    connections: int = 1


V0 = Traffic("v0", "--v0")
MANY = Traffic("10000 connections", connections=10_000)
MPTCP = Traffic("mptcp")
PLAIN = Traffic("plain", "--plain")


class Report(NamedTuple):
    """tshark -q -r CAPTURE -z `name`, with or without the plugin."""
    name: str
    plugin: bool

    def __str__(self) -> str:
        return f"{self.name} {'with' if self.plugin else 'without'}"


STOCK = Report("conv,tcp", plugin=False)
STOCK_WITH_PLUGIN = Report("conv,tcp", plugin=True)
SUMMARY = Report("mptcp,summary", plugin=True)
BULK = Report("mptcp,summary,bulk", plugin=True)


class Capture(NamedTuple):
    path: Path
    name: str
    connections: int = 1

    def packets(self) -> int:
        table = subprocess.run(["capinfos", "-M", "-r", "-T", "-c", self.path], check=True,
                               text=True, capture_output=True).stdout
        return int(table.split()[-1])


class Captures:
    """Writes synthetic captures."""

    def __init__(self, program: str, directory: Path):
        self._program = program
        self._directory = directory
        directory.chmod(0o755)

    def write(self, traffic: Traffic, segments: int) -> Capture:
        path = self._directory / f"{traffic.name}-{segments}.pcap"
        options = [traffic.option] if traffic.option else []
        subprocess.run([self._program, *options, path, str(segments), str(traffic.connections)],
                       check=True)
        path.chmod(0o644)
        return Capture(path, traffic.name, traffic.connections)


class Tsharks:
    """tshark with the plugin and tshark without."""

    def __init__(self, with_plugin: Stage, without_plugin: Stage, pairs: int):
        self._stages = {True: with_plugin, False: without_plugin}
        self._pairs = pairs

    def _command(self, capture: Capture, report: Report) -> Command:
        stage = self._stages[report.plugin]
        return Command(stage.command(["tshark", "-q", "-r", capture.path, "-z", report.name]),
                       stage.environment(), stage.identity())

    def instructions(self, captures: tuple[Capture, Capture], report: Report) -> float:
        """Per segment, between a short and a long capture."""
        counts = [count(self._command(capture, report)) for capture in captures]
        return (counts[1] - counts[0]) / (COUNTED_SEGMENTS[1] - COUNTED_SEGMENTS[0])

    def peak_mib(self, capture: Capture, report: Report) -> float:
        return measure(self._command(capture, report)).peak_mib

    def print_comparison(self, capture: Capture, a: Report, b: Report):
        result = compare(self._command(capture, a), self._command(capture, b), self._pairs)
        print(comparison_row(capture.name, a, b, result), flush=True)


COLUMNS = (("capture", 17), ("A", 23), ("B", 22), ("A CPU s", 7), ("B CPU s", 7), ("A wall s", 8),
           ("B wall s", 8), ("A MiB", 5), ("B MiB", 5), ("A / B: least, median, greatest", 30), ("best", 5))


def row(*cells) -> str:
    return "| " + " | ".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, COLUMNS)) + " |"


def comparison_row(name: str, a: Report, b: Report, result: Comparison) -> str:
    pair = (result.a, result.b)
    return row(name, str(a), str(b), *(f"{median(runs, 'cpu_s'):.2f}" for runs in pair),
               *(f"{median(runs, 'wall_s'):.2f}" for runs in pair),
               *(f"{peak_mib(runs):.0f}" for runs in pair),
               "  ".join(f"{ratio:.3f}" for ratio in result.ratios()),
               f"{result.best_ratio():.3f}")


def print_times(tsharks: Tsharks, captures: list[Capture], plain: Capture):
    print(row(*(name for name, _ in COLUMNS)))
    print(row(*("-" * width for _, width in COLUMNS)))
    tsharks.print_comparison(captures[-1], STOCK, STOCK)
    for capture in captures:
        tsharks.print_comparison(capture, SUMMARY, STOCK)
        tsharks.print_comparison(capture, BULK, STOCK)
    tsharks.print_comparison(captures[-1], STOCK_WITH_PLUGIN, STOCK)
    tsharks.print_comparison(plain, STOCK_WITH_PLUGIN, STOCK)


def bulk_limit_mib(on_one_packet: float, capture: Capture, packets: int) -> float:
    return (on_one_packet + BULK_MIB + BULK_BYTES_PER_SEGMENT * packets / 2**20 +
            BULK_MIB_PER_CONNECTION * (capture.connections - 1))


def print_bulk_memory(tsharks: Tsharks, captures: list[Capture], one_packet: Capture) -> bool:
    """Whether bulk mode keeps within its limit."""
    base = tsharks.peak_mib(one_packet, BULK)
    print(f"\n| {'capture':<17} | packets  | {BULK.name}, peak MiB | on one packet | limit |")
    print(f"| {'-' * 17} | -------: | ---------------------------: | ------------: | ----: |")
    keeps = True
    for capture in captures:
        packets = capture.packets()
        peak = tsharks.peak_mib(capture, BULK)
        limit = bulk_limit_mib(base, capture, packets)
        keeps = keeps and peak <= limit
        print(f"| {capture.name:<17} | {packets:8} | {peak:28.0f} | {base:13.0f} | "
              f"{limit:5.0f} |", flush=True)
    return keeps


def print_instructions(tsharks: Tsharks, captures: Captures):
    print("\n| segments | report                  | instructions/segment | ratio to stock |")
    print("| -------- | ----------------------- | -------------------- | -------------- |")
    for traffic, reports in ((MPTCP, (STOCK, STOCK_WITH_PLUGIN, SUMMARY, BULK)),
                             (PLAIN, (STOCK, STOCK_WITH_PLUGIN))):
        pair = tuple(captures.write(traffic, segments) for segments in COUNTED_SEGMENTS)
        counts = [tsharks.instructions(pair, report) for report in reports]
        for report, instructions in zip(reports, counts):
            print(f"| {traffic.name:<8} | {report!s:<23} | {instructions:20.0f} | "
                  f"{instructions / counts[0]:14.3f} |", flush=True)


def print_all(tsharks: Tsharks, captures: Captures, options) -> bool:
    """Whether bulk mode keeps within its limit."""
    segments = QUICK_SEGMENTS if options.quick else SEGMENTS
    given = (Capture(path, f"{path.parent.name}/{path.stem}") for path in options.capture)
    measured = [*given, *(captures.write(traffic, segments) for traffic in (MANY, V0))]
    print_times(tsharks, measured, captures.write(PLAIN, segments))
    keeps = print_bulk_memory(tsharks, measured, captures.write(MPTCP, 1))
    if can_count() and not options.quick:
        print_instructions(tsharks, captures)
    return keeps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small captures, one pair each")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--capture", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("write_capture")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    try:
        with (tempfile.TemporaryDirectory(prefix="mptcp-bench-") as directory,
              Stage(find_module(options.build)) as with_plugin, Stage(None) as without_plugin):
            keeps = print_all(Tsharks(with_plugin, without_plugin,
                                      QUICK_PAIRS if options.quick else options.pairs),
                              Captures(options.write_capture, Path(directory)), options)
    except (PluginError, CommandError, OSError, subprocess.CalledProcessError) as error:
        print(f"tshark_cost: {error}", file=sys.stderr)
        return 1
    return 0 if keeps else 1


if __name__ == "__main__":
    sys.exit(main())
