#!/usr/bin/python3
"""What a segment costs the engine: instructions, time and memory, on synthetic traffic.

  bench/engine_cost.py [--quick] ENGINE_BENCH

The cost of making the traffic is measured and taken off. Instructions are callgrind's count; the
exit status is 1 if they grow by more than a quarter from the shortest traffic to the longest.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
from typing import NamedTuple

from compare import Command, compare

GROWTH_LIMIT = 1.25
PAIRS = 7
# Shorter traffic takes too little time and memory for them to be told from those of a process.
LEAST_SEGMENTS_TO_TIME = 100_000


class Shape(NamedTuple):
    segments: int
    connections: int = 1
    subflows: int = 2


LENGTHS = [Shape(10_000), Shape(100_000), Shape(1_000_000)]
WIDTHS = [Shape(1_000_000, connections=100), Shape(1_000_000, connections=1000),
          Shape(1_000_000, subflows=1), Shape(1_000_000, subflows=8), Shape(1_000_000, subflows=32)]
QUICK_LENGTHS = [Shape(1_000), Shape(10_000)]


class Engine:
    def __init__(self, program: str):
        self._program = program

    def _command(self, shape: Shape, mode: str) -> list[str]:
        return [self._program, *map(str, shape), mode]

    def _count(self, shape: Shape, mode: str) -> int:
        result = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                                 *self._command(shape, mode)],
                                capture_output=True, text=True, check=True)
        return int(re.search(r"Collected : (\d+)", result.stderr)[1])

    def instructions(self, shape: Shape) -> float:
        """Per segment."""
        return (self._count(shape, "track") - self._count(shape, "none")) / shape.segments

    def nanoseconds(self, shape: Shape) -> float:
        """CPU time per segment."""
        pairs = compare(Command(self._command(shape, "track")),
                        Command(self._command(shape, "none")), PAIRS)
        seconds = statistics.median(a.cpu_s - b.cpu_s for a, b in zip(pairs.a, pairs.b))
        return seconds * 1e9 / shape.segments

    def _peak_bytes(self, shape: Shape, mode: str) -> int:
        output = subprocess.run(self._command(shape, mode), capture_output=True, text=True,
                                check=True).stdout
        return int(re.search(r"peak memory (\d+) KiB", output)[1]) * 1024

    def peak_bytes(self, shape: Shape) -> float:
        """Per segment."""
        return (self._peak_bytes(shape, "track") - self._peak_bytes(shape, "none")) / shape.segments


def row(*cells) -> str:
    widths = (9, 11, 8, 20, 10, 13)
    return "| " + " | ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths)) + " |"


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def print_row(engine: Engine, shape: Shape, instructions: float | None):
    timed = shape.segments >= LEAST_SEGMENTS_TO_TIME
    figures = (instructions, engine.nanoseconds(shape) if timed else None,
               engine.peak_bytes(shape) if timed else None)
    print(row(*shape, *map(number, figures)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small traffic only")
    parser.add_argument("engine_bench")
    options = parser.parse_args()
    engine = Engine(options.engine_bench)
    lengths, widths = (QUICK_LENGTHS, []) if options.quick else (LENGTHS, WIDTHS)
    has_valgrind = shutil.which("valgrind") is not None

    print(row("segments", "connections", "subflows", "instructions/segment", "ns/segment",
              "bytes/segment"))
    print("|" + "|".join("-" * (width + 1) + ":" for width in (10, 12, 9, 21, 11, 14)) + "|")
    counts = {shape: engine.instructions(shape) if has_valgrind else None
              for shape in lengths + widths}
    for shape, instructions in counts.items():
        print_row(engine, shape, instructions)
    if not has_valgrind:
        print("Instructions are not counted: valgrind is not installed.")
        return 0
    growth = counts[lengths[-1]] / counts[lengths[0]]
    print(f"Instructions per segment, {lengths[-1].segments} segments to {lengths[0].segments}: "
          f"{growth:.2f}")
    return 0 if growth <= GROWTH_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
