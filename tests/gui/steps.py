"""What the steps of the walk have in common."""

import contextlib

from accessible import Gone
from figures import differences, start_of, table, text
from tshark import capture
from virtual_screen import TimeoutExpired

FIRST = capture("lossy_reinject/client")
SECOND = capture("tfo/client")
WITHOUT_MPTCP = capture("tcp_only/client")
CONNECTIONS = "MPTCP Connections"
ANALYSIS = "MPTCP Connection "
# Tab: report, whether it has a table, whether it has text.
TABS = {
    "Summary": ("summary", False, True),
    "Subflows": ("subflows", True, False),
    "Reinjections": ("reinjections", True, False),
    "Events": ("events", True, False),
    "Mappings": ("mappings", True, False),
    "Verification": ("verify", True, True),
    "Round-Trip Times": ("rtt", False, True),
    "Order and Stalls": ("order", False, True),
}


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


def save(wireshark, window, path, title="Save Report As"):
    """What Save As writes to a path."""
    press(window, "Save As…")
    dialog = wireshark.window(title)
    dialog.one("text", "File name:").set_text(str(path))
    press(dialog, "Save")
    wireshark.wait_closed(title)
    return path.read_bytes()


def assert_shows(wireshark, view, path, name, *options):
    """The cells of a view are, as soon as all is read, the figures that tshark prints of a capture."""
    keys, rows = table(path, name, *options)
    origin = start_of(path)
    wireshark.wait(lambda: view.row_count == len(rows), f"{len(rows)} rows of {name}")
    assert view.column_count == len(keys)
    found = []

    def is_same():
        try:
            found[:] = differences(view, keys, rows, origin)
        except Gone as gone:
            # Not what an earlier look found.
            found[:] = [str(gone)]
        return not found
    with contextlib.suppress(TimeoutExpired):
        wireshark.wait(is_same, "the figures", 10)
    assert found == []


def assert_tab_shows(wireshark, window, name, path, connection):
    report_name, has_table, has_text = TABS[name]
    choice = f"connection={connection}"
    window.one("page tab", name).act()
    if has_text:
        printed = text(path, report_name, choice)
        assert printed
        wireshark.wait(lambda: window.one("text").text.strip() == printed.strip(),
                       f"the text of {report_name}")
    if has_table:
        # The table that a report is about is the first of a tab: above the others.
        view = min(window.all("table"), key=lambda one: one.area.top)
        assert_shows(wireshark, view, path, report_name, choice)
