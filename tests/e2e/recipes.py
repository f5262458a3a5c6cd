"""Runs shell commands of the documentation, with the plugin, in a folder of their own."""

import functools

from tshark import stage


@functools.cache
def folder(name):
    """An empty folder that the commands may write to."""
    return stage().writable_directory(name)


def shell(where, *scripts, check=True):
    """bash with the scripts, one after the other; `check` asserts that the exit status is 0."""
    result = stage().run(["bash", "-c", "\n".join(scripts)], cwd=where, capture_output=True,
                         text=True, check=False, timeout=300)
    assert not check or result.returncode == 0, result.stdout + result.stderr
    return result
