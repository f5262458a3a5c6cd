"""sharkd's tables nstat:mptcp,… against the CSV of the reports."""

import csv
import io
import re

import pytest
from measured import path_of
from tshark import sharkd, tshark

REPORTS = ("connections", "subflows")
CAPTURES = ("fullmesh/client", "simultaneous/client", "fallback_server_tcp/client",
            "v0/v0_two_subflows", "v0/v0_orphan_join")
DECIMALS = 6


def rows_of_csv(name, report):
    text = tshark("-q", "-r", path_of(name), "-z", f"mptcp,{report},format=csv").stdout
    return list(csv.reader(io.StringIO(text, newline="")))


def taps_of(answer):
    return {tap["tap"]: tap for tap in answer["result"]["taps"]}


def tables(name=None, times=1):
    """What sharkd answers to requests for both tables and the tree: {tap: answer} for each."""
    load = [("load", {"file": path_of(name)})] if name else []
    wanted = {f"tap{number}": f"nstat:mptcp,{report}" for number, report in enumerate(REPORTS)}
    wanted[f"tap{len(REPORTS)}"] = "stat:mptcp"
    answers = sharkd(*load, *[("tap", wanted)] * times)
    return [taps_of(answer) for answer in answers[len(load):]]


def rows_of_table(answer):
    (table,) = answer["tables"]
    return [[column["c"] for column in answer["fields"]], *table["i"]]


def same(cell, text):
    """Whether sharkd's cell is the CSV's, but for decimals that it does not have."""
    if isinstance(cell, float):
        return abs(cell - float(text)) < 10 ** -DECIMALS
    return ("" if cell is None else str(cell)) == text


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("name", CAPTURES)
def test_a_table_holds_the_csv_of_its_report(name, report):
    (taps,) = tables(name)
    header, *rows = rows_of_table(taps[f"nstat:mptcp,{report}"])
    expected_header, *expected = rows_of_csv(name, report)
    assert header == expected_header
    assert expected and len(rows) == len(expected)
    for row, texts in zip(rows, expected):
        wrong = {column: (cell, text) for column, cell, text in zip(header, row, texts)
                 if not same(cell, text)}
        assert not wrong


def test_numbers_are_numbers():
    header, *rows = rows_of_table(tables(CAPTURES[0])[0]["nstat:mptcp,subflows"])
    kinds = {type(row[header.index(column)]) for row in rows
             for column in ("connection", "subflow", "payload_bytes", "tcp_stream")}
    assert kinds == {int}
    assert {type(row[header.index("start")]) for row in rows} == {float}


def test_asking_again_gives_the_same():
    first, second = tables(CAPTURES[0], times=2)
    assert first == second
    assert len(first) == len(REPORTS) + 1


def test_without_a_capture_they_are_empty():
    (taps,) = tables()
    for report in REPORTS:
        header, *rows = rows_of_table(taps[f"nstat:mptcp,{report}"])
        assert header[0] == "connection" and rows == []


def test_sharkd_lists_them():
    (answer,) = sharkd(("info", {}))
    listed = {entry["tap"] for entry in answer["result"]["nstat"]}
    assert {f"nstat:mptcp,{report}" for report in REPORTS} <= listed
    assert "stat:mptcp" in {entry["tap"] for entry in answer["result"]["stats"]}


@pytest.mark.parametrize("report", REPORTS)
def test_tshark_answers_with_the_report_not_with_the_table(report):
    result = tshark("-q", "-r", path_of(CAPTURES[0]), "-z", f"mptcp,{report}")
    assert not re.search(r"^Filter for statistics", result.stdout, re.MULTILINE)
    refused = tshark("-q", "-r", path_of(CAPTURES[0]), "-z", f"mptcp,{report},format=xml",
                     check=False)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1
