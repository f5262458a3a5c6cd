"""Bulk mode: the figures of the normal mode, on every capture, or a refusal."""

import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from measured import EVERY, path_of
from reports import outputs
from test_arguments import assert_refused
from test_links import CASES
from tshark import fields, report, rewrap, stage, tshark
import capture_writer as cw      # found through tshark's sys.path

SMALL = path_of("add_addr_echo_lost/client")
MIXED = path_of("mixed_v4_v6/client")
BULK = "mptcp,summary,bulk"

SYN, RST, PSH, ACK, FIN = 2, 4, 8, 16, 1
MP_CAPABLE = bytes([30, 4, 0x01, 0x01])         # v1, HMAC-SHA256, as in a SYN
DSS = bytes([30, 8, 0x20, 0x01]) + bytes(4)     # a DATA_ACK of 32 bits


# ------------------------------------------------------------------------- as the normal mode

def documents(path, words="", options=()):
    """Every report in JSON: {variant: document}. Nothing else may be printed."""
    with outputs(path, ["json"], words, options) as written:
        assert (written.stdout, written.stderr) == ("", "")
        return {file.name: json.loads(file.read_text(encoding="utf-8"))
                for file in written.folder.iterdir()}


def without_stock_numbers(value, found):
    """Without `mptcp_stream`, which goes to `found`."""
    if isinstance(value, dict):
        found += [value[key] for key in value if key == "mptcp_stream"]
        return {key: without_stock_numbers(one, found) for key, one in value.items()
                if key != "mptcp_stream"}
    if isinstance(value, list):
        return [without_stock_numbers(one, found) for one in value]
    return value


def differing(path, options=()):
    """The reports in which bulk mode says something else, other than null for mptcp_stream."""
    normal = documents(path, "", options)
    bulk = documents(path, ",bulk", options)
    assert normal.keys() == bulk.keys() and len(normal) > 10
    numbers = []
    same = {name for name in normal
            if without_stock_numbers(normal[name], []) == without_stock_numbers(bulk[name], numbers)}
    assert not any(number is not None for number in numbers)
    return sorted(normal.keys() - same)


def rewrapped(*case):
    return rewrap(path_of(case[0]), *case[1:])


WRAPPED = [*CASES,
           *[(name, "ethernet", "--duplicate", how) for name in ("full_payload/server",
             "mixed_v4_v6/client") for how in ("vlan", "interface")],
           ("mixed_v4_v6/client", "sll", "--duplicate", "interface"),
           *[("mixed_v4_v6/client", form, "--truncate", length)
             for form, length in (("ethernet", "134"), ("vlan", "70"), ("sll2", "60"),
                                  ("raw", "38"), ("icmp_quote", "58"), ("fragments", "62"))]]
# Preferences other than the delivered ones make all frames go through stock IP to the hook.
BY_THE_HOOK = ("-o", "ip.defragment:FALSE")
HOOKED = [("mixed_v4_v6/client", "ethernet"), ("full_payload/server", "fragments"),
          ("mixed_v4_v6/client", "icmp_quote"), ("mixed_v4_v6/client", "ethernet", "--truncate", "58")]


