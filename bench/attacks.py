#!/usr/bin/python3
"""What attacks cost the engine, and the reports: instructions and memory for each packet.

  bench/attacks.py [--packets N] [--counted N] ATTACK_BENCH [ATTACK]...
                                            prints the table of docs/bounds.md, or some rows of it
  bench/attacks.py --check ATTACK_BENCH     holds all attacks against their bounds

With --check the exit status is 1 if a packet costs too much, if it costs more in a longer attack
than in a short one, or if docs/bounds.md names other attacks than there are.
"""

import argparse
import functools
import re
import subprocess
import sys
from pathlib import Path

from compare import Command, CommandError
from instructions import can_count, count

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "bounds.md"
SHORT = 2_000
LONG = 8 * SHORT
MOST_INSTRUCTIONS = 200_000
# All reports together cost some ten times as much as the engine, and sooner show how it grows.
SHORT_REPORTS = 400
LONG_REPORTS = 4 * SHORT_REPORTS
MOST_REPORT_INSTRUCTIONS = 6_000_000
MOST_BYTES = 8192
# Trees grow deeper. What is quadratic would cost eight times as much.
MOST_GROWTH = 1.3
NOISE_INSTRUCTIONS = 200
NOISE_BYTES = 64


class Bench:
    def __init__(self, program: str):
        self._program = program

    def attacks(self) -> dict[str, str]:
        """What each one is, by name."""
        return dict(line.split("\t") for line in self._run().splitlines())

    def _run(self, *arguments) -> str:
        return subprocess.run([self._program, *map(str, arguments)], capture_output=True, text=True,
                              check=True).stdout

    def _count(self, *arguments) -> int:
        return count(Command([self._program, *map(str, arguments)]))

    def instructions(self, name: str, packets: int) -> float:
        """Per packet, without those that make it."""
        return (self._count(name, packets) - self._count(name, packets, "none")) / packets

    def instructions_with_making(self, name: str, packets: int) -> float:
        """Per packet: the program's start does not count."""
        return (self._count(name, packets) - self._start) / packets

    def instructions_of_reports(self, name: str, packets: int) -> float:
        """Per packet, all reports together."""
        return (self._count(name, packets, "reports") - self._count(name, packets)) / packets

    @functools.cached_property
    def _start(self) -> int:
        return self._count(next(iter(self.attacks())), 0)

    def kept_bytes(self, name: str, packets: int) -> int:
        """What is allocated when the last packet has passed."""
        return int(re.search(r"allocated (\d+)", self._run(name, packets))[1])

    def peak_bytes(self, name: str, packets: int) -> int:
        peaks = [int(re.search(r"peak (\d+)", self._run(name, packets, mode))[1])
                 for mode in ("track", "none")]
        return max(peaks[0] - peaks[1], 0)


def costs_too_much(costs: list[float], most: int) -> bool:
    """Of a short attack and of a long one."""
    return max(costs) > most or costs[1] > costs[0] * MOST_GROWTH + NOISE_INSTRUCTIONS


def problems_of(bench: Bench, name: str) -> list[str]:
    problems = []
    kept = [bench.kept_bytes(name, packets) / packets for packets in (SHORT, LONG)]
    if max(kept) > MOST_BYTES or kept[1] > kept[0] * MOST_GROWTH + NOISE_BYTES:
        problems.append(f"{name}: {kept[0]:.0f}, then {kept[1]:.0f} bytes a packet")
    if can_count():
        costs = [bench.instructions_with_making(name, packets) for packets in (SHORT, LONG)]
        if costs_too_much(costs, MOST_INSTRUCTIONS):
            problems.append(f"{name}: {costs[0]:.0f}, then {costs[1]:.0f} instructions a packet")
        costs = [bench.instructions_of_reports(name, packets)
                 for packets in (SHORT_REPORTS, LONG_REPORTS)]
        if costs_too_much(costs, MOST_REPORT_INSTRUCTIONS):
            problems.append(f"{name}: {costs[0]:.0f}, then {costs[1]:.0f} instructions a packet "
                            "in reports")
    return problems


def check(bench: Bench) -> list[str]:
    attacks = bench.attacks()
    told = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", DOCUMENT.read_text(encoding="utf-8"),
                      re.MULTILINE)
    problems = []
    if told != list(attacks.items()):
        problems.append(f"{DOCUMENT.name} does not tell of these attacks in this order: {attacks}")
    for name in attacks:
        problems += problems_of(bench, name)
    if not can_count():
        print("Instructions are not counted: valgrind is not installed.")
    return problems


def print_table(bench: Bench, packets: int, counted: int, only: list[str]):
    print(f"| attack | what it is | packets | peak memory | bytes/packet | instructions/packet, of "
          f"{counted} | in all reports, of {LONG_REPORTS} |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for name, what in bench.attacks().items():
        if only and name not in only:
            continue
        peak = bench.peak_bytes(name, packets)
        costs = [f"{bench.instructions(name, counted):.0f}",
                 f"{bench.instructions_of_reports(name, LONG_REPORTS):.0f}"] if can_count() else "--"
        print(f"| `{name}` | {what} | {packets} | {peak / 2**20:.0f} MiB "
              f"| {peak / packets:.0f} | {costs[0]} | {costs[1]} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=1_000_000, help="to measure the memory of")
    parser.add_argument("--counted", type=int, default=20_000,
                        help="to count the instructions of: that takes 50 times as long")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("attack_bench")
    parser.add_argument("attacks", nargs="*")
    options = parser.parse_args()
    bench = Bench(options.attack_bench)
    try:
        if not options.check:
            print_table(bench, options.packets, options.counted, options.attacks)
            return 0
        problems = check(bench)
    except (CommandError, OSError, subprocess.CalledProcessError) as error:
        problems = [str(error)]
    for problem in problems:
        print(f"attacks: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
