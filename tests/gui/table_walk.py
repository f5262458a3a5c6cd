"""The part of the walk (see walk.py) that goes through lists and tabs."""

import csv
import io
import json
import re

from figures import differences, is_same, start_of, table
from steps import (ANALYSIS, CONNECTIONS, FIRST, SECOND, TABS, WITHOUT_MPTCP, assert_shows,
                   assert_tab_shows, opened, press, save)
from tshark import report


def connections_are_listed(wireshark):
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        assert FIRST.name in window.name
        assert window.one("label", "1 connection or attempt")
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
    wireshark.wait(lambda: not differences(view, *filtered, start_of(SECOND)),
                   "the figures of what passes")
    window.one("check box", "Limit to display filter").act()
    assert_shows(wireshark, view, SECOND, "connections")


def connections_are_saved(wireshark):
    folder = wireshark.writable_directory("saved")
    with opened(wireshark, "Connections", CONNECTIONS) as window:
        saved = {suffix: save(wireshark, window, folder / f"connections.{suffix}")
                 for suffix in ("json", "csv", "yaml")}
    assert json.loads(saved["json"]) == report(FIRST, "connections")
    assert list(csv.reader(io.StringIO(saved["csv"].decode())))[0] == table(FIRST, "connections")[0]
    assert "verdict: " in saved["yaml"].decode()


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


def every_tab_shows_its_report(wireshark):
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        assert FIRST.name in window.name
        assert [tab.name for tab in window.all("page tab")] == list(TABS)
        for name, (report_name, has_table, _) in TABS.items():
            assert_tab_shows(wireshark, window, name, FIRST, 0)
            assert not has_table or table(FIRST, report_name)[1]


def the_matrix_is_that_of_the_report(wireshark):
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        window.one("page tab", "Reinjections").act()
        cells = report(FIRST, "reinjections")["matrix"]
        view = window.one("table", "By the subflow that carried the data first and the one that "
                                   "sent it again")
        wireshark.wait(lambda: view.row_count == len(cells), "the matrix")
        assert cells
        for row, cell in zip(view.rows, cells):
            assert all(is_same(shown, plain(exact))
                       for shown, exact in zip(row, cell.values(), strict=True)), (row, cell)


def plain(value):
    """A value of JSON as CSV has it."""
    return "" if value is None else str(value)


def a_reinjection_leads_to_its_packet(wireshark):
    keys, rows = table(FIRST, "reinjections")
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        window.one("page tab", "Reinjections").act()
        view = window.one("table", "Data that was sent again")
        wireshark.wait(lambda: view.row_count == len(rows), "reinjections")
        for number in (0, 3):
            wireshark.click_row(window, view, number, keys.index("frame"))
            press(window, "Go to Packet")
            frame = int(rows[number][keys.index("frame")])
            wireshark.wait(lambda: wireshark.selected_frame == frame, f"frame {frame}")


def n_leads_from_problem_to_problem(wireshark):
    keys, rows = table(FIRST, "reinjections")
    frames = [int(row[keys.index("frame")]) for row in rows]
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        for frame in frames[:2]:
            wireshark.keys(window, "n")
            wireshark.wait(lambda: wireshark.selected_frame == frame, f"frame {frame}")
            assert [label.name for label in window.all("label")
                    if re.match(rf"Problem \d+ of \d+, packet {frame}: ", label.name)]


def a_connection_becomes_a_filter(wireshark):
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        press(window, "Apply as Filter")
        wireshark.wait(lambda: wireshark.display_filter == "mptcp_analysis.connection == 0",
                       "the filter of connection 0")
        wireshark.set_filter("")


def reports_are_saved(wireshark):
    folder = wireshark.writable_directory("reports")
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        for name in ("Summary", "Events"):
            window.one("page tab", name).act()
            saved = save(wireshark, window, folder / f"{name}.json")
            assert json.loads(saved) == report(FIRST, TABS[name][0], "connection=0")


def the_analysis_follows_the_file(wireshark):
    with opened(wireshark, "Analyze Connection", ANALYSIS) as window:
        assert_tab_shows(wireshark, window, "Events", FIRST, 0)
        wireshark.open_file(SECOND)
        assert_tab_shows(wireshark, window, "Events", SECOND, 0)
        # The next connection of the file.
        wireshark.keys(window, "alt+i", "Down")
        wireshark.wait(lambda: " 1 · " in window.name, "connection 1 in the title")
        for name in ("Events", "Subflows", "Summary"):
            assert_tab_shows(wireshark, window, name, SECOND, 1)
        wireshark.reload_file()
        assert_tab_shows(wireshark, window, "Summary", SECOND, 1)
        wireshark.close_file()
        window.one("label", "No capture file is open.")
        assert not window.one("text").text
        for name in ("Next Problem (N)", "Go to Packet", "Apply as Filter", "Save As…"):
            assert not window.one("push button", name).is_enabled
        wireshark.open_file(FIRST)
        assert_tab_shows(wireshark, window, "Summary", FIRST, 0)


TABLE_STEPS = (connections_are_listed, a_row_leads_to_its_packet, a_row_becomes_a_filter,
               connections_are_saved, reloading_fills_the_windows_anew,
               closing_the_file_empties_the_windows, another_file_fills_the_windows,
               every_tab_shows_its_report, the_matrix_is_that_of_the_report,
               a_reinjection_leads_to_its_packet, n_leads_from_problem_to_problem,
               a_connection_becomes_a_filter, reports_are_saved, the_analysis_follows_the_file)
