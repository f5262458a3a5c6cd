"""The recipe of docs/graphs.md draws its picture."""

import struct
import subprocess
import sys

from tshark import BUILD, ROOT

def size_of(picture):
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


def test_the_commands_draw_the_picture(tmp_path):
    """gnuplot has nothing to say: it warns if a kind of points is missing."""
    result = subprocess.run([sys.executable, ROOT / "tools" / "draw_graphs.py", "--build", BUILD,
                             "--into", tmp_path], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    drawn = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.png"))
    assert drawn == [(ROOT / "docs/pictures/time-dsn.png").relative_to(ROOT)]
    for path in drawn:
        assert size_of((tmp_path / path).read_bytes()) == size_of((ROOT / path).read_bytes())
