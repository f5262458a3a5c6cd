#!/usr/bin/python3
"""Takes the pictures of docs/pictures from the real Wireshark, on a virtual screen.

  tools/screenshots.py [--build DIR] [NAME ...]

Needs the packages wireshark, xvfb, xdotool and imagemagick.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from with_plugin import PluginError, Stage, find_module

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
DISPLAY = ":97"
SCREEN = "1280x800x24"


def xdotool(*words: str) -> str:
    return subprocess.run(["xdotool", *words], env=dict(os.environ, DISPLAY=DISPLAY),
                          capture_output=True, text=True, check=False).stdout


def shoot(name: str):
    PICTURES.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", "root", "+dither", "-colors", "64",
                    PICTURES / f"{name}.png"],
                   env=dict(os.environ, DISPLAY=DISPLAY), check=True)
    print(f"docs/pictures/{name}.png")


def wait_for_window(title: str, seconds: float = 60) -> str:
    """The id of the first window whose title holds `title`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = xdotool("search", "--onlyvisible", "--name", title).split()
        if found:
            return found[0]
        time.sleep(0.3)
    raise TimeoutError(f"no window {title!r} in {seconds} s")


def packet_list():
    """Reinjected segments in the packet list, with their tree."""
    time.sleep(2)
    shoot("packet-list")


def tree():
    """The analysis of one reinjected segment, unfolded."""
    # A larger pane for it: its upper edge goes up.
    xdotool("mousemove", "320", "434", "mousedown", "1", "mousemove", "320", "300",
            "mousemove", "320", "230", "mouseup", "1")
    time.sleep(1)
    # The selected row has to be scrolled into what is left of the list.
    xdotool("mousemove", "320", "150", "click", "5", "click", "5")
    # The last item of the packet's tree is ours.
    xdotool("mousemove", "200", "260", "click", "1")
    # Shift unfolds what lies below, too.
    for key in ("End", "shift+Right", "End", "Up", "Up", "Up", "Left"):
        time.sleep(0.5)
        xdotool("key", key)
    time.sleep(1)
    shoot("tree")


def io_graph():
    """The I/O graph of the profile."""
    xdotool("key", "alt+s")
    time.sleep(1)
    xdotool("key", "i")
    window = wait_for_window("I/O Graph")
    # The interval: three steps up from 1 s to 100 ms.
    xdotool("mousemove", "596", "625", "click", "1")
    for key in ("Up", "Up", "Up", "Return"):
        time.sleep(0.5)
        xdotool("key", key)
    xdotool("windowsize", window, "1280", "800", "windowmove", window, "0", "0")
    time.sleep(3)
    shoot("io-graph")


# name: (capture, options of Wireshark, what to do once it shows the capture)
SCENES = {
    "packet-list": ("full_payload/server.pcapng.gz", ["-g", "552"], packet_list),
    "tree": ("full_payload/server.pcapng.gz", ["-g", "556"], tree),
    "io-graph": ("lossy_reinject/client.pcapng.gz", [], io_graph),
}


def prepare_profile(stage: Stage):
    profiles = stage.home / ".config" / "wireshark" / "profiles"
    shutil.copytree(ROOT / "profiles", profiles)
    stage.home.chmod(0o700)
    for path in [stage.home, *stage.home.rglob("*")]:
        if os.geteuid() == 0:
            shutil.chown(path, "nobody", "nogroup")


def take(stage: Stage, name: str):
    capture, options, act = SCENES[name]
    command = stage.command(["wireshark", "-C", "MPTCP", "-o", "gui.geometry.save.position:FALSE",
                             "-o", "gui.geometry.save.size:FALSE", *options, "-r",
                             ROOT / "test-captures" / capture])
    environment = dict(stage.environment(), DISPLAY=DISPLAY, LC_ALL="C.UTF-8",
                       XDG_RUNTIME_DIR=str(stage.home))
    with subprocess.Popen(command, env=environment, **stage.identity()) as wireshark:
        try:
            window = wait_for_window(Path(capture).name.split(".")[0])
            time.sleep(3)
            xdotool("windowsize", window, "1280", "800", "windowmove", window, "0", "0",
                    "windowfocus", window)
            time.sleep(2)
            act()
        finally:
            wireshark.terminate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path(os.environ.get("MPTCP_BUILD_DIR",
                                                                          ROOT / "build")))
    parser.add_argument("names", nargs="*", choices=[*SCENES, []], default=[])
    options = parser.parse_args()
    with subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac"],
                          stderr=subprocess.DEVNULL) as screen:
        try:
            time.sleep(1)
            with Stage(find_module(options.build)) as stage:
                prepare_profile(stage)
                for name in options.names or SCENES:
                    take(stage, name)
        finally:
            screen.terminate()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, TimeoutError, OSError) as error:
        print(f"screenshots: {error}", file=sys.stderr)
        sys.exit(1)
