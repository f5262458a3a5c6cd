"""What a user does with the windows of Statistics > MPTCP, step by step, and what has to come of it.

Each step starts with the capture FIRST open, unfiltered, and no window but the main one, and leaves
it so.
"""

from graph_walk import GRAPH_STEPS
from steps import FIRST, SECOND, press
from table_walk import TABLE_STEPS

STEPS = (*TABLE_STEPS, *GRAPH_STEPS)


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