def in_parallel(work):
    """What differs, by key, worked out on every processor; `work` is {key: arguments}."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {key: pool.submit(differing, *arguments) for key, arguments in work.items()}
        yield lambda key: futures[key].result()


@pytest.fixture(scope="module", name="every")
def of_every_capture():
    yield from in_parallel({name: (path_of(name),) for name in EVERY})


@pytest.fixture(scope="module", name="wrapped")
def of_wrapped_captures():
    yield from in_parallel({case: (rewrapped(*case),) for case in WRAPPED})


@pytest.fixture(scope="module", name="hooked")
def of_captures_by_the_hook():
    yield from in_parallel({case: (rewrapped(*case), BY_THE_HOOK) for case in HOOKED})


@pytest.mark.parametrize("name", EVERY)
def test_every_report_is_that_of_the_normal_mode(name, every):
    assert every(name) == []


@pytest.mark.parametrize("case", WRAPPED, ids="-".join)
def test_wrappings_are_read_as_stock_reads_them(case, wrapped):
    assert wrapped(case) == []


@pytest.mark.parametrize("case", HOOKED, ids="-".join)
def test_what_goes_through_stock_ip_is_the_same(case, hooked):
    assert hooked(case) == []


# ------------------------------------------------------------------------------ stream numbers

def random_segment(draw, hosts):
    """TCP between a few endpoints with few numbers, so that all is used again."""
    address, other = draw.sample(hosts, 2) if draw.random() < 0.97 else [hosts[0]] * 2
    source, destination = ((one, draw.choice((1000, 2000))) for one in (address, other))
    flags = draw.choice((SYN, SYN, SYN | ACK, ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK, 0,
                         SYN | FIN, SYN | RST))
    options = MP_CAPABLE if flags & SYN else DSS
    return source, destination, cw.tcp_segment(
        source, destination, draw.randrange(4), draw.randrange(4), flags, options=options,
        payload=bytes(draw.choice((0, 0, 3))))


def icmp_error(source, destination, quoted):
    """Host unreachable about a packet that went from source to destination."""
    message = bytes([3, 1, 0, 0, 0, 0, 0, 0]) + quoted
    return cw.ip_packet(destination, source, cw.PROTO_ICMP, message)


def random_packet(draw):
    hosts = draw.choice((["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["fd00::1", "fd00::2", "fd00::3"]))
    source, destination, segment = random_segment(draw, hosts)
    kind, fourth = draw.random(), ":" not in hosts[0]
    if kind < 0.1:
        segment = segment[:12] + bytes([draw.choice((0x10, 0x40, 0xf0))]) + segment[13:]
    elif kind < 0.2:
        segment = segment[:draw.choice((2, 8, 14, 16, 18, 20))]
    packet = cw.ip_packet(source[0], destination[0], cw.PROTO_TCP, segment, ident=draw.randrange(9))
    if kind > 0.9 and fourth:
        return icmp_error(source[0], destination[0], packet[:draw.choice((20, 28, 36, 40, 60))])
    if 0.8 < kind < 0.9 and fourth:
        return cw.set_ipv4_checksum(packet[:6] + b"\x20\0" + packet[8:20]) + packet[20:]
    return packet


@pytest.fixture(scope="module", name="random_capture", params=range(4))
def a_random_capture(request):
    """Ports used again, simultaneous opens, errors that quote, fragments, headers cut short."""
    draw = random.Random(request.param)
    records = []
    for number in range(3000):
        frame = cw.ethernet_frame(random_packet(draw))
        kept = draw.choice((len(frame),) * 9 + (draw.randrange(len(frame)),))
        records.append(cw.Record(1_000_000_000 + number * 1_000_000, frame[:kept], len(frame)))
    path = stage().path / f"streams{request.param}.pcap"
    cw.write_capture(str(path), cw.Capture(records=records))
    path.chmod(0o644)
    return path


# Whole fragments are put together, parts are taken as they are.
REASSEMBLY = [(), ("-o", "ip.defragment:FALSE")]


@pytest.mark.parametrize("options", REASSEMBLY, ids=["reassembled", "as they are"])
def test_streams_are_numbered_as_stock_numbers_them(random_capture, options):
    rows = report(random_capture, "segments", "bulk", options=options)["segments"]
    stock = {int(row["frame.number"]): row["tcp.stream"] for row in
             fields(random_capture, "frame.number", "tcp.stream", options=options)}
    assert len({row["tcp_stream"] for row in rows}) > 100
    assert ([(row["frame"], str(row["tcp_stream"])) for row in rows]
            == [(row["frame"], stock[row["frame"]]) for row in rows])


@pytest.mark.parametrize("options", REASSEMBLY, ids=["reassembled", "as they are"])
def test_random_traffic_gives_the_same_figures(random_capture, options):
    assert differing(random_capture, options) == []


# ------------------------------------------------------------------------------------ refusals

REFUSED = {
    "a packet list": [],
    "a tree": ["-V"],
    "a quiet tree": ["-q", "-V"],
    "JSON": ["-T", "json"],
    "JSON of packets that are filtered out": ["-T", "json", "-Y", "frame.number == 0"],
    "PDML": ["-T", "pdml"],
    "PSML": ["-T", "psml"],
    "fields with a header": ["-T", "fields", "-e", "frame.number", "-E", "header=y"],
    "a column as a field": ["-T", "fields", "-e", "_ws.col.Info"],
    "a display filter": ["-q", "-Y", "tcp"],
    "a read filter": ["-q", "-2", "-R", "tcp"],
    "a second pass": ["-q", "-2"],
    "conversations": ["-q", "-z", "conv,tcp"],
    "conversations of another protocol": ["-q", "-z", "conv,eth"],
    "our own conversations": ["-q", "-z", "conv,mptcp_analysis"],
    "options": ["-q", "-z", "mptcp,tree"],
    "graphs": ["-q", "-z", "io,stat,1"],
    "protocols": ["-q", "-z", "io,phs"],
    "experts": ["-q", "-z", "expert"],
    "streams": ["-q", "-z", "follow,tcp,ascii,0"],
    "exported objects": ["-q", "--export-objects", "http,/nonexistent"],
    "Decode As for TCP": ["-q", "-d", "ip.proto==6,data"],
}


@pytest.mark.parametrize("options", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_it_takes_nothing_from_anybody(options, first):
    ours = ["-z", BULK]
    words = [*ours, *options] if first else [*options, *ours]
    assert_refused(tshark("-r", SMALL, *words, check=False))


def test_it_takes_nothing_from_a_capture_without_tcp_either():
    path = stage().path / "no_tcp.pcap"
    frame = bytes(12) + b"\x88\xb5" + bytes(50)
    cw.write_capture(str(path), cw.Capture(records=[cw.Record(0, frame)]))
    path.chmod(0o644)
    assert_refused(tshark("-r", path, "-z", BULK, check=False))
    assert "No MPTCP" in tshark("-q", "-r", path, "-z", BULK).stdout


@pytest.mark.parametrize("words", [(BULK, "mptcp,rtt"), ("mptcp,rtt", BULK)])
def test_reports_with_and_without_bulk_do_not_mix(words):
    result = tshark("-q", "-r", SMALL, "-z", words[0], "-z", words[1], check=False)
    assert_refused(result)
    assert words[1] in result.stderr


@pytest.mark.parametrize("argument", [BULK + ",tcp", BULK + ",format=json,ip.addr == 10.1.0.1",
                                      "mptcp,segments,format=csv,bulk,tcp.stream in {0,1}"])
def test_a_report_in_bulk_has_no_filter(argument):
    result = tshark("-q", "-r", SMALL, "-z", argument, check=False)
    assert_refused(result)
    assert "filter" in result.stderr


def test_packets_may_be_written():
    """They pass by as they are: nothing of them is dissected for that."""
    target = stage().writable_directory("written") / "copy.pcapng"
    result = tshark("-r", SMALL, "-w", target, "-z", BULK)
    assert result.stdout == tshark("-q", "-r", SMALL, "-z", BULK).stdout
    assert len(fields(target, "frame.number")) == len(fields(SMALL, "frame.number"))


# ------------------------------------------------------------------------------ with other things

def test_several_reports_print_in_order():
    first = tshark("-q", "-r", SMALL, "-z", BULK).stdout
    second = tshark("-q", "-r", SMALL, "-z", "mptcp,events,bulk").stdout
    both = tshark("-q", "-r", SMALL, "-z", BULK, "-z", "mptcp,events,bulk").stdout
    assert both.index(first.strip()) < both.index(second.strip())


def test_a_disabled_protocol_gives_nothing():
    for protocol in ("ip", "eth"):
        disabled = report(SMALL, "summary", "bulk", options=("--disable-protocol", protocol))
        assert disabled["connections"] == [], protocol


@pytest.mark.parametrize("options", [("--disable-protocol", "ipv6"),
                                     ("--disable-protocol", "vlan"),
                                     ("-d", "ethertype==0x86dd,data")], ids=" ".join)
def test_what_wireshark_is_told_of_lower_layers_holds(options):
    path = rewrap(MIXED, "vlan")
    assert differing(path, options) == []


def test_selected_connections():
    path = path_of("simultaneous/client")
    whole = report(path, "summary", "bulk")["connections"]
    some = report(path, "summary", "connection=4", "bulk", "connection=1")["connections"]
    assert len(whole) == 6
    assert some == [one for one in whole if one["connection"] in (1, 4)]
