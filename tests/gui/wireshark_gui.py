"""The real Wireshark on a screen of its own, for the tests of the windows.

    with Wireshark("-r", capture, stage=stage) as wireshark:
        wireshark.menu("Statistics", "Conversations").act()
        window = wireshark.window("Conversations")
        window.one("push button", "Close").act()
        status, lines = wireshark.quit()

It runs as the plain user of the Stage (see tools/with_plugin.py), with a D-Bus session, and so an
accessibility bus, of this user. Everything it starts ends with it, also when the test fails.
"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from accessible import Bus, Gone
from virtual_screen import Screen, stop, wait_until

# What would make the outcome depend on who runs the tests.
FOREIGN = ("AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "LANGUAGE", "QT_QPA_PLATFORM",
           "QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "SESSION_MANAGER",
           "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
PREFERENCES = ("gui.ask_unsaved:FALSE", "gui.update.enabled:FALSE",
               "gui.geometry.save.position:FALSE", "gui.geometry.save.size:FALSE")
# A library, in builds with sanitizers.
PRELOAD_ENDS_HERE = os.environ.get("MPTCP_PRELOAD_ENDS_HERE")


class SessionBus:
    """A D-Bus session, and its accessibility bus, of the Stage's user."""

    def __init__(self, stage, environment, log):
        # In a process group of its own: services that it starts stay in it.
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
            start_new_session=True, **stage.identity())
        self.environment = dict(environment)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._daemon.stdout.readline().strip()
        try:
            answer = subprocess.run(
                ["dbus-send", "--session", "--print-reply=literal", "--dest=org.a11y.Bus",
                 "/org/a11y/bus", "org.a11y.Bus.GetAddress"], env=self.environment, check=True,
                timeout=30, stdout=subprocess.PIPE, stderr=log, text=True, **stage.identity())
            self.accessibility = Bus(answer.stdout.strip())
        except BaseException:
            self._stop_daemon()
            raise

    def close(self):
        self.accessibility.close()
        self._stop_daemon()

    def _stop_daemon(self):
        os.killpg(self._daemon.pid, signal.SIGTERM)
        self._daemon.wait()
        self._daemon.stdout.close()


