# SPDX-License-Identifier: GPL-2.0-or-later
"""Two MPTCP hosts in network namespaces, joined by emulated paths, with captures at both.

Path i joins the client's 10.1.i.1/24 and fd00:1:i::1/64 to the server's 10.1.i.2 and fd00:1:i::2.
The server also has 10.1.100.1 and fd00:1:100::1 on its loopback, reachable over every path; the
lowest path is preferred.
"""
import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import capture
from command import LabError, run, wait

HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
HOSTS = ("client", "server")
REQUIRED_PROGRAMS = ("ip", "sysctl", "ethtool", "ss", "nstat", "stdbuf", "dumpcap",
                     "tcpdump", "reordercap", "editcap", "tshark", "tc", "cmake")
READY_TIMEOUT_S = 10


@dataclasses.dataclass
class Settings:
    """What a scenario's lab looks like.

    paths         one string per path: the link emulator's settings (rate in bits/s, delay in ms,
                  queue in bytes, seed), or a rate for tc when `wire` is "veth"
    bridged       the paths' devices are ports of bridges, which have the addresses
    snaplen       bytes kept of each packet
    period_s      seconds between samples of the kernel's counters; 0: none
    sysctl        settings of both hosts; client_sysctl, server_sysctl: of one
    gso           segmentation and receive offloads on
    wire          "tap": through the link emulator; "veth": directly, for speed
    one_payload   the capture holds the whole payload of one connection, so that truth can state
                  the SHA-256 of the application's data
    """
    paths: list
    bridged: bool = False
    snaplen: int = 128
    period_s: float = 0.1
    sysctl: tuple = ()
    client_sysctl: tuple = ()
    server_sysctl: tuple = ()
    gso: bool = True
    ipv6: bool = False
    wire: str = "tap"
    one_payload: bool = False


def check_requirements():
    """Raises LabError, saying what is lacking, if no lab can be built here."""
    if os.geteuid() != 0:
        raise LabError("needs root: it makes network namespaces and TAP devices")
    missing = [name for name in REQUIRED_PROGRAMS if not shutil.which(name)]
    if missing:
        raise LabError("programs not found: " + ", ".join(missing))
    if not os.path.exists("/dev/net/tun"):
        raise LabError("no /dev/net/tun: this kernel or container has no TAP devices")
    if not os.path.exists("/proc/sys/net/mptcp/enabled"):
        raise LabError("this kernel has no MPTCP (CONFIG_MPTCP)")


