#!/usr/bin/python3
"""What a segment costs the engine: instructions, time and memory, on synthetic traffic.

  bench/engine_cost.py [--quick] ENGINE_BENCH

The cost of making the traffic is measured and taken off. The exit status is 1 if the instructions
per segment grow by more than a quarter from the shortest traffic to the longest.
"""

import argparse
import re
import subprocess
import sys
from typing import NamedTuple

from compare import Command, CommandError, compare
from instructions import can_count, count

GROWTH_LIMIT = 1.25
PAIRS = 7
# Shorter traffic takes too little time and memory for them to be told from those of a process.
LEAST_SEGMENTS_TO_TIME = 100_000


class Shape(NamedTuple):
    segments: int
    connections: int = 1
    subflows: int = 2


LENGTHS = [Shape(100_000), Shape(1_000_000), Shape(10_000_000)]
WIDTHS = [Shape(1_000_000, connections=100), Shape(1_000_000, connections=10_000),
          Shape(1_000_000, subflows=1), Shape(1_000_000, subflows=8), Shape(1_000_000, subflows=32)]
QUICK_LENGTHS = [Shape(1_000), Shape(10_000)]
WIDTHS_OF_COLUMNS = (9, 11, 8, 20, 10, 13)


class Engine:
    def __init__(self, program: str):
        self._program = program

    def _command(self, shape: Shape, mode: str) -> Command:
        return Command([self._program, *map(str, shape), mode])

    def instructions(self, shape: Shape) -> float:
        """Per segment."""
        counts = [count(self._command(shape, mode)) for mode in ("track", "none")]
        return (counts[0] - counts[1]) / shape.segments

    def nanoseconds(self, shape: Shape) -> float:
        """CPU time per segment, of the best runs: other load only ever adds to it."""
        pairs = compare(self._command(shape, "track"), self._command(shape, "none"), PAIRS)
        track, none = (min(run.cpu_s for run in runs) for runs in (pairs.a, pairs.b))
        return (track - none) * 1e9 / shape.segments

    def _peak_bytes(self, shape: Shape, mode: str) -> int:
        output = subprocess.run(self._command(shape, mode).arguments, capture_output=True,
                                text=True, check=True).stdout
        return int(re.search(r"peak memory (\d+) KiB", output)[1]) * 1024

    def peak_bytes(self, shape: Shape) -> float:
        """Per segment."""
        return (self._peak_bytes(shape, "track") - self._peak_bytes(shape, "none")) / shape.segments


def row(*cells) -> str:
    padded = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS_OF_COLUMNS))
    return "| " + " | ".join(padded) + " |"


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def print_shape(engine: Engine, shape: Shape) -> float | None:
    """Returns the instructions per segment."""
    instructions = engine.instructions(shape) if can_count() else None
    timed = shape.segments >= LEAST_SEGMENTS_TO_TIME
    figures = (instructions, engine.nanoseconds(shape) if timed else None,
               engine.peak_bytes(shape) if timed else None)
    print(row(*shape, *map(number, figures)), flush=True)
    return instructions


def print_table(engine: Engine, lengths: list[Shape], widths: list[Shape]) -> float | None:
    """Returns the growth of the instructions per segment with the length."""
    print(row("segments", "connections", "subflows", "instructions/segment", "ns/segment",
              "bytes/segment"))
    print("|" + "|".join("-" * (width + 1) + ":" for width in WIDTHS_OF_COLUMNS) + "|")
    counts = {shape: print_shape(engine, shape) for shape in lengths + widths}
    return counts[lengths[-1]] / counts[lengths[0]] if can_count() else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small traffic only")
    parser.add_argument("engine_bench")
    options = parser.parse_args()
    lengths, widths = (QUICK_LENGTHS, []) if options.quick else (LENGTHS, WIDTHS)
    try:
        growth = print_table(Engine(options.engine_bench), lengths, widths)
    except (CommandError, OSError, subprocess.CalledProcessError) as error:
        print(f"engine_cost: {error}", file=sys.stderr)
        return 1
    if growth is None:
        print("Instructions are not counted: valgrind is not installed.")
        return 0
    print(f"Instructions per segment, {lengths[-1].segments} segments : {lengths[0].segments} "
          f"segments = {growth:.2f}")
    return 0 if growth <= GROWTH_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
