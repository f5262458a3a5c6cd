"""What a user does with the windows of Statistics > MPTCP, step by step, and what then has to be so.

Each step starts with the capture FIRST open, unfiltered, and no window but the main one, and leaves
it so.
"""

import contextlib
import json

from figures import differences, start_of, table
from tshark import capture, report

FIRST = capture("lossy_reinject/client")
SECOND = capture("tfo/client")
WITHOUT_MPTCP = capture("tcp_only/client")
CONNECTIONS = "MPTCP Connections"


@contextlib.contextmanager
def opened(wireshark, entry, title):
    """A window of Statistics > MPTCP, closed by its Close button."""
    wireshark.menu("Statistics", "MPTCP", entry).act()
    window = wireshark.window(title)
    try:
        yield window
    finally:
        window.one("push button", "Close").act()
        wireshark.wait_closed(title)


def press(window, name):
    window.one("push button", name).act()


def assert_shows(wireshark, view, path, name, *options):
    """The cells of a view are the figures that tshark prints of a capture."""
    keys, rows = table(path, name, *options)
    wireshark.wait(lambda: view.row_count == len(rows), f"{len(rows)} rows of {name}")
    assert view.column_count == len(keys)
    assert rows
    assert differences(view.rows, rows, keys, start_of(path)) == []


def connections_are_listed(wireshark):
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        assert FIRST.name in window.name
        assert window.one("label", "1 connection(s) and attempt(s)")
        view = window.one("table", "MPTCP connections")
        assert_shows(wireshark, view, FIRST, "connections")
        assert "Verdict" in view.headers


def a_row_leads_to_its_packet(wireshark):
    wireshark.packet_list.select_only(700)
    wireshark.wait(lambda: wireshark.selected_frame == 701, "frame 701 selected")
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        press(window, "Go to Packet")
        wireshark.wait(lambda: wireshark.selected_frame == 1, "the connection's first frame")
        wireshark.packet_list.select_only(700)
        window.one("table").focus()
        wireshark.keys(window, "Return")
        wireshark.wait(lambda: wireshark.selected_frame == 1, "the connection's first frame again")


def a_row_becomes_a_filter(wireshark):
    wireshark.open_file(SECOND)
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        wireshark.click_row(window, window.one("table"), 1)
        press(window, "Apply as Filter")
        wireshark.wait(lambda: wireshark.display_filter == "mptcp_analysis.connection == 1",
                       "the filter of connection 1")
        keys, rows = table(SECOND, "connections")
        segments = sum(int(rows[1][keys.index(f"{way}_segments")])
                       for way in ("client_to_server", "server_to_client"))
        packets = wireshark.packet_counts[0]
        wireshark.wait(lambda: wireshark.packet_counts == (packets, segments),
                       f"{segments} of {packets} packets displayed")
        limits_to_the_filter(wireshark, window)
        wireshark.set_filter("")
    wireshark.open_file(FIRST)


def limits_to_the_filter(wireshark, window):
    """With the filter of connection 1 applied, the others have nothing that passes."""
    view = window.one("table")
    window.one("check box", "Limit to display filter").act()
    wireshark.wait(lambda: window.one("check box").is_checked, "a checked box")
    filtered = table(SECOND, "connections", "mptcp_analysis.connection == 1")
    assert filtered != table(SECOND, "connections")
    wireshark.wait(lambda: not differences(view.rows, filtered[1], filtered[0], start_of(SECOND)),
                   "the figures of what passes")
    window.one("check box", "Limit to display filter").act()
    assert_shows(wireshark, view, SECOND, "connections")


def connections_are_saved(wireshark):
    folder = wireshark.writable_directory("saved")
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        for suffix in ("json", "csv", "yaml"):
            press(window, "Save As…")
            dialog = wireshark.window("Save Report As")
            dialog.one("text", "File name:").set_text(str(folder / f"connections.{suffix}"))
            press(dialog, "Save")
            wireshark.wait_closed("Save Report As")
    saved = json.loads((folder / "connections.json").read_text(encoding="utf-8"))
    assert saved == report(FIRST, "connections")
    keys = (folder / "connections.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert keys == table(FIRST, "connections")[0]
    assert "verdict: " in (folder / "connections.yaml").read_text(encoding="utf-8")


def reloading_fills_the_windows_anew(wireshark):
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        wireshark.reload_file()
        assert_shows(wireshark, window.one("table"), FIRST, "connections")
        wireshark.redissect()
        assert_shows(wireshark, window.one("table"), FIRST, "connections")


def closing_the_file_empties_the_windows(wireshark):
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        wireshark.close_file()
        wireshark.wait(lambda: window.one("table").row_count == 0, "an empty list")
        assert window.one("label", "No capture file is open.")
        assert FIRST.name not in window.name
        for name in ("Analyze", "Graphs", "Apply as Filter", "Go to Packet"):
            assert not window.one("push button", name).is_enabled
        wireshark.open_file(FIRST)
        assert_shows(wireshark, window.one("table"), FIRST, "connections")


def another_file_fills_the_windows(wireshark):
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        wireshark.open_file(SECOND)
        assert_shows(wireshark, window.one("table"), SECOND, "connections")
        wireshark.open_file(WITHOUT_MPTCP)
        wireshark.wait(lambda: window.one("table").row_count == 0, "an empty list")
        assert window.one("label", "No MPTCP in this capture.")
        wireshark.open_file(FIRST)
        assert_shows(wireshark, window.one("table"), FIRST, "connections")


STEPS = (connections_are_listed, a_row_leads_to_its_packet, a_row_becomes_a_filter,
         connections_are_saved, reloading_fills_the_windows_anew,
         closing_the_file_empties_the_windows, another_file_fills_the_windows)


def stock_walk(wireshark):
    """The like with Wireshark's own windows, for what these print on the terminal."""
    def conversations():
        wireshark.menu("Statistics", "Conversations").act()
        return wireshark.window("Conversations")

    def close(window):
        press(window, "Close")
        wireshark.wait_closed(window.name)

    close(conversations())
    wireshark.menu("Statistics", "TCP Stream Graphs", "Throughput").act()
    close(wireshark.window("Throughput"))
    wireshark.set_filter("tcp.stream == 0")
    wireshark.set_filter("")
    window = conversations()
    wireshark.reload_file()
    wireshark.redissect()
    wireshark.open_file(SECOND)
    wireshark.close_file()
    wireshark.open_file(FIRST)
    close(window)
