# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios. Each function's docstring is its description, in truth.json and in the README.

A scenario gets a built lab, starts capture, server and client, disturbs the paths, and returns when
the client is done. Path 0 stands for a Wi-Fi network, path 1 for a mobile one.
"""
import dataclasses
from typing import Callable

from lab import Settings

WIFI = "rate=20e6 delay=5 queue=60000 seed=1"        # 10 ms there and back
LTE = "rate=5e6 delay=30 queue=60000 seed=2"         # 60 ms
SERVICE = "10.1.100.1"
SERVICE_V6 = "fd00:1:100::1"
SERVER_ON_WIFI = "10.1.0.2"
FULL_PACKETS = 262144
PLAIN_TCP = 6
CHECKSUMS = "net.mptcp.checksum_enabled=1"
BIG_BYTES = 4_400_000_000


@dataclasses.dataclass
class Scenario:
    name: str
    settings: Settings
    run: Callable
    compress: bool                          # gzip the captures

    @property
    def description(self):
        return " ".join(self.run.__doc__.split())


SCENARIOS = {}


def scenario(paths=(WIFI, LTE), compress=True, **settings):
    """Registers a function under its name; the other arguments are the lab's Settings."""
    def register(function):
        name = function.__name__
        SCENARIOS[name] = Scenario(name, Settings(list(paths), **settings), function, compress)
        return function
    return register


# -- what connections do ---------------------------------------------------------------------------
def download(size, **options):
    return {"dst": SERVICE, "op": "download", "download": size, **options}


def upload(size, answer=2, **options):
    """The server answers with `answer` bytes when it has all."""
    return {"dst": SERVICE, "op": "upload", "upload": size, "download": answer, **options}


def both(down, up, **options):
    """Both directions at once."""
    return {"dst": SERVICE, "op": "both", "download": down, "upload": up, **options}


def pingpong(count, size, gap, **options):
    return {"dst": SERVICE, "op": "pingpong", "count": count, "size": size, "gap": gap, **options}


# -- what scenarios have in common -----------------------------------------------------------------
def join_over_lte(lab, extra=""):
    """The client will open a subflow over path 1."""
    lab.endpoint("client", f"add 10.1.1.1 dev {lab.device('client', 1)} subflow {extra}".strip())


def begin(lab, *connections, serial=False, any_interface=False, **server):
    """Capture, server, client, in this order."""
    lab.start_capture(any_interface=any_interface)
    lab.start_server(**server)
    lab.start_client(connections, serial=serial)


def transfer(lab, *connections, sample_after=None, **options):
    """The connections from begin to end; ss(8) looks at them once if `sample_after` seconds."""
    begin(lab, *connections, **options)
    if sample_after is not None:
        lab.sleep(sample_after)
        lab.sample_sockets()
    lab.wait_for_client()


# -- plain transfers -------------------------------------------------------------------------------
@scenario()
def bulk_download(lab):
    """Two paths (wifi 20 Mbit/s 10 ms, lte 5 Mbit/s 60 ms), server sends 2 MB, no random loss."""
    join_over_lte(lab)
    transfer(lab, download(2_000_000), sample_after=1)


@scenario(gso=False)
def bulk_upload(lab):
    """Two paths, client sends 2 MB; GSO off, so that every mapping covers one packet only."""
    join_over_lte(lab)
    transfer(lab, upload(2_000_000), sample_after=1)


@scenario()
def bidirectional(lab):
    """500 kB each way at once on two paths."""
    join_over_lte(lab)
    transfer(lab, both(500_000, 500_000), sample_after=0.3)


@scenario(paths=[WIFI])
def single_subflow(lab):
    """MPTCP with one subflow only; 1 MB download, 1% loss."""
    lab.set_path(0, "loss=0.01")
    transfer(lab, download(1_000_000), sample_after=0.3)


@scenario()
def fullmesh(lab):
    """2 client x 2 server addresses, fullmesh endpoints: 4 subflows."""
    lab.endpoint("client", "add 10.1.1.1 dev c1 subflow fullmesh")
    lab.endpoint("client", "add 10.1.0.1 dev c0 subflow fullmesh")
    lab.endpoint("server", "add 10.1.1.2 dev s1 signal")
    transfer(lab, both(1_500_000, 800_000, dst=SERVER_ON_WIFI), sample_after=0.6)


@scenario(paths=["rate=50e6 delay=1 queue=200000 seed=1", "rate=50e6 delay=2 queue=200000 seed=2",
                 "rate=50e6 delay=3 queue=200000 seed=3"], period_s=0, snaplen=120)