class Lab:
    """A context: entering builds the hosts and paths, leaving stops and removes all of them.

    The namespaces' names hold this process's id, so several labs may run at once, and nothing that
    another made is touched.
    """

    def __init__(self, settings, emulator):
        self.settings = settings
        self.log = []
        self.socket_statistics = {host: [] for host in HOSTS}
        self.work = None
        self.captures = {}
        self.capture_filter = None          # display filter: what finish() keeps
        self._emulator_path = emulator
        self._emulator = None
        self._server = self._client = None
        self._monitors = {}
        self._stack = contextlib.ExitStack()

    # -- life ------------------------------------------------------------------------------------
    def __enter__(self):
        try:
            self.work = Path(self._stack.enter_context(
                tempfile.TemporaryDirectory(prefix="mptcp-lab-")))
            for host in HOSTS:
                run(f"ip netns add {self.namespace(host)}")
                self._stack.callback(self._remove_namespace, host)
            self._make_devices()
            for host in HOSTS:
                self._configure_host(host)
            self._configure_paths()
            self._introduce_neighbours()
            for host in HOSTS:
                self._start_monitor(host)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def namespace(self, host):
        return f"mptcp-lab-{os.getpid()}-{host}"

    def _remove_namespace(self, host):
        name = self.namespace(host)
        for pid in run(f"ip netns pids {name}").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        run(f"ip netns del {name}")

    def _stop(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, argv, **options):
        """Starts a process that ends with the lab at the latest."""
        process = subprocess.Popen(argv, **options)
        self._stack.callback(self._stop, process)
        return process

    def start_on(self, host, argv, **options):
        return self.start(["ip", "netns", "exec", self.namespace(host), *argv], **options)

    def note(self, text):
        self.log.append({"t": round(time.time(), 6), "do": text})

    def quietly(self, host, command):
        return run(f"ip netns exec {self.namespace(host)} {command}")

    def on(self, host, command):
        """Runs a command on a host and notes it in the log."""
        self.note(f"{host}: {command}")
        return self.quietly(host, command)

    # -- building --------------------------------------------------------------------------------
    @property
    def path_count(self):
        return len(self.settings.paths)

    @staticmethod
    def _wire_device(host, path):
        return f"{host[0]}{path}"

    def device(self, host, path):
        """The device that has the host's address on this path."""
        wire = self._wire_device(host, path)
        return f"{wire}-bridge" if self.settings.bridged else wire

    def _make_devices(self):
        if self.settings.wire == "veth":
            self._make_veth_pairs()
        else:
            self._start_emulator()

    def _make_veth_pairs(self):
        client, server = (self.namespace(host) for host in HOSTS)
        for path, rate in enumerate(self.settings.paths):
            run(f"ip -n {client} link add c{path} type veth peer name s{path} netns {server}")
            for host in HOSTS:
                self.quietly(host, f"tc qdisc add dev {self._wire_device(host, path)} root tbf "
                                   f"rate {rate} burst 64k limit 200k")

    def _start_emulator(self):
        links = [":".join((self.namespace("client"), f"c{path}",
                           self.namespace("server"), f"s{path}"))
                 for path in range(self.path_count)]
        self._emulator = self.start([self._emulator_path, "-l", self.events_path, *links],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._emulator.stdout.readline().strip() != "ready":
            raise LabError("the link emulator did not start")

    @property
    def events_path(self):
        return self.work / "events.csv"

    def _configure_host(self, host):
        settings = ("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
                    "net.ipv4.tcp_congestion_control=reno", "net.ipv4.tcp_no_metrics_save=1",
                    "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
                    "net.ipv6.conf.all.accept_ra=0", "net.ipv6.conf.default.accept_ra=0")
        self.quietly(host, "sysctl -qw " + " ".join(settings))
        self.quietly(host, "ip link set lo up")
        for path in range(self.path_count):
            self._configure_interface(host, path)
        if host == "server":
            self.quietly(host, "ip addr add 10.1.100.1/32 dev lo")
            self.quietly(host, "ip -6 addr add fd00:1:100::1/128 dev lo nodad")
        else:
            for path in range(self.path_count):
                self._configure_client_routes(path)
        own = self.settings.client_sysctl if host == "client" else self.settings.server_sysctl
        for setting in (*self.settings.sysctl, *own):
            self.on(host, f"sysctl -qw {setting}")
        self.quietly(host, "ip mptcp limits set subflows 8 add_addr_accepted 8")

    def _configure_interface(self, host, path):
        wire, device = self._wire_device(host, path), self.device(host, path)
        if self.settings.bridged:
            self.quietly(host, f"ip link add {device} type bridge")
            self.quietly(host, f"ip link set {wire} master {device}")
        for name in dict.fromkeys((wire, device)):
            if not self.settings.gso:
                self.quietly(host, f"ethtool -K {name} gso off tso off gro off")
            self.quietly(host, f"ip link set {name} addrgenmode none up")
        number = 1 if host == "client" else 2
        self.quietly(host, f"ip addr add 10.1.{path}.{number}/24 dev {device}")
        self.quietly(host, f"ip -6 addr add fd00:1:{path}::{number}/64 dev {device} nodad")

    def _configure_client_routes(self, path):
        device, table, metric = self.device("client", path), 100 + path, 10 + path
        for ip, net, service in (("ip", f"10.1.{path}.", "10.1.100.1"),
                                 ("ip -6", f"fd00:1:{path}::", "fd00:1:100::1")):
            self.quietly("client",
                         f"{ip} route add default via {net}2 dev {device} table {table}")
            self.quietly("client", f"{ip} rule add from {net}1 table {table}")
            self.quietly("client",
                         f"{ip} route add {service} via {net}2 dev {device} metric {metric}")

    def _configure_paths(self):
        if self._emulator:
            for path, settings in enumerate(self.settings.paths):
                self.set_path(path, settings)

    def _introduce_neighbours(self):
        """Fixed neighbour entries, so that no packet of a scenario waits for ARP."""
        for host, peer, number in (("client", "server", 2), ("server", "client", 1)):
            for path in range(self.path_count):
                link, = json.loads(self.quietly(peer, f"ip -j link show {self.device(peer, path)}"))
                for address in (f"10.1.{path}.{number}", f"fd00:1:{path}::{number}"):
                    self.quietly(host, f"ip neigh replace {address} lladdr {link['address']} "
                                       f"dev {self.device(host, path)}")

    def _start_monitor(self, host):
        with open(self._monitor_path(host), "w", encoding="utf-8") as output:
            self._monitors[host] = self.start_on(
                host, ["stdbuf", "-oL", "ip", "mptcp", "monitor"], stdout=output)

    def _monitor_path(self, host):
        return self.work / f"{host}.monitor"

    # -- what scenarios do -----------------------------------------------------------------------
    def _command_emulator(self, command):
        self._emulator.stdin.write(command + "\n")
        self._emulator.stdin.flush()
        return self._emulator.stdout.readline().strip()

    def _tell_emulator(self, command):
        self.note("link emulator: " + command)
        answer = self._command_emulator(command)
        if answer != "ok":
            raise LabError(f"link emulator: {command}: {answer}")

    def set_path(self, path, settings, direction="both"):
        """Changes a path's settings, in the link emulator's words."""
        self._tell_emulator(f"set {path} {direction} {settings}")

    def add_rule(self, path, direction, rule):
        """Adds a middlebox rule; direction "ab" is client → server, "ba" the other way."""
        self._tell_emulator(f"rule {path} {direction} {rule}")

    def limits(self, host, subflows, add_addr_accepted):
        self.on(host, f"ip mptcp limits set subflows {subflows} "
                      f"add_addr_accepted {add_addr_accepted}")

    def endpoint(self, host, specification):
        self.on(host, f"ip mptcp endpoint {specification}")

    def sleep(self, seconds):
        time.sleep(seconds)

    def start_capture(self, any_interface=False, hosts=HOSTS):
        for host in hosts:
            start = capture.on_any_interface if any_interface else capture.on_devices
            devices = [self._wire_device(host, path) for path in range(self.path_count)]
            self.captures[host] = start(self, host, devices, self.settings.snaplen)
        for one in self.captures.values():
            one.wait_until_running(READY_TIMEOUT_S)
        self.note("capture started")

    def start_server(self, **options):
        spec = {"port": 5201, "period_s": self.settings.period_s, **options}
        self._server = self._start_traffic("server", spec, stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True)
        if self._server.stdout.readline().strip() != "READY":
            raise LabError("the server did not start")
        self.note("server listens: " + json.dumps(spec))

    def stop_server(self):
        """Ends the server when its connections are done; a later one keeps records of its own."""
        self._server.stdin.close()
        wait(self._server, 30, "server")

    def start_client(self, connections, serial=False):
        connections = [{"port": 5201, **connection} for connection in connections]
        spec = {"connections": connections, "serial": serial, "period_s": self.settings.period_s}
        self._client = self._start_traffic("client", spec, stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True)
        self.note(f"client starts {len(connections)} connection(s): {json.dumps(connections[:3])}")

    def _start_traffic(self, host, spec, **options):
        spec_path = self.work / f"{host}.spec"
        spec_path.write_text(json.dumps(spec), encoding="utf-8")
        return self.start_on(host, [PYTHON, HERE / "traffic.py", host, spec_path,
                                    self._records_path(host)], **options)

    def _records_path(self, host):
        return self.work / f"{host}.records"

    def client_says(self):
        """The client's next line of output, also noted in the log."""
        line = self._client.stdout.readline().strip()
        self.note("client says: " + line)
        return line

    def let_client_go_on(self):
        self._client.stdin.write("\n")
        self._client.stdin.flush()

    def sample_sockets(self):
        """Adds what ss(8) says now to the truth."""
        for host in HOSTS:
            self.socket_statistics[host].append({
                "t": time.time(),
                "ss_Mia": self.quietly(host, "ss -Mian").splitlines(),
                "ss_tia": self.quietly(host, "ss -tian").splitlines()})

    def wait_for_client(self, timeout_s=180):
        wait(self._client, timeout_s, "client")

    # -- results ---------------------------------------------------------------------------------
    def stop_traffic(self):
        """Ends the server, then the captures."""
        self.sleep(0.5)
        self.stop_server()
        self.sleep(0.8)
        self.note("capture stopped")
        for host, one in self.captures.items():
            self.note(f"{host} capture: {one.stop()}")

    def records(self, host):
        """The connections' records of one host."""
        return json.loads(self._records_path(host).read_text(encoding="utf-8"))

    def path_manager_events(self, host):
        """The lines of `ip mptcp monitor`."""
        self._stop(self._monitors[host])
        return self._monitor_path(host).read_text(encoding="utf-8").splitlines()

    def counters(self, host):
        """nstat: every MPTcpExt counter, other TCP counters that are not 0."""
        counters = json.loads(self.quietly(host, "nstat -asz -j"))["kernel"]
        return {name: value for name, value in counters.items()
                if name.startswith("MPTcpExt") or (value and name.startswith("Tcp"))}

    def path_counters(self):
        """What the link emulator did, per path and direction; None without it."""
        return json.loads(self._command_emulator("stats")) if self._emulator else None
