"""Statistics > MPTCP with other files than a good one: none, damaged ones, one that still grows."""

import contextlib
import os
import subprocess
import threading

import pytest

from pcapng import content, end_of_packets
from tshark import stage
from steps import ANALYSIS, CONNECTIONS, FIRST, TABS, assert_shows, assert_tab_shows, opened
from wireshark_gui import Wireshark, kinds

ENTRIES = {"Connections": CONNECTIONS, "Analyze Connection": "MPTCP Connection"}


@pytest.fixture(scope="module")
def folder():
    return stage().writable_directory("captures")


def test_windows_without_a_file_say_so():
    with Wireshark(stage=stage()) as wireshark:
        for entry, title in ENTRIES.items():
            with opened(wireshark, entry, title) as window:
                assert window.one("label", "No capture file is open.")
                assert not any(view.row_count for view in window.all("table"))
        assert wireshark.quit()[0] == 0


def cut_short(path):
    data = content(FIRST)
    # In the middle of a packet.
    path.write_bytes(data[:end_of_packets(data, 1500) + 50])


def with_errors(path):
    subprocess.run(["editcap", "-E", "0.02", "--seed", "7", FIRST, path], check=True,
                   capture_output=True)


@pytest.mark.parametrize("damage", [cut_short, with_errors])
def test_a_damaged_file_gives_what_tshark_gives(folder, damage):
    path = folder / f"{damage.__name__}.pcapng"
    damage(path)
    with Wireshark("-r", path, stage=stage()) as wireshark:
        for message in wireshark.messages:      # of the damage
            message.one("push button", "OK").act()
        wireshark.wait_loaded()
        with opened(wireshark, "Connections", CONNECTIONS) as window:
            assert_shows(wireshark, window.one("table"), path, "connections")
        with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
            for name in TABS:
                assert_tab_shows(wireshark, window, name, path, 0)
        assert wireshark.quit()[0] == 0


class Feed:
    """A capture that comes in parts through a FIFO."""

    def __init__(self, path, data):
        self._data, self._sent = data, 0
        os.mkfifo(path)
        path.chmod(0o666)
        self._file = None
        # Opening waits for the reader.
        self._opening = threading.Thread(target=self._open, args=[path], daemon=True)
        self._opening.start()

    def _open(self, path):
        self._file = open(path, "wb", buffering=0)      # pylint: disable=consider-using-with

    def send(self, end=None):
        self._opening.join(60)
        self._file.write(self._data[self._sent:end])
        self._sent = end

    def close(self):
        self._opening.join(60)
        self._file.close()


@contextlib.contextmanager
def capturing(fifo, plugin=True):
    """Wireshark, capturing from a FIFO, and what feeds it."""
    feed = Feed(fifo, content(FIRST))
    with Wireshark("-k", "-i", fifo, stage=stage(plugin)) as wireshark:
        yield wireshark, feed


def stock_lines(fifo):
    """What stock Wireshark prints when it captures from a FIFO."""
    with capturing(fifo, plugin=False) as (wireshark, feed):
        feed.send()
        feed.close()
        wireshark.wait(lambda: wireshark.packet_counts, "packets")
        wireshark.wait(lambda: not wireshark.main.name.startswith("Capturing"), "the end")
        return kinds(wireshark.quit()[1])


def test_the_list_grows_with_a_live_capture(folder):
    data = content(FIRST)
    part = folder / "part.pcapng"
    part.write_bytes(data[:end_of_packets(data, 1000)])
    with capturing(folder / "fifo") as (wireshark, feed):
        feed.send(part.stat().st_size)
        wireshark.wait(lambda: wireshark.packet_counts == (1000, 1000), "1000 packets")
        wireshark.menu("Statistics", "MPTCP", "Connections").act()
        window = wireshark.window(CONNECTIONS)
        view = window.one("table")
        assert_shows(wireshark, view, part, "connections")
        feed.send()
        assert_shows(wireshark, view, FIRST, "connections")
        feed.close()
        wireshark.wait(lambda: not wireshark.main.name.startswith("Capturing"), "the end")
        assert_shows(wireshark, view, FIRST, "connections")
        status, lines = wireshark.quit()
    assert status == 0
    assert kinds(lines) <= stock_lines(folder / "stock-fifo")
