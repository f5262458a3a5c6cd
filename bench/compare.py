#!/usr/bin/python3
"""Compares what two commands cost: runs them in turn (A B A B ...), so that both meet the same load.

  bench/compare.py [--runs N] COMMAND-A COMMAND-B        each command one quoted argument

Prints the median CPU time (user + system) and wall time, and the peak memory, of each; then the
ratio A / B of the CPU times: of each pair (least, median, greatest), and of the best runs. A peak
below 16 MiB cannot be told: whoever starts a program hands its own peak on.
"""

import argparse
import dataclasses
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time


class CommandError(Exception):
    """A measured command failed."""


@dataclasses.dataclass
class Command:
    """A command line as subprocess.Popen takes it."""
    arguments: list[str]
    environment: dict[str, str] | None = None
    identity: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Run:
    cpu_s: float
    wall_s: float
    peak_mib: float


@dataclasses.dataclass
class Comparison:
    """Runs of A and of B; those of one index are a pair."""
    a: list[Run]
    b: list[Run]

    def ratios(self) -> tuple[float, float, float]:
        """A / B of the pairs' CPU times: least, median, greatest."""
        ratios = [a.cpu_s / b.cpu_s for a, b in zip(self.a, self.b)]
        return min(ratios), statistics.median(ratios), max(ratios)

    def best_ratio(self) -> float:
        """A / B of the least CPU times: what other load disturbs least."""
        return min(run.cpu_s for run in self.a) / min(run.cpu_s for run in self.b)


def median(runs: list[Run], figure: str) -> float:
    return statistics.median(getattr(run, figure) for run in runs)


def peak_mib(runs: list[Run]) -> float:
    return max(run.peak_mib for run in runs)


def measure(command: Command) -> Run:
    """Runs the command once. Its output is dropped unless it fails."""
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        process = subprocess.Popen(command.arguments, env=command.environment,
                                   stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, **command.identity)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            raise CommandError(f"{shlex.join(command.arguments)}: exit status "
                               f"{process.returncode}\n{output.read().decode(errors='replace')}")
    return Run(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024)


def compare(a: Command, b: Command, runs: int) -> Comparison:
    """`runs` pairs, after one of each that is not counted."""
    measure(a)
    measure(b)
    result = Comparison([], [])
    for _ in range(runs):
        result.a.append(measure(a))
        result.b.append(measure(b))
    return result


def describe(result: Comparison) -> str:
    lines = [f"{name}: {median(runs, 'cpu_s'):.2f} s CPU, {median(runs, 'wall_s'):.2f} s wall, "
             f"{peak_mib(runs):.0f} MiB peak" for name, runs in (("A", result.a), ("B", result.b))]
    least, middle, greatest = result.ratios()
    lines.append(f"A / B: {least:.3f} {middle:.3f} {greatest:.3f} "
                 f"(least, median, greatest of {len(result.a)} pairs), "
                 f"{result.best_ratio():.3f} (best runs)")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="pairs to run (default: %(default)s)")
    parser.add_argument("a", metavar="COMMAND-A", type=shlex.split)
    parser.add_argument("b", metavar="COMMAND-B", type=shlex.split)
    options = parser.parse_args()
    try:
        print(describe(compare(Command(options.a), Command(options.b), options.runs)))
    except (CommandError, OSError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
