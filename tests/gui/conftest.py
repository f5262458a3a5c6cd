import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "e2e"))
# So that their failed assertions are explained, too.
pytest.register_assert_rewrite("accessible", "graph_walk", "steps", "table_walk")
