#!/usr/bin/python3
"""What it takes to open the time-sequence graph, beside Wireshark's own TCP stream graph.

  bench/graph_opening.py [--quick] [--pairs N] WRITE_CAPTURE BUILD_DIRECTORY

One connection of one subflow, so that both draw the same segments, in the real Wireshark on a
virtual screen. Each pair is a new Wireshark, in which one graph and then the other is opened for
the first time; which one is first alternates. The figure is the CPU time that Wireshark uses from
the click on until it rests. The exit status is 1 if ours takes more than 1.5 times as much.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tools"), str(ROOT / "tests" / "gui")]

# pylint: disable=wrong-import-position
from with_plugin import PluginError, Stage, find_module
from wireshark_gui import Wireshark

SEGMENTS = 1_000_000
QUICK_SEGMENTS = 20_000
PAIRS = 5
MOST = 1.5
# Of the larger direction, which is the one that both graphs show then.
DATA_FRAME = 10
# Wireshark rests when it uses less than this in a second.
REST_S = 0.05

# Who draws: (the way through the menu, what the window's title holds).
STOCK = (("Statistics", "TCP Stream Graphs", "Time Sequence (Stevens)"), "Sequence Numbers (Stevens)")
OURS = (("Statistics", "MPTCP", "Graphs"), "MPTCP Graphs")


def cpu_s(process_id: int) -> float:
    # The name in the second field may hold spaces, but it ends with the last parenthesis.
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until_rest(process_id: int) -> float:
    """Its CPU time when it began to rest."""
    before = cpu_s(process_id)
    while True:
        time.sleep(1)
        now = cpu_s(process_id)
        if now - before < REST_S:
            return before
        before = now


def cost_of(wireshark: Wireshark, way: tuple, title: str) -> float:
    before = until_rest(wireshark.process_id)
    wireshark.menu(*way).act()
    window = wireshark.window(title)
    cost = until_rest(wireshark.process_id) - before
    wireshark.keys(window, "Escape")
    wireshark.wait_closed(title)
    return cost


def costs(stage: Stage, capture: Path, ours_first: bool) -> tuple[float, float]:
    """(ours, stock), in seconds."""
    with Wireshark("-r", capture, "-g", str(DATA_FRAME), stage=stage) as wireshark:
        wireshark.wait_loaded(seconds=600)
        found = {graph: cost_of(wireshark, *graph)
                 for graph in ((OURS, STOCK) if ours_first else (STOCK, OURS))}
        wireshark.quit()
    return found[OURS], found[STOCK]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help=f"one pair, {QUICK_SEGMENTS} segments, no limit")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("write_capture")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    pairs = 1 if options.quick else options.pairs
    with (tempfile.TemporaryDirectory(prefix="mptcp-bench-") as directory,
          Stage(find_module(options.build)) as stage):
        capture = Path(directory) / "segments.pcap"
        segments = QUICK_SEGMENTS if options.quick else SEGMENTS
        subprocess.run([options.write_capture, capture, str(segments), "1", "1"], check=True)
        print(f"| {segments} segments | ours s | stock s | ours / stock |")
        print("| --------------- | -----: | ------: | -----------: |")
        ratios = []
        for pair in range(pairs):
            ours, stock = costs(stage, capture, ours_first=pair % 2 == 0)
            ratios.append(ours / stock)
            print(f"| pair {pair + 1:<10} | {ours:6.2f} | {stock:7.2f} | {ratios[-1]:12.2f} |",
                  flush=True)
        print(f"| median          |        |         | {statistics.median(ratios):12.2f} |")
    return 0 if options.quick or statistics.median(ratios) <= MOST else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, AssertionError, OSError, subprocess.CalledProcessError) as error:
        print(f"graph_opening: {error}", file=sys.stderr)
        sys.exit(2)
