#!/usr/bin/python3
"""Draws the pictures of docs/graphs.md by the commands that stand there.

  tools/draw_graphs.py [--build DIR] [--into FOLDER]

A block of commands follows a comment that names its picture:

    <!-- draws: docs/pictures/time-dsn.png -->
    ```sh
    tshark ... output=points.csv
    gnuplot ... > picture.png
    ```

They are run in an empty folder, the first with the plugin of the build tree. Needs gnuplot.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from with_plugin import PluginError, Stage, find_module

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"<!-- draws: (?P<picture>\S+) -->\n```sh\n(?P<tshark>.+)\n(?P<gnuplot>.+)\n```")


def points_of(command: str, stage: Stage) -> tuple[str, bytes]:
    """The file that a tshark command writes: its name and what is in it."""
    name = re.search(r",output=(\S+)", command)[1]
    words = shlex.split(command.replace(f",output={name}", ""))
    result = stage.run(words, capture_output=True, check=True, cwd=ROOT)
    return name, result.stdout


def drawn(command: str, folder: Path) -> bytes:
    """The picture that a gnuplot command makes of the files of a folder."""
    words, _ = command.split(" > ")
    result = subprocess.run(shlex.split(words.replace(" docs/", f" {ROOT}/docs/")), cwd=folder,
                            capture_output=True, check=True)
    if result.stderr:
        raise ValueError(result.stderr.decode())
    return result.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path(os.environ.get("MPTCP_BUILD_DIR",
                                                                          ROOT / "build")))
    parser.add_argument("--into", type=Path, default=ROOT,
                        help="the top folder of the pictures; default: this one")
    options = parser.parse_args()
    text = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    with Stage(find_module(options.build)) as stage, tempfile.TemporaryDirectory() as folder:
        for block in BLOCK.finditer(text):
            name, points = points_of(block["tshark"], stage)
            (Path(folder) / name).write_bytes(points)
            target = options.into / block["picture"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(drawn(block["gnuplot"], Path(folder)))
            print(target)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, ValueError, OSError, subprocess.CalledProcessError) as error:
        print(f"draw_graphs: {error}", file=sys.stderr)
        sys.exit(1)