def many_short(lab):
    """200 connections x 3 subflows, 2 kB each way, 10 at a time."""
    lab.endpoint("client", "add 10.1.1.1 dev c1 subflow")
    lab.endpoint("client", "add 10.1.2.1 dev c2 subflow")
    transfer(lab, *(pingpong(2, 1000, 0.03, start=(i // 10) * 0.12, linger=0.02)
                    for i in range(200)))


@scenario()
def simultaneous(lab):
    """Six simultaneous connections to one server port, up and down, two paths."""
    join_over_lte(lab)
    transfer(lab, *(download(100_000), upload(100_000), both(100_000, 50_000)) * 2,
             sample_after=0.2)


@scenario(paths=[WIFI, LTE, LTE], ipv6=True)
def mixed_v4_v6(lab):
    """IPv6 connection; the client adds an IPv4 subflow (to the server's announced 10.1.1.2) and an
    IPv6 one; 600 kB down, 200 kB up."""
    lab.endpoint("client", "add fd00:1:2::1 dev c2 subflow")
    lab.endpoint("server", "add 10.1.1.2 dev s1 signal")
    transfer(lab, both(600_000, 200_000, dst=SERVICE_V6), sample_after=0.3, ipv6=True)


@scenario(ipv6=True)
def tcp_only(lab):
    """No MPTCP: five plain TCP connections over IPv4 and IPv6, 2% loss on wifi."""
    lab.set_path(0, "loss=0.02")
    connections = [download(100_000), upload(80_000), pingpong(5, 2000, 0.02),
                   download(100_000, dst=SERVICE_V6), both(40_000, 40_000, dst=SERVICE_V6)]
    transfer(lab, *[{**one, "protocol": PLAIN_TCP} for one in connections],
             ipv6=True, protocol=PLAIN_TCP)


# -- loss, reordering, failing paths ---------------------------------------------------------------
@scenario(paths=["rate=8e6 delay=10 queue=60000 seed=1", "rate=5e6 delay=40 queue=60000 seed=3"])
def lossy_reinject(lab):
    """Download 2 MB; lte loses 30% of its packets, wifi 2%: TCP retransmissions, RTOs and MPTCP
    reinjections."""
    join_over_lte(lab)
    lab.set_path(1, "loss=0.3")
    lab.set_path(0, "loss=0.02")
    transfer(lab, download(2_000_000), sample_after=1)


@scenario()
def path_cut_fwd(lab):
    """Download; after 0.7 s the lte path silently loses everything; comes back at 6 s."""
    join_over_lte(lab)
    begin(lab, download(2_500_000, linger=4))
    lab.sleep(0.7)
    lab.set_path(1, "cut=1")
    lab.sleep(1.5)
    lab.sample_sockets()
    lab.sleep(3.5)
    lab.set_path(1, "cut=0")
    lab.wait_for_client()


@scenario()
def path_cut_initial(lab):
    """Download 1 MB; after 0.3 s the path of the FIRST subflow (wifi) silently loses everything,
    for good."""
    join_over_lte(lab)
    begin(lab, download(1_000_000, linger=1))
    lab.sleep(0.3)
    lab.set_path(0, "cut=1")
    lab.sleep(1)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario()
def path_linkdown(lab):
    """Upload 2 MB; after 0.7 s `ip link set c0 down` on the client (handover); the path manager
    closes nothing by itself."""
    lab.endpoint("client", "add 10.1.0.1 dev c0 subflow")
    join_over_lte(lab)
    begin(lab, upload(2_000_000, linger=1))
    lab.sleep(0.7)
    lab.on("client", "ip link set c0 down")
    lab.sleep(1.5)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario()
def backup_failover(lab):
    """lte is a backup subflow (B bit in MP_JOIN); wifi is cut after 0.6 s, so that the backup takes
    over."""
    join_over_lte(lab, "backup")
    begin(lab, download(2_500_000, linger=0.5))
    lab.sleep(0.6)
    lab.set_path(0, "cut=1")
    lab.sleep(2)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario(paths=["rate=8e6 delay=10 queue=60000 seed=1", "rate=4e6 delay=20 queue=60000 seed=2",
                 "rate=4e6 delay=30 queue=60000 seed=4"])
def three_paths_loss(lab):
    """Three paths, bursts of total loss on each in turn: reinjections on many subflows; 1 MB down,
    300 kB up."""
    lab.endpoint("client", "add 10.1.1.1 dev c1 subflow")
    lab.endpoint("client", "add 10.1.2.1 dev c2 subflow")
    begin(lab, both(1_000_000, 300_000, linger=1))
    lab.sleep(0.3)
    for path in (1, 2, 0):
        lab.set_path(path, "cut=1")
        lab.sleep(0.45)
        lab.set_path(path, "cut=0")
        lab.sleep(0.1)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario()
def reorder_dup(lab):
    """5% of lte packets held back 15 ms, 3% duplicated: no loss, so retransmissions are
    spurious."""
    join_over_lte(lab)
    lab.set_path(1, "reorder=0.05:15 dup=0.03")
    transfer(lab, download(2_500_000), sample_after=1)


@scenario(paths=[WIFI, "rate=1e6 delay=60 queue=200000 seed=9"],
          sysctl=('net.ipv4.tcp_rmem="4096 131072 400000"',))
def bufferbloat(lab):
    """Deep lte queue (1.5 s) and a receive buffer of at most 400 kB: the scheduler meets
    head-of-line blocking; 2 MB download."""
    join_over_lte(lab)
    transfer(lab, download(2_000_000), sample_after=1)


# -- path management -------------------------------------------------------------------------------
@scenario()
def mp_prio(lab):
    """`ip mptcp endpoint change` sets and clears backup in mid-transfer: MP_PRIO on the wire both
    ways."""
    join_over_lte(lab, "id 3")
    begin(lab, download(2_500_000))
    lab.sleep(0.5)
    lab.endpoint("client", "change id 3 backup")
    lab.sleep(0.5)
    lab.sample_sockets()
    lab.endpoint("client", "change id 3 nobackup")
    lab.wait_for_client()


@scenario()
def add_addr(lab):
    """The server announces 10.1.1.2 (ADD_ADDR with HMAC, echoed); the client joins to it; 1.5 MB
    download."""
    lab.endpoint("server", "add 10.1.1.2 dev s1 signal")
    transfer(lab, download(1_500_000, dst=SERVER_ON_WIFI), sample_after=0.4)


@scenario()
def add_addr_port(lab):
    """The server announces 10.1.1.2 port 5299 (ADD_ADDR with port); the client joins there."""
    lab.endpoint("server", "add 10.1.1.2 port 5299 dev s1 signal")
    transfer(lab, download(1_500_000, dst=SERVER_ON_WIFI), sample_after=0.4)


@scenario(paths=[WIFI, LTE, LTE], ipv6=True)
def add_addr_v6(lab):
    """IPv4 connection on an AF_INET6 socket; the server announces fd00:1:1::2 and fd00:1:2::2 port
    5300 (IPv6 ADD_ADDR, with and without port)."""
    lab.endpoint("server", "add fd00:1:1::2 dev s1 signal")
    lab.endpoint("server", "add fd00:1:2::2 port 5300 dev s2 signal")
    transfer(lab, download(1_500_000, dst="::ffff:10.1.0.2"), sample_after=0.4, ipv6=True)


@scenario(server_sysctl=("net.mptcp.add_addr_timeout=1",))
def add_addr_echo_lost(lab):
    """The first two ADD_ADDR echoes are dropped: ADD_ADDR is retransmitted (add_addr_timeout=1)."""
    lab.endpoint("server", "add 10.1.1.2 dev s1 signal")
    lab.add_rule(0, "ab", "drop sub=3 count=2")
    transfer(lab, pingpong(12, 3000, 0.35, dst=SERVER_ON_WIFI))


@scenario()
def remove_addr(lab):
    """Subflow on 10.1.1.1 (id 5); its endpoint is deleted in mid-transfer: REMOVE_ADDR and
    reinjection; later added again."""
    join_over_lte(lab, "id 5")
    begin(lab, upload(3_000_000))
    lab.sleep(0.6)
    lab.endpoint("client", "delete id 5")
    lab.sleep(0.5)
    lab.sample_sockets()
    join_over_lte(lab, "id 7")
    lab.wait_for_client()


@scenario()
def remove_addr_signal(lab):
    """The server announces 10.1.1.2 (id 9), withdraws it in mid-transfer (REMOVE_ADDR server to
    client)."""
    lab.endpoint("server", "add 10.1.1.2 dev s1 signal id 9")
    begin(lab, download(1_000_000, dst=SERVER_ON_WIFI))
    lab.sleep(0.3)
    lab.endpoint("server", "delete id 9")
    lab.sleep(0.1)
    lab.sample_sockets()
    lab.wait_for_client()


# -- joins that fail or are delayed ----------------------------------------------------------------
@scenario()
def join_refused_limit(lab):
    """The server allows no more subflows: MP_JOIN is answered by RST with MP_TCPRST reason 3."""
    lab.limits("server", 0, 0)
    join_over_lte(lab)
    transfer(lab, download(300_000))


@scenario()
def join_wrong_token(lab):
    """The middlebox changes the token in MP_JOIN SYN: RST with MP_TCPRST reason 1."""
    join_over_lte(lab)
    lab.add_rule(1, "ab", "flip sub=1 syn=1 off=4")
    transfer(lab, download(300_000))


@scenario()
def join_bad_hmac_synack(lab):
    """The middlebox changes the truncated HMAC in the MP_JOIN SYN/ACK: the client resets the
    subflow."""
    join_over_lte(lab)
    lab.add_rule(1, "ba", "flip sub=1 syn=1 off=6")
    transfer(lab, download(300_000))


@scenario()
def join_bad_hmac_ack(lab):
    """The middlebox changes the HMAC in the MP_JOIN third ACK: the server resets the subflow."""
    join_over_lte(lab)
    lab.add_rule(1, "ab", "flip sub=1 syn=0 off=8")
    transfer(lab, download(300_000))


@scenario()
def join_ack_lost(lab):
    """The first two MP_JOIN third ACKs are lost: SYN/ACK or ACK is retransmitted before the subflow
    is used."""
    join_over_lte(lab)
    lab.add_rule(1, "ab", "drop sub=1 syn=0 count=2")
    transfer(lab, download(2_500_000), sample_after=1)


@scenario()
def join_syn_lost(lab):
    """The first SYN of each subflow is lost: sent again a second later, the JOIN with the
    same token and nonce."""
    join_over_lte(lab)
    lab.add_rule(1, "ab", "drop sub=1 syn=1 count=1")
    lab.add_rule(0, "ab", "drop sub=0 syn=1 count=1")
    transfer(lab, pingpong(20, 10_000, 0.1))


# -- fallback, middleboxes -------------------------------------------------------------------------
@scenario()
def fallback_server_tcp(lab):
    """The server is plain TCP: no MP_CAPABLE in SYN/ACK, fallback."""
    join_over_lte(lab)
    transfer(lab, download(300_000), protocol=PLAIN_TCP)


@scenario()
def fallback_strip_syn(lab):
    """A middlebox turns option 30 of SYNs from the client to NOPs."""
    join_over_lte(lab)
    lab.add_rule(0, "ab", "strip syn=1")
    transfer(lab, download(300_000))


@scenario()
def fallback_strip_synack(lab):
    """A middlebox strips option 30 of the SYN/ACK only: the server thinks MPTCP until the third
    ACK."""
    join_over_lte(lab)
    lab.add_rule(0, "ba", "strip syn=1")
    transfer(lab, download(300_000))


@scenario(paths=[WIFI])
def fallback_strip_data(lab):
    """The handshake passes, then every option 30 is stripped on non-SYN packets both ways:
    fallback."""
    lab.add_rule(0, "both", "strip syn=0")
    transfer(lab, download(300_000))


@scenario(paths=[WIFI])
def strip_mid_single(lab):
    """One subflow; after 100 packets of data the middlebox strips option 30 from the server's
    packets."""
    lab.add_rule(0, "ba", "strip syn=0 skip=100")
    transfer(lab, download(600_000, timeout=20))


@scenario()
def strip_mid_multi(lab):
    """Two subflows; after 100 packets the middlebox on lte strips option 30: subflow reset
    (MP_TCPRST 6), rest goes on."""
    join_over_lte(lab)
    lab.add_rule(1, "ba", "strip syn=0 skip=100")
    transfer(lab, download(2_500_000, timeout=30), sample_after=1)


@scenario()
def dss32(lab):
    """A middlebox makes every 64-bit DSN and DATA_ACK 32-bit, both ways: real endpoints, 32-bit
    forms."""
    join_over_lte(lab)
    for path in (0, 1):
        lab.add_rule(path, "both", "dss32 sub=2")
    transfer(lab, both(1_000_000, 300_000), sample_after=0.5)


# -- checksums, MP_FAIL, whole payloads ------------------------------------------------------------
@scenario(paths=[WIFI, "rate=5e6 delay=40 queue=60000 seed=5"], sysctl=(CHECKSUMS,))
def checksum(lab):
    """net.mptcp.checksum_enabled=1 on both sides, two paths with loss, 1 MB each way."""
    join_over_lte(lab)
    lab.set_path(1, "loss=0.04")
    transfer(lab, both(1_000_000, 1_000_000), sample_after=0.5)


@scenario(paths=["rate=8e6 delay=10 queue=60000 seed=1", "rate=5e6 delay=20 queue=60000 seed=5"],
          sysctl=(CHECKSUMS,), snaplen=FULL_PACKETS, one_payload=True)
def checksum_full(lab):
    """Whole packets, DSS checksums on, two paths losing 3%: 250 kB each way at once."""
    join_over_lte(lab)
    for path in (0, 1):
        lab.set_path(path, "loss=0.03")
    transfer(lab, both(250_000, 250_000), sample_after=0.2)


@scenario(paths=["rate=4e6 delay=10 queue=60000 seed=1", "rate=4e6 delay=20 queue=60000 seed=5"],
          snaplen=FULL_PACKETS, one_payload=True)
def full_payload(lab):
    """Whole packets, 300 kB down, 200 kB up on two paths; lte is cut for 0.7 s, so data is
    reinjected."""
    join_over_lte(lab)
    begin(lab, both(300_000, 200_000, linger=0.5))
    lab.sleep(0.3)
    lab.set_path(1, "cut=1")
    lab.sleep(0.7)
    lab.set_path(1, "cut=0")
    lab.sample_sockets()
    lab.wait_for_client()


@scenario(paths=[WIFI], sysctl=(CHECKSUMS,))
def mp_fail_single(lab):
    """Checksums on, one subflow; one payload byte changed: MP_FAIL, fallback."""
    lab.add_rule(0, "ba", "corrupt payload=500 skip=60 count=1 off=100")
    begin(lab, download(600_000, timeout=5))
    lab.sleep(2)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario(paths=[WIFI], sysctl=(CHECKSUMS,), snaplen=FULL_PACKETS, one_payload=True)
def mp_fail_full(lab):
    """Whole packets, checksums on, one subflow; one payload byte changed on its way to the client:
    MP_FAIL, fallback; 200 kB download, all mapped before."""
    lab.add_rule(0, "ba", "corrupt payload=500 skip=60 count=1 off=100")
    transfer(lab, download(200_000, timeout=5))


@scenario(sysctl=(CHECKSUMS,))
def mp_fail_multi(lab):
    """Checksums on, two subflows; one payload byte changed on lte: MP_FAIL + RST of that subflow,
    data reinjected; 1 MB download."""
    join_over_lte(lab)
    lab.add_rule(1, "ba", "corrupt payload=500 skip=30 count=1 off=100")
    transfer(lab, download(1_000_000, timeout=30), sample_after=0.3)


@scenario(sysctl=(CHECKSUMS,), snaplen=FULL_PACKETS, one_payload=True)
def mp_fail_multi_full(lab):
    """Whole packets, checksums on, two subflows; one payload byte changed on lte: MP_FAIL + RST of
    that subflow; 400 kB download."""
    join_over_lte(lab)
    lab.add_rule(1, "ba", "corrupt payload=500 skip=15 count=1 off=100")
    transfer(lab, download(400_000, timeout=30), sample_after=0.2)


# -- ends of connections ---------------------------------------------------------------------------
@scenario()
def datafin_halfclose(lab):
    """Client sends 200 kB, half-closes (DATA_FIN), server answers 600 kB half a second later, then
    closes."""
    join_over_lte(lab)
    transfer(lab, {"dst": SERVICE, "op": "half_close", "upload": 200_000, "download": 600_000,
                   "gap": 0.5})


@scenario()
def server_close(lab):
    """The server closes first (DATA_FIN from the server)."""
    join_over_lte(lab)
    transfer(lab, {"dst": SERVICE, "op": "server_close", "download": 300_000})


@scenario()
def fastclose_client(lab):
    """The client aborts (SO_LINGER 0) in a download on two subflows: MP_FASTCLOSE."""
    join_over_lte(lab)
    transfer(lab, download(2_000_000, take=500_000, linger=0, abort=True))


@scenario()
def fastclose_server(lab):
    """The server aborts a connection with two subflows (SO_LINGER 0)."""
    join_over_lte(lab)
    transfer(lab, {"dst": SERVICE, "op": "server_abort", "download": 400_000, "gap": 0.5})


# -- TCP Fast Open ---------------------------------------------------------------------------------
@scenario(sysctl=("net.ipv4.tcp_fastopen=3",))
def tfo(lab):
    """TCP Fast Open: the first connection gets the cookie, the next two send data in the SYN."""
    join_over_lte(lab)
    transfer(lab, *[download(150_000, fastopen=True, timeout=8)] * 3, serial=True, fastopen=True)


@scenario(sysctl=("net.ipv4.tcp_fastopen=3",), snaplen=FULL_PACKETS, one_payload=True)
def tfo_data(lab):
    """TCP Fast Open, whole packets: the request goes with the SYN, 120 kB of upload follow, the
    server answers 60 kB; the cookie was fetched before the capture."""
    lab.start_server(fastopen=True)
    lab.start_client([pingpong(1, 1000, 0, fastopen=True)])
    lab.wait_for_client()
    lab.stop_server()
    lab.start_capture()
    lab.start_server(fastopen=True)
    lab.start_client([upload(120_000, answer=60_000, fastopen=True, timeout=8)])
    lab.wait_for_client()


# -- what captures may lack or hold twice ----------------------------------------------------------
@scenario()
def midstream(lab):
    """The capture starts 1 s after the connection: no MP_CAPABLE, no MP_JOIN."""
    join_over_lte(lab)
    lab.start_server()
    lab.start_client([download(3_500_000)])
    lab.sleep(0.7)
    lab.start_capture()
    lab.sample_sockets()
    lab.wait_for_client()


@scenario(paths=["rate=4e6 delay=5 queue=60000 seed=1", "rate=2e6 delay=30 queue=60000 seed=2"])
def late_capture_join(lab):
    """The capture starts after MP_CAPABLE but before a later MP_JOIN (token known, keys not);
    900 kB download."""
    lab.start_server()
    lab.start_client([download(900_000)])
    lab.sleep(0.2)
    lab.start_capture()
    join_over_lte(lab)
    lab.sleep(0.3)
    lab.sample_sockets()
    lab.wait_for_client()


@scenario(snaplen=60)
def snaplen60(lab):
    """Packets cut at 60 bytes: the TCP options are mostly missing."""
    join_over_lte(lab)
    transfer(lab, download(1_000_000), sample_after=0.5)


@scenario(snaplen=80)
def snaplen80(lab):
    """Packets cut at 80 bytes: DSS options cut in the middle."""
    join_over_lte(lab)
    transfer(lab, download(1_000_000), sample_after=0.5)


@scenario()
def any_interface(lab):
    """As bulk_download (1.5 MB), captured with tcpdump -i any (Linux cooked v2)."""
    join_over_lte(lab)
    transfer(lab, download(1_500_000), sample_after=0.5, any_interface=True)


@scenario(bridged=True, gso=False)
def any_twice(lab):
    """tcpdump -i any sees every packet twice, on a bridge and on the bridge's port; 400 kB
    download, 1% loss on wifi."""
    join_over_lte(lab)
    lab.set_path(0, "loss=0.01")
    transfer(lab, download(400_000), sample_after=0.1, any_interface=True)


@scenario(paths=["rate=8e6 seed=1", "rate=8e6 delay=3 seed=2"], period_s=0.05)
def dsn_wrap32(lab):
    """Connections are opened until the server's IDSN is 100 to 500 kB below a 32-bit wrap; 800 kB
    are downloaded on that one, and only it is kept in the capture."""
    lab.start_capture()
    lab.start_server()
    lab.start_client([download(800_000, idsn_below_wrap=500_000)])
    _, _, port, _, opened, *_ = lab.client_says().split()
    lab.capture_filter = (f"frame.time_epoch >= {opened} && "
                          f"(tcp.port == {port} || ip.addr == 10.1.1.1)")
    lab.let_client_go_on()
    lab.sleep(0.05)                         # a connection takes no subflow before it carried data
    join_over_lte(lab)
    lab.wait_for_client()


# -- not bundled -----------------------------------------------------------------------------------
@scenario(paths=["500mbit", "300mbit"], wire="veth", gso=False, period_s=1, compress=False)
def big(lab, size=BIG_BYTES):
    """Headers of about 5 million packets at the client, for benchmarks: 4.4 GB download over veth
    with 500 and 300 Mbit/s, no GSO."""
    join_over_lte(lab)
    lab.start_capture(hosts=("client",))
    lab.start_server(timeout=550)
    lab.start_client([download(size, timeout=550)])
    lab.sleep(min(5, size / 100e6))
    lab.sample_sockets()
    lab.wait_for_client(580)
