"""An X server without a screen, a window manager on it, keys, and what its pixels show."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 1280, 800
# No title bars: a window's size is what is inside.
OPENBOX = """<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application type="normal" class="*"><decor>no</decor></application>
<application type="dialog" class="*"><decor>no</decor></application>
</applications></openbox_config>"""


class TimeoutExpired(AssertionError):
    """Something that a test waits for did not happen."""


def wait_until(condition, what, seconds=20):
    """The first true answer of condition()."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutExpired(f"not within {seconds} s: {what}")
        time.sleep(0.05)


@dataclass(frozen=True)
class Rectangle:
    left: int
    top: int
    width: int
    height: int

    @property
    def centre(self):
        return self.left + self.width // 2, self.top + self.height // 2


def stop(process, seconds=5):
    """Ends a program that this test started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Screen:
    """Xvfb on a display number that is free, and openbox: without it no window has the focus."""

    def __init__(self, log: Path, scale=1):
        size = f"{scale * WIDTH}x{scale * HEIGHT}x24"
        reader, writer = os.pipe()
        with open(log / "xvfb.log", "wb") as output:
            self._server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", size,
                 # No key repeats itself while the machine is busy.
                 "-r", "-nolisten", "tcp", "-ac", "-noreset"],
                pass_fds=[writer], stdout=output, stderr=output)
        os.close(writer)
        with open(reader, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            stop(self._server)
            raise RuntimeError("Xvfb: " + (log / "xvfb.log").read_text(encoding="utf-8"))
        self.display = ":" + number
        self.environment = dict(os.environ, DISPLAY=self.display)
        rules = log / "openbox.xml"
        rules.write_text(OPENBOX, encoding="ascii")
        with open(log / "openbox.log", "wb") as output:
            self._manager = subprocess.Popen(
                ["openbox", "--sm-disable", "--config-file", rules], env=self.environment,
                stdout=output, stderr=output)

    def close(self):
        stop(self._manager)
        stop(self._server)

    def xdotool(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], env=self.environment, timeout=20,
                              capture_output=True, text=True, check=False).stdout

    def press(self, *keys):
        """Keys as xdotool names them: "ctrl+r", "Return", "1"."""
        self.xdotool("key", "--delay", 30, *keys)

    def type(self, text):
        self.xdotool("type", "--delay", 5, text)

    def click(self, x, y, button=1):
        self.xdotool("mousemove", x, y, "click", button)

    def focus(self, title):
        """Activates the window of this title."""
        self.xdotool("windowactivate", "--sync", self._window(title))

    def resize(self, title, width, height):
        """Puts a window into the upper left corner."""
        self.xdotool("windowsize", number := self._window(title), width, height,
                     "windowmove", number, 0, 0)

    def _window(self, title):
        """X's number of a visible window."""
        # The names that xdotool searches are older ones than it gets: Qt sends them later.
        def found():
            numbers = self.xdotool("search", "--onlyvisible", "--name", ".").split()
            return [number for number in numbers
                    if self.xdotool("getwindowname", number).strip() == title]
        return wait_until(found, f"a window {title!r} on the screen")[-1]

    def save_picture(self, path, colours=64):
        """A small PNG of the screen."""
        subprocess.run(["import", "-window", "root", "+dither", "-colors", str(colours),
                        "-define", "png:compression-level=9",
                        "-define", "png:compression-filter=0", f"PNG8:{path}"],
                       env=self.environment, check=True, timeout=60)

    def pixels(self, area: Rectangle):
        """The colours (red, green, blue) of an area, row by row."""
        crop = f"{area.width}x{area.height}+{area.left}+{area.top}"
        raw = subprocess.run(["import", "-window", "root", "-crop", crop, "-depth", "8", "rgb:-"],
                             env=self.environment, check=True, timeout=60,
                             capture_output=True).stdout
        assert len(raw) == 3 * area.width * area.height
        return list(zip(raw[0::3], raw[1::3], raw[2::3]))

    def point(self, x, y):
        """Puts the mouse somewhere."""
        self.xdotool("mousemove", x, y)
