"""The part of the walk (see walk.py) that goes through the graphs."""

import re

from figures import text
from steps import FIRST, SECOND, opened, save
from tshark import fields
from virtual_screen import Rectangle

GRAPHS = ("Time / Sequence (DSN)", "Goodput", "Throughput", "Round-Trip Time",
          "Bytes in Flight and Window", "Share of Subflows", "Scheduler", "Inter-Arrival Time",
          "Reinjection Delay")
DIRECTIONS = ("client → server", "server → client")
TITLE = "MPTCP Graphs"


# The hues of the first two subflows, as lines and as areas; neither the green of the DATA_ACKs nor
# the yellow of the window.

def is_blue(colour):
    red, green, blue = colour
    return blue - red > 60 and blue - green > 20


def is_orange(colour):
    red, green, blue = colour
    return red - blue > 60 and red - green > 40


class Graph:
    """What is drawn in a window of graphs, without the legend beside it."""

    def __init__(self, wireshark, window):
        self._wireshark, self._window = wireshark, window
        whole = window.one("filler", "Graph").area
        self.area = Rectangle(whole.left, whole.top, whole.width * 3 // 4, whole.height)
        wireshark.screen.focus(window.name)
        wireshark.screen.point(whole.left + 5, whole.top + 5)

    def pixels(self):
        return self._wireshark.screen.pixels(self.area)

    def places(self, is_hue):
        """Of the pixels of a hue on the screen."""
        width = self.area.width
        return [(self.area.left + number % width, self.area.top + number // width)
                for number, colour in enumerate(self.pixels()) if is_hue(colour)]

    def wait_for(self, blue, orange, what):
        """Until the hues of subflow 0 and subflow 1 are there, or are not."""
        def is_so():
            pixels = self.pixels()
            return (any(map(is_blue, pixels)), any(map(is_orange, pixels))) == (blue, orange)
        self._wireshark.wait(is_so, f"colours of {what}")

    def chosen(self):
        """Graph, connection, direction."""
        return [box.name for box in self._window.all("combo box")]

    def press(self, *keys):
        self._wireshark.keys(self._window, *keys)

    def choose(self, key, name):
        self.press(key)
        self._wireshark.wait(lambda: name in self.chosen(), f"{name} chosen")

    def hint(self):
        """The words on what is below the mouse."""
        labels = [label.name for label in self._window.all("label")]
        return next((name for name in labels if name.startswith("Packet ")), "")


def every_graph_is_drawn(wireshark):
    """In one direction both subflows carried data, and sent some of it again."""
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        assert FIRST.name in window.name
        assert DIRECTIONS[1] in graph.chosen()
        for key, name in enumerate(GRAPHS, start=1):
            graph.choose(str(key), name)
            graph.wait_for(True, True, name)


def the_other_direction_shows_what_little_there_is(wireshark):
    """29 bytes, on subflow 0, sent once."""
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        graph.choose("d", DIRECTIONS[0])
        graph.wait_for(True, False, "one segment of subflow 0")
        graph.choose("9", GRAPHS[8])
        graph.wait_for(False, False, "no reinjection")


def hovering_names_a_segment_and_a_click_goes_to_its_packet(wireshark):
    carriers = {row["frame.number"]: row for row in fields(
        FIRST, "frame.number", "mptcp_analysis.subflow", "mptcp_analysis.dsn", two_pass=True)}
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        graph.wait_for(True, True, GRAPHS[0])
        for subflow, is_hue in (("0", is_blue), ("1", is_orange)):
            places = graph.places(is_hue)
            wireshark.screen.point(*places[len(places) // 2])
            wireshark.wait(graph.hint, "words on the segment")
            found = re.match(r"Packet (\d+) · Subflow (\d+) .*DSN (\d+)", graph.hint())
            assert found and found[2] == subflow
            row = carriers[found[1]]
            assert row["mptcp_analysis.subflow"] == subflow
            assert row["mptcp_analysis.dsn"] == found[3]
            wireshark.screen.click(*places[len(places) // 2])
            wireshark.wait(lambda: wireshark.selected_frame == int(found[1]), f"frame {found[1]}")


def zooming_and_showing_all_again(wireshark):
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        graph.wait_for(True, True, GRAPHS[0])
        whole = graph.pixels()
        for key in ("plus", "x", "y", "minus", "Left", "Up"):
            before = graph.pixels()
            graph.press(key)
            wireshark.wait(lambda: graph.pixels() != before, f"another view after {key}")
        graph.press("0")
        wireshark.wait(lambda: graph.pixels() == whole, "the whole graph")


def graphs_are_saved(wireshark):
    folder = wireshark.writable_directory("graphs")
    with opened(wireshark, "Graphs", TITLE) as window:
        Graph(wireshark, window).wait_for(True, True, GRAPHS[0])
        points = save(wireshark, window, folder / "points.csv", "Save Graph As")
        printed = text(FIRST, "series", "connection=0", "graph=dsn", "format=csv")
        is_same = points.decode().splitlines() == printed.splitlines()
        assert printed and is_same      # without an explanation: they are long
        assert save(wireshark, window, folder / "picture.png", "Save Graph As")[1:4] == b"PNG"
        assert save(wireshark, window, folder / "picture.pdf", "Save Graph As")[:4] == b"%PDF"


def graphs_follow_the_file(wireshark):
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        graph.wait_for(True, True, GRAPHS[0])
        wireshark.close_file()
        graph.wait_for(False, False, "no file")
        assert FIRST.name not in window.name
        wireshark.open_file(SECOND)
        # Of its three connections none has data on a second subflow.
        graph.press("1")
        graph.wait_for(True, False, "connection 0")
        for key, connection in (("Prior", 1), ("Prior", 2), ("Next", 1)):
            graph.press(key)
            wireshark.wait(lambda: f"Connection {connection}" in window.name, "the connection")
        wireshark.reload_file()
        graph.press("1")
        graph.wait_for(True, False, "connection 1")
        wireshark.open_file(FIRST)
        graph.press("1")
        graph.wait_for(True, True, "both subflows")


def n_leads_to_a_problem_from_a_graph(wireshark):
    wireshark.packet_list.select_only(0)
    with opened(wireshark, "Graphs", TITLE) as window:
        graph = Graph(wireshark, window)
        graph.wait_for(True, True, GRAPHS[0])
        graph.press("n")
        reinjected = fields(FIRST, "frame.number", display_filter="mptcp_analysis.reinjection",
                            two_pass=True)
        frame = int(reinjected[0]["frame.number"])
        wireshark.wait(lambda: wireshark.selected_frame == frame, f"frame {frame}")


GRAPH_STEPS = (every_graph_is_drawn, the_other_direction_shows_what_little_there_is,
               hovering_names_a_segment_and_a_click_goes_to_its_packet,
               zooming_and_showing_all_again, graphs_are_saved, graphs_follow_the_file,
               n_leads_to_a_problem_from_a_graph)
