"""The walk under valgrind: no error with code of ours on the stack."""

import os
import shutil
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from steps import FIRST
from tshark import stage
from walk import STEPS
from wireshark_gui import Wireshark

OURS = ("mptcp_analysis.so", "mptcp_dialogs.so")
# Optimised C++ and Qt stacks are deep.
CALLERS = 40


def is_ours(error):
    objects = [Path(frame.findtext("obj") or "").name for frame in error.findall("stack/frame")]
    if error.findtext("kind").startswith("Leak"):
        # Who asked for the memory, Wireshark or we? plugin_if_goto_frame() never frees its own.
        objects = [name for name in objects if name in OURS or name.startswith("libwireshark")][:1]
    return any(name in OURS for name in objects)


def errors_of_ours(log):
    """What is wrong, and where, of each error that valgrind found below code of ours."""
    found = []
    for error in filter(is_ours, xml.parse(log).getroot().iter("error")):
        what = error.findtext("what") or error.findtext("xwhat/text")
        found.append("\n  ".join([what] + [f"{frame.findtext('fn')} ({frame.findtext('file')}:"
                                           f"{frame.findtext('line')})"
                                           for frame in error.findall("stack/frame")]))
    return found


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="no valgrind")
@pytest.mark.skipif(bool(os.environ.get("MPTCP_SANITIZE")), reason="a sanitizer looks on already")
def test_the_walk_makes_no_memory_errors():
    folder = stage().writable_directory("valgrind")
    log = folder / "log.xml"
    # Code that is compiled while the program runs looks uninitialised to valgrind, all over.
    valgrind = ("env", "QT_ENABLE_REGEXP_JIT=0",
                "valgrind", "--quiet", "--xml=yes", f"--xml-file={log}", "--error-limit=no",
                f"--num-callers={CALLERS}", "--leak-check=full", "--show-leak-kinds=definite",
                "--keep-debuginfo=yes")
    with Wireshark("-r", FIRST, stage=stage(), under=valgrind) as wireshark:
        wireshark.wait_loaded()
        for step in STEPS:
            step(wireshark)
        status, _ = wireshark.quit()
    assert status == 0
    assert errors_of_ours(log) == []
