# SPDX-License-Identifier: GPL-2.0-or-later
"""Running other programs."""
import shlex
import subprocess


class LabError(Exception):
    """The lab cannot be built here, or something in it failed; the text says what."""


def run(command):
    """Runs a command, a list or a string to split as a shell would; returns its output."""
    words = shlex.split(command) if isinstance(command, str) else command
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{shlex.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def wait(process, timeout_s, name):
    """Waits for a process that should end well by itself."""
    try:
        status = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        raise LabError(f"the {name} did not end within {timeout_s} s") from None
    if status:
        raise LabError(f"the {name} failed")
