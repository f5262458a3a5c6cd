"""Damaged captures: every report is written, and nothing is said but what stock tshark says.

MPTCP_DAMAGE_ROUNDS is how often each capture is damaged; the first rounds are always the same.
"""

import json
import os
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from measured import CAPTURES, path_of
from reports import outputs
from test_bulk import without_stock_numbers
from tshark import stage, tshark
from damage import WAYS      # found through tshark's sys.path

ROUNDS = int(os.environ.get("MPTCP_DAMAGE_ROUNDS", "1"))


def kinds(stderr):
    """The lines, without times, numbers and the names of files."""
    return {re.sub(r"\d+|/\S+", "…", line) for line in stderr.splitlines()} - {""}


def assert_clean(result, path, options):
    """Exit status and messages are those of tshark without the plugin, which is asked if it is not
    all well: a file is cut short, or a dissector of Wireshark's has a bug."""
    if result.returncode == 0 and not result.stderr:
        return
    stock = tshark("-r", path, *options, "-V", plugin=False, check=False)
    assert result.returncode == stock.returncode in (0, 2), (path, options, result.stderr)
    assert kinds(result.stderr) <= kinds(stock.stderr), (path, options, result.stderr)


def documents(path, words="", options=()):
    """All reports in all formats; the JSON of each."""
    with outputs(path, words=words, options=options, check=False) as written:
        assert_clean(written, path, options)
        assert written.stdout == ""
        assert all(file.stat().st_size for file in written.folder.iterdir())
        return {file.name: json.loads(file.read_text(encoding="utf-8"))
                for file in written.folder.glob("*.json")}


def without_streams_of_stock(found):
    return {name: without_stock_numbers(document, []) for name, document in found.items()}


def check_second_pass(path, expected):
    assert documents(path, options=("-2",)) == expected


def check_bulk(path, expected):
    assert (without_streams_of_stock(documents(path, ",bulk"))
            == without_streams_of_stock(expected))


def check_details(path, _):
    """Every field and expert, and the report of Wireshark's own kind."""
    for options in ((), ("-2",)):
        result = tshark("-r", path, *options, "-V", "-z", "mptcp,tree", check=False)
        assert_clean(result, path, options)
        assert result.stdout


CHECKS = (check_second_pass, check_bulk, check_details)


def examine(name, number):
    """Damages a capture for the round of this number, in one way, and looks at it in one or in
    every way: the rounds of the normal tests are few."""
    chance = random.Random(f"{name} {number}")
    way = chance.choice(WAYS)
    path = stage().path / f"{name.replace('/', '-')}-{number}-{way.__name__}.pcapng"
    try:
        way(path_of(name), path, chance)
        path.chmod(0o644)
        expected = documents(path)
        for check in CHECKS if number else (chance.choice(CHECKS),):
            check(path, expected)
    finally:
        path.unlink(missing_ok=True)


@pytest.fixture(scope="module", name="examined")
def on_every_processor():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {(name, number): pool.submit(examine, name, number)
               for number in range(ROUNDS) for name in CAPTURES}


@pytest.mark.parametrize("name", CAPTURES)
def test_reports_of_damaged_captures(name, examined):
    for number in range(ROUNDS):
        examined[name, number].result()
