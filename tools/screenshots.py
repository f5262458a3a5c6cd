#!/usr/bin/python3
"""Takes the pictures of docs/pictures from the real Wireshark, on a virtual screen.

  tools/screenshots.py [--build DIR] [--scale N] [--to DIR] [NAME ...]

--scale 2 shows everything twice as large, as on a screen of 200 %: to look for clipped text.
It needs the packages of the tests of the windows (see tools/debian-setup.sh).
"""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "gui"))

# pylint: disable=wrong-import-position
from virtual_screen import TimeoutExpired
from with_plugin import PluginError, Stage, find_module
from wireshark_gui import Wireshark

SIZE = (1280, 800)


def packet_list(_wireshark):
    """Reinjected segments in the packet list, with their tree."""


def tree(wireshark):
    """The analysis of one reinjected segment, unfolded."""
    screen = wireshark.screen
    # A larger pane for it: its upper edge goes up.
    edge = next(grip.area for grip in wireshark.main.all("grip") if grip.area.width > SIZE[0] // 2)
    x, y = edge.centre
    screen.xdotool("mousemove", x, y, "mousedown", 1, "mousemove", x, 300, "mousemove", x, 230,
                   "mouseup", 1)
    time.sleep(1)
    # The selected row has to be scrolled into what is left of the list.
    screen.xdotool("mousemove", 320, 150, "click", 5, "click", 5)
    # The last item of the packet's tree is ours. Shift unfolds what lies below, too.
    details = wireshark.main.one("tree", "Packet details").area
    screen.click(details.left + 200, details.top + 40)
    for key in ("End", "shift+Right", "End", "Up", "Up", "Up", "Left"):
        time.sleep(0.5)
        screen.press(key)


def io_graph(wireshark):
    """The I/O graph of the profile."""
    wireshark.menu("Statistics", "I/O Graphs").act()
    window = wireshark.window("I/O Graph")
    wireshark.screen.resize(window.name, *SIZE)
    # The interval: three steps up from 1 s to 100 ms.
    wireshark.screen.click(*window.one("combo box", "1 sec").area.centre)
    for key in ("Up", "Up", "Up", "Return"):
        time.sleep(0.5)
        wireshark.screen.press(key)


# name: (capture, options of Wireshark, what to do once it shows the capture)
SCENES = {
    "packet-list": ("full_payload/server.pcapng.gz", ["-g", "552"], packet_list),
    "tree": ("full_payload/server.pcapng.gz", ["-g", "556"], tree),
    "io-graph": ("lossy_reinject/client.pcapng.gz", [], io_graph),
}


def prepare_profile(stage: Stage):
    profiles = stage.home / ".config" / "wireshark" / "profiles"
    shutil.copytree(ROOT / "profiles", profiles)
    for path in [stage.home, *stage.home.rglob("*")]:
        if os.geteuid() == 0:
            shutil.chown(path, "nobody", "nogroup")


def take(stage: Stage, name: str, scale: int, folder: Path):
    capture, options, act = SCENES[name]
    with Wireshark("-C", "MPTCP", *options, "-r", ROOT / "test-captures" / capture, stage=stage,
                   scale=scale) as wireshark:
        wireshark.wait_loaded()
        wireshark.screen.resize(wireshark.main.name, *(scale * length for length in SIZE))
        time.sleep(1)
        act(wireshark)
        # Until everything that moves, blinks or is drawn later stands still.
        time.sleep(2)
        folder.mkdir(parents=True, exist_ok=True)
        wireshark.screen.save_picture(folder / f"{name}.png")
    print(folder / f"{name}.png")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path(os.environ.get("MPTCP_BUILD_DIR",
                                                                          ROOT / "build")))
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("names", nargs="*", choices=[*SCENES, []], default=[])
    options = parser.parse_args()
    with Stage(find_module(options.build)) as stage:
        prepare_profile(stage)
        for name in options.names or SCENES:
            take(stage, name, options.scale, options.to)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, TimeoutExpired, OSError) as error:
        print(f"screenshots: {error}", file=sys.stderr)
        sys.exit(1)
