"""The manual page: it is installed, man(1) has nothing to say against it, and it is all there."""

import os
import re
import subprocess

import pytest
from reports import PAGES
from tshark import BUILD, ROOT, tshark

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "FORMATS", "EXAMPLES", "EXIT STATUS",
            "LIMITATIONS", "SEE ALSO"]


@pytest.fixture(scope="module", name="page")
def installed_page(tmp_path_factory):
    """The page that installing puts below DESTDIR."""
    root = tmp_path_factory.mktemp("destdir")
    subprocess.run(["cmake", "--install", BUILD], check=True, capture_output=True,
                   env=dict(os.environ, DESTDIR=str(root)))
    (found,) = root.rglob("mptcp-analysis.7")
    assert found.parent.parts[-3:] == ("share", "man", "man7")
    return found


@pytest.fixture(scope="module", name="shown")
def shown_page(page):
    """What a terminal shows, in lines too long to break."""
    return subprocess.run(["man", "--local-file", page], check=True, capture_output=True, text=True,
                          env=dict(os.environ, MANWIDTH="1000", LC_ALL="C.UTF-8")).stdout


def text_of(markdown):
    return markdown.replace("`", "").replace("\\|", "|")


def test_man_finds_nothing_wrong(page):
    result = subprocess.run(["man", "--warnings", "--local-file", page], check=True,
                            capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
    assert result.stderr == ""


def test_its_name_can_be_searched_for(page):
    result = subprocess.run(["lexgrog", page], check=True, capture_output=True, text=True)
    assert '"mptcp-analysis - ' in result.stdout


def test_sections(shown):
    headings = [line for line in shown.splitlines() if re.match(r"[A-Z]", line)]
    assert [line for line in headings if line in SECTIONS] == SECTIONS
    reports = [f"REPORT: {path.stem}" for path in sorted(PAGES.glob("*.md"))]
    assert [line for line in headings if line.startswith("REPORT")] == reports


def test_every_row_of_every_table_of_a_report_is_there(shown):
    lines = {line.strip() for line in shown.splitlines()}
    for path in PAGES.glob("*.md"):
        for row in re.findall(r"^\| *(`.*) \|$", path.read_text(encoding="utf-8"), re.MULTILINE):
            name, *others = [text_of(cell).strip() for cell in re.split(r"(?<!\\)\|", row)]
            # A column's unit stands behind its name; other tables have cells of text only.
            assert ({name, "; ".join(filter(None, others))} <= lines
                    or {f"{name} ({others[0]})", others[-1]} <= lines), row


def test_options_and_limits_are_those_of_the_program_and_the_readme(shown):
    names = set(re.findall(r"(\w+)=", tshark("-z", "mptcp").stdout))
    assert all(re.search(rf"^ +{name}=\S", shown, re.MULTILINE) for name in names)
    limits = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Limits\n")[1]
    first = re.search(r"^\* (.*)$", limits, re.MULTILINE)[1]
    assert first in shown
