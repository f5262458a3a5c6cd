"""The outputs that the documentation shows are those of the commands beside them."""

import subprocess
import sys

from tshark import BUILD, ROOT


def test_outputs_in_documents_are_true():
    result = subprocess.run([sys.executable, ROOT / "tools" / "doc_outputs.py", "--build", BUILD,
                             "--check"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
