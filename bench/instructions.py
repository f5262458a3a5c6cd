"""Counts the instructions that a command executes, kernel aside, by valgrind: load does not change
that figure, unlike a time.
"""

import re
import shutil
import subprocess

from compare import Command, CommandError

VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]


def can_count() -> bool:
    return shutil.which("valgrind") is not None


def count(command: Command) -> int:
    result = subprocess.run([*VALGRIND, *command.arguments], env=command.environment,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                            **command.identity)
    found = re.search(r"I +refs: +([\d,]+)", result.stderr)
    if result.returncode != 0 or found is None:
        raise CommandError(f"valgrind: exit status {result.returncode}\n{result.stderr}")
    return int(found[1].replace(",", ""))
