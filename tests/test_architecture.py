"""Which room may include which: stats-dialogs -> taps -> analysis <- plugin."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("MPTCP_SOURCE_DIR", Path(__file__).resolve().parent.parent))
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
WIRESHARK = re.compile(r"^(epan|wiretap|wsutil|ui|file|cfile|wireshark|ws_\w+)(/|\.h$)")
QT = re.compile(r"^(Q[A-Z]\w*(/.*|\.h)?|qcustomplot\.h|Qt\w*/.*)$")


def sources(room):
    return sorted(path for pattern in ("*.hpp", "*.cpp", "*.h", "*.c")
                  for path in (ROOT / room).rglob(pattern))


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def offenders(room, is_forbidden):
    return [f"{path.relative_to(ROOT)} includes {name}"
            for path in sources(room) for name in includes(path) if is_forbidden(name)]


def test_the_engine_knows_neither_wireshark_nor_qt_nor_other_rooms():
    assert sources("analysis")
    others = re.compile(r"(^|/)(plugin|taps|stats-dialogs|tests)/")
    assert not offenders("analysis", lambda name: WIRESHARK.match(name) or QT.match(name)
                         or others.search(name))


def test_the_engine_includes_no_input_or_output():
    forbidden = {"cstdio", "fstream", "iostream", "ostream", "istream", "stdio.h", "unistd.h"}
    assert not offenders("analysis", forbidden.__contains__)


def test_taps_know_of_the_plugin_only_what_it_is_loaded_by():
    allowed = {"plugin/program.hpp", "plugin/wireshark_compat.hpp"}
    assert not offenders("taps", lambda name: QT.match(name)
                         or (re.search(r"(^|/)plugin/", name) and name not in allowed))


def test_the_plugin_knows_taps_and_windows_only_where_it_is_put_together():
    found = offenders("plugin", lambda name: QT.match(name)
                      or re.search(r"(^|/)(taps|stats-dialogs)/", name))
    assert sorted(found) == ["plugin/plugin.cpp includes taps/registration.hpp",
                             "plugin/statistics_menu.cpp includes stats-dialogs/module.hpp"]


def test_what_the_plugin_includes_of_the_windows_is_free_of_qt():
    names = includes(ROOT / "stats-dialogs" / "module.hpp")
    assert names
    assert not [name for name in names if QT.match(name) or name.startswith("stats-dialogs/")]


def test_one_part_of_the_windows_knows_wireshark():
    found = offenders("stats-dialogs", lambda name: WIRESHARK.match(name)
                      or re.search(r"(^|/)plugin/", name))
    assert {line.split(" ")[0] for line in found} == {"stats-dialogs/wireshark_capture.cpp"}


@pytest.mark.parametrize("room", ["analysis", "plugin", "stats-dialogs", "taps", "tests"])
def test_nothing_outside_the_repository_is_included(room):
    assert not offenders(room, lambda name: name.startswith("/") or ".." in name)
