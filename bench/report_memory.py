#!/usr/bin/python3
"""What memory the reports take that have a row for each segment, beside the summary.

  bench/report_memory.py [--quick] [--segments N] WRITE_CAPTURE BUILD_DIRECTORY

They write their rows as they go, so that they must get by with little more than the summary: the
exit status is 1 if one takes more than 1.2 times its peak.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import Command, CommandError, measure
from tshark_cost import MPTCP, Captures

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from with_plugin import PluginError, Stage, find_module  # pylint: disable=wrong-import-position

SEGMENTS = 1_000_000
# Enough for a report that kept 400 bytes of each segment to be found out.
QUICK_SEGMENTS = 200_000
MOST = 1.2
BASE = "summary"
LONG = ("segments", "segments,format=csv", "segments,format=json", "mappings", "interval", "series",
        "series,format=xpl", "series,graph=goodput")


def peak_mib(stage: Stage, capture: Path, report: str) -> float:
    words = ["tshark", "-q", "-r", capture, "-z", f"mptcp,{report},output=/dev/null"]
    return measure(Command(stage.command(words), stage.environment(), stage.identity())).peak_mib


def print_peaks(stage: Stage, capture: Path) -> bool:
    """Whether all reports keep within the limit."""
    print(f"| {'report':<22} | peak MiB | to {BASE} |")
    print(f"| {'-' * 22} | -------: | ---------: |")
    base = peak_mib(stage, capture, BASE)
    ratios = []
    for report in (BASE, *LONG):
        peak = base if report == BASE else peak_mib(stage, capture, report)
        ratios.append(peak / base)
        print(f"| {report:<22} | {peak:8.0f} | {ratios[-1]:10.3f} |", flush=True)
    return max(ratios) <= MOST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SEGMENTS} segments")
    parser.add_argument("--segments", type=int, default=SEGMENTS)
    parser.add_argument("write_capture")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    segments = QUICK_SEGMENTS if options.quick else options.segments
    try:
        with (tempfile.TemporaryDirectory(prefix="mptcp-bench-") as directory,
              Stage(find_module(options.build)) as stage):
            capture = Captures(options.write_capture, Path(directory)).write(MPTCP, segments).path
            return 0 if print_peaks(stage, capture) else 1
    except (PluginError, CommandError, OSError, subprocess.CalledProcessError) as error:
        print(f"report_memory: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
