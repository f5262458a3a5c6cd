#!/usr/bin/python3
"""Takes the pictures of docs/pictures from the real Wireshark, on a virtual screen.

  tools/screenshots.py [--build DIR] [--scale N] [--to DIR] [NAME ...]

--scale 2 shows everything twice as large, as on a screen of 200 %: to look for clipped text.
It needs the packages of the tests of the windows (see tools/debian-setup.sh).
"""

import argparse
import os
import shutil
import subprocess
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


class Album:
    """The folder of the pictures. Takes one as soon as all stands still that moves, blinks or is
    drawn later."""

    def __init__(self, folder: Path, scale: int):
        self._folder, self._size = folder, [scale * length for length in SIZE]
        folder.mkdir(parents=True, exist_ok=True)

    def resize(self, wireshark, title: str):
        """Makes a window fill the screen."""
        wireshark.screen.resize(title, *self._size)
        time.sleep(1)

    def take(self, wireshark, name: str):
        time.sleep(2)
        wireshark.screen.save_picture(self._folder / f"{name}.png")
        print(self._folder / f"{name}.png")


def packet_list(wireshark, album):
    """Reinjected segments in the packet list, with their tree."""
    album.take(wireshark, "packet-list")


def tree(wireshark, album):
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
    album.take(wireshark, "tree")


def io_graph(wireshark, album):
    """The I/O graph of the profile."""
    wireshark.menu("Statistics", "I/O Graphs").act()
    window = wireshark.window("I/O Graph")
    album.resize(wireshark, window.name)
    # The interval: three steps up from 1 s to 100 ms.
    wireshark.screen.click(*window.one("combo box", "1 sec").area.centre)
    for key in ("Up", "Up", "Up", "Return"):
        time.sleep(0.5)
        wireshark.screen.press(key)
    album.take(wireshark, "io-graph")


def connections(wireshark, album):
    """The list of connections."""
    wireshark.menu("Statistics", "MPTCP", "Connections").act()
    album.resize(wireshark, wireshark.window("MPTCP Connections").name)
    album.take(wireshark, "connections")


def analysis(wireshark, album):
    """Each tab of the analysis of a connection."""
    wireshark.menu("Statistics", "MPTCP", "Analyze Connection").act()
    window = wireshark.window("MPTCP Connection ")
    album.resize(wireshark, window.name)
    for tab in window.all("page tab"):
        tab.act()
        album.take(wireshark, tab.name.lower().replace(" ", "-"))


def graphs(wireshark, album):
    """Each graph of a connection."""
    wireshark.menu("Statistics", "MPTCP", "Graphs").act()
    window = wireshark.window("MPTCP Graphs")
    album.resize(wireshark, window.name)
    for key, name in enumerate(GRAPHS, start=1):
        wireshark.keys(window, str(key))
        album.take(wireshark, "graph-" + name)


# By the keys 1 to 9.
GRAPHS = ("dsn", "goodput", "throughput", "rtt", "flight", "share", "scheduler",
          "inter-arrival", "reinjection-delay")
# Something of everything, for the list.
MANY = ["backup_failover", "bulk_download", "fallback_strip_synack", "fastclose_client", "fullmesh",
        "join_refused_limit", "lossy_reinject", "mp_prio", "path_cut_fwd", "remove_addr", "tfo"]

# name: (capture, or scenarios to merge; options of Wireshark; what takes the pictures once it shows
# the capture)
SCENES = {
    "packet-list": ("full_payload/server.pcapng.gz", ["-g", "552"], packet_list),
    "tree": ("full_payload/server.pcapng.gz", ["-g", "556"], tree),
    "io-graph": ("lossy_reinject/client.pcapng.gz", [], io_graph),
    "connections": (MANY, [], connections),
    "graphs": ("lossy_reinject/client.pcapng.gz", [], graphs),
    "analysis": ("lossy_reinject/client.pcapng.gz", [], analysis),
}


def prepare_profile(stage: Stage):
    profiles = stage.home / ".config" / "wireshark" / "profiles"
    shutil.copytree(ROOT / "profiles", profiles)
    for path in [stage.home, *stage.home.rglob("*")]:
        if os.geteuid() == 0:
            shutil.chown(path, "nobody", "nogroup")


def capture_file(stage: Stage, capture) -> Path:
    if isinstance(capture, str):
        return ROOT / "test-captures" / capture
    merged = stage.path / "merged.pcapng"
    parts = [ROOT / "test-captures" / name / "client.pcapng.gz" for name in capture]
    subprocess.run(["mergecap", "-w", merged, *parts], check=True)
    merged.chmod(0o644)
    return merged


def act(stage: Stage, name: str, scale: int, album: Album):
    capture, options, scene = SCENES[name]
    with Wireshark("-C", "MPTCP", *options, "-r", capture_file(stage, capture), stage=stage,
                   scale=scale) as wireshark:
        wireshark.wait_loaded()
        album.resize(wireshark, wireshark.main.name)
        scene(wireshark, album)


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
        album = Album(options.to, options.scale)
        for name in options.names or SCENES:
            act(stage, name, options.scale, album)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (PluginError, TimeoutExpired, OSError) as error:
        print(f"screenshots: {error}", file=sys.stderr)
        sys.exit(1)
