#!/usr/bin/python3
"""What the plugin costs tshark: pairs of runs over the same capture, with the plugin and without.

  bench/tshark_cost.py [--quick] [--capture FILE]... WRITE_CAPTURE BUILD_DIRECTORY

Synthetic captures are written with WRITE_CAPTURE; --capture adds others. Wireshark loads neither
plugins of its own nor preferences, in all runs alike. Instructions are those from a short capture
to a long one, so that they are free of the start of the program.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from compare import Command, CommandError, Comparison, compare, median, peak_mib
from instructions import can_count, count

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from with_plugin import PluginError, Stage, find_module  # pylint: disable=wrong-import-position

SEGMENTS = 1_000_000
PAIRS = 9
QUICK_SEGMENTS = 10_000
QUICK_PAIRS = 1
# The short and the long capture whose instructions are counted.
COUNTED_SEGMENTS = (1_000, 50_000)


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


class Tsharks:
    """tshark with the plugin and tshark without."""

    def __init__(self, with_plugin: Stage, without_plugin: Stage, pairs: int):
        self._stages = {True: with_plugin, False: without_plugin}
        self._pairs = pairs

    def _command(self, capture: Path, report: Report) -> Command:
        stage = self._stages[report.plugin]
        return Command(stage.command(["tshark", "-q", "-r", capture, "-z", report.name]),
                       stage.environment(), stage.identity())

    def instructions(self, captures: tuple[Path, Path], report: Report) -> float:
        """Per segment, between a short and a long capture."""
        counts = [count(self._command(capture, report)) for capture in captures]
        return (counts[1] - counts[0]) / (COUNTED_SEGMENTS[1] - COUNTED_SEGMENTS[0])

    def print_comparison(self, capture: Path, a: Report, b: Report):
        result = compare(self._command(capture, a), self._command(capture, b), self._pairs)
        print(comparison_row(capture.stem, a, b, result), flush=True)


COLUMNS = (("capture", 13), ("A", 23), ("B", 22), ("A CPU s", 7), ("B CPU s", 7), ("A wall s", 8),
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


class Captures:
    """Writes synthetic captures."""

    def __init__(self, program: str, directory: Path):
        self._program = program
        self._directory = directory
        directory.chmod(0o755)

    def write(self, name: str, segments: int) -> Path:
        """`name` is "mptcp" or "plain"."""
        path = self._directory / f"{name}-{segments}.pcap"
        options = ["--plain"] if name == "plain" else []
        subprocess.run([self._program, *options, path, str(segments)], check=True)
        path.chmod(0o644)
        return path


def print_times(tsharks: Tsharks, mptcp: Path, plain: Path, others: list[Path]):
    print(row(*(name for name, _ in COLUMNS)))
    print(row(*("-" * width for _, width in COLUMNS)))
    tsharks.print_comparison(mptcp, STOCK, STOCK)
    for capture in [mptcp, *others]:
        tsharks.print_comparison(capture, SUMMARY, STOCK)
        tsharks.print_comparison(capture, BULK, STOCK)
        tsharks.print_comparison(capture, STOCK_WITH_PLUGIN, STOCK)
    tsharks.print_comparison(plain, STOCK_WITH_PLUGIN, STOCK)


def print_instructions(tsharks: Tsharks, captures: Captures):
    print("\n| segments | report                  | instructions/segment | ratio to stock |")
    print("| -------- | ----------------------- | -------------------- | -------------- |")
    for name, reports in (("mptcp", (STOCK, STOCK_WITH_PLUGIN, SUMMARY, BULK)),
                          ("plain", (STOCK, STOCK_WITH_PLUGIN))):
        pair = tuple(captures.write(name, segments) for segments in COUNTED_SEGMENTS)
        counts = [tsharks.instructions(pair, report) for report in reports]
        for report, instructions in zip(reports, counts):
            print(f"| {name:<8} | {report!s:<23} | {instructions:20.0f} | "
                  f"{instructions / counts[0]:14.3f} |", flush=True)


def print_all(tsharks: Tsharks, captures: Captures, options):
    segments = QUICK_SEGMENTS if options.quick else SEGMENTS
    print_times(tsharks, captures.write("mptcp", segments), captures.write("plain", segments),
                options.capture)
    if can_count() and not options.quick:
        print_instructions(tsharks, captures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small captures, one pair each")
    parser.add_argument("--capture", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("write_capture")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    try:
        with (tempfile.TemporaryDirectory(prefix="mptcp-bench-") as directory,
              Stage(find_module(options.build)) as with_plugin, Stage(None) as without_plugin):
            print_all(Tsharks(with_plugin, without_plugin,
                              QUICK_PAIRS if options.quick else PAIRS),
                      Captures(options.write_capture, Path(directory)), options)
    except (PluginError, CommandError, OSError, subprocess.CalledProcessError) as error:
        print(f"tshark_cost: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
