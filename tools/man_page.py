#!/usr/bin/python3
"""Writes the manual page mptcp-analysis(7) from the documentation.

  tools/man_page.py OUTPUT

docs/mptcp-analysis.7.md is the frame; in it stand, for @REPORTS@, the pages in docs/reports, and for @LIMITS@
what README.md says below "Limits". Their tables become lists: a terminal is too narrow for them. The program
lowdown makes the page of it.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRAME = ROOT / "docs" / "mptcp-analysis.7.md"
REPORTS = ROOT / "docs" / "reports"
CELL = re.compile(r"(?<!\\)\|")
COMMAND = re.compile(r"^<!-- output of: (.*) -->\n(```.*\n)", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
# A definition goes back over the space above it, which the first line of a page does not have.
UNSPACED = re.compile(r'\.if n \\\n\.sp -1v\n\.if t \\\n\.sp -0\.25v\n(\.IP "" 5n\n)')


def cells_of(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in CELL.split(line.strip().strip("|"))]


def list_of(table: re.Match) -> str:
    """A table as a definition list: the first cell is the term, with its unit if there is such a column."""
    heads, _, *rows = [cells_of(line) for line in table[0].splitlines()]
    lines = []
    for term, *others in rows:
        named = dict(zip(heads[1:], others))
        unit = named.pop("unit", "")
        meaning = "; ".join(filter(None, named.values()))
        lines.append(f"{term} ({unit})" if unit else term)
        lines.append(f": {meaning}\n" if meaning else ":  \n")
    return "\n".join(lines) + "\n"


def for_terminals(text: str) -> str:
    """Markdown without tables, links and comments; what a command prints stands below it."""
    text = COMMAND.sub(r"\2$ \1\n", text)
    return LINK.sub(r"\1", TABLE.sub(list_of, text))


def report_page(path: Path) -> str:
    title, text = path.read_text(encoding="utf-8").split("\n", 1)
    name = title.removeprefix("# ")
    return f"# REPORT: {name}\n{for_terminals(text)}"


def limits() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return for_terminals(readme.split("\n## Limits\n", 1)[1].split("\n## ", 1)[0].strip())


def markdown() -> str:
    reports = "\n".join(report_page(path) for path in sorted(REPORTS.glob("*.md")))
    frame = FRAME.read_text(encoding="utf-8")
    return frame.replace("@REPORTS@", reports).replace("@LIMITS@", limits())


def for_man(page: str) -> str:
    """lowdown's page, mended where terminals show it badly."""
    page = page.replace(r"\fC", r"\fB")      # no terminal has its font for code
    return UNSPACED.sub(r".PD 0\n\1.PD\n", page)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    page = subprocess.run(["lowdown", "-s", "-Tman", "--parse-no-intraemph", "--out-no-smarty",
                           "-M", "title=MPTCP-ANALYSIS", "-M", "section=7",
                           "-M", "source=Multipath TCP analysis for Wireshark", "-"],
                          input=markdown(), capture_output=True, text=True, check=True).stdout
    Path(sys.argv[1]).write_text(for_man(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
