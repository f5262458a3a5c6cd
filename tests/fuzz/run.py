#!/usr/bin/python3
"""Runs a fuzzer for some time, or for some inputs, and says what came of it, as a row of a table.

  tests/fuzz/run.py [--seconds N | --inputs N] [--corpus DIR] [--findings DIR] BUILD TARGET

BUILD is a build tree with MPTCP_FUZZ. It begins with the seeds and all regressions; what it learns
goes to --corpus, inputs that fail to --findings. With --inputs it tries the same ones each time, so
that a test of a change says something of the change. The exit status is 1 if there was a finding,
or if fewer than --inputs were executed.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# libwireshark never frees what it registers.
LEAKS_OF_OTHERS = {"hook"}
SEEDS_OF_OTHERS = {"frame": "hook"}
LONGEST_INPUT = 4096
# On a machine that does other things, too.
SECONDS_PER_INPUT = 60
MEGABYTES = 3000


def command_of(options, corpus, findings):
    """The fuzzer's command line."""
    command = [options.build / "tests" / "fuzz" / f"{options.target}_fuzzer",
               f"-max_len={LONGEST_INPUT}",
               f"-timeout={SECONDS_PER_INPUT}", f"-report_slow_units={SECONDS_PER_INPUT}",
               f"-rss_limit_mb={MEGABYTES}",
               f"-dict={HERE / 'dictionary.txt'}", f"-artifact_prefix={findings}/",
               # Weighing inputs by rare features takes longer than most inputs do.
               "-entropic=0", "-print_final_stats=1", corpus,
               HERE / "seeds" / SEEDS_OF_OTHERS.get(options.target, options.target)]
    command += ([f"-runs={options.inputs}", "-seed=1"] if options.inputs
                else [f"-max_total_time={options.seconds}"])
    if options.target in LEAKS_OF_OTHERS:
        command.append("-detect_leaks=0")
    regressions = HERE / "regressions" / options.target
    return command + ([regressions] if regressions.is_dir() else [])


def last_number(pattern, text):
    """What the last match says; 0 if there is none."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(options, corpus, findings):
    """(whether nothing is wrong, what to say)"""
    done = subprocess.run(command_of(options, corpus, findings), check=False, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    inputs = last_number(r"stat::number_of_executed_units:\s*(\d+)", done.stdout)
    edges = last_number(r"cov: (\d+)", done.stdout)
    features = last_number(r"ft: (\d+)", done.stdout)
    failed = sorted(path.name for path in Path(findings).iterdir())
    limit = f"{options.inputs} inputs" if options.inputs else f"{options.seconds} s"
    row = f"| {options.target} | {limit} | {inputs} | {edges} | {features} | {len(failed)} |"
    if done.returncode != 0 or failed:
        return False, done.stdout[-10000:] + "\n" + row
    if inputs < max(options.inputs, 1):
        return False, f"{row}\nfewer inputs were executed than asked for"
    return True, row


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=25)
    parser.add_argument("--inputs", type=int, default=0)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--findings", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mptcp-fuzz-") as scratch:
        corpus = options.corpus or Path(scratch) / "corpus"
        findings = options.findings or Path(scratch) / "findings"
        corpus.mkdir(parents=True, exist_ok=True)
        findings.mkdir(parents=True, exist_ok=True)
        is_well, words = run(options, corpus, findings)
    print(words)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
