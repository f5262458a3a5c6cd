#!/usr/bin/python3
"""Keeps the outputs that the documentation shows true.

  tools/doc_outputs.py [--build DIR] [--check] [FILE.md ...]

A block of output follows a comment that names its command:

    <!-- output of: tshark -q -r test-captures/tfo/client.pcapng.gz -z mptcp,summary -->
    ```
    ...
    ```

Each command is run from the top folder, with the plugin of the build tree, and its output replaces the
block. With --check nothing is written, and the exit status is 1 if a block differs. Without files: all
Markdown files that git tracks.
"""

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from with_plugin import PluginError, Stage, find_module

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- output of: (?P<command>[^\n]+?) -->\n```[^\n]*\n)(?P<output>.*?)(^```$)",
                   re.DOTALL | re.MULTILINE)
WIRESHARK_PROGRAMS = ("tshark", "sharkd", "capinfos", "editcap")


def output_of(command: str, stage: Stage) -> str:
    """What `command` prints: a Wireshark program, possibly with other programs behind it in a pipe."""
    first, *rest = command.split(" | ")
    words = shlex.split(first)
    if words[0] not in WIRESHARK_PROGRAMS:
        raise ValueError(f"{words[0]} is none of {', '.join(WIRESHARK_PROGRAMS)}")
    result = stage.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    if result.returncode != 0:
        raise ValueError(f"{command}: exit status {result.returncode}\n{result.stderr}")
    text = result.stdout
    for command_behind in rest:
        text = subprocess.run(shlex.split(command_behind), input=text, capture_output=True, text=True,
                              check=True, cwd=ROOT).stdout
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def refreshed(text: str, stage: Stage) -> str:
    """The document with the outputs of now."""
    return BLOCK.sub(lambda block: block[1] + output_of(block["command"], stage) + block[4], text)


def tracked_documents() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=True,
                             cwd=ROOT).stdout
    return [ROOT / line for line in listing.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path(os.environ.get("MPTCP_BUILD_DIR",
                                                                          ROOT / "build")))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    stale = 0
    os.environ["LC_ALL"] = "C.UTF-8"
    with Stage(find_module(options.build)) as stage:
        for path in options.files or tracked_documents():
            before = path.read_text(encoding="utf-8")
            after = refreshed(before, stage)
            if before == after:
                continue
            stale += 1
            if options.check:
                sys.stdout.writelines(difflib.unified_diff(
                    before.splitlines(keepends=True), after.splitlines(keepends=True), str(path),
                    "as it is now"))
            else:
                path.write_text(after, encoding="utf-8")
                print(f"{path} refreshed")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, ValueError, OSError) as error:
        print(f"doc_outputs: {error}", file=sys.stderr)
        sys.exit(1)
