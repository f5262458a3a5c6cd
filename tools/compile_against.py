#!/usr/bin/python3
"""Compiles what uses Wireshark against the headers of another Debian release, without linking.

  tools/compile_against.py [--build DIR] [--mirror URL] [SUITE]

SUITE is "sid" if nothing else is said: Debian's newest Wireshark. Its packages of headers are
fetched with apt, from where this machine gets its own, but only unpacked, into DIR/headers-SUITE.
The compiler, its flags and all other headers are those of the build tree DIR, which has to be
configured. The exit status is 0 also if the archive does not offer the headers: a line says so.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("libwireshark-dev", "libwiretap-dev", "libwsutil-dev")
INSTALLED = "/usr/include/wireshark"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class NotOffered(Exception):
    """The archive, or the release in it, is not there."""


def apt_get(state, *words):
    """apt-get with lists and caches of its own, as any user."""
    options = {"Dir::State": state, "Dir::State::status": "/dev/null", "Dir::Cache": state / "cache",
               "Dir::Etc::sourcelist": state / "sources.list", "Dir::Etc::sourceparts": "-",
               "APT::Sandbox::User": "", "APT::Update::Error-Mode": "any", "Acquire::Languages": "none",
               "Acquire::Retries": 3}
    settings = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    result = subprocess.run(["apt-get", "-qq", *settings, *words], cwd=state, check=False,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise NotOffered(result.stderr.strip().partition("\n")[0] or f"apt-get {words[0]} failed")


def unpacked(folder, suite, mirror):
    """The folder of Wireshark's headers of the release."""
    state = folder / "apt"
    for name in ("lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n",
                                        encoding="ascii")
    for old in state.glob("*.deb"):
        old.unlink()
    apt_get(state, "update")
    apt_get(state, "download", *PACKAGES)
    for package in state.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return folder / INSTALLED.lstrip("/")


def version_of(headers):
    text = (headers / "ws_version.h").read_text(encoding="utf-8")
    return ".".join(re.findall(r"#define WIRESHARK_VERSION_M(?:AJOR|INOR|ICRO) (\d+)", text))


def commands(build, headers):
    """(file, folder, command) of all but tests that is compiled with Wireshark's headers."""
    parts = tuple(f"{ROOT}/{name}/" for name in ("plugin", "taps", "stats-dialogs"))
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        if INSTALLED in words and entry["file"].startswith(parts):
            words = [str(headers) if word == INSTALLED else word for word in words]
            output = words.index("-o")
            del words[output:output + 2]
            yield entry["file"], entry["directory"], [*words, "-fsyntax-only"]


def compile_one(job):
    file, directory, command = job
    result = subprocess.run(command, cwd=directory, check=False, capture_output=True, text=True)
    return file, result.returncode, result.stderr


def mirror_of_this_machine():
    return subprocess.run([ROOT / "tools" / "debian-mirror.sh"], check=True, capture_output=True,
                          text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--mirror", default=mirror_of_this_machine())
    parser.add_argument("suite", nargs="?", default="sid")
    options = parser.parse_args()
    build = options.build.resolve()
    try:
        headers = unpacked(build / f"headers-{options.suite}", options.suite, options.mirror)
    except NotOffered as error:
        print(f"Skipped: no headers of Wireshark from Debian {options.suite}: {error}")
        return 0
    jobs = list(commands(build, headers))
    with ThreadPoolExecutor(int(os.environ.get("MPTCP_JOBS", os.cpu_count()))) as pool:
        failed = [(file, text) for file, status, text in pool.map(compile_one, jobs) if status]
    for file, text in failed:
        print(f"{file}:\n{text}", file=sys.stderr)
    print(f"{len(jobs) - len(failed)} of {len(jobs)} files compile with the headers of "
          f"Wireshark {version_of(headers)} (Debian {options.suite})")
    return 0 if jobs and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
