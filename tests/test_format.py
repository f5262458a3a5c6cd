"""The C++ sources are as .clang-format makes them (by version 14: others differ in details)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("MPTCP_SOURCE_DIR", Path(__file__).resolve().parent.parent))
ROOMS = ("analysis", "bench", "plugin", "taps", "tests", "test-captures")


def clang_format():
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                     check=True).stdout
            if re.search(r"version 14\.", version):
                return program
    return None


@pytest.mark.skipif(clang_format() is None, reason="no clang-format 14")
def test_sources_are_formatted():
    sources = [str(path) for room in ROOMS for pattern in ("*.hpp", "*.cpp")
               for path in sorted((ROOT / room).rglob(pattern))]
    assert sources
    result = subprocess.run([clang_format(), "--dry-run", "-Werror", *sources],
                            capture_output=True, text=True, check=False)
    places = re.findall(r"^(\S+?:\d+):\d+: error", result.stderr, re.MULTILINE)
    assert result.returncode == 0, "run clang-format on:\n" + "\n".join(dict.fromkeys(places))
