"""Every report of the plugin in every format, from one run of tshark per capture.

    for variant in variants():       "summary", "segments", "series" by graph, … as `tshark -z mptcp` lists them
    with outputs(path) as written:  all of them at once:
        written.text("summary", "csv")
"""

import functools
import re
import shutil
import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tshark import ROOT, stage, tshark

PAGES = ROOT / "docs" / "reports"
SCHEMAS = ROOT / "docs" / "schema"
LISTED = re.compile(r"^  (?P<name>\w+) +\S.*\n +(?P<options>.*)$", re.MULTILINE)
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Variant:
    """A report with values for the options that change what it holds."""

    report: str
    formats: tuple
    options: tuple = ()

    @property
    def name(self):
        return "-".join([self.report, *(option.partition("=")[2] for option in self.options)])


def words_of(options, name):
    found = re.search(rf"\b{name}=([^,]+)", options)
    return tuple(found[1].split("|")) if found else ()


def variants_of(match):
    formats = words_of(match["options"], "format")
    for graph in words_of(match["options"], "graph") or (None,):
        yield Variant(match["name"], formats, (f"graph={graph}",) if graph else ())


@functools.cache
def variants():
    """What `tshark -z mptcp` lists, but the tree: that is no report of ours."""
    listing = tshark("-z", "mptcp").stdout
    return tuple(variant for match in LISTED.finditer(listing) if "format=" in match["options"]
                 for variant in variants_of(match))


def report_names():
    return sorted({variant.report for variant in variants()})


@dataclass
class Written:
    """The files of one run."""

    folder: Path
    stdout: str
    stderr: str
    returncode: int

    def text(self, variant, form):
        # newline: a CSV row ends in CR LF
        with open(self.folder / f"{variant.name}.{form}", encoding="utf-8", newline="") as file:
            return file.read()


@contextmanager
def outputs(path, forms=None, words="", options=(), check=True):
    """Runs all reports on a capture; `words` is what every -z ends in. The files go with the block.

    `check` asserts that the exit status is 0."""
    folder = stage().writable_directory(f"reports{next(NUMBERS)}")
    arguments = []
    for variant in variants():
        for form in variant.formats:
            if forms is None or form in forms:
                target = folder / f"{variant.name}.{form}"
                elements = ["mptcp", variant.report, *variant.options, f"format={form}",
                            f"output={target}"]
                arguments += ["-z", ",".join(elements) + words]
    try:
        result = tshark("-q", "-r", path, *options, *arguments, check=check)
        yield Written(folder, result.stdout, result.stderr, result.returncode)
    finally:
        shutil.rmtree(folder)