class Wireshark:
    """One run of Wireshark. `under` is what to run it under, such as ("valgrind", "-q")."""

    def __init__(self, *arguments, stage, under=(), scale=1):
        self._stage = stage
        self._logs = Path(stage.path) / f"gui-{time.monotonic_ns()}"
        self._logs.mkdir()
        self._slowness = 20 if under else 1
        self._bus = self._process = None
        self.screen = Screen(self._logs, scale)
        try:
            self._start(arguments, under, scale)
        except BaseException:
            self.close()
            raise

    def _start(self, arguments, under, scale):
        runtime = self.writable_directory("runtime")
        runtime.chmod(0o700)
        environment = {name: value for name, value in self._stage.environment().items()
                       if name not in FOREIGN}
        environment |= {"DISPLAY": self.screen.display, "LC_ALL": "C.UTF-8",
                        "XDG_RUNTIME_DIR": str(runtime), "QT_ACCESSIBILITY": "1",
                        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        # A sanitizer's runtime is for Wireshark alone.
        preload = {"LD_PRELOAD": environment.pop("LD_PRELOAD", "")}
        if PRELOAD_ENDS_HERE:
            preload["LD_PRELOAD"] += f" {self._stage.readable(Path(PRELOAD_ENDS_HERE))}"
        with open(self._logs / "bus.log", "wb") as log:
            self._bus = SessionBus(self._stage, environment, log)
        environment = self._bus.environment | preload
        if scale != 1:
            environment["QT_SCALE_FACTOR"] = str(scale)
        options = [word for preference in PREFERENCES for word in ("-o", preference)]
        command = self._stage.command(["wireshark", *options, *arguments])
        with open(self._logs / "output", "wb") as output:
            self._process = subprocess.Popen([*under, *command], env=environment, stdout=output,
                                             # Dialogs for files look around there.
                                             stderr=output, cwd=runtime, **self._stage.identity())
        self._application = self._bus.accessibility.application(
            self._process.pid, 20 * self._slowness)
        self.wait(lambda: self.main.all("menu bar"), "the main window")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is not None:
                self._say_how_it_is()
        finally:
            self.close()

    def _say_how_it_is(self):
        """For whom looks for the cause of a failure: pytest shows this."""
        print("exit status so far:", self._process.poll())
        print("output:", *self.output, sep="\n  ")
        if self._process.poll() is None:
            print("windows:", self.windows)
            if os.environ.get("MPTCP_GUI_PICTURES"):
                self.screen.save_picture(Path(os.environ["MPTCP_GUI_PICTURES"])
                                         / f"{self._logs.name}.png")

    def close(self):
        if self._process:
            stop(self._process)
        if self._bus:
            self._bus.close()
            self._bus = None
        self.screen.close()
        self._stage.check_findings()

    def wait(self, condition, what, seconds=20):
        """wait_until(), longer where Wireshark is made slow, and not for the dead."""
        def checked():
            try:
                answer = condition()
            except Gone:
                answer = None
            if not answer and self._process.poll() is not None:
                raise AssertionError(f"Wireshark ended with {self._process.returncode} "
                                     f"while waiting for {what}")
            return answer
        return wait_until(checked, what, seconds * self._slowness)

    def writable_directory(self, name):
        """A new directory in which Wireshark may write."""
        return self._stage.writable_directory(f"{self._logs.name}-{name}")

    # Windows and menus.

    @property
    def windows(self):
        return self._application.children

    @property
    def titles(self):
        return [window.name for window in self.windows]

    @property
    def main(self):
        return next(window for window in self.windows if window.role == "frame")

    def window(self, words):
        """The newest window, other than the main one, whose title holds the words."""
        return self.wait(lambda: [window for window in self.windows if window.role != "frame"
                                  and words in window.name], f"a window {words!r}")[-1]

    def wait_closed(self, words):
        self.wait(lambda: not [title for title in self.titles if words in title],
                  f"no window {words!r} any more")

    @property
    def process_id(self):
        return self._process.pid

    @property
    def messages(self):
        """Boxes of Wireshark's that tell or ask something."""
        return [window for window in self.windows if window.role == "alert message"]

    def menu(self, *path):
        """An item of the main menu; "…" at the end of a name is left out."""
        items = self.main.one("menu bar").children
        for depth, word in enumerate(path, start=1):
            found = [item for item in items if item.name.rstrip("….") == word]
            assert found, f"no {word} among {[item.name for item in items]}"
            if depth < len(path):
                items = found[0].children[0].children
        return found[0]

    def keys(self, window, *keys):
        self.screen.focus(window.name)
        self.screen.press(*keys)

    def click_row(self, window, view, row, column=0):
        """Makes a row of a view the current one, by a click on a visible cell."""
        self.screen.focus(window.name)
        self.screen.click(*view.cell(row, column).area.centre)
        self.wait(lambda: view.selected_rows == [row], f"row {row} selected")

    # What the main window shows.

    @property
    def packet_list(self):
        return self.main.one("tree", "Packet list")

    @property
    def selected_frame(self):
        """The number of the frame that is selected in the packet list, or None."""
        rows = self.packet_list.selected_rows
        return int(self.packet_list.cell(rows[0], 0).name) if len(rows) == 1 else None

    @property
    def _filter_entry(self):
        # Other bars, which do not show, have one, too. The lists of combo boxes have widgets that
        # come and go.
        leaves = ("list", "menu bar", "table", "tree", "tree table")
        return next(node for node in self.main.walk(leaves)
                    if node.name == "Display filter entry" and node.is_showing)

    @property
    def display_filter(self):
        return self._filter_entry.text

    def set_filter(self, text):
        """Types a display filter into the filter bar."""
        self._filter_entry.set_text(text)
        self._filter_entry.focus()
        self.keys(self.main, "Return")
        self.wait_loaded()

    @property
    def packet_counts(self):
        """(packets, displayed) of the status bar; None without a file."""
        for label in self.main.one("status bar").all("label"):
            found = re.match(r"Packets: (\d+)(?: · Displayed: (\d+))?", label.name)
            if found:
                return int(found[1]), int(found[2] or found[1])
        return None

    # Files.

    def open_file(self, path):
        """By typing its name into File > Open."""
        path = self._stage.readable(Path(path))
        self.menu("File", "Open").act()
        window = self.window("Open Capture File")
        window.one("text", "File name:").set_text(str(path))
        button = window.one("push button", "Open")
        self.wait(lambda: button.is_enabled, "the Open button")
        button.act()
        self.wait_closed("Open Capture File")
        self.wait_loaded()

    def wait_loaded(self, seconds=20):
        """Until the status bar counts packets, and their number stays."""
        last = [None]

        def settled():
            counts, before = self.packet_counts, last[0]
            last[0] = counts
            return counts and counts == before and counts[0]
        self.wait(settled, "a loaded file", seconds)

    def reload_file(self):
        self.menu("View", "Reload").act()
        self.wait_loaded()

    def redissect(self):
        self.menu("Analyze", "Reload Lua Plugins").act()
        self.wait_loaded()

    def close_file(self):
        self.menu("File", "Close").act()
        self.wait(lambda: not self.packet_counts, "a closed file")

    # The end.

    @property
    def output(self):
        """The lines on the terminal so far."""
        return (self._logs / "output").read_text(encoding="utf-8", errors="replace").splitlines()

    def quit(self):
        """File > Quit. Exit status and the lines on the terminal."""
        self.menu("File", "Quit").act()
        try:
            return self._process.wait(20 * self._slowness), self.output
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"Wireshark does not end; windows: {self.titles}") from error


# What Qt says by chance, with any window: the window manager tells of one that was just closed, or
# the tests ask for a widget that is gone.
BY_CHANCE = re.compile(r"XCB error: 3 \(BadWindow\)|Qt AtSpiAdaptor: "
                       r"|Could not find accessible on path: ")     # in Qt 6


def kinds(lines):
    """The set of lines, without what differs from run to run: times, numbers, names of files."""
    return {re.sub(r"0x[0-9a-f]+|\d+|/tmp/\S+", "…", line).strip()
            for line in lines if not BY_CHANCE.search(line)} - {""}
