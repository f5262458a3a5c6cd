"""The commands of docs/many-captures.md, run as they stand there.

The recipe for several machines logs in by ssh to an sshd of its own on this machine, where there is
one and the user who runs the tests (as root: nobody) has a shell. Elsewhere it has this machine as
its only one, which parallel calls ":".
"""

import csv
import io
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager

import pytest
from measured import path_of, summary_of
from recipes import folder, shell
from tshark import ROOT, stage

DOCUMENT = ROOT / "docs" / "many-captures.md"
CAPTURES = ("fullmesh/client", "simultaneous/server", "tcp_only/client")
MACHINES = "server1,server2,:"


def block(heading, language="bash"):
    text = DOCUMENT.read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return re.search(rf"^```{language}\n(.*?)^```$", section[1], re.DOTALL | re.MULTILINE)[1]


def file_of(name):
    return f"captures/{name.replace('/', '-')}.pcapng.gz"


@pytest.fixture(scope="module", name="place")
def folder_with_captures():
    place = folder("many-captures")
    (place / "captures").mkdir(mode=0o755)
    for name in CAPTURES:
        shutil.copyfile(path_of(name), place / file_of(name))
        (place / file_of(name)).chmod(0o644)
    return place


def expected():
    """(capture, connection, data bytes by direction) of every connection."""
    return sorted((file_of(name), connection["connection"],
                   connection["client_to_server"]["data_bytes"],
                   connection["server_to_client"]["data_bytes"])
                  for name in CAPTURES for connection in summary_of(name)["connections"])


def rows_in(path):
    return sorted((row["capture"], row["connection"], row["client_to_server"]["data_bytes"],
                   row["server_to_client"]["data_bytes"])
                  for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()))


def test_one_machine(place):
    shell(place, block("The rows of one capture"), block("One machine, all cores"))
    assert len(expected()) > len(CAPTURES)
    assert rows_in(place / "connections.ndjson") == expected()
    log = (place / "jobs.log").read_text(encoding="utf-8").splitlines()
    assert len(log) == 1 + len(CAPTURES)


def test_a_file_that_is_no_capture_fails_and_the_rest_is_there(place):
    (place / "captures" / "zz.pcapng.gz").write_text("no capture", encoding="ascii")
    try:
        result = shell(place, block("The rows of one capture"), block("One machine, all cores"),
                       check=False)
    finally:
        (place / "captures" / "zz.pcapng.gz").unlink()
    assert result.returncode == 1
    assert rows_in(place / "connections.ndjson") == expected()


def test_csv(place):
    shell(place, block("CSV instead"))
    text = (place / "connections.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert sorted((row["capture"], int(row["connection"]),
                   int(row["client_to_server_data_bytes"]), int(row["server_to_client_data_bytes"]))
                  for row in rows) == expected()
    assert not any(None in row for row in rows)


def test_jq_finds_connections_whose_second_path_carried_nothing(place):
    shell(place, block("The rows of one capture"), block("One machine, all cores"))
    found = shell(place, block("Reading the table")).stdout.splitlines()
    lonely = [(file_of(name), str(connection["connection"]))
              for name in CAPTURES for connection in summary_of(name)["connections"]
              if connection["kind"] == "connection" and 2 > sum(
                  any(subflow[direction]["data_bytes"] + subflow[direction]["fallback_bytes"]
                      for direction in ("client_to_server", "server_to_client"))
                  for subflow in connection["subflows"])]
    assert lonely
    assert sorted(tuple(line.split("\t")[:2]) for line in found) == sorted(lonely)


# ------------------------------------------------------------------------------ several machines

def sshd_program():
    return shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def user_has_a_shell():
    name = stage().identity().get("user")
    entry = pwd.getpwnam(name) if name else pwd.getpwuid(os.geteuid())
    return os.path.basename(entry.pw_shell) not in ("nologin", "false")


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, server):
    for _ in range(100):
        assert server.poll() is None, server.stderr.read()
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("sshd does not listen")


@contextmanager
def server_by_ssh(place):
    """A login for parallel: to an sshd of ours, that knows one key and where the plugin is."""
    port, key = free_port(), place / "key"
    for file in (key, place / "host_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    shutil.copyfile(place / "key.pub", place / "authorized_keys")
    known = stage().environment()
    variables = " ".join(f'{name}="{known[name]}"' for name in
                         ("WIRESHARK_PLUGIN_DIR", "WIRESHARK_EXTCAP_DIR", "PATH"))
    config = place / "sshd_config"
    config.write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host_key\n"
                      f"AuthorizedKeysFile {place}/authorized_keys\nStrictModes no\nUsePAM no\n"
                      f"PidFile none\nSetEnv {variables}\n", encoding="ascii")
    with subprocess.Popen([sshd_program(), "-D", "-e", "-f", config], text=True,
                          stderr=subprocess.PIPE) as server:
        try:
            wait_for(port, server)
            yield (f"ssh -p {port} -i {key} -o StrictHostKeyChecking=no -o LogLevel=ERROR "
                   f"-o UserKnownHostsFile={place}/known_hosts 127.0.0.1")
        finally:
            server.terminate()


def test_several_machines(place):
    recipe = block("Several machines")
    assert MACHINES in recipe
    (place / "connections.ndjson").unlink(missing_ok=True)
    if sshd_program() and user_has_a_shell():
        with server_by_ssh(place) as login:
            shell(place, block("The rows of one capture"), recipe.replace(MACHINES, f"'{login}'"))
    else:
        shell(place, block("The rows of one capture"), recipe.replace(MACHINES, ":"))
    assert rows_in(place / "connections.ndjson") == expected()
