#!/usr/bin/python3
"""What the plugin costs tshark: pairs of runs over the same capture, with the plugin and without.

  bench/tshark_cost.py [--quick] [--capture FILE]... WRITE_CAPTURE BUILD_DIRECTORY

Synthetic captures are written with WRITE_CAPTURE; --capture adds others. Wireshark loads neither
plugins of its own nor preferences, in all runs alike.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from compare import Command, CommandError, Comparison, compare, median, peak_mib

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from with_plugin import PluginError, Stage, find_module  # pylint: disable=wrong-import-position

SEGMENTS = 1_000_000
PAIRS = 9
QUICK_SEGMENTS = 10_000
QUICK_PAIRS = 1


class Report(NamedTuple):
    """tshark -q -r CAPTURE -z `name`, with or without the plugin."""
    name: str
    plugin: bool

    def __str__(self) -> str:
        return f"{self.name} {'with' if self.plugin else 'without'}"


STOCK = Report("conv,tcp", plugin=False)
STOCK_WITH_PLUGIN = Report("conv,tcp", plugin=True)
SUMMARY = Report("mptcp,summary", plugin=True)


class Tsharks:
    """tshark with the plugin and tshark without."""

    def __init__(self, with_plugin: Stage, without_plugin: Stage, pairs: int):
        self._stages = {True: with_plugin, False: without_plugin}
        self._pairs = pairs

    def _command(self, capture: Path, report: Report) -> Command:
        stage = self._stages[report.plugin]
        return Command(stage.command(["tshark", "-q", "-r", capture, "-z", report.name]),
                       stage.environment(), stage.identity())

    def print_comparison(self, capture: Path, a: Report, b: Report):
        result = compare(self._command(capture, a), self._command(capture, b), self._pairs)
        print(comparison_row(capture.stem, a, b, result), flush=True)


COLUMNS = (("capture", 9), ("A", 22), ("B", 22), ("A CPU s", 7), ("B CPU s", 7), ("A wall s", 8),
           ("B wall s", 8), ("A MiB", 5), ("B MiB", 5), ("A / B: least, median, greatest", 30))


def row(*cells) -> str:
    return "| " + " | ".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, COLUMNS)) + " |"


def comparison_row(name: str, a: Report, b: Report, result: Comparison) -> str:
    pair = (result.a, result.b)
    return row(name, str(a), str(b), *(f"{median(runs, 'cpu_s'):.2f}" for runs in pair),
               *(f"{median(runs, 'wall_s'):.2f}" for runs in pair),
               *(f"{peak_mib(runs):.0f}" for runs in pair),
               "  ".join(f"{ratio:.3f}" for ratio in result.ratios()))


def write_capture(program: str, path: Path, segments: int, *options: str) -> Path:
    subprocess.run([program, *options, path, str(segments)], check=True)
    path.chmod(0o644)
    return path


def print_comparisons(tsharks: Tsharks, mptcp: Path, plain: Path, others: list[Path]):
    print(row(*(name for name, _ in COLUMNS)))
    print(row(*("-" * width for _, width in COLUMNS)))
    tsharks.print_comparison(mptcp, STOCK, STOCK)
    for capture in [mptcp, *others]:
        tsharks.print_comparison(capture, SUMMARY, STOCK)
        tsharks.print_comparison(capture, STOCK_WITH_PLUGIN, STOCK)
    tsharks.print_comparison(plain, STOCK_WITH_PLUGIN, STOCK)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small captures, one pair each")
    parser.add_argument("--capture", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("write_capture")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    segments = QUICK_SEGMENTS if options.quick else SEGMENTS
    try:
        with (tempfile.TemporaryDirectory(prefix="mptcp-bench-") as name,
              Stage(find_module(options.build)) as with_plugin, Stage(None) as without_plugin):
            directory = Path(name)
            directory.chmod(0o755)
            mptcp = write_capture(options.write_capture, directory / "mptcp.pcap", segments)
            plain = write_capture(options.write_capture, directory / "plain_tcp.pcap", segments,
                                  "--plain")
            tsharks = Tsharks(with_plugin, without_plugin,
                              QUICK_PAIRS if options.quick else PAIRS)
            print_comparisons(tsharks, mptcp, plain, options.capture)
    except (PluginError, CommandError, OSError, subprocess.CalledProcessError) as error:
        print(f"tshark_cost: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
