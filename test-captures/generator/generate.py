#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes real MPTCP v1 captures with what the kernel counted beside them."""
import argparse
import csv
import gzip
import json
import shutil
import signal
import sys
import time
from pathlib import Path

import describe
import truth
from command import LabError, run
from lab import Lab, check_requirements
from scenarios import BIG_BYTES, SCENARIOS

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build-link-emulator"
OUTPUT_NAMES = ("client.pcapng", "server.pcapng", "truth.json", "events.csv")


def build_emulator():
    """Builds the link emulator, or makes sure that it is up to date; returns its path."""
    run(["cmake", "-S", HERE, "-B", BUILD])
    run(["cmake", "--build", BUILD])
    return BUILD / "link-emulator"


def compress_to(source, target):
    """As `gzip -n -9`: the same input gives the same bytes."""
    with open(source, "rb") as plain, open(target, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
            shutil.copyfileobj(plain, packed)


def has_events(path):
    if not path.exists():
        return False
    with open(path, encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) > 1


def write_results(lab, scenario, folder):
    """Writes the captures, truth and events of a lab whose traffic has stopped; returns truth."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in OUTPUT_NAMES:
        for old in (folder / name, folder / (name + ".gz")):
            old.unlink(missing_ok=True)

    facts = truth.collect(lab, scenario.name, scenario.description)
    truth_path = lab.work / "truth.json"
    truth_path.write_text(json.dumps(facts, separators=(",", ":")), encoding="utf-8")
    compress_to(truth_path, folder / "truth.json.gz")
    if has_events(lab.events_path):
        compress_to(lab.events_path, folder / "events.csv.gz")
    for host, one in lab.captures.items():
        if scenario.compress:
            ordered = lab.work / f"{host}.pcapng"
            one.write(ordered, lab.capture_filter)
            compress_to(ordered, folder / f"{host}.pcapng.gz")
        else:
            one.write(folder / f"{host}.pcapng", lab.capture_filter)
    return facts


def summary(facts):
    """One line: what the kernel says of the first connections, and what went wrong."""
    parts = [f"{one['role']} subflows={one['n_subflows_seen']} sent={one['msk_bytes_sent']} "
             f"reinjected={one['reinjected_by_difference']}"
             for one in facts["derived"][:8] if one["mptcp"] and one["msk_bytes_sent"]]
    if any(facts["capture_drops"].values()):
        parts.append(f"CAPTURE LOST PACKETS: {facts['capture_drops']}")
    notes = [note for host in ("client", "server") for record in facts[host]["connections"]
             for note in record["notes"]]
    if notes:
        parts.append("notes: " + "; ".join(notes[:3]))
    return "  ".join(parts)


def generate(scenario, arguments, emulator):
    start = time.monotonic()
    options = {"size": arguments.bytes} if scenario.name == "big" else {}
    with Lab(scenario.settings, emulator) as lab:
        scenario.run(lab, **options)
        lab.stop_traffic()
        facts = write_results(lab, scenario, Path(arguments.out) / scenario.name)
    print(f"{scenario.name:<22} {time.monotonic() - start:5.1f} s  {summary(facts)}", flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Needs root, network namespaces, TAP devices and MPTCP.")
    parser.add_argument("what", nargs="+", metavar="list | describe | SCENARIO",
                        help="list the scenarios, describe the captures in --out as a Markdown "
                             "table, or make these scenarios anew")
    parser.add_argument("--out", default=HERE.parent, metavar="DIR",
                        help="make DIR/SCENARIO/... (default: test-captures)")
    parser.add_argument("--emulator", metavar="PATH", type=Path,
                        help="a link emulator that is already built (default: build it)")
    parser.add_argument("--bytes", type=lambda text: int(float(text)), default=BIG_BYTES,
                        help="payload of `big` (default: %(default)s)")
    return parser.parse_args()


def end_cleanly_on_signals():
    """Makes a signal an exception, so that the lab is removed on the way out."""
    def leave(number, _):
        sys.exit(128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def main():
    end_cleanly_on_signals()
    arguments = parse_arguments()
    if arguments.what == ["list"]:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:<22} {scenario.description}")
        return 0
    if arguments.what == ["describe"]:
        print(describe.table(Path(arguments.out)))
        return 0
    unknown = [name for name in arguments.what if name not in SCENARIOS]
    if unknown:
        print("generate.py: no such scenario: " + ", ".join(unknown), file=sys.stderr)
        return 1
    failed = False
    try:
        check_requirements()
        emulator = arguments.emulator or build_emulator()
    except LabError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    for name in arguments.what:
        try:
            generate(SCENARIOS[name], arguments, emulator)
        except (LabError, OSError) as error:
            print(f"generate.py: {name}: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
