"""All reports, in all formats, on all captures: what they have in common."""

import csv
import io
import json
import re
from collections import Counter

import jsonschema
import pytest
from measured import CLASSES, DIRECTIONS, EVERY, Shelf, path_of, summary_of
from reports import PAGES, SCHEMAS, outputs, report_names, variants
from tshark import fields, tshark

WIDTH = 120
# Columns that few captures need (plain TCP, unmapped bytes) may take more.
EXTRA_COLUMN = re.compile(r" (?:Plain|Un-) ")
EXTRA_WIDTH = 10
# One line for each event, as `ip mptcp monitor` prints it.
WIDTHS = {"events": 200}
SEVERAL = "simultaneous/client"
COUNTED = ("payload_bytes", *CLASSES, "option_bytes")
# What a row of one segment or one interval calls data that was never seen before.
SYNONYMS = {"new_bytes": "data_bytes"}


# --------------------------------------------------------------------------------- reading reports

def rows_of(document):
    """The name of the first list of a document, and its rows."""
    return next((key, value) for key, value in document.items() if isinstance(value, list))


def flat_keys(record, prefix=""):
    """(key as in CSV, value) of a JSON record; lists are left out."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from flat_keys(value, f"{prefix}{key}_")
        elif not isinstance(value, list):
            yield prefix + key, value


def flat_rows(record, row_name):
    """A JSON row as the rows that CSV has of it, each a dictionary of known values."""
    outer = dict(flat_keys(record))
    inner = [value for value in record.values() if isinstance(value, list)]
    if not inner:
        return [outer]
    outer = {key if key == row_name else f"{row_name}_{key}": value
             for key, value in outer.items()}
    return [outer | dict(flat_keys(item)) for item in inner[0]] or [outer]


def as_cell(value):
    return {None: "", True: "true", False: "false"}.get(value, value)


def csv_rows(text):
    """The header and the rows of a CSV text; they are checked to be of one length."""
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header and len(set(header)) == len(header)
    assert all(len(row) == len(header) for row in rows)
    return header, [dict(zip(header, row)) for row in rows]


# ------------------------------------------------------------------------------- what must be true

def check_csv(text):
    csv_rows(text)
    assert text.count("\n") == text.count("\r\n")
    assert text.endswith("\r\n")


def kind_of(value):
    """What a schema can tell apart: words and types, not numbers."""
    if isinstance(value, str):
        return re.sub(r"\d+|[0-9a-f]{2,}", "0", value)
    if isinstance(value, dict):
        return tuple((key, kind_of(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(sorted({kind_of(item) for item in value}, key=repr))
    return type(value)


def validator_of(report):
    schema = json.loads((SCHEMAS / f"{report}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def check_json(report, document):
    """One row of each kind is enough: validating is slow."""
    assert document["schema"] == f"mptcp/{report}/1"
    fewer = {key: list({kind_of(row): row for row in value}.values())
             if isinstance(value, list) else value for key, value in document.items()}
    validator_of(report).validate(fewer)


def check_same(csv_text, json_text):
    """CSV holds the first list of the JSON document, to the last digit."""
    header, cells = csv_rows(csv_text)
    key, records = rows_of(json.loads(json_text, parse_float=str, parse_int=str))
    row_name = key.removesuffix("s")
    flat = [row for record in records for row in flat_rows(record, row_name)]
    assert len(flat) == len(cells)
    for row, cell in zip(flat, cells):
        # Unknown as a whole (null), an object does not name the columns that CSV has of it.
        assert all(name in header for name, value in row.items() if value is not None)
        assert {name: as_cell(row.get(name)) for name in header} == cell


def check_text(text, width):
    assert text.strip()
    width += EXTRA_WIDTH if EXTRA_COLUMN.search(text) else 0
    assert [line for line in text.splitlines() if len(line) > width] == []
    assert not any(line != line.rstrip() for line in text.splitlines())


def counting_columns(header):
    """(column, figure of the summary, direction or None) of the columns that add up to one."""
    for column in header:
        direction = next((word for word in DIRECTIONS if column.startswith(word + "_")), None)
        figure = column.removeprefix(f"{direction}_")
        figure = SYNONYMS.get(figure, figure)
        if figure in COUNTED:
            yield column, figure, direction


def totals_of(text):
    """The figures there are, and their sums by place (connection, direction, figure).

    Two sums, as there may be rows of single subflows, rows of all of them together, or both.
    """
    header, rows = csv_rows(text)
    columns = list(counting_columns(header))
    assert len({column[1:] for column in columns}) == len(columns)
    sums = Counter(), Counter()
    for row in rows:
        if row.get("duplicate") == "true":
            continue        # captured twice: counts as nothing
        for column, figure, direction in columns:
            place = row["connection"], direction or row["direction"], figure
            sums[row.get("subflow") == ""][place] += int(row[column] or 0)
    return {figure for _, figure, _ in columns}, sums


def check_totals(text, summary):
    """Byte columns add up to those of the summary."""
    figures, sums = totals_of(text)
    for connection in summary["connections"]:
        for direction in DIRECTIONS:
            for figure in figures:
                place = str(connection["connection"]), direction, figure
                found = {some[place] for some in sums if place in some} or {0}
                assert found == {connection[direction][figure]}, place


def problem(check, *arguments):
    """What an assertion or a parser had to say, or None."""
    try:
        check(*arguments)
    except (AssertionError, ValueError, KeyError, csv.Error, jsonschema.ValidationError) as error:
        return f"{type(error).__name__}: {str(error)[:1500]}"
    return None


def checked(name):
    """For each check, what it found wrong in the reports of one capture; and all CSV headers."""
    found = {"csv": {}, "json": {}, "same": {}, "text": {}, "totals": {}, "said": ""}
    headers, keys = {}, {}
    with outputs(path_of(name)) as written:
        found["said"] = written.stdout + written.stderr
        for variant in variants():
            csv_text, json_text = written.text(variant, "csv"), written.text(variant, "json")
            found["csv"][variant.name] = problem(check_csv, csv_text)
            found["same"][variant.name] = problem(check_same, csv_text, json_text)
            document = json.loads(json_text)
            found["json"][variant.name] = problem(check_json, variant.report, document)
            found["totals"][variant.name] = problem(check_totals, csv_text, summary_of(name))
            if "text" in variant.formats:
                found["text"][variant.name] = problem(check_text, written.text(variant, "text"),
                                                      WIDTHS.get(variant.report, WIDTH))
            headers[variant] = csv_text.partition("\r\n")[0].split(",")
            keys[variant] = {key: sorted({flat for row in rows for flat, _ in flat_keys(row)})
                             for key, rows in document.items() if isinstance(rows, list)}
    found["headers"], found["keys"] = headers, keys
    return found


results_of = Shelf(checked)


@pytest.mark.parametrize("check", ["csv", "json", "same", "text", "totals"])
@pytest.mark.parametrize("name", EVERY)
def test_every_report(name, check):
    wrong = {variant: said for variant, said in results_of(name)[check].items() if said}
    assert not wrong


@pytest.mark.parametrize("name", EVERY)
def test_reports_that_go_to_files_say_nothing_else(name):
    assert results_of(name)["said"] == ""


@pytest.mark.parametrize("name", EVERY)
def test_columns_do_not_depend_on_the_capture(name):
    assert results_of(name)["headers"] == results_of(EVERY[0])["headers"]


# ------------------------------------------------------------------------- connections and filters

def csv_of_all(words, *options):
    with outputs(path_of(SEVERAL), ["csv"], words, options) as written:
        return {variant.name: written.text(variant, "csv") for variant in variants()}


def test_every_report_shows_one_connection_only_if_asked_to():
    whole, some = csv_of_all(""), csv_of_all(",connection=1")
    for variant, text in some.items():
        rows, all_rows = csv_rows(text)[1], csv_rows(whole[variant])[1]
        assert rows == [row for row in all_rows if row["connection"] == "1"], variant
        assert len(rows) < len(all_rows) or not rows, variant


def test_every_report_obeys_a_display_filter():
    """Rows that name a frame are of frames that pass; additive figures are of those frames."""
    wanted = "mptcp_analysis.connection == 1 && mptcp_analysis.direction == 1"
    passing = {row["frame.number"] for row in fields(path_of(SEVERAL), "frame.number",
                                                     display_filter=wanted)}
    whole = csv_of_all("")
    for variant, text in csv_of_all("," + wanted).items():
        header, rows = csv_rows(text)
        if "frame" in header:
            assert ([row for row in rows if row["frame"]]
                    == [row for row in csv_rows(whole[variant])[1] if row["frame"] in passing])
        for some in totals_of(text)[1]:
            for (connection, direction, figure), count in some.items():
                assert count == 0 or (connection, direction) == ("1", "server_to_client"), figure


def test_several_reports_print_what_each_prints_alone():
    path = path_of(SEVERAL)
    words = [",".join(["mptcp", variant.report, *variant.options]) for variant in variants()
             if "text" in variant.formats]
    alone = [tshark("-q", "-r", path, "-z", word).stdout for word in words]
    together = tshark("-q", "-r", path, *(part for word in words for part in ("-z", word))).stdout
    places = [together.find(text.strip()) for text in alone]
    assert -1 not in places and places == sorted(places)


# -------------------------------------------------------------------------------- the documentation

NAMES = re.compile(r"`([^`]+)`")
PLACEHOLDERS = {"<direction>": DIRECTIONS, "<host>": ("client", "server")}
COLUMNS = re.compile(r"^## Columns\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^\| *(?P<head>[^|]*?) *\|.*\n\|[-| :]*\n(?P<rows>(?:\|.*\n?)*)", re.MULTILINE)


def spelled_out(name):
    for placeholder, words in PLACEHOLDERS.items():
        if placeholder in name:
            return {full for word in words for full in spelled_out(name.replace(placeholder, word))}
    return {name}


def documented(report):
    """Names by table: "column", or "key of `list`" for what only JSON has."""
    text = COLUMNS.search((PAGES / f"{report}.md").read_text(encoding="utf-8"))[1]
    found = {}
    for table in TABLE.finditer(text):
        names = found.setdefault(table["head"], set())
        for row in table["rows"].splitlines():
            for name in NAMES.findall(row.split("|")[1]):
                names |= spelled_out(name)
    return found


@pytest.mark.parametrize("report", report_names())
def test_every_column_is_documented_and_no_other(report):
    headers = results_of(SEVERAL)["headers"]
    printed = {name for variant, header in headers.items() if variant.report == report
               for name in header}
    assert documented(report)["column"] == printed


@pytest.mark.parametrize("report", report_names())
def test_keys_that_only_json_has_are_documented(report):
    """Of the lists after the first one: any capture that has a row of them tells the keys."""
    printed = {}
    for name in EVERY:
        for variant, lists in results_of(name)["keys"].items():
            if variant.report == report:
                for key, names in list(lists.items())[1:]:
                    printed.setdefault(f"key of `{key}`", set()).update(names)
    pages = {head: names for head, names in documented(report).items() if head != "column"}
    assert pages == printed


def test_every_report_has_a_page_and_a_schema():
    assert {path.stem for path in PAGES.glob("*.md")} == {*report_names(), "tree"}
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(report_names())
