"""What Statistics > MPTCP says when its module of windows cannot be loaded."""

import pytest

from tshark import BUILD
from steps import FIRST
from wireshark_gui import Wireshark
from with_plugin import Stage, find_module


def remove(module):
    module.unlink()


def damage(module):
    module.write_bytes(b"no module")


@pytest.mark.parametrize("spoil", [remove, damage])
def test_a_message_says_that_the_windows_are_missing(spoil):
    with Stage(find_module(BUILD)) as stage:
        modules = list(stage.path.rglob("mptcp_dialogs.so"))
        assert len(modules) == 1
        spoil(modules[0])
        with Wireshark("-r", FIRST, stage=stage) as wireshark:
            wireshark.wait_loaded()
            for entry in ("Connections", "Analyze Connection", "Graphs"):
                wireshark.menu("Statistics", "MPTCP", entry).act()
                message = wireshark.wait(lambda: wireshark.messages, "a message")[0]
                text = " ".join(label.name for label in message.all("label"))
                assert "The windows of Statistics > MPTCP are missing" in text
                assert "mptcp_dialogs.so" in text
                message.one("push button", "OK").act()
                wireshark.wait(lambda: not wireshark.messages, "no message")
            # All else goes on.
            wireshark.reload_file()
            wireshark.menu("Statistics", "Conversations").act()
            wireshark.window("Conversations")
            assert wireshark.quit()[0] == 0
