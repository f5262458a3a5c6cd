#!/usr/bin/python3
"""Runs a Wireshark program with the plugin of a build tree, with default preferences.

  tools/with_plugin.py [--build DIR] tshark|sharkd|wireshark [ARGUMENT...]

Wireshark loads no plugins but its own as root. As root the program therefore runs as the user
"nobody", with a copy of the plugin, and with copies of those files among its arguments that this
user may not read. The exit status is the program's.
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

MODULE = "mptcp_analysis.so"
UNPRIVILEGED_USER = "nobody"
UNPRIVILEGED_GROUP = "nogroup"


class PluginError(Exception):
    """The plugin is not there, or Wireshark does not load it."""


def find_module(build_dir: Path) -> Path:
    """The plugin in <build>/plugins/<version>/epan/."""
    found = sorted(build_dir.glob(f"plugins/*/epan/{MODULE}"))
    if len(found) != 1:
        raise PluginError(f"{len(found)} plugins {MODULE} below {build_dir}/plugins: build one first.")
    return found[0]


class SanitizerError(PluginError):
    """A sanitizer found something in a program that ran with the plugin."""


class Stage:
    """A temporary home for Wireshark programs, with the plugin (or, for comparison, without).

    Close it when done, or use it in a `with` statement.
    """

    def __init__(self, module: Path | None):
        self._directory = tempfile.TemporaryDirectory(prefix="mptcp-stage-")
        self.path = Path(self._directory.name)
        self.path.chmod(0o755)
        self._is_root = 0 in (os.geteuid(), os.getegid())
        self._copies: dict[tuple[str, int, int], Path] = {}
        self._copying = threading.Lock()
        self.home = self.writable_directory("home")
        self._plugins = self.path / "plugins"
        self._plugins.mkdir()
        self._preload = ""
        self._findings = self.writable_directory("findings")
        if module is not None:
            self._add_module(module.resolve())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._directory.cleanup()

    def _add_module(self, module: Path):
        """module is …/<version>/epan/mptcp_analysis.so: Wireshark looks for it in the same place."""
        target = self._plugins / module.parent.parent.name / module.parent.name
        target.mkdir(parents=True)
        shutil.copyfile(module, target / module.name)
        windows = module.parent.parent / module.stem
        if windows.is_dir():        # only where there was Qt to build them
            shutil.copytree(windows, target.parent / module.stem)
        self._preload = sanitizer_runtime(module)
        listing = self.run(["tshark", "-G", "plugins"], capture_output=True, text=True, check=False)
        if str(target / module.name) not in listing.stdout:
            raise PluginError(f"tshark does not load {module}:\n{listing.stdout}{listing.stderr}")

    def writable_directory(self, name: str) -> Path:
        """A new directory in which the program may write."""
        directory = self.path / name
        directory.mkdir()
        if self._is_root:
            shutil.chown(directory, UNPRIVILEGED_USER, UNPRIVILEGED_GROUP)
        return directory

    def environment(self) -> dict[str, str]:
        environment = dict(os.environ, HOME=str(self.home), WIRESHARK_PLUGIN_DIR=str(self._plugins),
                           # No capture helpers: slow to ask, and they hang below a sanitizer.
                           WIRESHARK_EXTCAP_DIR=str(self._plugins))
        for name in ("XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR", "WIRESHARK_DATA_DIR"):
            environment.pop(name, None)
        if self._preload:
            environment |= {"LD_PRELOAD": self._preload,
                            # Wireshark itself does not free all it has when it ends.
                            "ASAN_OPTIONS": f"detect_leaks=0:log_path={self._findings}/address",
                            "UBSAN_OPTIONS": f"print_stacktrace=1:log_path={self._findings}/undefined"}
        return environment

    def check_findings(self):
        """Raises SanitizerError if a sanitizer wrote a report since the last call."""
        reports = []
        for path in sorted(self._findings.iterdir()):
            reports.append(path.read_text(encoding="utf-8", errors="replace"))
            path.unlink()
        if reports:
            raise SanitizerError("\n".join(reports))

    def identity(self) -> dict:
        """What subprocess needs to drop root's privileges."""
        if not self._is_root:
            return {}
        return {"user": UNPRIVILEGED_USER, "group": UNPRIVILEGED_GROUP, "extra_groups": []}

    def readable(self, path: Path) -> Path:
        """The file, or a copy of it if the program may not read it itself."""
        if not self._is_root:
            return path
        test = subprocess.run(["test", "-r", path.resolve()], check=False, **self.identity())
        if test.returncode == 0:
            return path
        status = path.stat()
        key = (str(path.resolve()), status.st_mtime_ns, status.st_size)
        with self._copying:
            if key not in self._copies:
                directory = self.path / f"copy{len(self._copies)}"
                directory.mkdir()
                self._copies[key] = Path(shutil.copyfile(path, directory / path.name))
                self._copies[key].chmod(0o644)
            return self._copies[key]

    def command(self, arguments: list) -> list[str]:
        """The command line, with readable copies of the files that it names."""
        def replaced(argument) -> str:
            names_file = False
            with contextlib.suppress(OSError):      # a filter may be too long for a file's name
                names_file = Path(argument).is_file()
            return str(self.readable(Path(argument)) if names_file else argument)
        return [str(arguments[0])] + [replaced(argument) for argument in arguments[1:]]

    def run(self, arguments: list, **options) -> subprocess.CompletedProcess:
        """subprocess.run() of a Wireshark program, which no sanitizer may object to."""
        result = subprocess.run(self.command(arguments), env=self.environment(),
                                **self.identity(), **options)
        self.check_findings()
        return result


def sanitizer_runtime(module: Path) -> str:
    """The runtimes that have to be loaded before a module built with sanitizers, in their order."""
    libraries = subprocess.run(["ldd", module], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"=> (\S*/lib(?:asan|tsan|ubsan)\.so\S*)", libraries)
    return " ".join(sorted(found))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path(__file__).resolve().parent.parent / "build")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("which program?")
    try:
        with Stage(find_module(options.build)) as stage:
            return stage.run(options.command, check=False).returncode
    except (PluginError, OSError) as error:
        print(f"with_plugin: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
