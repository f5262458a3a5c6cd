"""The windows of Statistics > MPTCP in the real Wireshark. walk.py says what happens."""

import pytest

from steps import FIRST
from tshark import stage
from walk import STEPS, stock_walk
from wireshark_gui import Wireshark, kinds


@pytest.fixture(scope="module")
def wireshark():
    with Wireshark("-r", FIRST, stage=stage()) as started:
        started.wait_loaded()
        yield started


@pytest.fixture(scope="module")
def stock_lines():
    """What stock Wireshark prints on the terminal."""
    with Wireshark("-r", FIRST, stage=stage(plugin=False)) as started:
        started.wait_loaded()
        stock_walk(started)
        status, lines = started.quit()
    assert status == 0
    return kinds(lines)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_walk(wireshark, step):
    step(wireshark)


# The last one: it ends what the others use.
def test_wireshark_ends_well_and_prints_only_what_stock_prints(wireshark, stock_lines):
    wireshark.menu("Statistics", "MPTCP", "Connections").act()
    wireshark.window("MPTCP Connections")
    status, lines = wireshark.quit()
    assert status == 0
    assert kinds(lines) <= stock_lines
